"""Writes a letter: text and simple HTML, in its reader's language. Pure.

Nothing that a family wrote stands in it, only in which language and since when; the rest is behind its link.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from html import escape
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_skeleton, format_time

from config.letters import LetterWords, letter_words
from upkeep.telling import Day, Happening, Letter

MOST = 10  # lines of one kind


@dataclass(frozen=True, slots=True)
class Written:
    title: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a letter comes from: the school's name and zone, and where its links lead."""

    school: str
    timezone: str
    public_url: str


@dataclass(frozen=True, slots=True)
class _Line:
    """A sentence; with `link` it ends there. `item`: one of a list."""

    text: str
    link: str = ""
    item: bool = False


def written(letter: Letter, desk: Desk) -> Written:
    pen = _Pen(letter_words(letter.to.language), desk)
    title, lines = pen.daily(letter.day) if letter.day else pen.gathered(letter.moment, letter.happenings)
    return pen.whole(title, letter.to.name, lines)


def sample_letter(name: str, language: str, desk: Desk) -> Written:
    """What somebody gets who wants to see whether their channel works."""
    pen = _Pen(letter_words(language), desk)
    return pen.whole(pen.words.test.title.format(school=desk.school), name, [_Line(pen.words.test.intro)])


class _Pen:
    def __init__(self, words: LetterWords, desk: Desk) -> None:
        self.words, self.desk = words, desk
        self.locale = Locale.parse(words.tag, sep="-")

    def whole(self, title: str, name: str, lines: Sequence[_Line]) -> Written:
        footer = self._with_link(self.words.footer, "/you/notices")
        every = [_Line(self.words.hello.format(name=name)), *lines, footer]
        return Written(title, _text(every), _html(every, self.words.tag))

    # --- what is told as it happens

    def gathered(self, moment: str, these: Sequence[Happening]) -> tuple[str, list[_Line]]:
        if moment == "late-cancellation":
            late = self.words.late_cancellation
            return late.title.format(school=self.desk.school), [_Line(late.intro), *map(self._line, these)]
        if moment == "urgent":
            urgent = self.words.urgent
            title = urgent.title.say(len(these), school=self.desk.school)
            return title, [_Line(urgent.intro), *map(self._line, these), _Line(urgent.only_words)]
        told = self.words.assigned if moment == "assigned" else self.words.overdue
        title = told.title.say(len(these), school=self.desk.school)
        return title, [_Line(told.intro.say(len(these))), *self._some(these)]

    def _some(self, these: Sequence[Happening], rest: str = "/") -> Iterable[_Line]:
        yield from map(self._line, these[:MOST])
        if len(these) > MOST:
            yield self._with_link(self.words.more.say(len(these) - MOST, link="{link}"), rest)

    def _line(self, one: Happening) -> _Line:
        late, overdue, urgent = self.words.late_cancellation, self.words.overdue, self.words.urgent
        said = {
            "assigned": self.words.since, "late": overdue.late, "handed": overdue.handed, "promise": overdue.promise,
            "missing": late.missing, "stuck": late.stuck, "unseen": urgent.unseen,
        }.get(one.kind, urgent.since)  # fmt: skip
        when = self._moment(one.at)
        blanks = {"language": self._language(one.language), "when": when, "name": one.name, "event": one.name}
        blanks["kind"] = urgent.kinds.get(one.kind, "")
        return self._with_link(said.format(**blanks, day=self._day(one.at.date()), link="{link}"), one.path, item=True)

    # --- the daily one

    def daily(self, day: Day) -> tuple[str, list[_Line]]:
        said = self.words.daily_digest
        title = said.title.format(school=self.desk.school, day=self._day(date.fromisoformat(day.on)))
        lines: list[_Line] = []
        if day.mine:
            lines.append(_Line(said.mine.say(len(day.mine))))
        if day.overdue:
            lines += [_Line(said.overdue.say(len(day.overdue))), *self._some(day.overdue)]
        if day.promises:
            lines += [_Line(said.promises.say(len(day.promises))), *self._some(day.promises, "/promises")]
        if day.mine:
            lines.append(_Line(said.languages.format(list=self._counts(day.mine))))
        if day.school[0]:
            lines.append(_Line(said.school.say(day.school[0], overdue=day.school[1])))
        return title, [*lines, self._with_link(said.all, "/")]

    def _counts(self, mine: Sequence[Happening]) -> str:
        counted = Counter(self._language(one.language) for one in mine)
        return ", ".join(f"{name} {n}" for name, n in sorted(counted.items(), key=lambda one: (-one[1], one[0])))

    # --- small words

    def _with_link(self, sentence: str, path: str, item: bool = False) -> _Line:
        return _Line(sentence.replace("{link}", "").rstrip(), self.desk.public_url.rstrip("/") + path, item)

    def _language(self, tag: str) -> str:
        if tag == "und":
            return self.words.unsure
        try:
            name = str(Locale.parse(tag, sep="-").get_display_name(self.locale) or tag)
        except (ValueError, UnknownLocaleError):
            name = tag
        return name[:1].upper() + name[1:]

    def _moment(self, at: datetime) -> str:
        local = at.astimezone(ZoneInfo(self.desk.timezone))
        return _plain(f"{self._day(local.date())}, {format_time(local, 'short', locale=self.locale)}")

    def _day(self, on: date) -> str:
        return _plain(str(format_skeleton("MMMEd", on, locale=self.locale)))


def _plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\u00a0", " ").replace("\u2009", " ")


def _text(lines: Iterable[_Line]) -> str:
    told = [f"{'- ' if one.item else ''}{one.text}{' ' + one.link if one.link else ''}" for one in lines]
    return "\n\n".join(told) + "\n"


def _html(lines: Iterable[_Line], tag: str) -> str:
    """Paragraphs and links, nothing else: it reads the same where pictures and styles are switched off."""
    told = []
    for one in lines:
        link = f' <a href="{escape(one.link)}">{escape(one.link)}</a>' if one.link else ""
        told.append(f"<p>{'• ' if one.item else ''}{escape(one.text)}{link}</p>")
    return f'<html lang="{tag}"><body>' + "\n".join(told) + "</body></html>"
