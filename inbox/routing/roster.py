"""From rows to what routing decides by: who is there and what they have already, the school's rules, what a comment is about."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from config.durations import parse_duration
from config.hours import WorkingTime, working_time
from config.topics import topic_name
from connector.graph.page import identity
from inbox.language.tags import base
from inbox.routing.decide import Helper, Rules, Speaker
from inbox.routing.rules import About, SchoolRule
from models.conversation import Conversation, assigned_since, given_by_language
from models.event import event, texts_of
from models.page import Page
from models.post import Post
from models.routing_rule import RoutingRule, away_on, partners, routing_rules
from models.school import School, groups
from models.staff import StaffMember, staff
from models.switched_on import switched_on

A_WEEK = timedelta(days=7)  # over which shares are counted: hours are told by the week


def speakers(session: Session, school: School, now: datetime) -> dict[str, Speaker]:
    """email -> each person of the school as routing sees them, with what they were given today and this week."""
    day = today(school, now)
    given = assigned_since(
        session, school.slug, datetime.combine(day, time(), ZoneInfo(school.timezone)).astimezone(UTC)
    )
    week, gone = given_by_language(session, school.slug, now - A_WEEK), away_until(session, school.slug, day)
    return {
        row.email: _speaker(row, school, given.get(row.email, 0), week.get(row.email, {}), gone.get(row.email))
        for row in staff(session, school.slug)
    }


def today(school: School, now: datetime) -> date:
    """The school's day."""
    return now.astimezone(ZoneInfo(school.timezone)).date()


def away_until(session: Session, school: str, day: date) -> dict[str, date]:
    """email -> the last day, of those who are away on `day`; days away that follow one another are one time away."""
    found: dict[str, date] = {}
    for row in away_on(session, school, day):  # by their first day
        if row.first_day <= found.get(row.email, day - timedelta(days=1)) + timedelta(days=1):
            found[row.email] = max(row.last_day, found.get(row.email, row.last_day))
    return found


def rules(school: School) -> Rules:
    """What stands with the school itself: the answer time, the hours, the fallback."""
    within, hours = parse_duration(school.respond_within), _hours(school, school.hours)
    return Rules(school.fallback, within, hours, languages=tuple(school.languages))


def all_rules(session: Session, school: School) -> Rules:
    """With what people of the school decided besides."""
    plain, chosen = rules(school), switched_on(session, school.slug)
    names = {slug: one.name for slug, one in groups(session, school.slug).items()}
    return Rules(
        plain.fallback, plain.respond_within, plain.working,
        own=tuple(rule_of(row, names.get(row.group, "")) for row in routing_rules(session, school.slug)),
        no_speaker=chosen.no_speaker_person if chosen else "",
        helpers=helpers(session, school.slug),
        languages=plain.languages,
    )  # fmt: skip


def helpers(session: Session, school: str) -> tuple[Helper, ...]:
    return tuple(Helper(one.name, tuple(one.languages), one.contact) for one in partners(session, school))


def rule_of(row: RoutingRule, group_name: str) -> SchoolRule:
    return SchoolRule(
        row.id, tuple(row.people), tuple(row.languages), row.page, row.group, row.topic, tuple(row.event_words), row.why,
        group_name, topic_name(row.topic, "en"),
    )  # fmt: skip


def about(session: Session, row: Conversation, given: Rules) -> About:
    """Only what some rule asks for is looked up."""
    group = session.get_one(Page, (row.school, row.page)).group if any(one.group for one in given.own) else None
    told = event_text(session, row) if any(one.event_words for one in given.own) else ""
    return About(row.page, group or "", row.topic, told)


def event_text(session: Session, row: Conversation) -> str:
    """Title (in every language), place and categories of the event that the post was made for; "" for a post by hand."""
    names = (row.post_external_id, identity(row.post_external_id))
    query = select(Post.event_id).where(
        Post.school == row.school, Post.page == row.page, col(Post.external_id).in_(names)
    )
    found = session.exec(query.limit(1)).first()
    return words_of_event(session, row.school, found) if found else ""


def words_of_event(session: Session, school: str, event_id: str) -> str:
    known = event(session, school, event_id)
    if known is None:
        return ""
    titles = [one.title for one in texts_of(session, school, [event_id])[event_id]]
    return " ".join((known.title, *titles, known.location, *known.categories))


def _speaker(row: StaffMember, school: School, given: int, week: dict[str, int], gone: date | None) -> Speaker:
    hours = _hours(school, row.hours or school.hours)
    counted: Counter[str] = Counter()
    for language, count in week.items():
        counted[base(language)] += count
    return Speaker(
        row.email, row.name, row.role, tuple(row.languages), hours, row.daily_limit, given, away_until=gone,
        language_hours={base(tag): float(count) for tag, count in row.language_hours.items() if tag in row.languages},
        week_hours=hours.hours.a_week, given=counted,
    )  # fmt: skip


def _hours(school: School, hours: str) -> WorkingTime:
    return working_time(hours, school.timezone, school.closed)
