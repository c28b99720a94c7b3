"""/you/notices: what one wants to be told, and by which way."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response

from connector.addresses import AllowedHosts
from connector.channels import Channels
from upkeep import choices
from web.context import Context
from web.forms import Secret, Shape
from web.policy import EVERYBODY, allow
from web.speech import Speech
from web.visit import Visit

HERE = "/you/notices"


class Wanted(Shape):
    moments: list[str] = Field(default_factory=list)
    by: choices.By = "mail"
    address: Secret = ""


class Nothing(Shape):
    pass


def notices_routes(context: Context) -> APIRouter:
    router = APIRouter()
    channels = Channels(context.settings.notify_url, AllowedHosts.parse(context.settings.allow_hosts))

    @router.get(HERE)
    def shown(visit: Visit = allow(*EVERYBODY)) -> Response:
        with visit.db.read() as session:
            chosen = choices.chosen_by(session, visit.person, context.vault)
        offered = [(one, *_words(visit.speech)[one]) for one in choices.offered(visit.person.role)]
        return visit.page("notices.html", chosen=chosen, offered=offered, by_mail=context.mails)

    @router.post(HERE)
    def choose(visit: Visit = allow(*EVERYBODY)) -> Response:
        wanted = visit.read(Wanted)
        with visit.write(HERE) as session:
            choices.choose(
                session, visit.person, wanted.moments, wanted.by, wanted.address, channels, context.vault, visit.now
            )
        return visit.go(HERE, visit.speech.say("Saved."))

    @router.post(f"{HERE}/test")
    def test(visit: Visit = allow(*EVERYBODY)) -> Response:
        visit.read(Nothing)
        with visit.write(HERE) as session:
            choices.ask_for_test(session, visit.person, visit.now)
            context.wake.round(session, visit.school.slug)
        return visit.go(HERE, visit.speech.say("A test is on its way. It should be there in a minute."))

    return router


def _words(speech: Speech) -> dict[str, tuple[str, str]]:
    """moment -> how it is called, and what is told."""
    return {
        "assigned": (
            speech.say("A family waits for me"),
            speech.say("When you are asked to answer somebody, in your working hours."),
        ),
        "overdue": (
            speech.say("Something is overdue"),
            speech.say("An answer or a promise of yours is past its day, or went to a colleague."),
        ),
        "daily-digest": (
            speech.say("One short letter each working morning"),
            speech.say("What waits for you today. On days without anything there is none."),
        ),
        "token-died": (
            speech.say("The page is cut off from Facebook"),
            speech.say("At once, at any hour. One owner always hears it."),
        ),
        "late-cancellation": (
            speech.say("A cancellation of the next 24 hours waits for a person"),
            speech.say("At once, at any hour: families may be on their way."),
        ),
    }
