"""/settings/translation: whether words may leave the house to be translated by a machine, and to whom. An owner decides."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from connector.errors import OutsideError
from connector.translate import LABELS, Translator, check_address, server_of, translator
from inbox.permitted import NotPossible
from inbox.translation import choice
from inbox.translation.comments import OFF
from models.switched_on import SwitchedOn, switched_on
from models.vault import KeyUnusable
from web.context import Context
from web.forms import Secret, Shape
from web.policy import OWNS, allow
from web.visit import Visit

HERE = "/settings/translation"
_TRIED: Final = "Good morning, dear families."  # words of nobody


class Choice(Shape):
    provider: str = ""
    url: str = ""
    key: Secret = ""
    agreed: str = ""


class Nothing(Shape):
    """A button alone."""


def translation_routes(context: Context) -> APIRouter:
    router = APIRouter()

    @router.get(HERE)
    def shown(visit: Visit = allow(*OWNS)) -> Response:
        with visit.db.read() as session:
            on = switched_on(session, visit.school.slug)
        return _page(context, visit, on)

    @router.post(HERE)
    def switched(visit: Visit = allow(*OWNS)) -> Response:
        typed = visit.read(Choice)
        try:
            if typed.provider in LABELS:
                check_address(typed.provider, typed.url, context.settings.allow_hosts)
            with visit.write(HERE) as session:
                choice.switch_on(
                    session, visit.school.slug, visit.email, visit.now, provider=typed.provider, url=typed.url,
                    key_sealed=context.vault.seal(typed.key.strip()), agreed=bool(typed.agreed),
                )  # fmt: skip
        except (NotPossible, OutsideError) as wrong:
            with visit.db.read() as session:
                on = switched_on(session, visit.school.slug)
            return _page(context, visit, on, typed=typed, wrong=visit.speech.say(str(wrong)), status=422)
        return visit.go(HERE, visit.speech.say("Translation is on. Try it, then it is offered in every conversation."))

    @router.post(HERE + "/off")
    def off(visit: Visit = allow(*OWNS)) -> Response:
        visit.read(Nothing)
        with visit.write(HERE) as session:
            choice.switch_off(session, visit.school.slug, visit.email, visit.now)
        return visit.go(HERE, visit.speech.say("Translation is off, and its key is forgotten."))

    @router.post(HERE + "/try")
    def tried(visit: Visit = allow(*OWNS)) -> Response:
        """Asks for a sentence of ours. Nothing is open meanwhile, and nothing is kept."""
        visit.read(Nothing)
        with visit.db.read() as session:
            on = switched_on(session, visit.school.slug)
        target = next((tag for tag in visit.school.languages if not tag.startswith("en")), "es")
        try:
            made = translator_for(context, on).translate(_TRIED, target, "en")
        except (OutsideError, KeyUnusable, NotPossible) as wrong:
            return visit.go(HERE, visit.speech.say(str(wrong)), "wrong")
        told = visit.speech.say("It works. “{ours}” came back as “{made}”.", ours=_TRIED, made=made.text[:200])
        return visit.go(HERE, told)

    return router


def translator_for(context: Context, on: SwitchedOn | None) -> Translator:
    """The service that the school chose. NotPossible where it chose none; KeyUnusable."""
    if on is None or not on.translates_with:
        raise NotPossible(OFF)
    ours, key = context.settings, context.vault.open(on.translate_key_sealed)
    return translator(
        on.translates_with, on.translate_url, key, allow_hosts=ours.allow_hosts, proxy=ours.proxy, ca_file=ours.ca_file
    )


def _page(
    context: Context,
    visit: Visit,
    on: SwitchedOn | None,
    *,
    typed: Choice | None = None,
    wrong: str = "",
    status: int = 200,
) -> Response:
    is_on = on is not None and bool(on.translates_with)
    shown = typed or Choice(provider=on.translates_with if on else "", url=on.translate_url if on else "")
    return visit.page(
        "translation.html", status=status, is_on=is_on, on=on, typed=shown, wrong=wrong, labels=LABELS,
        server=_server(context, on) if on and is_on else "",
    )  # fmt: skip


def _server(context: Context, on: SwitchedOn) -> str:
    """DeepL has two, and the key tells which."""
    try:
        return server_of(on.translates_with, on.translate_url, context.vault.open(on.translate_key_sealed))
    except KeyUnusable:
        return server_of(on.translates_with, on.translate_url)
