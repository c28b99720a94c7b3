"""What families, calendars and colleagues write stays words: no page runs any of it, with its policy or without.

Each page is opened twice. Without its policy nothing may run, so the words are escaped; with its policy nothing may even be
refused, so there is nothing that a slip would let out.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page
from sqlmodel import SQLModel, select

from config.hours import working_time
from models.columns import new_id
from models.conversation import Conversation, Message, Visitor
from models.delivery import Delivery
from models.draft import Draft, SavedReply
from models.event import Event, EventText, events
from models.page import PagePost
from models.post import Post, posts
from models.promise import Promise
from models.school import School
from models.staff import StaffMember, staff
from tests.desk.conftest import Desk
from tests.desk.payloads import payloads
from tests.desk.planned import held_feed, owed, planned_post
from tests.desk.test_every_page import busy as busy
from tests.desk.test_every_page import pages
from tests.desk.watch import Watch
from tests.web.conftest import Stage
from upkeep.export import batches
from upkeep.letters import Desk as From
from upkeep.letters import written
from upkeep.telling import Happening, Letter, Listener
from web.people.export_page import person_page, school_page, talks_page
from web.speech import speeches

PAYLOADS = payloads()
ALL = " ".join(PAYLOADS)
ATTRIBUTES = [one for one in PAYLOADS if one[0] in "\"'"]
ADDRESSES = [one for one in PAYLOADS if one.lstrip()[0] in "jJd&"]
ONE = """'"><script>canary(-3)</script><img src=x onerror=canary(-4)>{{ 7*7 }}"""
MARIA = "maria@maple.example"

# What people write, column by column.
WRITTEN: dict[type[SQLModel], tuple[str, ...]] = {
    Message: ("text", "hidden_why"),
    Visitor: ("name",),
    Conversation: ("reason", "closed_by"),
    PagePost: ("message",),
    Event: ("title", "description", "location"),
    EventText: ("title", "description"),
    Post: ("text", "reason"),
    Promise: ("what", "dropped_because"),
    Draft: ("text", "because"),
    SavedReply: ("title", "text"),
    Delivery: ("error",),
}
# Names stand in every corner of every page.
SHORT: dict[type[SQLModel], tuple[str, ...]] = {
    StaffMember: ("name",),
    School: ("name",),
    Conversation: ("author_name",),
}
# Columns that become links.
LEADING: dict[type[SQLModel], tuple[str, ...]] = {
    Message: ("permalink",), PagePost: ("permalink",), Post: ("permalink",), Event: ("url",),
}  # fmt: skip


@pytest.fixture(params=[True, False], ids=["without its policy", "with its policy"])
def watch(desk: Desk, browser: Browser, request: pytest.FixtureRequest) -> Iterator[Watch]:
    made = Watch(browser, desk, "maria", without_policy=request.param)
    yield made
    assert made.seen == []


def poison(desk: Desk) -> None:
    """All that anybody wrote now tries to run, and so does every link."""
    with desk.db.write() as session:
        for table, words in ((WRITTEN, ALL), (SHORT, ONE), (LEADING, "javascript:canary(-1)")):
            for model, columns in table.items():
                for row in session.exec(select(model)):
                    for name in columns:
                        setattr(row, name, words)
        for row in session.exec(select(Message)):
            row.author = ALL if row.direction == "received" else row.author
            row.attachment = {"type": ALL, "url": "javascript:canary(-2)"}


def a_full_desk(desk: Desk, busy: dict[str, str], wordings: Any) -> None:
    """Every kind of row that somebody's words are kept in."""
    talk_id, at = busy["/c/{id}"].removeprefix("/c/"), desk.now
    planned_post(desk, "break", wordings)
    planned_post(desk, "homework", wordings, state="withdrawn", reason="no", purpose="x")
    held_feed(desk)
    with desk.db.write() as session:
        talk = session.get_one(Conversation, talk_id)
        fine = {"school": "maple", "conversation_id": talk_id, "page": "pta-page", "created_at": at}
        answer = Message(**fine, direction="sent", text="x", author=MARIA, state="needs-person")
        session.add_all([
            answer, Message(**fine, direction="note", text="x", author=MARIA),
            Message(**fine, direction="received", text="x", hidden_at=at, hidden_by=MARIA, external_id="x_1", edited_at=at),
            PagePost(school="maple", page="pta-page", external_id=talk.post_external_id, created_at=at, message="x", permalink="x"),
            Promise(school="maple", conversation_id=talk_id, what="x", due_on=at.date(), owner=MARIA, made_by=MARIA, made_at=at),
            Draft(school="maple", conversation_id=talk_id, email=MARIA, text="x", updated_at=at),
            Draft(school="maple", conversation_id=talk_id, text="x", because="x", updated_at=at),
            SavedReply(school="maple", language="es", title="x", text="x", made_by=MARIA, made_at=at),
        ])  # fmt: skip
    owed(desk, answer.id, kind="reply")
    owed(desk, new_id("me"), kind="hide", state="failed")


# Each put into a page of its own in the ways a careless template would; then everything there is touched.
_CARELESS = r"""words => Promise.all(words.map(one => new Promise(done => {
    const frame = document.createElement("iframe");
    const over = () => { frame.remove(); done() };
    setTimeout(over, 1500);  // some never finish loading
    frame.onload = () => {
        try {
            for (const it of frame.contentDocument.querySelectorAll("*"))
                for (const kind of ["mouseover", "mouseenter", "pointerover", "pointerenter", "focus", "click", "submit", "load"])
                    it.dispatchEvent(new Event(kind, {bubbles: false, cancelable: true}));
        } catch { /* it led elsewhere */ }
        setTimeout(over, 100);
    };
    frame.srcdoc = `<!doctype html><script>canary = n => parent.canary(n)</${"script"}>` + one;
    document.body.append(frame);
})))"""


def test_most_of_these_words_do_run_where_nothing_protects(desk: Desk, browser: Browser) -> None:
    """Or the other tests here would show nothing."""
    watch = Watch(browser, desk, None, without_policy=True)
    watch.open("/privacy")
    ways = {
        "<p>{}</p>": PAYLOADS,
        '<input value="{}">': ATTRIBUTES,
        "<input value='{}'>": ATTRIBUTES,
        "<a href='{}'>x</a>": ADDRESSES,
    }
    for way, words in ways.items():
        for part in (words[n : n + 30] for n in range(0, len(words), 30)):
            watch.page.evaluate(_CARELESS, [way.replace("{}", one) for one in part])
    ran = {one for one in watch.page.evaluate("window.ran") if isinstance(one, int)}
    assert len(ran) > 120 and len(set(watch.seen)) > 10, (
        "the rest needs htmx, a template engine, or a browser of long ago"
    )


def test_no_page_of_the_desk_runs_what_anybody_wrote(
    desk: Desk, stage: Stage, busy: dict[str, str], wordings: Any, watch: Watch
) -> None:
    examples = pages(desk, stage, busy)
    a_full_desk(desk, busy, wordings)
    poison(desk)
    for who, address in examples:
        watch.become(who)
        watch.open(address)


def hear_all(desk: Desk) -> list[str]:
    """One conversation for each payload, by somebody of that name, under a post of those words. Returns their ids."""
    made = []
    with desk.db.write() as session:
        for n, words in enumerate(PAYLOADS):
            at, ids = desk.now - timedelta(minutes=n + 1), {"school": "maple", "page": "pta-page"}
            session.add(PagePost(**ids, external_id=f"10001_{n}", created_at=at, message=words))
            talk = Conversation(
                **ids, post_external_id=f"10001_{n}", comment_external_id=f"{n}_1", author_name=words, language="es",
                state="open", assignee=MARIA, opened_at=at, updated_at=at, reason=words,
            )  # fmt: skip
            made.append(talk.id)
            session.add(talk)
            session.flush()
            session.add(
                Message(
                    **ids, conversation_id=talk.id, direction="received", text=words, owed=True, external_id=f"{n}_1",
                    post_external_id=f"10001_{n}", author=words, created_at=at,
                )
            )  # fmt: skip
    return made


def further(watch: Watch, path: str) -> Iterator[Page]:
    """All pages of a list."""
    page = watch.open(path)
    yield page
    while page.locator("a[rel=next]").count():
        yield watch.open(page.locator("a[rel=next]").get_attribute("href") or "")


def test_the_list_shows_every_one_of_them_as_words(desk: Desk, watch: Watch) -> None:
    hear_all(desk)
    names = [name for page in further(watch, "/?view=all") for name in page.locator(".who").all_text_contents()]
    assert sorted(names) == sorted(PAYLOADS)


def test_what_is_looked_for_is_shown_as_words(desk: Desk, watch: Watch) -> None:
    hear_all(desk)
    words = " ".join(ALL.split())
    for part in (words[n : n + 200] for n in range(0, len(words), 400 if watch.without_policy else 1600)):
        page = watch.open(f"/?view=all&q={quote(part)}")
        assert page.locator("#q").input_value() == part.strip()


def test_a_conversation_shows_every_one_of_them_as_words(desk: Desk, watch: Watch) -> None:
    [first, *_] = hear_all(desk)
    with desk.db.write() as session:
        for row in session.exec(select(Message)):
            row.conversation_id = first
    page = watch.open(f"/c/{first}?all=1")
    assert sorted(page.locator("p.said").all_text_contents()) == sorted(PAYLOADS)


def test_words_in_the_box_survive_being_held_back_as_they_were_typed(desk: Desk, watch: Watch) -> None:
    talk = desk.hear("¿Hola?")
    for words in ("</textarea><script>canary(1)</script>", "".join(one for one in ALL if one not in "{}")[:5000]):
        typed = f"{words} We saw that Emma has asthma and that your son's IEP meeting is moved."
        page = watch.open(f"/c/{talk.id}")
        page.locator("#text").fill(typed)
        page.get_by_role("button", name="Send the answer").click()
        page.locator("#held").wait_for()
        watch.touch()
        assert page.locator("#text").input_value() == typed.strip()


def test_an_event_and_the_agenda_show_families_only_words(desk: Desk, watch: Watch) -> None:
    for uid in ("concert", "homework", "picnic", "break"):
        desk.site.translate(uid, "so", "x", "x")
    poison(desk)
    for uid, lang in [("concert", "en"), ("concert", "es"), ("homework", "so"), ("picnic", "ar"), ("break", "en")]:
        page = watch.open(f"/e/{desk.site.codes[uid]}?lang={lang}")
        assert "<script>canary(" in page.locator("h1").inner_text()
    for path in ("/s/maple/?lang=en", "/s/maple/?lang=so", "/s/maple/privacy?lang=en", "/e/unknown"):
        watch.open(path)


def test_a_letter_tells_names_as_words(desk: Desk, browser: Browser) -> None:
    listener = Listener(
        MARIA, ALL, "staff", "es", working_time("Mon-Fri 08:00-16:00", "America/Chicago", []), frozenset()
    )
    one = [
        Happening(MARIA, "assigned", "1", kind, f"/c/{quote(ALL)}", desk.now, "es", name=ALL)
        for kind in ("assigned", "late", "handed", "promise", "missing", "stuck")
    ]
    watch = Watch(browser, desk, None, without_policy=True)
    for moment in ("assigned", "overdue", "late-cancellation"):
        letter = written(Letter(listener, moment, tuple(one)), From(ALL, "America/Chicago", "https://bridge.example"))
        watch.page.set_content(letter.html)
        watch.touch()
        assert "<script>canary(" in watch.page.inner_text("body")
    assert watch.seen == []


def test_an_export_is_read_as_words(desk: Desk, busy: dict[str, str], wordings: Any, browser: Browser) -> None:
    a_full_desk(desk, busy, wordings)
    poison(desk)
    with desk.db.read() as session:
        school = session.get_one(School, "maple")
        talks = [talk for batch in batches(session, "maple") for talk in batch]
        held = {
            "person": {"external_id": ALL, "names": [ALL]},
            "conversations": talks,
            "words_elsewhere": talks[0]["messages"],
            "posts": [],
        }
        shown = {
            "people": staff(session, "maple"),
            "events": events(session, "maple"),
            "posts": posts(session, "maple"),
        }
        speech = speeches()["en"]
        told = (
            person_page(speech, school, desk.now, held), talks_page(speech, school, desk.now, talks, 1),
            school_page(speech, school, desk.now, talks=[(ALL, 1)], counts={"message": 1}, **shown),
        )  # fmt: skip
        written_down = ["".join(one) for one in told]
    for bare in (True, False):
        watch = Watch(browser, desk, None, without_policy=bare)
        for html in written_down:
            watch.page.set_content(html)
            watch.touch()
            assert "<script>canary(" in watch.page.inner_text("main")
        assert watch.seen == []
