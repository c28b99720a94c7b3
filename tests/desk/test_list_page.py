"""The list of the inbox as a page: what a row says, who is sent where, how it is narrowed, many at once. Without a browser."""

from __future__ import annotations

import gzip
import re
from datetime import date, timedelta
from html import unescape

import pytest
from sqlmodel import select

from models.conversation import Assignment, Conversation, Message
from models.post import posts_of
from models.promise import Promise
from models.staff import StaffMember
from tests.desk.conftest import Desk
from web.templating import STATIC

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def shown(desk: Desk, address: str = "/", who: str = "maria") -> list[str]:
    """The ids of the rows, in order."""
    answer = desk.as_(who).get(address)
    assert answer.status == 200, answer.text
    return re.findall(r'<li class="talk" id="(\w+)"', answer.text)


def words(desk: Desk, address: str = "/", who: str = "maria") -> str:
    """What the page says, without its markup."""
    page = desk.as_(who).get(address).text.partition("<main")[2]
    return " ".join(unescape(re.sub("<[^>]+>", " ", page)).split())


def test_each_role_begins_where_its_work_is(desk: Desk) -> None:
    desk.hear("¿A qué hora?")
    assert desk.as_("maria").get("/").status == desk.as_("office").get("/").status == 200
    assert desk.as_("pat").get("/").headers["location"] == "/posts"
    assert desk.as_("eve").get("/").headers["location"] == "/center"


def test_mine_come_first_with_what_is_overdue_on_top(desk: Desk) -> None:
    soon, overdue = desk.hear("¿Mañana?"), desk.hear("¿Y el lunes?", ago=3 * DAY)
    desk.hear("Is there parking?", language="en", to="office@maple.example")
    assert shown(desk) == [overdue.id, soon.id]
    said = words(desk)
    assert "Overdue since Sun, Nov 29, 9:00 AM" in said and "Answer by Wed, Dec 2, 7:00 AM" in said
    assert "A family" in said and "Spanish" in said and "2 hours ago" in said and "With you" in said


def test_a_row_tells_event_promise_writer_and_unsure_guesses(desk: Desk) -> None:
    with desk.db.write() as session:
        posts_of(session, "maple", desk.site.heads()["concert"].id)[0].external_id = "10001_concert"
    row = desk.hear(
        "Waa goorma?", language="und", taken_by="amina@maple.example", taken_at=desk.now - 2 * timedelta(minutes=1)
    )
    with desk.db.write() as session:
        session.add(
            Promise(school="maple", conversation_id=row.id, what="Ask", due_on=date(2026, 11, 30), owner="maria@maple.example",
                    made_by="maria@maple.example", made_at=desk.now)
        )  # fmt: skip
        message = session.exec(select(Message).where(Message.conversation_id == row.id)).one()
        message.guess = {"candidates": [["so", 0.5], ["om", 0.4]]}
    said = words(desk)
    assert "Under: Winter concert & sing-along" in said and "Amina Ali is writing" in said
    assert "Promised for Mon, Nov 30: overdue" in said
    assert "not sure which language: Somali? Oromo?" in said


def test_tabs_count_and_lead(desk: Desk) -> None:
    desk.hear("Uno")
    desk.hear("Dos", to="office@maple.example")
    waiting = desk.hear("Tres", state="waiting")
    page = desk.as_("maria").get("/").text
    assert dict(re.findall(r'data-count="(\w+)">(\w*\+?)<', page)) == {
        "mine": "1", "languages": "2", "waiting": "1", "promised": "", "unsure": "",
    }  # fmt: skip
    assert shown(desk, "/?view=waiting") == [waiting.id]
    assert len(shown(desk, "/?view=languages")) == 2 and len(shown(desk, "/?view=all")) == 3
    assert len(shown(desk, "/?view=languages", "amina")) == 0


def test_somebody_who_speaks_brazilian_portuguese_sees_portuguese(desk: Desk) -> None:
    with desk.db.write() as session:
        session.get_one(StaffMember, ("maple", "amina@maple.example")).languages = ["pt-BR"]
    row = desk.hear("Que horas começa?", language="pt")
    assert shown(desk, "/?view=languages", "amina") == [row.id]


def test_search_looks_everywhere_and_in_every_script(desk: Desk) -> None:
    closed = desk.hear("¿Dónde está el GIMNASIO?", state="closed", to="office@maple.example")
    chinese = desk.hear("学校几点开始？", language="zh")
    assert shown(desk, "/?q=gimnasio") == shown(desk, "/?q=d%C3%B3nde+gim") == [closed.id]
    assert shown(desk, "/?q=%E5%AD%A6%E6%A0%A1") == [chinese.id]
    assert shown(desk, "/?view=mine&q=gimnasio") == []
    assert "No conversation has these words." in words(desk, "/?q=xyz")
    assert shown(desk, "/?q=%22%27%28*") == []


def test_filters_narrow_and_can_be_left(desk: Desk) -> None:
    somali = desk.hear("Goorma?", language="so", to="amina@maple.example", ago=5 * DAY)
    desk.hear("¿Cuándo?")
    for narrowed in ("language=so", "person=amina@maple.example", "days=3", "state=open&days=3"):
        assert shown(desk, f"/?view=all&{narrowed}") == [somali.id], narrowed
    assert "Nothing here fits these filters." in words(desk, "/?view=all&person=nobody")
    assert "Without filters" in words(desk, "/?view=all&language=so")


@pytest.mark.parametrize(
    "strange",
    ["view=x", "days=x", "days=-1", "state=x", "at=x", "page=%00", "q=%00", "language=%27", "at=" + "A" * 3000],
)
def test_an_address_that_means_nothing_is_no_error(desk: Desk, strange: str) -> None:
    desk.hear("¿Cuándo?")
    assert desk.as_("maria").get(f"/?{strange}").status == 200


def test_a_long_list_goes_on_and_back(desk: Desk) -> None:
    for n in range(53):
        desk.hear(f"¿{n}?", ago=n * HOUR)
    first = desk.as_("maria").get("/").text
    [further] = re.findall(r'rel="next" href="([^"]+)"', first)
    second = desk.as_("maria").get(unescape(further)).text
    [back] = re.findall(r'rel="prev" href="([^"]+)"', second)
    assert 'rel="prev"' not in first and 'rel="next"' not in second
    assert len(shown(desk)) == 50 and len(shown(desk, unescape(further))) == 3
    assert shown(desk, unescape(back)) == shown(desk)


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("/", "Nobody waits for you."), ("/?view=languages", "Nobody waits in your languages."),
        ("/?view=waiting", "come back by themselves"), ("/?view=promised", "make it a promise"),
        ("/?view=unsure", "somebody to say which"), ("/?view=all", "No family has commented yet."),
    ],
)  # fmt: skip
def test_an_empty_list_teaches(desk: Desk, address: str, sentence: str) -> None:
    assert sentence in words(desk, address)


def test_a_family_s_words_are_only_text(desk: Desk) -> None:
    bad = '<img src=x onerror=alert(1)><script>alert(2)</script>" onmouseover="alert(3)'
    desk.hear(bad, name=bad)
    page = desk.as_("maria").get("/").text + desk.as_("maria").get("/", hx_request="true").text
    assert "<img" not in page and "<script>" not in page and '" onmouseover' not in page


def test_a_script_gets_the_list_alone(desk: Desk) -> None:
    row = desk.hear("¿Cuándo?")
    piece = desk.as_("maria").get("/?view=all", hx_request="true").text
    assert row.id in piece and "<html" not in piece and 'data-count="mine">1<' in piece


def test_the_first_view_is_small(desk: Desk) -> None:
    for n in range(60):
        desk.hear(
            f"¿A qué hora empieza el concierto número {n}? " + "Mi hija canta en el coro. " * 8, name=f"Rosa Díaz {n}"
        )
    page = desk.as_("maria").get("/").text
    files = re.findall(r'(?:src|href)="/static/([^?"]+)', page)
    assert set(files) >= {"site.css", "desk.css", "inbox.css", "inbox.js"}
    whole = [page.encode(), *((STATIC / name).read_bytes() for name in files)]
    assert sum(len(gzip.compress(one)) for one in whole) < 60_000


# --- many at once


def test_many_are_closed_at_once(desk: Desk) -> None:
    rows = [desk.hear("Gracias"), desk.hear("😀"), desk.hear("ok", state="closed")]
    busy = desk.hear("¿Y?", taken_by="amina@maple.example", taken_at=desk.now)
    maria = desk.as_("maria")
    done = maria.post("/many", do="close", id=[row.id for row in [*rows, busy]], back="/?view=all")
    assert done.headers["location"] == "/?view=all"
    said = unescape(maria.follow(done).text)
    assert "2 closed as needing no answer." in said
    assert "Not done: 1 (closed already), 1 (somebody is writing an answer just now)." in said
    with desk.db.read() as session:
        found = {row.id: session.get_one(Conversation, row.id) for row in [*rows, busy]}
    assert [found[row.id].closed_reason for row in rows[:2]] == ["no-answer-needed"] * 2
    assert found[rows[0].id].closed_by == "maria@maple.example" and found[busy.id].state == "open"


def test_many_are_given_to_somebody_at_once(desk: Desk) -> None:
    rows = [desk.hear("Goorma?", language="so"), desk.hear("Xaggee?", language="so")]
    theirs = desk.hear("Waa maxay?", to="amina@maple.example")
    maria = desk.as_("maria")
    done = maria.post("/many", do="assign", to="amina@maple.example", id=[row.id for row in [*rows, theirs]])
    said = maria.follow(done).text
    assert "2 given to somebody else." in said and "1 (theirs already)" in said
    with desk.db.read() as session:
        assert [session.get_one(Conversation, row.id).assignee for row in rows] == ["amina@maple.example"] * 2
        assert len(session.exec(select(Assignment)).all()) == 2


def test_many_twice_is_once(desk: Desk) -> None:
    row, maria = desk.hear("Gracias"), desk.as_("maria")
    maria.post("/many", do="assign", to="amina@maple.example", id=row.id, once="x" * 20)
    maria.post("/many", do="assign", to="office@maple.example", id=row.id, once="x" * 20)
    with desk.db.read() as session:
        assert session.get_one(Conversation, row.id).assignee == "amina@maple.example"


def test_a_foreign_id_among_many_is_not_there_and_nothing_is_done(desk: Desk) -> None:
    row = desk.hear("Gracias")
    assert desk.as_("maria").post("/many", do="close", id=[row.id, "co_0000000000000000"]).status == 404
    assert desk.as_("zoe").post("/many", do="close", id=row.id).status == 404
    with desk.db.read() as session:
        assert session.get_one(Conversation, row.id).state == "open"


def test_many_of_nothing_or_to_nobody_is_told(desk: Desk) -> None:
    row, maria = desk.hear("Gracias"), desk.as_("maria")
    assert "tick one or more" in maria.post("/many", do="close").text
    for to in ("", "pat@maple.example", "zoe@oak.example"):
        answer = maria.post("/many", do="assign", id=row.id, to=to)
        assert answer.status == 422 and "choose a person" in answer.text
    assert maria.post("/many", do="close", id=row.id, more="x").status == 422
    assert maria.post("/many", do="burn", id=row.id).status == 422
    assert maria.post("/many", do="close", id=[f"co_{n}" for n in range(51)]).status == 422


def test_many_leads_nowhere_else(desk: Desk) -> None:
    row = desk.hear("Gracias")
    done = desk.as_("maria").post("/many", do="close", id=row.id, back="//evil.example")
    assert done.headers["location"] == "/"
