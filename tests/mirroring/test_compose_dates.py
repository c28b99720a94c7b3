"""Dates, times and rhythms in every language: written out, so that a new CLDR or catalogue shows what it changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from calendars.values import Rhythm
from config.wording import Wording, load_wordings, wording_for
from mirroring.dates import day, last_day, rhythm_words, when

ZONE = "America/Chicago"
WORDINGS = load_wordings()
EVENING = datetime(2026, 12, 2, 0, 0, tzinfo=UTC)  # 6 PM on December 1 in Chicago


def local(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=ZoneInfo(ZONE))  # type: ignore[arg-type, misc]


def wording(tag: str) -> Wording:
    found = wording_for(tag, WORDINGS)
    assert found is not None
    return found


def said(tag: str, start: datetime, end: datetime, all_day: bool = False) -> str:
    return when(start, end, all_day, ZONE, tag, wording(tag))


@pytest.mark.parametrize(
    "tag, words",
    [
        ("en", "Tuesday, December 1, 2026, 6:00 – 7:30 PM"),
        ("es", "martes, 1 de diciembre de 2026, 18:00–19:30"),
        ("es-MX", "martes, 1 de diciembre de 2026, 6:00–7:30 p.m."),
        ("vi", "Thứ Ba, 1 tháng 12, 2026, 18:00–19:30"),
        ("ar", "الثلاثاء، 1 ديسمبر 2026، من 6:00 إلى 7:30 م"),
        ("so", "Talaado, Diseembar 1, 2026, 6:00 – 7:30 PM"),
        ("zh", "2026年12月1日星期二 18:00–19:30"),
        ("zh-TW", "2026年12月1日 星期二 下午6:00–晚上7:30"),
        ("fr", "mardi 1 décembre 2026, 18:00 – 19:30"),
        ("pt-BR", "terça-feira, 1 de dezembro de 2026, 18:00 – 19:30"),
        ("ht", "madi 1 desanm 2026, 6:00 – 7:30 PM"),
        ("ru", "вторник, 1 декабря 2026 г., 18:00–19:30"),
    ],
)
def test_an_evening_is_told_in_school_time_as_the_language_writes_it(tag: str, words: str) -> None:
    assert said(tag, EVENING, EVENING + timedelta(minutes=90)) == words


def test_a_range_over_noon_names_both_halves_of_the_day() -> None:
    start, end = local(2026, 12, 1, 10), local(2026, 12, 1, 13)
    assert said("en", start, end) == "Tuesday, December 1, 2026, 10:00 AM – 1:00 PM"
    assert said("ar", start, end) == "الثلاثاء، 1 ديسمبر 2026، من 10:00 ص إلى 1:00 م"
    assert said("ht", start, end) == "madi 1 desanm 2026, 10:00 AM – 1:00 PM"


def test_an_event_without_length_has_one_time() -> None:
    assert said("en", EVENING, EVENING) == "Tuesday, December 1, 2026, 6:00 PM"


def test_an_event_over_midnight_names_both_days() -> None:
    words = said("en", local(2026, 12, 4, 19), local(2026, 12, 5, 8))
    assert words == "Friday, December 4, 2026, 7:00 PM – Saturday, December 5, 2026, 8:00 AM"


def test_one_whole_day_ends_before_its_exclusive_end() -> None:
    start, end = local(2026, 12, 21), local(2026, 12, 22)
    assert said("en", start, end, all_day=True) == "Monday, December 21, 2026 (all day)"
    assert said("es", start, end, all_day=True) == "lunes, 21 de diciembre de 2026 (todo el día)"
    assert said("ar", start, end, all_day=True) == "الاثنين، 21 ديسمبر 2026 (طوال اليوم)"


def test_several_whole_days_name_the_first_and_the_last() -> None:
    start, end = local(2026, 12, 21), local(2027, 1, 4)
    assert said("en", start, end, all_day=True) == "Monday, December 21, 2026 – Sunday, January 3, 2027"
    assert said("ht", start, end, all_day=True) == "lendi 21 desanm 2026 – dimanch 3 janvye 2027"
    assert said("zh", start, end, all_day=True) == "2026年12月21日星期一至2027年1月3日星期日"


@pytest.mark.parametrize("start", [(2026, 3, 8), (2026, 11, 1)])
def test_a_whole_day_on_which_the_clocks_change_is_one_day(start: tuple[int, int, int]) -> None:
    begins = local(*start)
    ends = begins + timedelta(days=1)
    assert last_day(begins.astimezone(UTC), ends.astimezone(UTC), ZONE) == begins.date()
    assert "(all day)" in said("en", begins.astimezone(UTC), ends.astimezone(UTC), all_day=True)


def test_the_same_instant_of_the_day_is_told_by_the_wall_clock_before_and_after_the_clocks_change() -> None:
    before, after = datetime(2026, 10, 31, 23, tzinfo=UTC), datetime(2026, 11, 1, 23, tzinfo=UTC)
    assert said("en", before, before) == "Saturday, October 31, 2026, 6:00 PM"
    assert said("en", after, after) == "Sunday, November 1, 2026, 5:00 PM"


def test_the_hour_that_comes_twice_is_told_without_an_error() -> None:
    start = datetime(2026, 11, 1, 6, 30, tzinfo=UTC)  # 1:30 AM, the first time
    assert said("en", start, start + timedelta(minutes=45)) == "Sunday, November 1, 2026, 1:30 AM"


@pytest.mark.parametrize("tag", [*WORDINGS, "es-MX", "ar-EG", "zh-TW", "fr-CA", "en-GB", "pt-PT"])
def test_digits_are_ours_and_no_space_or_mark_is_a_special_one(tag: str) -> None:
    texts = [
        said(tag, local(2026, month, 21, hour), local(2026, month, 21, hour) + timedelta(hours=3))
        for month, hour in product(range(1, 13), (0, 6, 9, 12, 17, 22))
    ]
    for char in "".join(texts):
        assert not char.isdecimal() or char in "0123456789"
        assert char == " " or not char.isspace()
        assert char not in "\u200b\u200c\u200d\u200e\u200f\ufeff"


@pytest.mark.parametrize(
    "tag, days, months",
    [
        (
            "ht",
            "lendi madi mèkredi jedi vandredi samdi dimanch",
            "janvye fevriye mas avril me jen jiyè out septanm oktòb novanm desanm",
        ),
        (
            "so",
            "Isniin Talaado Arbaco Khamiis Jimco Sabti Axad",
            "Jannaayo Febraayo Maarso Abriil Maajo Juun Luulyo Agoosto Sebteembar Oktoobar Nofeembar Diseembar",
        ),
    ],
)
def test_dates_of_our_own_name_every_day_and_month(tag: str, days: str, months: str) -> None:
    first_monday = local(2026, 6, 1, 12)
    for offset, name in enumerate(days.split()):
        assert name in day(first_monday + timedelta(days=offset), ZONE, tag, wording(tag)).replace(",", "").split()
    for number, name in enumerate(months.split(), start=1):
        assert name in day(local(2026, number, 15), ZONE, tag, wording(tag)).replace(",", "").split()


# --- rhythms

WEEKLY = Rhythm("weekly", weekdays=(1,))
RHYTHMS = [
    (WEEKLY, "every Tuesday", "todos los martes", "كل يوم ثلاثاء"),
    (Rhythm("weekly"), "every Tuesday", "todos los martes", "كل يوم ثلاثاء"),
    (
        Rhythm("weekly", weekdays=(3, 1)),
        "every Tuesday and Thursday",
        "todos los martes y jueves",
        "كل يوم ثلاثاء وخميس",
    ),
    (
        Rhythm("weekly", 2, (1, 3)),
        "every 2 weeks on Tuesday and Thursday",
        "cada 2 semanas, los martes y jueves",
        "كل أسبوعين، يوم الثلاثاء والخميس",
    ),
    (Rhythm("weekly", weekdays=(0, 1, 2, 3, 4)), "Monday to Friday", "de lunes a viernes", "من الاثنين إلى الجمعة"),
    (Rhythm("weekly", weekdays=(0, 1, 2, 3, 4, 5, 6)), "every day", "todos los días", "كل يوم"),
    (
        Rhythm("monthly", weekdays=(1,), position=2),
        "the second Tuesday of each month",
        "el segundo martes de cada mes",
        "ثاني يوم ثلاثاء من كل شهر",
    ),
    (
        Rhythm("monthly", weekdays=(4,), position=-1),
        "the last Friday of each month",
        "el último viernes de cada mes",
        "آخر يوم جمعة من كل شهر",
    ),
    (Rhythm("monthly", month_day=15), "on the 15th of each month", "el día 15 de cada mes", "يوم 15 من كل شهر"),
    (Rhythm("monthly", month_day=22), "on the 22nd of each month", "el día 22 de cada mes", "يوم 22 من كل شهر"),
    (Rhythm("monthly"), "on the 1st of each month", "el día 1 de cada mes", "يوم 1 من كل شهر"),
    (
        Rhythm("monthly", month_day=-1),
        "on the last day of each month",
        "el último día de cada mes",
        "آخر يوم من كل شهر",
    ),
    (Rhythm("monthly", 3, month_day=2), "every 3 months on the 2nd", "cada 3 meses, el día 2", "كل 3 أشهر، يوم 2"),
    (Rhythm("daily"), "every day", "todos los días", "كل يوم"),
    (Rhythm("daily", 3), "every 3 days", "cada 3 días", "كل 3 أيام"),
    (Rhythm("yearly"), "every year", "todos los años", "كل سنة"),
    (Rhythm("yearly", 2), "every 2 years", "cada 2 años", "كل سنتين"),
    (Rhythm("other"), "several dates", "varias fechas", "عدة مواعيد"),
    (Rhythm("monthly", weekdays=(1,), position=-3), "several dates", "varias fechas", "عدة مواعيد"),
    (Rhythm("monthly", weekdays=(1,)), "several dates", "varias fechas", "عدة مواعيد"),
    (Rhythm("monthly", month_day=-5), "several dates", "varias fechas", "عدة مواعيد"),
]


def repeats(rhythm: Rhythm, tag: str, all_day: bool = True) -> str:
    end = EVENING + timedelta(minutes=90)
    return rhythm_words(rhythm, EVENING, end, ZONE, tag, wording(tag), all_day=all_day)


@pytest.mark.parametrize("rhythm, english, spanish, arabic", RHYTHMS)
def test_a_rhythm_is_said_in_words(rhythm: Rhythm, english: str, spanish: str, arabic: str) -> None:
    assert [repeats(rhythm, tag) for tag in ("en", "es", "ar")] == [english, spanish, arabic]


@pytest.mark.parametrize("tag", WORDINGS)
@pytest.mark.parametrize("rhythm", [row[0] for row in RHYTHMS])
def test_every_language_says_every_rhythm(tag: str, rhythm: Rhythm) -> None:
    words = repeats(rhythm, tag)
    assert words and "{" not in words and "None" not in words


@pytest.mark.parametrize(
    "tag, words",
    [
        ("fr", "le premier mercredi et le premier dimanche de chaque mois"),
        ("ht", "premye mèkredi ak premye dimanch nan chak mwa"),
        ("pt", "na primeira quarta-feira e no primeiro domingo de cada mês"),
        ("ru", "в первую среду и в первое воскресенье каждого месяца"),
        ("so", "Arbacada koowaad iyo Axadda koowaad ee bil kasta"),
        ("vi", "thứ Tư đầu tiên và Chủ nhật đầu tiên trong mỗi tháng"),
        ("zh", "每月第一个星期三和第一个星期日"),
    ],
)
def test_ordinals_agree_with_their_weekday(tag: str, words: str) -> None:
    assert repeats(Rhythm("monthly", weekdays=(2, 6), position=1), tag) == words


def test_russian_counts_weeks_in_its_own_plural_forms() -> None:
    said = [repeats(Rhythm("weekly", n, (1,)), "ru") for n in (2, 5, 21)]
    assert said == ["каждые 2 недели, во вторник", "каждые 5 недель, во вторник", "каждую 21 неделю, во вторник"]


def test_a_rhythm_is_told_with_its_time_of_day() -> None:
    assert repeats(WEEKLY, "en", all_day=False) == "every Tuesday, 6:00 – 7:30 PM"
    assert repeats(WEEKLY, "zh", all_day=False) == "每星期二 18:00–19:30"
