"""The story that the demo tells: a school's events reach families, their comments reach staff, the answers reach families.

Each step is looked up where it must have happened, on the pretend Facebook and in the real calendar server: a step that
did not happen ends the story with Untrue.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

from config.site import read_site
from config.wording import wording_languages
from inbox.replies import reply
from models.center import entries
from models.conversation import Conversation, Message, conversations, messages
from models.event import events
from models.post import Post, posts
from models.school import School, schools
from rehearsal.facebook.server import PretendFacebook
from rehearsal.facebook.towns import PAGE_ID
from rehearsal.radicale import CalendarServer
from rehearsal.town.calendar import changes
from rehearsal.town.families import REPLIES
from rehearsal.town.site import CENTER_SLUG, SCHOOL_SLUG
from rehearsal.town.write import change_town
from rehearsal.visit import Said, families_comment
from schedulers.house import House
from schedulers.lock import round_lock
from schedulers.report import RoundReport
from schedulers.round import run_round
from upkeep.load import load


class Untrue(Exception):
    """A step did not happen as it should have."""


class Story:
    """Plays the steps in order on one stage."""

    def __init__(
        self, house: House, facebook: PretendFacebook, calendars: CalendarServer, site: Path, say: Callable[[str], None]
    ) -> None:
        self.house, self.facebook, self.calendars, self.site, self.say = house, facebook, calendars, site, say

    def play(self) -> None:
        self._connect()
        self._announce()
        self._nothing_twice()
        said = self._listen()
        self._answer(said)
        self._change()

    # --- the steps

    def _connect(self) -> None:
        self.say("1. A school connects its calendar, its PTA's Page, a community center and its staff")
        site = read_site(self.site, os.environ, wording_languages=wording_languages())
        with self.house.db.write() as session:
            load(session, self.house.vault, site, self.house.clock())
        self._done(f"{self.school.name} is connected")

    def _announce(self) -> None:
        self.say("2. The calendar is read; coming events go to the Page and into the center's calendar")
        self._round()
        sent = self._posts("announcement", "reminder")
        on_page = {post.message for post in self.facebook.world.posts.values() if post.page_id == PAGE_ID}
        self._check(sent and all(post.text in on_page for post in sent), "not every post stands on the Page")
        self._check(all(post.text.count(post.link) == 1 for post in sent), "a post lacks its link")
        with self.house.db.read() as session:
            self._done(f"{len(events(session, SCHOOL_SLUG))} events were read")
        self._done(f"{len(sent)} posts stand on the Page, each in {', '.join(sent[0].languages)}")
        self._show(sent[0].text)
        self._in_calendar()

    def _nothing_twice(self) -> None:
        self.say("3. A second round finds nothing new, and writes nothing")
        before = sum(self.facebook.world.writes.values())
        self._round()
        self._check(sum(self.facebook.world.writes.values()) == before, "the second round wrote to the Page")
        self._done("no write on the Page, none in the calendar")

    def _listen(self) -> list[Said]:
        self.say("4. Six families comment in five languages; each comment goes to somebody who speaks its language")
        said = families_comment(self.facebook.world, PAGE_ID)
        self._round()
        new = {one.id for one in said}
        talks = [one for one in self._conversations() if any(message.external_id in new for message in one[1])]
        found = {message.external_id for _, thread in talks for message in thread}
        self._check(new <= found, "a comment did not reach the inbox")
        self._done(f"{len(said)} comments arrived, in {len(talks)} conversations")
        for talk, thread in talks:
            if talk.state == "open":
                self.say(f"      {talk.language:4} {_short(thread[0].text):44} → {talk.assignee}")
                self.say(f"           {talk.reason}")
        closed = sum(1 for talk, _ in talks if talk.closed_reason == "no-answer-needed")
        self._done(f"{closed} thanks and greetings are kept, and owe nobody an answer")
        return said

    def _answer(self, said: list[Said]) -> None:
        self.say("5. Staff answer in the family's language; the answers stand under the right comments")
        for answer in REPLIES:
            talk = self._conversation_of(said[answer.to].id)
            with self.house.db.write() as session:
                reply(session, SCHOOL_SLUG, talk.id, answer.by, answer.text, self.house.clock())
        self._round()
        for answer in REPLIES:
            self._check_answer(said, answer.to, answer.text)
            self._done(f"{answer.by} → {said[answer.to].comment.family.name}: {_short(answer.text)}")
        self._round()
        received = [
            message for _, thread in self._conversations() for message in thread if message.direction == "received"
        ]
        ours = {answer.text for answer in REPLIES}
        self._check(not any(message.text in ours for message in received), "our own answer was taken for a family's")
        self._done("our own words are not taken for a family's")

    def _change(self) -> None:
        self.say("6. The school moves one event and cancels another")
        today = self.house.clock().astimezone(ZoneInfo(self.school.timezone)).date()
        change = changes(today)
        known = {one.id for one in self._posts("change", "cancellation")}  # of a story played here before
        change_town(self.site.parent, today)
        self._round()
        told = [one for one in self._posts("change", "cancellation") if one.id not in known]
        stands = {comment.message for comment in self.facebook.world.comments.values()}
        self._check(len(told) == 2, f"{len(told)} comments were made, not two")
        self._check(all(one.text in stands for one in told), "a change was not told on the Page")
        self._done(f"{_short(change.moved.title)}: its post is edited, and one comment tells the new time and place")
        self._done(f"{_short(change.cancelled.title)}: its post says so, and one comment does")
        self._in_calendar()
        before = sum(self.facebook.world.writes.values())
        self._round()
        self._check(sum(self.facebook.world.writes.values()) == before, "something was told twice")
        self._done("and nothing is told twice")

    # --- looking it up

    def _round(self) -> RoundReport:
        with round_lock(self.house.db):
            report = run_round(self.house, self.school, everything=True, until_settled=True)
        self._check(not report.troubles, "; ".join(report.troubles))
        return report

    def _in_calendar(self) -> None:
        with self.house.db.read() as session:
            ours = {row.href for row in entries(session, SCHOOL_SLUG, CENTER_SLUG) if row.state == "sent"}
        there = {href.rsplit("/", 1)[-1] for href in self.calendars.objects(CENTER_SLUG)}
        self._check(ours and ours <= there, "the center's calendar lacks events")
        self._done(f"{len(ours)} events stand in the center's calendar, each series as one")

    def _check_answer(self, said: list[Said], to: int, text: str) -> None:
        under = [one for one in self.facebook.world.comments.values() if one.parent_id == said[to].id]
        stands = [one for one in under if one.message == text and one.author_id == PAGE_ID]
        self._check(len(stands) == 1, "an answer stands not once under its comment")

    @property
    def school(self) -> School:
        with self.house.db.read() as session:
            return schools(session, SCHOOL_SLUG)[0]

    def _posts(self, *kinds: str) -> list[Post]:
        with self.house.db.read() as session:
            return [row for row in posts(session, SCHOOL_SLUG) if row.kind in kinds and row.state == "sent"]

    def _conversations(self) -> list[tuple[Conversation, list[Message]]]:
        with self.house.db.read() as session:
            rows = conversations(session, SCHOOL_SLUG)
            known = messages(session, SCHOOL_SLUG, [row.id for row in rows])
        return [(row, known[row.id]) for row in rows if any(one.direction == "received" for one in known[row.id])]

    def _conversation_of(self, comment_id: str) -> Conversation:
        for talk, thread in self._conversations():
            if any(message.external_id == comment_id for message in thread):
                return talk
        raise Untrue("a comment is in no conversation")

    def _check(self, true: object, otherwise: str) -> None:
        if not true:
            raise Untrue(otherwise)

    def _done(self, what: str) -> None:
        self.say(f"  ✓ {what}")

    def _show(self, text: str) -> None:
        for line in text.splitlines():
            self.say(f"      │ {line}")


def _short(text: str) -> str:
    return text if len(text) <= 42 else text[:41] + "…"
