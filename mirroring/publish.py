"""Turns a page's plan into rows: posts with their whole text, and what is owed for them. One transaction, no network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlmodel import Session

from config.wording import Wording
from mirroring.adopt import adopt_rest
from mirroring.askers import forget_answers, suggest_answers
from mirroring.by_hand import ByHand
from mirroring.compose import announcement, cancellation_comment, change_comment, reminder, revised
from mirroring.facts import Facts, changes, fingerprint, from_json, same_words, to_json
from mirroring.forgotten import Forgotten, Found
from mirroring.owe import call_off, owe
from mirroring.planned import Action, Comment, Told
from mirroring.translated import Text
from models.columns import stable_id
from models.delivery import of_target
from models.event import texts
from models.page import Page
from models.post import Post, posts
from models.school import School


@dataclass(frozen=True, slots=True)
class Voice:
    """How one page speaks: its languages, the wording, who it speaks for, where its links lead."""

    languages: tuple[str, ...]
    original: str
    wordings: Mapping[str, Wording]
    group_name: str
    public_url: str

    def link(self, code: str) -> str:
        return f"{self.public_url}/e/{code}"


def voice_of(school: School, page: Page, group_name: str, wordings: Mapping[str, Wording], public_url: str) -> Voice:
    languages = tuple(page.languages or school.languages)
    return Voice(languages, school.languages[0], wordings, group_name, public_url)


class Publisher:
    """Writes one page's actions. `written` counts what was done, by action."""

    def __init__(self, session: Session, school: School, page: Page, voice: Voice, now: datetime) -> None:
        self.session, self.school, self.page, self.voice, self.now = session, school.slug, page.slug, voice, now
        self.home, self.speaker = school, page
        self.told_under: set[str] = set()
        self.lane = f"page:{page.slug}"
        self.rows = {row.id: row for row in posts(session, school.slug, page.slug)}
        self.by_purpose = {row.purpose: row for row in self.rows.values()}
        self.forgotten = Forgotten(session, school.slug, page.slug)
        self.texts = _texts(session, school.slug)

    def write(self, actions: Sequence[Action]) -> None:
        for action in actions:
            if action.action == "publish" or (
                action.action == "hold" and (action.draft or self._stands(action.purpose))
            ):
                self._publish(action)
            elif action.action == "revise":
                self._revise(action)
            elif action.action == "withdraw":
                self._withdraw(self.rows[str(action.post_id)], action.why)
        if self.home.paused_at:  # restored or copied
            adopt_rest(self.session, self.home, self.speaker, self.rows, self.forgotten, self.now)
        for external_id in self.told_under:  # what is told from now on is new
            self.forgotten.forget_under(external_id)

    # --- for the first time

    def _publish(self, action: Action) -> None:
        if action.kind == "you-said":
            self._tell_back(self.rows[str(action.post_id)], action)
            return
        row = self.by_purpose.get(action.purpose) or self._new(action)
        row.withdrawn_at = None  # the plan may have called it off before, and wants it again
        if found := self._stands(row.purpose):
            self._adopt(row, action, found)
            return
        self._say(row, action, self.now)  # an older draft too: its "tomorrow" may be today by now
        row.state = "waiting" if action.draft else "due"
        row.due_at, row.reason, row.looks_like = action.at, action.why, _shown(action.by_hand)
        if not action.draft:
            owe(
                self.session, self.school, "publish", self.lane, row.id, "first",
                now=self.now, urgent=False, expires_at=row.expires_at,
            )  # fmt: skip

    def _tell_back(self, row: Post, action: Action) -> None:
        """People wrote its words, and one approved them: they go out as they are."""
        if found := self._stands(row.purpose):
            self._is_there(row, found)
            return
        row.due_at, row.reason = action.at, action.why
        owe(self.session, self.school, "publish", self.lane, row.id, "first", now=self.now)

    def _new(self, action: Action) -> Post:
        """Id and code follow from what it is for: a restored database knows its posts by them (mirroring/forgotten.py)."""
        row = Post(
            id=stable_id("po", self.school, self.page, action.purpose), school=self.school, page=self.page,
            kind=action.kind, event_id=action.event_id, purpose=action.purpose, occurrence_at=action.occurrence_at,
            code=self.forgotten.code(action.purpose), text="", fingerprint="", state="waiting", created_at=self.now,
            due_at=action.at,
        )  # fmt: skip
        self.session.add(row)
        self.rows[row.id] = self.by_purpose[row.purpose] = row
        return row

    def _stands(self, purpose: str) -> Found | None:
        known = self.by_purpose.get(purpose)
        return self.forgotten.get(known.code if known else self.forgotten.code(purpose))

    def _adopt(self, row: Post, action: Action, found: Found) -> None:
        """It was posted in the time that this database has forgotten. What is not as it should be there is edited."""
        self._say(row, action, found.created_at)
        self._is_there(row, found)
        row.due_at = action.at
        if not same_words(found.text, row.text):
            self._owe_edit(row, urgent=False)

    def _is_there(self, row: Post, found: Found) -> None:
        row.state, row.external_id, row.permalink = "sent", found.external_id, found.permalink
        row.sent_at, row.reason = found.created_at, "found standing on the page"
        self.forgotten.forget(row.code)

    def _say(self, row: Post, action: Action, at: datetime) -> None:
        """Give the row its words as of `at`, and remember the facts they tell."""
        assert action.facts
        row.text = self._text(row, action, at)
        row.link = self.voice.link(row.code)
        row.languages = list(self.voice.languages)
        row.fingerprint = fingerprint(action.facts)
        row.said = _said(action)
        row.expires_at = _expires(action)

    def _text(self, row: Post, action: Action, at: datetime) -> str:
        assert action.facts
        words: Any = {
            "original": self.voice.original,
            "wordings": self.voice.wordings,
            "link": self.voice.link(row.code),
            "group_name": self.voice.group_name,
        }
        known = self.texts.get(action.event_id or "", {})
        next_date = action.date.facts if action.date and action.facts.rhythm else None
        if row.state == "sent":
            told = changes(from_json(row.said["facts"]), action.facts)
            return revised(action.facts, known, self.voice.languages, told, next_date=next_date, **words)
        if row.kind == "reminder":
            return reminder(action.facts, known, self.voice.languages, at=at, **words)
        return announcement(action.facts, known, self.voice.languages, next_date=next_date, **words)

    # --- what stands

    def _revise(self, action: Action) -> None:
        row = self.rows[str(action.post_id)]
        before = row.text
        self._say(row, action, self.now)
        if row.adopted_at:
            row.text = (
                before  # a person's own words, which Facebook lets nobody else edit: the comment tells the change
            )
        elif row.state == "sent" and row.text != before:
            self._owe_edit(row, urgent=bool(action.comment and action.comment.urgent))
        if action.comment:
            self._comment(row, action, action.comment)

    def _owe_edit(self, row: Post, *, urgent: bool) -> None:
        call_off(self.session, self.school, row.id, "edited again", self.now, kind="revise")
        revision = self._next_revision(row.id)
        owe(self.session, self.school, "revise", self.lane, row.id, revision, now=self.now, urgent=urgent)

    def _next_revision(self, target: str) -> str:
        """An edit back to an older text is a new edit: the revision is a number, not the text."""
        return str(sum(1 for one in of_target(self.session, self.school, target) if one.kind == "revise") + 1)

    def _comment(self, under: Post, action: Action, comment: Comment) -> None:
        if comment.replaces:
            self._withdraw(self.rows[comment.replaces], "overtaken by a newer change")
            forget_answers(self.session, self.school, comment.replaces)
        if not comment.pairs:
            return  # it is again as families know it
        taken = {row.code for row in self.rows.values()}
        purpose = self.forgotten.comment_purpose(under, _digest(comment.tells), taken)
        self._take_over(self.forgotten.code(purpose))
        row = Post(
            id=stable_id("po", self.school, self.page, purpose), school=self.school, page=self.page, kind=comment.kind,
            event_id=under.event_id, purpose=purpose, occurrence_at=under.occurrence_at, under=under.id,
            languages=list(self.voice.languages), code=self.forgotten.code(purpose), text="",
            fingerprint=fingerprint(comment.pairs[0][1]), state="due", created_at=self.now, due_at=comment.at,
            reason=action.why, said=_said_in(comment), approved_at=under.approved_at, approved_by=under.approved_by,
        )  # fmt: skip
        row.link = self.voice.link(row.code)
        row.text = self._comment_text(comment, under.event_id or "", row.link)
        row.expires_at = action.over_at
        self.session.add(row)
        self.session.flush()
        self.rows[row.id] = self.by_purpose[purpose] = row
        self.told_under.add(str(under.external_id))
        if found := self.forgotten.get(row.code):
            self._is_there(row, found)
            return
        known = self.texts.get(under.event_id or "", {})
        suggest_answers(self.session, self.home, self.speaker, row, comment.tells, known, self.voice, self.now)
        owe(
            self.session, self.school, "comment", self.lane, row.id, "first",
            now=self.now, at=comment.at, urgent=comment.urgent, expires_at=row.expires_at,
        )  # fmt: skip

    def _take_over(self, code: str) -> None:
        """It was known only as something that stands there (mirroring/adopt.py): now it is known what it tells."""
        for row in [one for one in self.rows.values() if one.code == code]:
            self.session.delete(row)
            self.session.flush()
            del self.rows[row.id]

    def _comment_text(self, comment: Comment, event_id: str, link: str) -> str:
        words: Any = {"original": self.voice.original, "wordings": self.voice.wordings, "link": link}
        known = self.texts.get(event_id, {})
        if comment.kind == "cancellation" and len(comment.pairs) == 1:
            return cancellation_comment(comment.pairs[0][0], known, self.voice.languages, **words)
        return change_comment(comment.pairs, known, self.voice.languages, **words)

    def _withdraw(self, row: Post, why: str) -> None:
        row.state, row.withdrawn_at, row.reason = "withdrawn", self.now, why
        call_off(self.session, self.school, row.id, why, self.now)


def _digest(tells: Sequence[Told]) -> str:
    """Of which dates, and what families know of them after it."""
    lines = sorted(f"{date.isoformat() if date else ''} {fingerprint(after)}" for date, _, after in tells)
    return sha256("\n".join(lines).encode()).hexdigest()[:16]


def _shown(post: ByHand | None) -> dict[str, str]:
    """For who decides."""
    return {"external_id": post.external_id, "permalink": post.permalink, "text": post.text} if post else {}


def _said(action: Action) -> dict[str, Any]:
    assert action.facts
    dates = {at.isoformat(): to_json(facts) for at, facts in action.dates_said}
    coming = [at.isoformat() for at in action.coming_said]
    return {"facts": to_json(action.facts), "dates": dates, "coming": coming}


def _said_in(comment: Comment) -> dict[str, Any]:
    tells = [
        {"date": date.isoformat() if date else None, "before": to_json(before), "after": to_json(after)}
        for date, before, after in comment.tells
    ]
    return {"facts": tells[0]["after"], "before": tells[0]["before"], "tells": tells}


def _expires(action: Action) -> datetime | None:
    """After this nobody is told any more: a reminder when its date begins, an announcement when all is over."""
    assert action.facts
    if action.kind == "reminder":
        return action.facts.starts_at
    last: Facts = action.date.facts if action.date else action.facts
    return last.ends_at


def _texts(session: Session, school: str) -> dict[str, dict[str, Text]]:
    return {
        event_id: {language: Text(row.title, row.description, row.status) for language, row in versions.items()}
        for event_id, versions in texts(session, school).items()
    }
