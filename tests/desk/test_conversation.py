"""One conversation: reading it, answering it, and all that people do with it. Without a browser."""

from __future__ import annotations

import gzip
import re
from datetime import timedelta
from html import unescape

import pytest
from sqlmodel import select

from models.audit import Audit, of_subject
from models.conversation import Conversation, Message, messages
from models.delivery import Delivery
from models.draft import Draft, SavedReply, drafts_of
from models.event import Event
from models.page import Page, PagePost
from models.post import Post
from models.promise import promises_of
from models.staff import StaffMember
from tests.desk.conftest import Client, Desk
from web.templating import STATIC

MARIA, AMINA = "maria@maple.example", "amina@maple.example"
QUESTION = "¿A qué hora empieza el concierto?"


def said(desk: Desk, talk: Conversation) -> list[Message]:
    with desk.db.read() as session:
        return messages(session, "maple", [talk.id])[talk.id]


def now(desk: Desk, talk: Conversation) -> Conversation:
    with desk.db.read() as session:
        return session.exec(select(Conversation).where(Conversation.id == talk.id)).one()


def add(desk: Desk, talk: Conversation, text: str, **more: object) -> Message:
    """One more message in the thread."""
    row = Message(
        **{"school": "maple", "page": "pta-page", "conversation_id": talk.id, "direction": "received", "text": text,
           "created_at": desk.now, "language": talk.language, **more}
    )  # fmt: skip
    with desk.db.write() as session:
        session.add(row)
    return row


def announce(desk: Desk, talk: Conversation) -> None:
    """The post that it stands under was ours, about the concert."""
    with desk.db.write() as session:
        post = session.exec(select(Post).where(Post.purpose == "announcement:concert")).one()
        post.external_id = talk.post_external_id
        session.add(
            PagePost(
                school="maple", page="pta-page", external_id=talk.post_external_id, created_at=desk.now,
                message="Winter concert & sing-along <b>soon</b>", permalink="https://www.facebook.com/10001/posts/concert",
            )
        )  # fmt: skip


def answer(client: Client, desk: Desk, talk: Conversation, text: str = "A las seis.", **more: str) -> str:
    """Sends the box; where that leads."""
    desk.site.now += timedelta(minutes=1)
    seen = next(one.id for one in reversed(said(desk, talk)) if one.direction != "note")
    done = client.post(f"/c/{talk.id}/answer", **{"text": text, "seen": seen, **more})
    assert done.status == 303, done.text
    return done.headers["location"]


def box(page: str) -> str:
    found = re.search(r"<textarea id=\"text\"[^>]*>(.*?)</textarea>", page, re.DOTALL)
    assert found, page
    return unescape(found[1])


# --- reading


@pytest.mark.parametrize(("name", "told"), [("", "A family"), ("Rosa <i>Diaz</i>", "Rosa &lt;i&gt;Diaz&lt;/i&gt;")])
def test_the_page_tells_who_wrote_what_under_which_post_and_about_which_event(desk: Desk, name: str, told: str) -> None:
    talk = desk.hear(f"{QUESTION} <script>alert(1)</script>", name=name)
    announce(desk, talk)
    page = desk.as_("maria").get(f"/c/{talk.id}").text
    assert f"<h1>{told}</h1>" in re.sub(r"</?bdi>", "", page)
    assert f"{QUESTION} &lt;script&gt;alert(1)&lt;/script&gt;" in page and "<script>alert" not in page
    assert "Winter concert &amp; sing-along &lt;b&gt;soon&lt;/b&gt;" in page
    assert f'href="/e/{desk.site.codes["concert"]}"' in page
    assert "Thursday, December 10, 2026, 6:00 – 7:30 PM · <bdi>Gym</bdi>" in page
    assert "Spanish, and Maria Ortiz speaks it." in page and "Answer by Wed, Dec 2, 7:00 AM" in page
    assert f"https://www.facebook.com/{talk.comment_external_id}" in page


def test_edits_removals_hidden_ones_and_notes_are_told(desk: Desk) -> None:
    talk = desk.hear(QUESTION)
    add(desk, talk, "changed", edited_at=desk.now - timedelta(hours=3))
    add(desk, talk, "taken back", removed_at=desk.now)
    add(desk, talk, "rude", hidden_at=desk.now, hidden_by=AMINA, hidden_why="an insult")
    add(desk, talk, "The coach knows.", direction="note", author=AMINA)
    add(desk, talk, "", attachment={"type": "photo", "url": "javascript:alert(1)"})
    page = desk.as_("maria").get(f"/c/{talk.id}").text
    assert "Edited, noticed 3 hours ago" in page
    assert "taken back" not in page and "Removed on Facebook" in page
    assert "Hidden on Facebook" in page and "by Amina Ali" in page and "an insult" in page
    assert "Note, for colleagues only" in page and "The coach knows." in page
    assert "Attached on Facebook (photo)" in page and "javascript:" not in page


STATES = [
    ({"state": "due"}, "due", "On its way"),
    ({"state": "due"}, "unsure", "Being checked"),
    ({"state": "needs-person"}, "needs-person", "Needs you"),
    ({"state": "failed"}, "failed", "Not sent"),
    ({"state": "sent", "external_id": "10001_x"}, "", "Sent"),
]


@pytest.mark.parametrize(("message", "delivery", "told"), STATES)
def test_how_far_an_answer_is_stands_beside_it(desk: Desk, message: dict[str, str], delivery: str, told: str) -> None:
    talk = desk.hear(QUESTION)
    row = add(desk, talk, "A las seis.", direction="sent", author=MARIA, **message)
    if delivery:
        with desk.db.write() as session:
            session.add(
                Delivery(school="maple", kind="reply", lane="page:pta-page", target=row.id, revision="1", state=delivery,
                         created_at=desk.now, next_at=desk.now)
            )  # fmt: skip
    page = desk.as_("maria").get(f"/c/{talk.id}").text
    state = re.search(rf'id="state-{row.id}"[^>]*>(.*?)</div>', page, re.DOTALL)
    assert state and told in state[1]
    assert ("/needs-you" in state[1]) == (told == "Needs you")
    piece = desk.as_("maria").get(f"/c/{talk.id}/now?seen={row.id}&open={row.id}", HX_Request="true").text
    assert told in piece and "hx-swap-oob" in piece


def test_a_thread_of_five_hundred_begins_with_its_end(desk: Desk) -> None:
    talk = desk.hear(QUESTION)
    with desk.db.write() as session:
        for n in range(500):
            session.add(
                Message(
                    school="maple", page="pta-page", conversation_id=talk.id, direction="received", text=f"Word {n}.",
                    created_at=desk.now - timedelta(minutes=600 - n), language="en", external_id=f"t_{n}",
                )
            )  # fmt: skip
    maria = desk.as_("maria")
    page = maria.get(f"/c/{talk.id}").text
    assert "Word 499." in page and "Word 1." not in page and "Show 461 older messages" in page
    assert "Word 1." in maria.get(f"/c/{talk.id}?all=1").text


def test_a_conversation_costs_a_phone_less_than_40_kb_with_everything(desk: Desk) -> None:
    talk = desk.hear(QUESTION, name="Rosa Diaz")
    announce(desk, talk)
    for n in range(40):
        add(desk, talk, f"{QUESTION} Somos {n} personas y queremos saber dónde podemos dejar los carros.")
    page = desk.as_("maria").get(f"/c/{talk.id}").text
    files = set(re.findall(r"/static/([\w./-]+)\?v=", page))
    assert {"conversation.css", "conversation.js", "vendor/htmx.min.js"} <= files
    total = len(gzip.compress(page.encode())) + sum(len(gzip.compress((STATIC / one).read_bytes())) for one in files)
    assert total < 40_000


def test_what_the_same_family_wrote_before_is_a_click_away_where_facebook_tells_who_it_is(desk: Desk) -> None:
    first = desk.hear("¿Hay clases el lunes?", name="Rosa Diaz", state="closed", closed_reason="answered")
    second, nameless = desk.hear(QUESTION), desk.hear("¿Dónde?")
    with desk.db.write() as session:
        row = session.exec(select(Conversation).where(Conversation.id == second.id)).one()
        row.visitor_id = first.visitor_id
    maria = desk.as_("maria")
    page = maria.get(f"/c/{second.id}").text
    assert "From the same family" in page and f'href="/c/{first.id}"' in page and "¿Hay clases el lunes?" in page
    assert "From the same family" not in maria.get(f"/c/{nameless.id}").text


# --- answering


def test_an_answer_is_owed_at_once_and_seen_in_the_thread(desk: Desk) -> None:
    talk, maria = desk.hear(QUESTION), desk.as_("maria")
    assert answer(maria, desk, talk) == f"/c/{talk.id}#newest"
    page = maria.get(f"/c/{talk.id}").text
    assert "Your answer is on its way to Facebook." in page and "On its way" in page and "A las seis." in page
    with desk.db.read() as session:
        [delivery] = session.exec(select(Delivery)).all()
    assert (delivery.kind, delivery.state, now(desk, talk).state) == ("reply", "due", "waiting")


def test_a_form_that_is_sent_twice_answers_once(desk: Desk) -> None:
    talk, maria = desk.hear(QUESTION), desk.as_("maria")
    for _ in range(2):
        done = maria.post(f"/c/{talk.id}/answer", once="0" * 20, text="A las seis.", seen=said(desk, talk)[0].id)
        assert done.status == 303 and done.headers["location"].startswith(f"/c/{talk.id}")
    assert len(said(desk, talk)) == 2


def test_whoever_answers_second_is_stopped_and_keeps_their_words(desk: Desk) -> None:
    talk, maria, amina = desk.hear(QUESTION), desk.as_("maria"), desk.as_("amina")
    seen = said(desk, talk)[0].id
    answer(amina, desk, talk, "A las seis, en el gimnasio.")
    stopped = maria.post(f"/c/{talk.id}/answer", text="Empieza a las seis.", seen=seen)
    assert stopped.headers["location"] == f"/c/{talk.id}?late={seen}#answer"
    page = maria.follow(stopped).text
    assert "Amina Ali answered while you were writing" in page and box(page) == "Empieza a las seis."
    assert len(said(desk, talk)) == 2
    answer(maria, desk, talk, "Empieza a las seis.")
    assert [one.author for one in said(desk, talk)] == ["", AMINA, MARIA]


def test_an_answer_is_stopped_where_the_family_wrote_meanwhile(desk: Desk) -> None:
    talk, maria = desk.hear(QUESTION), desk.as_("maria")
    seen = said(desk, talk)[0].id
    add(desk, talk, "¿Y cuánto cuesta?", external_id="10001_later")
    stopped = maria.post(f"/c/{talk.id}/answer", text="A las seis.", seen=seen)
    assert "The family wrote again while you were writing" in maria.follow(stopped).text


def test_what_may_be_private_is_held_until_somebody_says_so_and_the_audit_holds_no_word_of_it(desk: Desk) -> None:
    talk, maria = desk.hear(QUESTION), desk.as_("maria")
    words = "Su hijo Mateo tiene asma, puede quedarse adentro."
    assert answer(maria, desk, talk, words) == f"/c/{talk.id}?held=1#answer"
    page = maria.get(f"/c/{talk.id}?held=1").text
    assert (
        "Not sent yet" in page and "a child’s name: <bdi>“Mateo”</bdi>" in page and "health: <bdi>“asma”</bdi>" in page
    )
    assert box(page) == words and len(said(desk, talk)) == 1
    answer(maria, desk, talk, words, anyway="1")
    assert said(desk, talk)[-1].text == words
    with desk.db.read() as session:
        noted = {one.what: one for one in of_subject(session, "maple", talk.id)}
        everything = "".join(repr(one.model_dump()) for one in session.exec(select(Audit)))
    assert noted["send anyway"].details == {"kinds": ["pupil", "diagnosis"]}
    assert "Mateo" not in everything and "asma" not in everything


@pytest.mark.parametrize(
    ("language", "told"), [("es", "llame a la oficina"), ("so", "xafiiska dugsiga"), ("tlh", "call the school")]
)
def test_please_call_us_is_offered_in_the_familys_language(desk: Desk, language: str, told: str) -> None:
    talk, maria = desk.hear(QUESTION, language=language), desk.as_("maria")
    page = maria.follow(maria.post(f"/c/{talk.id}/instead", text="Su hijo tiene asma.")).text
    assert told in box(page)
    assert "#newest" in answer(maria, desk, talk, box(page))


def test_a_field_that_nobody_filled_is_not_sent(desk: Desk) -> None:
    talk, maria = desk.hear(QUESTION), desk.as_("maria")
    answer(maria, desk, talk, "Es en {where}.")
    page = maria.get(f"/c/{talk.id}").text
    assert "{where} still stands in your answer" in page and box(page) == "Es en {where}."


REFUSED = [("", "The answer is empty"), ("x" * 8001, "8,001 characters")]


@pytest.mark.parametrize(("text", "told"), REFUSED)
def test_what_cannot_be_sent_is_told_and_stays_in_the_box(desk: Desk, text: str, told: str) -> None:
    talk, maria = desk.hear(QUESTION), desk.as_("maria")
    answer(maria, desk, talk, text)
    page = maria.get(f"/c/{talk.id}").text
    assert told in page and box(page) == text


# --- drafts and saved replies


def test_a_draft_is_each_person_s_own(desk: Desk) -> None:
    talk, maria, amina = desk.hear(QUESTION), desk.as_("maria"), desk.as_("amina")
    maria.post(f"/c/{talk.id}/draft", text="A las", seen="")
    assert box(maria.get(f"/c/{talk.id}").text) == "A las"
    page = amina.get(f"/c/{talk.id}").text
    assert box(page) == "" and "Maria Ortiz is writing an answer just now." in page
    desk.site.now += timedelta(minutes=11)
    assert "is writing" not in amina.get(f"/c/{talk.id}").text


def test_a_suggested_draft_says_why_and_goes_into_the_box_or_away(desk: Desk) -> None:
    talk, maria = desk.hear(QUESTION), desk.as_("maria")
    with desk.db.write() as session:
        session.add(Draft(school="maple", conversation_id=talk.id, email="", text="Ahora es a las 7.",
                          because="The time changed.", updated_at=desk.now))  # fmt: skip
    assert "The time changed." in maria.get(f"/c/{talk.id}").text
    assert box(maria.follow(maria.post(f"/c/{talk.id}/draft/suggested")).text) == "Ahora es a las 7."
    maria.post(f"/c/{talk.id}/draft/away", suggested="1")
    with desk.db.read() as session:
        assert list(drafts_of(session, "maple", talk.id)) == [MARIA]
    maria.post(f"/c/{talk.id}/draft/away")
    assert box(maria.get(f"/c/{talk.id}").text) == ""


def saved(desk: Desk, text: str = "Hola {name}, {event}: {when}, {where}. {link}", language: str = "es") -> SavedReply:
    row = SavedReply(school="maple", language=language, title="Hora", text=text, made_by=MARIA, made_at=desk.now)
    with desk.db.write() as session:
        session.add(row)
    return row


@pytest.mark.parametrize(("name", "hello"), [("Rosa Diaz", "Hola Rosa Diaz, "), ("", "Hola, ")])
def test_a_saved_reply_is_filled_from_the_event_in_its_language(desk: Desk, name: str, hello: str) -> None:
    talk, maria, chosen = desk.hear(QUESTION, name=name), desk.as_("maria"), saved(desk)
    announce(desk, talk)
    filled = (
        f"{hello}Concierto de invierno: jueves, 10 de diciembre de 2026, 18:00–19:30, Gym. "
        f"http://127.0.0.1/e/{desk.site.codes['concert']}"
    )
    assert box(maria.get(f"/c/{talk.id}?saved={chosen.id}").text) == filled
    page = maria.follow(maria.post(f"/c/{talk.id}/insert", text="Gracias.", seen="", saved=chosen.id)).text
    assert box(page) == f"Gracias.\n\n{filled}"


def test_a_saved_reply_under_a_post_of_no_event_shows_what_is_missing(desk: Desk) -> None:
    talk, maria, chosen = desk.hear(QUESTION), desk.as_("maria"), saved(desk, "{event} es {when}.")
    assert box(maria.get(f"/c/{talk.id}?saved={chosen.id}").text) == "{event} es {when}."
    assert "no longer there" in maria.get(f"/c/{talk.id}?saved=sr_gone").text
    assert maria.post(f"/c/{talk.id}/insert", saved="sr_gone").status == 422


def test_saved_replies_are_kept_changed_and_removed(desk: Desk) -> None:
    maria = desk.as_("maria")
    maria.post("/saved-replies", language="es", title="Hora", text="A las {when}.")
    page = maria.get("/saved-replies").text
    [id] = set(re.findall(r"change=(sr_\w+)", page))
    assert "A las {when}." in maria.get(f"/saved-replies?change={id}").text
    maria.post(f"/saved-replies/{id}", language="es", title="La hora", text="Es {when}.")
    assert "La hora" in maria.get("/saved-replies").text
    assert desk.as_("zoe").post(f"/saved-replies/{id}/remove").status == 404
    maria.post(f"/saved-replies/{id}/remove")
    assert "None yet" in maria.get("/saved-replies").text
    assert maria.post("/saved-replies", language="es", title="x", text="{time}").status == 422


# --- what people do with it


def test_taking_shows_colleagues_who_writes_and_they_ask_before_they_take_it_over(desk: Desk) -> None:
    talk, maria, amina = desk.hear(QUESTION, to=AMINA), desk.as_("maria"), desk.as_("amina")
    maria.post(f"/c/{talk.id}/take")
    assert now(desk, talk).assignee == MARIA
    assert "Maria Ortiz is writing an answer just now." in amina.get(f"/c/{talk.id}/now?seen=", HX_Request="true").text
    assert amina.post(f"/c/{talk.id}/take").status == 422
    amina.post(f"/c/{talk.id}/take", anyway="1")
    assert now(desk, talk).taken_by == AMINA
    amina.post(f"/c/{talk.id}/let-go")
    assert now(desk, talk).taken_by == ""


def test_a_hand_over_a_call_for_help_and_a_note(desk: Desk) -> None:
    talk, maria = desk.hear(QUESTION), desk.as_("maria")
    told = maria.follow(maria.post(f"/c/{talk.id}/hand-over", to=AMINA, why="You know the coach.")).text
    assert "Handed over to Amina Ali." in told and "Maria Ortiz gave it to Amina Ali: You know the coach." in told
    told = desk.as_("amina")
    page = told.follow(told.post(f"/c/{talk.id}/help", why="Which lot?")).text
    assert "Maria Ortiz was asked to help." in page and "Amina Ali asks for help: Which lot?" in page
    page = maria.follow(maria.post(f"/c/{talk.id}/note", note="The north lot.")).text
    assert "The north lot." in page and said(desk, talk)[-1].direction == "note"


def test_putting_off_waking_closing_and_opening_again(desk: Desk) -> None:
    talk, maria = desk.hear(QUESTION), desk.as_("maria")
    page = maria.follow(maria.post(f"/c/{talk.id}/snooze", until="2026-12-04")).text
    assert "Put off until Fri, Dec 4" in page
    assert maria.post(f"/c/{talk.id}/snooze", until="2026-11-30").status == 422
    assert maria.post(f"/c/{talk.id}/snooze", until="soon").status == 422
    maria.post(f"/c/{talk.id}/wake")
    assert "Put off until" not in maria.get(f"/c/{talk.id}").text
    page = maria.follow(maria.post(f"/c/{talk.id}/close", reason="elsewhere")).text
    assert "Closed</span>" not in page and "settled elsewhere" in page
    maria.post(f"/c/{talk.id}/reopen")
    assert now(desk, talk).state == "open"
    assert maria.post(f"/c/{talk.id}/close", reason="because").status == 422


def test_a_person_corrects_the_language_by_a_click_and_whoever_speaks_it_has_it(desk: Desk) -> None:
    talk = desk.hear("waa maxay", language="und", confidence=0.4, reason="Unsure of the language.")
    with desk.db.write() as session:
        row = session.exec(select(Message).where(Message.conversation_id == talk.id)).one()
        row.guess, row.language = {"candidates": [["so", 0.41], ["en", 0.2]], "why": "words"}, "und"
    maria = desk.as_("maria")
    assert re.search(r'name="language" value="so">\s*It is Somali \(41%\)', maria.get(f"/c/{talk.id}").text)
    page = maria.follow(maria.post(f"/c/{talk.id}/language", language="so")).text
    assert "Amina Ali has it now." in page
    assert "Maria Ortiz said it is Somali; Amina Ali speaks it." in page and "Maria Ortiz said so" in page
    assert maria.post(f"/c/{talk.id}/language", language="no such").status == 422


def test_a_promise_is_written_down_beside_it(desk: Desk) -> None:
    talk, maria = desk.hear(QUESTION), desk.as_("maria")
    page = maria.follow(maria.post(f"/c/{talk.id}/promise", what="Ask the coach", due_on="2026-12-03")).text
    assert "Ask the coach" in page and "Maria Ortiz, by Thu, Dec 3" in page
    with desk.db.read() as session:
        assert [one.owner for one in promises_of(session, "maple", talk.id)] == [MARIA]


def test_only_a_comment_of_this_conversation_is_hidden_here_and_with_a_reason(desk: Desk) -> None:
    talk, other, maria = desk.hear(QUESTION), desk.hear("¿Dónde?"), desk.as_("maria")
    mine, theirs = said(desk, talk)[0].id, said(desk, other)[0].id
    assert maria.post(f"/c/{talk.id}/hide", message=theirs, why="x").status == 404
    assert maria.post(f"/c/{talk.id}/hide", message=mine, why=" ").status == 422
    maria.post(f"/c/{talk.id}/hide", message=mine, why="an insult")
    assert said(desk, talk)[0].hidden_why == "an insult" and said(desk, other)[0].hidden_at is None
    maria.post(f"/c/{talk.id}/show", message=mine)
    assert said(desk, talk)[0].hidden_at is None


def test_a_private_message_is_stopped_where_a_colleague_was_quicker(desk: Desk) -> None:
    talk, maria, amina = desk.hear(QUESTION), desk.as_("maria"), desk.as_("amina")
    seen = said(desk, talk)[0].id
    answer(amina, desk, talk)
    stopped = maria.post(f"/c/{talk.id}/private", text="Llámeme.", seen=seen)
    assert "?late=" in stopped.headers["location"] and len(said(desk, talk)) == 2
    desk.site.now += timedelta(minutes=1)
    answered = maria.post(f"/c/{talk.id}/private", text="Llámeme.", seen=said(desk, talk)[-1].id)
    assert answered.headers["location"].endswith("#newest") and said(desk, talk)[-1].private
    assert "Or only to this family" not in maria.get(f"/c/{talk.id}").text  # one for each comment


def test_what_came_since_the_page_was_opened_is_told(desk: Desk) -> None:
    talk, maria = desk.hear(QUESTION), desk.as_("maria")
    seen = said(desk, talk)[0].id
    assert "banner" not in maria.get(f"/c/{talk.id}/now?seen={seen}", HX_Request="true").text
    add(desk, talk, "¿Y dónde?")
    add(desk, talk, "A las seis.", direction="sent", author=AMINA, state="sent")
    piece = maria.get(f"/c/{talk.id}/now?seen={seen}", HX_Request="true").text
    assert "A colleague answered." in piece and "The family wrote again." in piece


# --- who may


DEEDS = {
    "answer": {"text": "x"}, "draft": {"text": "x"}, "draft/away": {}, "draft/suggested": {}, "insert": {"saved": "x"},
    "instead": {}, "take": {}, "let-go": {}, "hand-over": {"to": AMINA}, "help": {}, "snooze": {"until": "2026-12-04"}, "wake": {},
    "close": {"reason": "spam"}, "reopen": {}, "note": {"note": "x"}, "language": {"language": "so"},
    "promise": {"what": "x", "due_on": "2026-12-04"}, "private": {"text": "x"}, "hide": {"message": "x", "why": "y"},
    "show": {"message": "x"},
}  # fmt: skip


@pytest.mark.parametrize("deed", DEEDS)
def test_nobody_of_another_school_or_role_does_anything_here(desk: Desk, deed: str) -> None:
    talk = desk.hear(QUESTION)
    before = now(desk, talk).model_dump()
    for who in ("zoe", "pat", "eve"):
        assert desk.as_(who).post(f"/c/{talk.id}/{deed}", **DEEDS[deed]).status == 404
        assert desk.as_(who).get(f"/c/{talk.id}").status == 404
    assert (now(desk, talk).model_dump(), len(said(desk, talk))) == (before, 1)


@pytest.mark.parametrize("deed", DEEDS)
def test_a_form_with_a_field_that_nobody_asked_for_is_refused(desk: Desk, deed: str) -> None:
    talk = desk.hear(QUESTION)
    before = now(desk, talk).model_dump()
    if deed == "draft/suggested":
        return  # it asks for nothing and reads nothing
    assert desk.as_("maria").post(f"/c/{talk.id}/{deed}", **DEEDS[deed], extra="1").status == 422
    assert now(desk, talk).model_dump() == before


def test_a_page_that_is_switched_off_and_a_comment_that_is_gone_have_no_box(desk: Desk) -> None:
    talk, gone = desk.hear(QUESTION), desk.hear("¿Dónde?")
    with desk.db.write() as session:
        session.exec(select(Message).where(Message.conversation_id == gone.id)).one().removed_at = desk.now
    maria = desk.as_("maria")
    assert "nothing left to answer under" in maria.get(f"/c/{gone.id}").text
    with desk.db.write() as session:
        session.get_one(Page, ("maple", "pta-page")).off_at = desk.now
    assert "switched off here" in maria.get(f"/c/{talk.id}").text


def test_an_event_that_is_called_off_is_told_as_that(desk: Desk) -> None:
    talk = desk.hear(QUESTION)
    announce(desk, talk)
    with desk.db.write() as session:
        for row in session.exec(select(Event).where(Event.uid == "concert")):
            row.status = "cancelled"
    assert "! Cancelled" in desk.as_("maria").get(f"/c/{talk.id}").text


def test_whoever_left_is_still_called_by_their_name(desk: Desk) -> None:
    talk = desk.hear(QUESTION)
    add(desk, talk, "A las seis.", direction="sent", author=AMINA, state="sent")
    with desk.db.write() as session:
        session.get_one(StaffMember, ("maple", AMINA)).off_at = desk.now
    page = desk.as_("maria").get(f"/c/{talk.id}").text
    assert "Amina Ali" in page and f'<option value="{AMINA}"' not in page
