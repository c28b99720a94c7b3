"""The shape of one language's wording: what a catalogue must hold, with every phrase's blanks checked when it is read.

A blank is written `{name}`. A phrase may hold only the blanks declared here and must hold those; plural forms may leave
theirs out ("in two days" needs no number in Arabic).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from string import Formatter
from typing import Annotated, Literal

from babel import Locale, UnknownLocaleError
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

Phrase = Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=r"^[^\n]*$")]


def _blanks(text: str) -> set[str]:
    try:
        found = [(name, form, conversion) for _, name, form, conversion in Formatter().parse(text) if name is not None]
    except ValueError:
        raise ValueError("has a curly bracket without its partner") from None
    if any(form or conversion for _, form, conversion in found):
        raise ValueError("has a blank with more than its name between the curly brackets")
    return {name for name, _, _ in found}


def _listed(names: set[str]) -> str:
    return ", ".join("{" + name + "}" for name in sorted(names))


def _holds(*names: str, all_of_them: bool = True) -> Callable[[str], str]:
    """A check that a phrase's blanks are these."""

    def check(text: str) -> str:
        found = _blanks(text)
        if found - set(names):
            raise ValueError(f"has the unknown blank {_listed(found - set(names))}")
        if all_of_them and set(names) - found:
            raise ValueError(f"lacks the blank {_listed(set(names) - found)}")
        return text

    return check


Plain = Annotated[Phrase, AfterValidator(_holds())]
OfFact = Annotated[Phrase, AfterValidator(_holds("fact"))]
OfLanguage = Annotated[Phrase, AfterValidator(_holds("language"))]
OfDay = Annotated[Phrase, AfterValidator(_holds("day"))]
OfWords = Annotated[Phrase, AfterValidator(_holds("words"))]
OfDays = Annotated[Phrase, AfterValidator(_holds("days"))]
OfNth = Annotated[Phrase, AfterValidator(_holds("nth"))]
OfDate = Annotated[Phrase, AfterValidator(_holds("date"))]
OfDateAndTime = Annotated[Phrase, AfterValidator(_holds("date", "time"))]
FromTo = Annotated[Phrase, AfterValidator(_holds("start", "end"))]
OrdinalDay = Annotated[Phrase, AfterValidator(_holds("ordinal", "day"))]
EveryAndDays = Annotated[Phrase, AfterValidator(_holds("every", "days"))]
EveryAndNth = Annotated[Phrase, AfterValidator(_holds("every", "nth"))]
EveryAndDay = Annotated[Phrase, AfterValidator(_holds("every", "day"))]
WholeDate = Annotated[Phrase, AfterValidator(_holds("weekday", "day", "month", "year"))]
Counted = Annotated[Phrase, AfterValidator(_holds("n", all_of_them=False))]
Week = Annotated[tuple[Plain, ...], Field(min_length=7, max_length=7)]
OneOrSeven = Annotated[Week, BeforeValidator(lambda given: (given,) * 7 if isinstance(given, str) else given)]
Year = Annotated[tuple[Plain, ...], Field(min_length=12, max_length=12)]
PluralForm = Literal["zero", "one", "two", "few", "many", "other"]


def _has_other(forms: Mapping[str, str]) -> Mapping[str, str]:
    if "other" not in forms:
        raise ValueError('lacks the form "other"')
    return forms


Plural = Annotated[Mapping[PluralForm, Counted], AfterValidator(_has_other)]


class _Words(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Leads(_Words):
    """What the first line of a block says: why this stands here."""

    coming_up: Plain
    today: Plain
    tomorrow: Plain
    in_days: Plural
    new_time: Plain
    new_place: Plain
    new_name: Plain
    new_rhythm: Plain
    cancelled: Plain
    back_on: Plain


class Labels(_Words):
    when: OfFact
    where: OfFact
    next: OfFact
    before: OfFact


class Asks(_Words):
    """`original`: the note where a text is not translated. `comment`, `more`: the end of each post."""

    original: OfLanguage
    comment: Plain
    more: Plain


class Spans(_Words):
    """How a date, a time and ranges of them are put together."""

    date_time: OfDateAndTime
    all_day: OfDate
    times: FromTo
    dates: FromTo


class Ordinals(_Words):
    """One form for all weekdays, or seven (Monday first) where the weekday's gender asks for them."""

    first: OneOrSeven
    second: OneOrSeven
    third: OneOrSeven
    fourth: OneOrSeven
    fifth: OneOrSeven
    last: OneOrSeven

    def form(self, position: int, weekday: int) -> str | None:
        """The word for 1 to 5 or -1 (last); None for what we have no word for."""
        names = {1: self.first, 2: self.second, 3: self.third, 4: self.fourth, 5: self.fifth, -1: self.last}
        return names[position][weekday] if position in names else None


class RhythmWords(_Words):
    """How a series repeats. `days_…` are the weekdays, Monday first, in the form that the phrase beside them needs."""

    every_day: Plain
    every_days: Plural
    school_days: Plain
    weekly: OfDays
    days_weekly: Week
    every_weeks: Plural
    weeks_on: EveryAndDays
    days_on: Week
    monthly_nth: OfNth
    nth: OrdinalDay
    days_nth: Week
    ordinals: Ordinals
    monthly_date: OfDay
    month_day: Plural
    last_date: Plain
    every_months: Plural
    months_nth: EveryAndNth
    months_date: EveryAndDay
    every_year: Plain
    every_years: Plural
    several: Plain
    comma: Plain
    and_: Plain = Field(alias="and")


class PageWords(_Words):
    """The public page of an event and the school's agenda."""

    when: Plain
    where: Plain
    about: Plain
    cancelled: Plain
    moved_from: OfFact
    over: Plain
    next_dates: Plain
    add_to_calendar: Plain
    subscribe: Plain
    on_facebook: Plain
    languages: Plain
    agenda: Plain
    privacy: Plain = "Privacy"
    no_events: Plain
    not_found: Plain


class SubscribeWords(_Words):
    """The page of a subscribed calendar; `holds` also stands in the calendar itself. Programs are called by their names."""

    choose: Plain
    google: Plain
    address: Plain
    scan: Plain
    holds: Plain


class ReplyWords(_Words):
    """What we offer to whoever answers a family in public. `call_us`: instead of words that are nobody else's business.
    `by_machine`: under an answer that nobody who reads its language has checked, before its writer's own words.
    """

    call_us: Plain
    by_machine: Plain = "Translated by a machine. In the original:"


class HeardWords(_Words):
    """ "You said, we did": what became of what families wrote. `words` are two sentences of people at the school."""

    title: Plain
    you_said: OfWords
    we_did: OfWords


class OwnDates(_Words):
    """Dates of our own, for languages whose dates CLDR lacks or writes in another language. `days` begin on Monday."""

    days: Week
    months: Year
    date: WholeDate
    clock: Literal[12, 24]
    am: Plain = "AM"
    pm: Plain = "PM"


class Wording(_Words):
    """All that we say in one language. `reviewed_by` is "" until somebody who speaks it has read it."""

    language: str
    name: Plain
    direction: Literal["ltr", "rtl"]
    reviewed_by: str
    leads: Leads
    labels: Labels
    asks: Asks
    spans: Spans
    rhythm: RhythmWords
    page: PageWords
    replies: ReplyWords
    subscribe: SubscribeWords
    heard: HeardWords | None = None  # a language that a school added itself may lack it
    own_dates: OwnDates | None = None
    languages: Mapping[str, Plain] = {}

    @model_validator(mode="after")
    def _dates_exist(self) -> Wording:
        if self.own_dates is None and locale_of(self.language) is None:
            raise ValueError("lacks the table [own_dates], which a language without CLDR dates needs")
        return self


def locale_of(tag: str) -> Locale | None:
    """CLDR's locale for a BCP 47 tag, by its full form or else by its language alone; None where CLDR has none."""
    for name in (tag, tag.split("-")[0]):
        try:
            return Locale.parse(name.replace("-", "_"))
        except (UnknownLocaleError, ValueError):
            continue
    return None
