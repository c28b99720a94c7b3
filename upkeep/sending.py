"""Sends people's letters, after all is written down and outside any transaction, each once. docs/decisions/0016.

At least once: a program that dies between the sending and the note of it sends again, under the same reference.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import structlog

from connector.errors import OutsideError
from models.database import Database
from models.notice import NoticeChoice, NoticeSent, choices, told_since
from models.school import School
from models.staff import staff
from upkeep.happenings import Eyes, listeners
from upkeep.letters import Desk, Written, sample_letter, written
from upkeep.notices import Failed, again, waits
from upkeep.telling import Letter, letters
from upkeep.ways import Ways

REMEMBERED = timedelta(days=9)  # longer than anything is news (upkeep.happenings)
ENOUGH = 2  # letters that the common server did not take: it is left alone until the next round
log = structlog.get_logger()


def send_letters(db: Database, ways: Ways, school: School, public_url: str, now: datetime, failed: Failed) -> list[str]:
    """All that is to be told now. Returns a sentence for each way that failed. A quiet round only reads.

    From a restored or copied database nobody is told anything until an owner said `resume`.
    """
    if school.paused_at is not None:
        return []
    with db.read() as session:
        chosen = choices(session, school.slug)
        if not ways.by_mail and not any(one.channel_sealed for one in chosen.values()):
            return []
        who = listeners(session, school, staff(session, school.slug), chosen, ways.by_mail)
        eyes = Eyes(session, school, who, now)
        found = letters(
            eyes.happenings(), eyes.days(), who, told_since(session, school.slug, now - REMEMBERED), now
        )  # fmt: skip
        tests = [one for one in who if _asked_for_test(chosen.get(one.email))]
    out = _Out(db, ways, school, Desk(school.name, school.timezone, public_url), chosen, now, failed)
    for one in tests:
        out.test(chosen[one.email], one.name, one.language)
    for letter in found:
        out.send(letter)
    return out.wrong


def _asked_for_test(one: NoticeChoice | None) -> bool:
    if one is None or one.test_asked_at is None:
        return False
    return one.tested_at is None or one.tested_at < one.test_asked_at


class _Out:
    """One round's letters of one school."""

    def __init__(
        self, db: Database, ways: Ways, school: School, desk: Desk, chosen: Mapping[str, NoticeChoice], now: datetime,
        failed: Failed,
    ) -> None:  # fmt: skip
        self.db, self.ways, self.school, self.desk = db, ways, school.slug, desk
        self.chosen, self.now, self.failed = chosen, now, failed
        self.wrong: list[str] = []
        self.refused = 0  # by the common server

    def send(self, letter: Letter) -> None:
        key = f"{self.school} {letter.to.email} {letter.moment}"
        if waits(self.failed, key, self.now):
            return
        problem = self._leave(letter.to.email, written(letter, self.desk), key)
        if problem:
            self.failed[key] = again(self.failed.get(key), self.now)
            log.warning("a letter was not sent", moment=letter.moment, school=self.school)
            self.wrong += [problem] if problem not in self.wrong else []
            return
        self.failed.pop(key, None)
        self._note(letter)

    def test(self, row: NoticeChoice, name: str, language: str) -> None:
        """Once, however it goes: who asked sees what became of it."""
        problem = self._leave(row.email, sample_letter(name, language, self.desk), f"test {self.school} {row.email}")
        with self.db.write() as session:
            now = session.get_one(NoticeChoice, (self.school, row.email))
            now.tested_at, now.test_problem = self.now, problem

    def _leave(self, email: str, what: Written, reference: str) -> str:
        """Returns why it did not leave, "" when it did."""
        try:
            way = self.ways.of(email, self.chosen.get(email))
        except OutsideError as wrong:
            return wrong.message
        if way is None:
            return "There is no mail server for notices: whoever runs this program sets BRIDGE_NOTIFY_URL."
        if way.is_common and self.refused >= ENOUGH:
            return "The mail server takes no notices just now: they are tried again later."
        try:
            way.send(what.title, what.text, reference=_reference(reference, self.now), html=what.html)
        except OutsideError as wrong:
            self.refused += way.is_common
            return wrong.message
        return ""

    def _note(self, letter: Letter) -> None:
        with self.db.write() as session:
            for subject in letter.subjects:
                session.merge(
                    NoticeSent(
                        school=self.school, email=letter.to.email, moment=letter.moment, subject=subject, sent_at=self.now
                    )
                )  # fmt: skip
        log.info("a letter was sent", moment=letter.moment, school=self.school)


def _reference(told: str, now: datetime) -> str:
    """What mail programs may show as one: the letters of one kind of one day."""
    return "".join(ch if ch.isalnum() else "." for ch in told) + f".{now:%Y-%m-%d}"
