"""First words: a person approves each language's words, an owner switches them on, and the thread says that they are no answer."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Browser, expect

from config.first_word import proposals
from models.conversation import Message
from models.switched_on import FirstWord, SwitchedOn, first_words, switched_on
from tests.desk.conftest import PEOPLE, Desk
from tests.desk.test_translation import plain

HERE = "/settings/first-word"
MARIA = PEOPLE["maria"].email
SHOTS = os.environ.get("PICTURES", "")


def choices(desk: Desk) -> tuple[SwitchedOn | None, dict[str, FirstWord]]:
    with desk.db.read() as session:
        return switched_on(session, "maple"), first_words(session, "maple")


def test_words_are_approved_by_who_reads_them_and_switched_on_by_an_owner(desk: Desk, browser: Browser) -> None:
    owner = desk.as_("office")
    assert "Off Nothing is sent." in plain(owner.get(HERE).text)
    early = owner.post(HERE, names="")
    assert early.status == 422 and "Approve the words of at least one language first" in early.text
    maria = desk.as_("maria")
    assert maria.post(HERE, names="").status == 404, "Maria approves words, and does not switch"
    nameless = maria.post(f"{HERE}/words", language="es", text="Gracias por escribir.")
    assert nameless.status == 422 and "must name a person" in nameless.text
    page = maria.follow(maria.post(f"{HERE}/words", language="es", text=proposals()["es"])).text
    assert "Approved by Maria Ortiz" in plain(page)
    assert "Maria lee todos los comentarios" in page and "el miércoles, 2 de diciembre de 2026." in page
    owner.post(HERE, names=MARIA)
    on, words = choices(desk)
    assert on is not None and on.acknowledges_since == desk.now and on.acknowledged_by == MARIA
    assert words["es"].approved_by == MARIA and set(words) == {"es"}
    desk.site.now += timedelta(hours=1)
    owner.post(HERE, names="")
    on, _ = choices(desk)
    assert on is not None and on.acknowledges_since == desk.now - timedelta(hours=1), "a change does not begin anew"
    seen = desk.open(browser, "office", HERE, width=390)
    expect(seen.get_by_text("✓ On")).to_be_visible()
    if SHOTS:
        seen.screenshot(path=Path(SHOTS) / "first-word.png", full_page=True)
    seen.get_by_role("button", name="Switch it off").click()
    expect(seen.get_by_text("First words are off.")).to_be_visible()
    seen.get_by_role("button", name="Take it back").click()
    expect(seen.get_by_text("Taken back")).to_be_visible()
    assert choices(desk)[1] == {}


def test_a_language_of_nobody_s_proposal_is_written_by_hand(desk: Desk) -> None:
    amina = desk.as_("amina")
    assert "Write the words in Vietnamese" in amina.get(f"{HERE}?add=vi").text
    amina.post(f"{HERE}/words", language="vi", text="Cảm ơn quý vị. {name} sẽ trả lời trước {time}.")
    assert "trả lời trước Thứ Tư, 2 tháng 12, 2026." in amina.get(HERE).text


def test_the_thread_tells_it_apart_and_one_that_was_not_sent_is_not_shown(desk: Desk) -> None:
    talk = desk.hear("¿A qué hora empieza?")
    with desk.db.write() as session:
        for text, state in (("Gracias por escribir. Maria lee.", "sent"), ("Nunca enviado.", "failed")):
            session.add(
                Message(
                    school="maple", page="pta-page", conversation_id=talk.id, direction="sent", text=text, automatic=True,
                    author=MARIA, state=state, language="es", created_at=desk.now, external_id=f"9_{state}",
                )
            )  # fmt: skip
    page = plain(desk.as_("maria").get(f"/c/{talk.id}").text)
    assert "First word, sent by itself in words that Maria Ortiz approved; it is no answer" in page
    assert "Gracias por escribir. Maria lee." in page and "Nunca enviado." not in page
    assert "Answer by" in page, "an answer is still owed"
