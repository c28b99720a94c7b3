from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.conftest import Shell

WINDOW = ("--from", "2026-12-01", "--to", "2027-01-01")
CHICAGO = ("--timezone", "America/Chicago")


def calendar(folder: Path, *events: str) -> str:
    path = folder / "school.ics"
    body = "".join(f"BEGIN:VEVENT\n{event.strip()}\nEND:VEVENT\n" for event in events)
    path.write_text(f"BEGIN:VCALENDAR\nVERSION:2.0\n{body}END:VCALENDAR\n", encoding="utf-8")
    return str(path)


def test_dates_are_told_in_the_zone_that_was_asked_for(shell: Shell) -> None:
    path = calendar(
        shell.folder, "UID:1\nSUMMARY:Book fair\nLOCATION:Library\nDTSTART:20261208T180000Z\nDTEND:20261208T190000Z"
    )
    told = shell("read", path, "--timezone", "America/Denver", *WINDOW, "--json")
    assert told.code == 0 and told.lines == [
        {
            "uid": "1",
            "recurrence_id": None,
            "title": "Book fair",
            "location": "Library",
            "starts_at": "2026-12-08T11:00:00-07:00",
            "ends_at": "2026-12-08T12:00:00-07:00",
            "all_day": False,
            "status": "confirmed",
        }
    ]


def test_a_day_is_that_day_in_every_zone_with_its_end_exclusive(shell: Shell) -> None:
    path = calendar(shell.folder, "UID:1\nSUMMARY:No school\nDTSTART;VALUE=DATE:20261224")
    for zone, offset in (("America/Chicago", "-06:00"), ("Asia/Tokyo", "+09:00")):
        line = shell("read", path, "--timezone", zone, *WINDOW, "--json").lines[0]
        assert (line["starts_at"], line["ends_at"]) == (f"2026-12-24T00:00:00{offset}", f"2026-12-25T00:00:00{offset}")


def test_a_series_tells_each_date_and_which_one_it_was(shell: Shell) -> None:
    path = calendar(
        shell.folder, "UID:1\nSUMMARY:Practice\nDTSTART;TZID=America/Chicago:20261201T170000\nRRULE:FREQ=WEEKLY;COUNT=9"
    )
    lines = shell("read", path, *CHICAGO, *WINDOW, "--json").lines
    assert [line["starts_at"][:10] for line in lines] == [f"2026-12-{day:02}" for day in (1, 8, 15, 22, 29)]
    assert all(line["recurrence_id"] == line["starts_at"] for line in lines)


@pytest.mark.parametrize(
    ("start", "end", "count"), [("08", "09", 1), ("07", "08", 0), ("09", "10", 1), ("10", "11", 0)]
)
def test_the_first_day_counts_the_last_does_not_and_overlap_is_enough(
    shell: Shell, start: str, end: str, count: int
) -> None:
    path = calendar(
        shell.folder, "UID:1\nDTSTART;TZID=America/Chicago:20261208T000000\nDTEND;TZID=America/Chicago:20261210T000000"
    )
    told = shell("read", path, *CHICAGO, "--from", f"2026-12-{start}", "--to", f"2026-12-{end}", "--json")
    assert len(told.lines) == count


def test_one_bad_event_is_a_problem_beside_the_good_ones_and_the_command_succeeds(shell: Shell) -> None:
    path = calendar(shell.folder, "UID:bad\nDTSTART:never", "UID:good\nDTSTART:20261208T180000Z")
    told = shell("read", path, *CHICAGO, *WINDOW, "--json")
    assert told.code == 0
    assert [line["uid"] for line in told.lines if "problem" not in line] == ["good"]
    assert [line["uid"] for line in told.lines if "problem" in line and line["message"]] == ["bad"]


@pytest.mark.parametrize(
    "place",
    [
        "file:///etc/passwd",
        "//example.org/a.ics",
        "http://user:word@example.org/a.ics",
        "http://127.0.0.1:9/a.ics",
        "http://169.254.169.254/latest",
        "ftp://example.org/a.ics",
        "nowhere.ics",
        ".",
    ],
)
def test_what_is_no_public_address_and_no_file_is_refused_with_the_reason(shell: Shell, place: str) -> None:
    told = shell("read", place, *CHICAGO, *WINDOW, "--json")
    assert (told.code, told.out) == (1, "") and len(told.err.strip().splitlines()) == 1


@pytest.mark.parametrize("body", ["", "<!doctype html><p>Sign in", "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1"])
def test_what_is_no_whole_calendar_is_refused_with_the_reason(shell: Shell, body: str) -> None:
    (shell.folder / "a.ics").write_text(body)
    told = shell("read", "a.ics", *CHICAGO, *WINDOW)
    assert (told.code, told.out) == (1, "") and told.err.strip()


@pytest.mark.parametrize(
    "arguments",
    [
        ("--timezone", "Mars/Base", *WINDOW),
        (*CHICAGO, "--from", "tomorrow", "--to", "2027-01-01"),
        (*CHICAGO, "--from", "2026-12-01", "--to", "2026-12-01"),
        (*CHICAGO, "--from", "2026-12-01", "--to", "2036-12-02"),
    ],
)
def test_a_window_that_cannot_be_is_a_usage_error(shell: Shell, arguments: tuple[str, ...]) -> None:
    told = shell("read", calendar(shell.folder, "UID:1\nDTSTART:20261208T180000Z"), *arguments)
    assert told.code == 2 and "Traceback" not in told.err


def test_ten_whole_years_may_be_asked_for(shell: Shell) -> None:
    path = calendar(shell.folder, "UID:1\nDTSTART:20261201T180000Z\nRRULE:FREQ=DAILY")
    told = shell("read", path, *CHICAGO, "--from", "2026-12-01", "--to", "2036-12-01", "--json")
    assert told.code == 0 and len(told.lines) == 3653


def test_reading_leaves_nothing_behind(shell: Shell) -> None:
    path = calendar(shell.folder, "UID:1\nDTSTART:20261208T180000Z")
    shell("read", path, *CHICAGO, *WINDOW)
    assert [one.name for one in shell.folder.iterdir()] == ["school.ics"]


def test_people_get_a_table_in_which_nobody_s_text_is_markup(shell: Shell) -> None:
    path = calendar(shell.folder, "UID:1\nSUMMARY:[bold]Fair[/bold] [red\nDTSTART:20261208T180000Z")
    told = shell("read", path, *CHICAGO, *WINDOW)
    assert told.code == 0 and "[bold]Fair[/bold] [red" in " ".join(told.out.split())


def test_a_list_of_events_is_read_like_a_calendar(shell: Shell) -> None:
    path = shell.folder / "events.csv"
    path.write_text("Title;Date;Time;Place\nBook fair;12/8/2026;6-8 pm;Gym\nConcert;soon;;\nFair;12/21/2026;;\n")
    told = shell("read", str(path), *CHICAGO, *WINDOW, "--json")
    assert told.code == 0
    assert [line.get("title") for line in told.lines] == ["Book fair", "Fair", None]
    assert told.lines[0]["starts_at"] == "2026-12-08T18:00:00-06:00"
    assert told.lines[2] == {
        "problem": "bad-cell",
        "uid": "",
        "message": "Line 3, column “Date”: “soon” is no date; write it like 2026-12-31.",
    }


def test_a_list_is_known_by_its_content_whatever_its_name(shell: Shell) -> None:
    path = shell.folder / "export"
    path.write_text("Fecha,Título\n2026-12-08,Feria\n")
    assert [line["title"] for line in shell("read", str(path), *CHICAGO, *WINDOW, "--json").lines] == ["Feria"]


def test_a_list_without_a_header_is_refused_with_what_was_found(shell: Shell) -> None:
    path = shell.folder / "events.csv"
    path.write_text("Book fair,2026-12-08\n")
    told = shell("read", str(path), *CHICAGO, *WINDOW)
    assert (told.code, "its first line says “Book fair”, “2026-12-08”" in told.err) == (1, True)
