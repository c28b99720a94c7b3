"""Words that a machine translates: off until an owner wants it, asked once, always beside the original, sent only when accepted."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlmodel import delete, select

from connector.translate import Translated
from inbox.deeds import write_note
from inbox.translation.comments import Question, keep
from models.audit import Audit
from models.conversation import Conversation, Message, messages
from models.draft import Draft, drafts_of
from models.staff import StaffMember
from models.switched_on import SwitchedOn, switched_on
from models.translation import Translation
from tests.desk.conftest import PEOPLE, Client, Desk
from tests.translators import PretendTranslators
from tests.web.axe import violations
from tests.web.conftest import Site, Stage
from upkeep.export import talks

ASKED = "¿A qué hora empieza el concierto? Mi hija Ana canta en el coro."
IN_ENGLISH = "What time does the concert start? My daughter Ana sings in the choir."
ANSWER = "It starts at six, and the doors open at half past five."
IN_SPANISH = "Empieza a las seis y las puertas se abren a las cinco y media."
MARIA, AMINA = PEOPLE["maria"].email, PEOPLE["amina"].email
SHOTS = os.environ.get("PICTURES", "")
SETTINGS = "/settings/translation"


@pytest.fixture(scope="module")
def service() -> Iterator[PretendTranslators]:
    with PretendTranslators() as running:
        yield running


@pytest.fixture
def machine(service: PretendTranslators, desk: Desk, serve: Callable[..., Site]) -> PretendTranslators:
    """The service, which this server may reach, and the school has not switched on."""
    service.reset()
    service.says.update({(ASKED, "en"): IN_ENGLISH, (ANSWER, "es"): IN_SPANISH})
    serve(desk.site, public_url="http://127.0.0.1", allow_hosts=service.allow_hosts)
    return service


@pytest.fixture
def translating(machine: PretendTranslators, desk: Desk, stage: Stage) -> PretendTranslators:
    sealed = stage.app.state.context.vault.seal(machine.key)
    with desk.db.write() as session:
        session.add(
            SwitchedOn(
                school="maple", translates_with="libretranslate", translate_url=machine.url, translate_key_sealed=sealed,
                changed_by="office@maple.example", changed_at=desk.now,
            )
        )  # fmt: skip
    return machine


def said(desk: Desk, talk: Conversation) -> list[Message]:
    with desk.db.read() as session:
        return messages(session, "maple", [talk.id])[talk.id]


def draft(desk: Desk, talk: Conversation, email: str = MARIA) -> Draft | None:
    with desk.db.read() as session:
        return drafts_of(session, "maple", talk.id).get(email)


def show(client: Client, talk: Conversation, message: Message) -> str:
    """Presses the button under a comment."""
    return client.follow(client.post(f"/c/{talk.id}/translate", message=message.id, target="en")).text


def plain(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).replace("&#39;", "'").split())


# --- an owner decides


def test_it_is_off_until_an_owner_has_read_what_leaves_and_the_key_is_never_shown(
    machine: PretendTranslators, desk: Desk
) -> None:
    owner = desk.as_("office")
    page = plain(owner.get(SETTINGS).text)
    assert "Off No words leave this server." in page
    assert "names, ages or illnesses that stand inside the words go along" in page
    choice = {"provider": "libretranslate", "url": machine.url, "key": machine.key}
    refused = owner.post(SETTINGS, **choice)
    assert refused.status == 422 and "Not switched on: read what leaves the house" in plain(refused.text)
    assert machine.url in refused.text and machine.key not in refused.text
    shown = owner.follow(owner.post(SETTINGS, **choice, agreed="1")).text
    assert "On LibreTranslate" in plain(shown) and machine.port and machine.key not in shown
    with desk.db.read() as session:
        row = switched_on(session, "maple")
        assert row is not None and row.translate_key_sealed and machine.key not in row.translate_key_sealed
    assert "It works." in owner.follow(owner.post(f"{SETTINGS}/try")).text
    assert [body["q"] for _, _, body in machine.asked] == ["Good morning, dear families."]
    assert "Translation is off" in owner.follow(owner.post(f"{SETTINGS}/off")).text
    with desk.db.read() as session:
        row = switched_on(session, "maple")
        assert row is not None and (row.translates_with, row.translate_key_sealed) == ("", "")


def test_only_an_owner_decides_and_a_private_address_needs_the_operator(
    machine: PretendTranslators, desk: Desk
) -> None:
    assert desk.as_("maria").get(SETTINGS).status == 404
    assert desk.as_("maria").post(SETTINGS, provider="deepl", key="k", agreed="1").status == 404
    owner = desk.as_("office")
    inside = owner.post(SETTINGS, provider="libretranslate", url="http://10.0.0.7:5000", agreed="1")
    assert inside.status == 422 and "BRIDGE_ALLOW_HOSTS" in inside.text
    for wrong, told in (
        ({"provider": "libretranslate"}, "needs the address"),
        ({"provider": "deepl"}, "asks for a key"),
    ):
        answer = owner.post(SETTINGS, agreed="1", **wrong)
        assert answer.status == 422 and told in answer.text


def test_while_it_is_off_nothing_is_offered_and_nothing_leaves(machine: PretendTranslators, desk: Desk) -> None:
    talk = desk.hear(ASKED)
    maria = desk.as_("maria")
    page = maria.get(f"/c/{talk.id}").text
    assert "translation" not in plain(page).lower() and "In another language" not in page
    assert maria.post(f"/c/{talk.id}/translate", message=said(desk, talk)[0].id, target="en").status == 422
    told = maria.follow(maria.post(f"/c/{talk.id}/answer/into", text=ANSWER, into="es")).text
    assert "Translation is switched off here" in told and ANSWER in told
    assert machine.asked == []


# --- a family's words


def test_the_original_stands_first_and_the_machine_s_words_below_it_labelled(
    translating: PretendTranslators, desk: Desk
) -> None:
    talk = desk.hear(ASKED)
    page = show(desk.as_("amina"), talk, said(desk, talk)[0])
    told = plain(page)
    assert (
        told.index(ASKED)
        < told.index("Translated by a machine (LibreTranslate), may be wrong:")
        < told.index(IN_ENGLISH)
    )
    assert f'lang="en">{IN_ENGLISH}' in page
    assert "Show a translation" not in page
    with desk.db.read() as session:
        [noted] = session.exec(select(Audit).where(Audit.what == "translate message")).all()
    assert (noted.by, noted.subject, noted.details["into"]) == (AMINA, talk.id, "en")
    assert "Ana" not in str(noted.model_dump())


def test_the_same_words_leave_once_and_anew_when_the_family_changes_them(
    translating: PretendTranslators, desk: Desk
) -> None:
    talk = desk.hear(ASKED)
    first = said(desk, talk)[0]
    for who in ("maria", "amina", "maria"):
        assert IN_ENGLISH in show(desk.as_(who), talk, first)
    assert len(translating.asked) == 1
    with desk.db.write() as session:
        session.exec(select(Message).where(Message.id == first.id)).one().text = "¿Y hay estacionamiento?"
    page = desk.as_("maria").get(f"/c/{talk.id}").text
    assert IN_ENGLISH not in page and "Show a translation into English" in page
    assert "[en] ¿Y hay estacionamiento?" in show(desk.as_("maria"), talk, first)
    assert [body["q"] for _, _, body in translating.asked] == [ASKED, "¿Y hay estacionamiento?"]


def test_when_the_service_is_down_one_sentence_says_so_and_the_rest_goes_on(
    translating: PretendTranslators, desk: Desk
) -> None:
    talk = desk.hear(ASKED)
    maria, first = desk.as_("maria"), said(desk, talk)[0]
    translating.fault = (503, b"overloaded")
    page = plain(show(maria, talk, first))
    assert "LibreTranslate has trouble of its own (status 503): try again in a while." in page
    assert ASKED in page and "Try again" in page and "Send the answer" in page
    answered = maria.post(f"/c/{talk.id}/answer", text="A las seis.", seen=first.id)
    assert answered.status == 303
    translating.fault = None
    assert IN_ENGLISH in show(maria, talk, first)


def test_notes_removed_comments_and_other_conversations_never_leave(
    translating: PretendTranslators, desk: Desk
) -> None:
    talk, other = desk.hear(ASKED), desk.hear("Otra pregunta")
    with desk.db.write() as session:
        note = write_note(session, "maple", talk.id, MARIA, "Ana has asthma.", desk.now)
        session.exec(select(Message).where(Message.conversation_id == other.id)).one().removed_at = desk.now
    maria = desk.as_("maria")
    for where, message in ((talk, note), (other, said(desk, other)[0]), (other, said(desk, talk)[0])):
        assert maria.post(f"/c/{where.id}/translate", message=message.id, target="en").status == 422
    assert translating.asked == []


def test_a_whole_thread_is_translated_at_one_press_each_comment_once(
    translating: PretendTranslators, desk: Desk
) -> None:
    talk = desk.hear(ASKED)
    with desk.db.write() as session:
        for n, (text, language) in enumerate((("¿Y dónde?", "es"), ("Thanks!", "en"), ("¿Y cuánto cuesta?", "es"))):
            at = desk.now - timedelta(minutes=30 - n)
            session.add(
                Message(
                    school="maple", page="pta-page", conversation_id=talk.id, direction="received", text=text, language=language,
                    external_id=f"more_{n}", post_external_id=talk.post_external_id, created_at=at,
                )
            )  # fmt: skip
    maria = desk.as_("maria")
    show(maria, talk, said(desk, talk)[0])
    page = maria.follow(maria.post(f"/c/{talk.id}/translate", target="en")).text
    assert [body["q"] for _, _, body in translating.asked] == [ASKED, "¿Y dónde?", "¿Y cuánto cuesta?"]
    assert "[en] ¿Y cuánto cuesta?" in page and "Show translations of all" not in page
    translating.asked.clear()
    assert maria.post(f"/c/{talk.id}/translate", target="en").status == 303 and translating.asked == []


def test_no_transaction_is_open_while_words_are_on_their_way(translating: PretendTranslators, desk: Desk) -> None:
    """Else nobody could write to the database meanwhile: here the service itself does."""
    talk, other = desk.hear(ASKED), desk.hear("Otra pregunta")

    def colleague_writes() -> None:
        with desk.db.write() as session:
            write_note(session, "maple", other.id, MARIA, "Written meanwhile.", desk.now)

    translating.meanwhile = colleague_writes
    assert IN_ENGLISH in show(desk.as_("maria"), talk, said(desk, talk)[0])
    assert IN_SPANISH in begun(desk, "maria", talk)
    assert [one.text for one in said(desk, other)][1:] == ["Written meanwhile."] * 2


def test_a_family_s_copy_of_all_that_is_kept_holds_what_a_machine_made(
    translating: PretendTranslators, desk: Desk
) -> None:
    talk = desk.hear(ASKED)
    show(desk.as_("maria"), talk, said(desk, talk)[0])
    with desk.db.read() as session:
        [one] = talks(session, "maple", [talk])
    assert [made["text"] for made in one["translations"]] == [IN_ENGLISH]


def test_an_english_comment_is_not_offered_in_english(translating: PretendTranslators, desk: Desk) -> None:
    talk = desk.hear("Is there parking?", language="en")
    assert "Show a translation" not in desk.as_("maria").get(f"/c/{talk.id}").text


def test_what_is_erased_while_words_are_on_their_way_does_not_come_back(
    translating: PretendTranslators, desk: Desk
) -> None:
    talk = desk.hear(ASKED)
    show(desk.as_("maria"), talk, said(desk, talk)[0])
    with desk.db.write() as session:
        row = session.exec(select(Translation)).one()
        question = Question(row.id, "maple", ASKED, "en", "es")
        session.exec(delete(Translation))
    with desk.db.write() as session:
        keep(session, question, Translated(IN_ENGLISH, "es", "LibreTranslate"), desk.now)
    with desk.db.read() as session:
        assert session.exec(select(Translation)).all() == []


# --- an answer in another language


def test_an_answer_goes_out_in_spanish_only_after_it_was_accepted(translating: PretendTranslators, desk: Desk) -> None:
    talk = desk.hear(ASKED)
    maria, seen = desk.as_("maria"), said(desk, talk)[0].id
    page = maria.follow(maria.post(f"/c/{talk.id}/answer/into", text=ANSWER, into="es", seen=seen)).text
    assert "In Spanish, made by a machine (LibreTranslate), may be wrong" in plain(page)
    assert f">{IN_SPANISH}</textarea>" in page and f">{ANSWER}</textarea>" in page
    kept = draft(desk, talk)
    assert kept is not None and kept.text == ANSWER and kept.machine["text"] == IN_SPANISH
    mended = IN_SPANISH.replace("cinco y media", "5:30")
    form = {"text": ANSWER, "translation": kept.machine["translation"], "made": mended, "seen": seen}
    refused = maria.follow(maria.post(f"/c/{talk.id}/answer/translated", **form)).text
    assert "Not sent yet: read the translation" in refused and mended in refused and ANSWER in refused
    assert len(said(desk, talk)) == 1
    page = maria.follow(maria.post(f"/c/{talk.id}/answer/translated", **form, accepted="1")).text
    [_, sent] = said(desk, talk)
    assert (sent.text, sent.language, sent.author, sent.state) == (mended, "es", MARIA, "due")
    assert sent.machine == {
        "provider": "libretranslate", "source": "es", "target": "es", "original": ANSWER, "accepted_by": MARIA,
    }  # fmt: skip
    told = plain(page)
    assert told.index(mended) < told.index(
        "Sent in Spanish, made by a machine (LibreTranslate) and accepted by Maria Ortiz"
    )
    assert told.index("accepted by") < told.index(ANSWER)
    assert draft(desk, talk) is None and len(translating.asked) == 1
    late = maria.post(f"/c/{talk.id}/draft", text=ANSWER)
    assert late.status == 303 and draft(desk, talk) is None, "a page that saves late does not bring it back"


def test_who_does_not_read_it_says_so_under_it_with_their_own_words(
    translating: PretendTranslators, desk: Desk
) -> None:
    talk = desk.hear(ASKED, to=AMINA)
    amina = desk.as_("amina")
    page = amina.follow(amina.post(f"/c/{talk.id}/answer/into", text=ANSWER, into="es")).text
    assert 'name="told" value="1" checked' in page
    kept = draft(desk, talk, AMINA)
    assert kept is not None
    amina.post(
        f"/c/{talk.id}/answer/translated", text=ANSWER, translation=kept.machine["translation"], made=IN_SPANISH,
        accepted="1", told="1", seen=said(desk, talk)[0].id,
    )  # fmt: skip
    assert said(desk, talk)[-1].text == f"{IN_SPANISH}\n\nTraducido por una máquina. En el original:\n{ANSWER}"
    assert 'name="told" value="1" checked' not in begun(desk, "maria", desk.hear(ASKED)), "Maria reads Spanish"


def begun(desk: Desk, who: str, talk: Conversation) -> str:
    client = desk.as_(who)
    return client.follow(client.post(f"/c/{talk.id}/answer/into", text=ANSWER, into="es")).text


def test_words_that_changed_since_are_translated_again_before_they_go(
    translating: PretendTranslators, desk: Desk
) -> None:
    talk = desk.hear(ASKED)
    begun(desk, "maria", talk)
    kept, maria = draft(desk, talk), desk.as_("maria")
    assert kept is not None
    form = {"translation": kept.machine["translation"], "made": IN_SPANISH, "accepted": "1"}
    seen = said(desk, talk)[0].id
    page = maria.follow(
        maria.post(f"/c/{talk.id}/answer/translated", text=f"{ANSWER} Bring a chair.", seen=seen, **form)
    ).text
    assert "You changed your own words since" in page and len(said(desk, talk)) == 1
    alone = maria.follow(maria.post(f"/c/{talk.id}/answer/alone", text=ANSWER, **form)).text
    assert IN_SPANISH not in alone and ANSWER in alone


def test_a_translated_answer_waits_where_somebody_was_quicker_and_keeps_both_texts(
    translating: PretendTranslators, desk: Desk
) -> None:
    talk = desk.hear(ASKED)
    begun(desk, "maria", talk)
    kept, seen = draft(desk, talk), said(desk, talk)[0].id
    assert kept is not None
    desk.as_("amina").post(f"/c/{talk.id}/answer", text="A las seis.", seen=seen)
    maria = desk.as_("maria")
    form = {"text": ANSWER, "translation": kept.machine["translation"], "made": IN_SPANISH, "accepted": "1"}
    page = maria.follow(maria.post(f"/c/{talk.id}/answer/translated", seen=seen, **form)).text
    assert "Amina Ali answered while you were writing" in plain(page)
    assert IN_SPANISH in page and ANSWER in page and len(said(desk, talk)) == 2


def test_when_the_service_is_down_the_words_of_an_answer_are_kept(translating: PretendTranslators, desk: Desk) -> None:
    talk = desk.hear(ASKED)
    translating.fault = (200, b"<html>hotspot</html>")
    maria = desk.as_("maria")
    page = maria.follow(maria.post(f"/c/{talk.id}/answer/into", text=ANSWER, into="es")).text
    assert "LibreTranslate gave an answer that is no translation" in page and f">{ANSWER}</textarea>" in page
    translating.fault = None
    assert IN_SPANISH in begun(desk, "maria", talk)


def test_the_whole_round_in_a_browser_and_what_happens_when_the_service_is_down(
    translating: PretendTranslators, desk: Desk, browser: Browser
) -> None:
    with desk.db.write() as session:
        session.exec(select(StaffMember).where(StaffMember.email == MARIA)).one().languages = ["en"]
    talk = desk.hear(ASKED, name="Rosa Díaz")
    page = desk.open(browser, "maria", f"/c/{talk.id}", width=390)
    translating.fault = (503, b"")
    page.get_by_role("button", name="Show a translation into English").click()
    expect(page.get_by_role("alert")).to_contain_text("trouble of its own")
    picture(page, "translation-down")
    translating.fault = None
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".line")).to_contain_text(IN_ENGLISH)
    page.get_by_label("Your answer (Spanish)").fill(ANSWER)
    page.get_by_role("button", name="Have it translated (LibreTranslate)").click()
    made = page.get_by_label("What the family reads, in Spanish")
    expect(made).to_have_value(IN_SPANISH)
    with page.expect_response(lambda answer: answer.url.endswith("/draft")):
        made.fill(f"{IN_SPANISH} ¡Bienvenidos!")
    page.reload()
    expect(made).to_have_value(f"{IN_SPANISH} ¡Bienvenidos!")
    picture(page, "translation-made")
    page.set_viewport_size({"width": 1280, "height": 900})
    picture(page, "translation-made-1280")
    page.set_viewport_size({"width": 390, "height": 900})
    assert violations(page) == []
    page.get_by_role("button", name="Send it in Spanish").click()
    expect(page.get_by_text("Not sent yet: read the translation")).to_be_visible()
    page.get_by_label("I have read this, or somebody who reads Spanish did").check()
    page.get_by_role("button", name="Send it in Spanish").click()
    expect(page.locator(".line.sent")).to_contain_text("¡Bienvenidos! Traducido por una máquina.")
    expect(page.locator(".line.sent")).to_contain_text("accepted by Maria Ortiz")
    picture(page, "translation-sent")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def picture(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


def test_a_question_on_its_way_is_not_asked_twice_and_one_that_died_is(
    translating: PretendTranslators, desk: Desk
) -> None:
    talk = desk.hear(ASKED)
    maria, first = desk.as_("maria"), said(desk, talk)[0]
    show(maria, talk, first)
    with desk.db.write() as session:
        row = session.exec(select(Translation)).one()
        row.state, row.asked_at = "asked", desk.now - timedelta(seconds=3)
    assert "look again in a few seconds" in maria.get(f"/c/{talk.id}").text
    assert maria.post(f"/c/{talk.id}/translate", message=first.id, target="en").status == 422
    desk.site.now += timedelta(minutes=1)
    assert IN_ENGLISH in show(maria, talk, first)
    assert len(translating.asked) == 2


def test_families_read_on_the_privacy_page_that_it_is_used_only_while_it_is(
    translating: PretendTranslators, desk: Desk
) -> None:
    for language, words in (("en", "translated by LibreTranslate"), ("es", "hacer traducir el texto de su comentario")):
        assert words in desk.site.get(f"/s/maple/privacy?lang={language}").text
    assert "LibreTranslate" not in desk.site.get("/privacy?lang=en").text
    assert "LibreTranslate" not in desk.site.get("/s/oak/privacy?lang=en").text
    desk.as_("office").post(f"{SETTINGS}/off")
    assert "translated" not in desk.site.get("/s/maple/privacy?lang=en").text
