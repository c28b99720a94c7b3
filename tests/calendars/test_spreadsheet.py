"""Lists of events as spreadsheets save them: what is understood, and what is told of what is not."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from calendars.spreadsheet.read import EventList, read_list
from calendars.values import FeedRefused, OccurrenceValue
from config import columns
from config.columns import COLUMNS, column_words, normal_form
from tests.calendars.feeds import dates

CHICAGO, BERLIN = "America/Chicago", "Europe/Berlin"
HEAD = "Title,Date,Time,End time,Location"


def read(*lines: str, zone: str = CHICAGO) -> EventList:
    return read_list("\n".join(lines).encode(), zone)


def shown(*lines: str, zone: str = CHICAGO) -> list[OccurrenceValue]:
    return dates(read(*lines, zone=zone).ics, zone)[0]


def times(*lines: str) -> list[tuple[str, str, bool]]:
    return [(f"{one.starts_at:%Y-%m-%d %H:%M}", f"{one.ends_at:%Y-%m-%d %H:%M}", one.all_day) for one in shown(*lines)]


def told(*lines: str) -> list[str]:
    return [problem.message for problem in read(*lines).problems]


# --- columns


def test_a_usual_list_says_what_it_says() -> None:
    (fair,) = shown(
        "Title,Date,Start time,End time,Location,Description,Category,Link",
        'Book fair,2026-12-08,6 pm,8 pm,Gym,"Bring a friend,\nand a bag","PTA, Reading",https://maple.example/fair',
    )
    assert (fair.title, fair.location, fair.description) == ("Book fair", "Gym", "Bring a friend,\nand a bag")
    assert fair.categories == ("PTA", "Reading")
    assert (fair.timezone, f"{fair.starts_at:%H:%M}", f"{fair.ends_at:%H:%M}") == (CHICAGO, "18:00", "20:00")


@pytest.mark.parametrize(
    "header",
    [
        "Título;Fecha;Hora;Lugar", "Titre;Date;Heure;Lieu", "Evento;Data;Horário;Local", "Tiêu đề;Ngày;Giờ;Địa điểm",
        "Cinwaan;Taariikh;Saacad;Goob", "العنوان;التاريخ;الوقت;المكان", "标题;日期;时间;地点", "活動;日期;時間;地點",
        "Tit;Dat;Lè;Kote", "Название;Дата;Время;Место", "Назва;Дата;Час;Місце", "제목;날짜;시간;장소",
        "Pamagat;Petsa;Oras;Lugar", "Titel;Datum;Uhrzeit;Ort", "EVENT;start_date;Start-Time;Where",
        "Event (required);Date*;Time;Place", "Subject;StartDate;StartTime;Location",
    ],
)  # fmt: skip
def test_columns_are_known_by_name_in_every_language_that_ships(header: str) -> None:
    (fair,) = shown(header, "Book fair;2026-12-08;18:00;Gym")
    assert (fair.title, f"{fair.starts_at:%m-%d %H:%M}", fair.location) == ("Book fair", "12-08 18:00", "Gym")


def test_no_name_of_a_column_means_two_things_in_whatever_language() -> None:
    languages = tomllib.loads(Path(columns.__file__).with_name("columns.toml").read_text("utf-8"))
    meanings: dict[str, set[str]] = {}
    for words in languages.values():
        for column in COLUMNS:
            for name in words[column]:
                meanings.setdefault(normal_form(name), set()).add(column)
    assert {name: found for name, found in meanings.items() if len(found) > 1} == {}
    assert len(languages) >= 14


def test_no_word_is_both_yes_and_no_or_both_halves_of_the_day() -> None:
    words = column_words().words
    for one, other in (("yes", "no"), ("am", "pm"), ("is_cancelled", "is_confirmed"), ("is_tentative", "is_confirmed")):
        assert not words[one] & words[other]


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_any_usual_sign_may_separate_the_columns(sign: str) -> None:
    assert times(sign.join(["Title", "Date", "Notes"]), sign.join(["Fair", "2026-12-08", '"a, b; c | d"'])) == [
        ("2026-12-08 00:00", "2026-12-09 00:00", True)
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_any_usual_encoding_and_line_end(encoding: str, ends: str) -> None:
    found = read_list(ends.join(["Título,Fecha,Lugar", "Reunión,2026-12-08,Salón"]).encode(encoding), CHICAGO)
    (one,) = dates(found.ics)[0]
    assert (one.title, one.location) == ("Reunión", "Salón")
    assert [problem.problem for problem in found.problems] == (["encoding"] if encoding == "cp1252" else [])


def test_lines_above_the_header_blank_lines_and_repeated_headers_are_passed_over() -> None:
    assert len(shown("Maple Street PTA,,", "2026/27,,", "", "Title,Date,Time", ",,", "Fair,2026-12-08,", "Title,Date,Time",
                     "Fête,2026-12-09,")) == 2  # fmt: skip


def test_an_export_of_google_calendar_names_the_last_day() -> None:
    head = "Subject,Start Date,Start Time,End Date,End Time,All Day Event,Description,Location,Private"
    assert times(head, "Break,12/21/2026,,12/23/2026,,True,,,False", "Fair,12/08/2026,06:00 PM,12/08/2026,08:00 PM,False,,,") == [
        ("2026-12-08 18:00", "2026-12-08 20:00", False),
        ("2026-12-21 00:00", "2026-12-24 00:00", True),
    ]  # fmt: skip


def test_an_export_of_outlook_names_the_midnight_after_the_last_day() -> None:
    head = '"Subject","Start Date","Start Time","End Date","End Time","All day event","Categories"'
    assert times(head, '"Break","12/21/2026","12:00:00 AM","12/24/2026","12:00:00 AM","True","School"') == [
        ("2026-12-21 00:00", "2026-12-24 00:00", True)
    ]


# --- when


@pytest.mark.parametrize(
    ("line", "start", "end"),
    [
        ("Dance,2026-12-11,8 pm,1 am,", "2026-12-11 20:00", "2026-12-12 01:00"),
        ("Dance,2026-12-11 20:00,,,", "2026-12-11 20:00", "2026-12-11 20:00"),
        ("Dance,2026-12-11,6-8 pm,,", "2026-12-11 18:00", "2026-12-11 20:00"),
        ("Dance,2026-12-11,2026-12-11 18:00,2026-12-12 02:00,", "2026-12-11 18:00", "2026-12-12 02:00"),
        ("Dance,2026-12-11,6 pm CST,7 pm CT,", "2026-12-11 18:00", "2026-12-11 19:00"),
        ("Dance,2026-12-11 00:00:00,,,", "2026-12-11 00:00", "2026-12-12 00:00"),
        ("Dance,2026-12-11,TBD,,", "", ""),
    ],
)
def test_day_and_times_may_stand_in_one_cell_or_in_several(line: str, start: str, end: str) -> None:
    assert [one[:2] for one in times(HEAD, line)] == ([(start, end)] if start else [])


def test_a_length_stands_for_an_end() -> None:
    assert times("Title,Date,Time,Duration", "A,2026-12-08,18:00,90 min", "B,2026-12-09,,2 days") == [
        ("2026-12-08 18:00", "2026-12-08 19:30", False),
        ("2026-12-09 00:00", "2026-12-11 00:00", True),
    ]


def test_several_days_end_with_the_last_of_them() -> None:
    assert times("Title,Start date,End date", "Break,2026-12-21,2027-01-01") == [
        ("2026-12-21 00:00", "2027-01-02 00:00", True)
    ]


def test_an_end_that_cannot_be_believed_is_told_and_the_start_stands() -> None:
    lines = ("Title,Start date,Time,End date,End time", "A,2026-12-08,18:00,2026-12-07,19:00", "B,2026-12-09,,2026-12-01,",
             "C,2026-12-10,18:00,,late")  # fmt: skip
    assert [start for start, _, _ in times(*lines)] == ["2026-12-08 18:00", "2026-12-09 00:00", "2026-12-10 18:00"]
    assert told(*lines) == [
        "Line 2, column “End time”: lies before the start; the start was kept.",
        "Line 3, column “End date”: lies before the first day; the first day was kept.",
        "Line 4, column “End time”: “late” is no time; write it like 18:30 or 6:30 pm.",
    ]


def test_an_order_that_was_guessed_is_told() -> None:
    assert times(HEAD, "Fair,4/3/2027,,,")[0][0] == "2027-04-03 00:00"
    assert shown(HEAD, "Fair,4/3/2027,,,", zone=BERLIN)[0].starts_at.month == 3
    assert told(HEAD, "Fair,4/3/2027,,,") == [
        "No day in the list shows whether days or months come first; it was read with the month first: "
        "write days like 2026-12-31 to be sure."
    ]
    assert told(HEAD, "Fair,4/3/2027,,,", "Fête,12/21/2026,,,") == []


def test_in_a_list_of_both_orders_only_what_is_clear_is_read() -> None:
    lines = (HEAD, "A,12/21/2026,,,", "B,21/12/2026,,,", "C,4/3/2027,,,", "D,2027-01-05,,,")
    assert [one.title for one in shown(*lines)] == ["A", "B", "D"]
    assert told(*lines) == [
        "Line 4, column “Date”: “4/3/2027” may be one day or another, since the list writes days in both orders; "
        "write it like 2026-12-31."
    ]


# --- who is who


def uids(*lines: str) -> list[str]:
    return [
        line.partition(":")[2]
        for line in read(*lines).ics.decode().replace("\r\n ", "").split("\r\n")
        if line.startswith("UID")
    ]


def test_the_id_column_is_the_uid() -> None:
    assert uids("Title,Date,ID", "Fair,2026-12-08,ev-1", "Fête,2026-12-09,ev-2") == ["ev-1", "ev-2"]


def test_without_an_id_title_and_day_are_who_it_is() -> None:
    first = uids(HEAD, "Fair,2026-12-08,6 pm,,Gym", "Meeting,2026-12-09,,,")
    assert uids(HEAD, "Meeting,2026-12-09,9 am,,", "fair ,2026-12-08,7 pm,,Library") == first[::-1]


def test_the_same_title_twice_a_day_is_two_events() -> None:
    found = uids(HEAD, "Tour,2026-12-08,9 am,,Gym", "Tour,2026-12-08,1 pm,,Gym", "Tour,2026-12-08,1 pm,,Hall")
    assert len(set(found)) == 3


def test_the_same_line_twice_is_one_event() -> None:
    assert len(shown(HEAD, "Tour,2026-12-08,9 am,,Gym", "Tour,2026-12-08,9 am,,Gym")) == 1


@pytest.mark.parametrize(
    ("head", "cell", "status"),
    [("Status", "Cancelled", "cancelled"), ("Estado", "cancelada", "cancelled"), ("Canceled", "x", "cancelled"),
     ("Cancelled", "no", "confirmed"),
     ("Status", "Draft", "tentative"), ("Status", "", "confirmed"), ("Status", "Approved", "confirmed")],
)  # fmt: skip
def test_a_cancelled_event_says_so(head: str, cell: str, status: str) -> None:
    lines = (f"Title,Date,{head}", f"Fair,2026-12-08,{cell}")
    assert [one.status for one in shown(*lines)] == [status]
    assert told(*lines) == []


def test_a_status_that_is_not_understood_is_told() -> None:
    lines = ("Title,Date,Status", "Fair,2026-12-08,Room booked")
    assert [one.status for one in shown(*lines)] == ["confirmed"]
    assert told(*lines) == [
        "Line 2, column “Status”: “Room booked” is no status that is understood; it was read as confirmed."
    ]


# --- what is refused


def test_a_bad_line_is_told_by_its_number_and_column_and_costs_no_other() -> None:
    lines = (HEAD, '"A",2026-12-08,,,"Gym\nfirst floor"', "B,soon,,,", ",2026-12-09,,,", "C,,,,", "D,2026-12-10,teatime,,",
             "E,2026-12-11,,,", "F,2026-12-12,,,", "G,2026-12-13,,,")  # fmt: skip
    assert [one.title for one in shown(*lines)] == ["A", "E", "F", "G"]
    assert told(*lines) == [
        "Line 4, column “Date”: “soon” is no date; write it like 2026-12-31.",
        "Line 5, column “Title”: is empty; say what the event is called.",
        "Line 6, column “Date”: is empty, and without a date nothing can be announced; write it like 2026-12-31.",
        "Line 7, column “Time”: “teatime” is no time; write it like 18:30 or 6:30 pm.",
    ]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf \r\n", "is empty"),
        (b"<!DOCTYPE html><html>Sign in</html>", "web page"),
        (b"\n\n<html><body>Title,Date</body></html>", "web page"),
        (b'{"error": "no"}', "JSON"),
        (b"PK\x03\x04xl/workbook", "save it as CSV"),
        (b"BEGIN:VCALENDAR\nEND:VCALENDAR\n", 'kind = "ics"'),
        (b"a,b,c\n1,2,3\n", "its first line says “a”, “b”, “c”"),
        (b"Title,Place\nFair,Gym\n", "a title and a date must be there"),
        (b'Title,Date\nFair,"2026-12-08\nFete,2026-12-09\n', "opens in line 2 of the list is never closed"),
        (b"Title,Date\n" + b"Fair,soon\n" * 5 + b"Fair,2026-12-08\n", "5 of its 6 lines cannot be read; the first: Line 2"),
        (b"x" * (20 * 2**20 + 1), "larger than 20 MB"),
        (b"Title,Date\n" + b"Fair,2026-12-08\n" * 60_001, "more than 60,000"),
        ("Title,Date\nFair,2026-12-08\n".encode("utf-16")[:-1], "cut off"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_what_is_no_list_of_events_is_refused_whole(body: bytes, reason: str) -> None:
    with pytest.raises(FeedRefused) as refused:
        read_list(body, CHICAGO)
    assert reason in str(refused.value)


def test_a_list_of_a_header_alone_has_no_events() -> None:
    assert read(HEAD).problems == ()
    assert shown(HEAD) == []


@pytest.mark.parametrize("odd", ["\x00", "\x07", "\u202e", "\u2028", "\x85", "\x1e"])
def test_odd_characters_cost_no_event(odd: str) -> None:
    found = shown(HEAD, f"Fa{odd}ir,2026-12-08,,,Gym", "Fete,2026-12-09,,,Gym")
    assert len(found) == 2
    assert found[1].title == "Fete"


def test_text_cannot_break_out_of_its_line_of_the_calendar() -> None:
    (one,) = shown("Title,Date,Description", '"Fair\r\nEND:VEVENT",2026-12-08,"a; b\\, c\nBEGIN:VEVENT"')
    assert one.title == "Fair END:VEVENT"
    assert one.description == "a; b\\, c\nBEGIN:VEVENT"
