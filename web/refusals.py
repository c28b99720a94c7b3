"""What people read when something they asked for is not done: one sentence with the mend, and a way on."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from config.mistake import Mistake
from inbox.replies import NotPossible
from web.context import Context
from web.entrance.guest import Guest
from web.entrance.sign_in import stranger
from web.forms import BadForm
from web.moments import Moments
from web.policy import Stranger
from web.proofs import Forged
from web.trouble import not_found
from web.visit import AlreadyDone, NotProven, Visit, safe_path, speech_for


def answer_refusals(app: FastAPI, context: Context) -> None:
    """Teaches the app which answer belongs to which refusal."""

    @app.exception_handler(HTTPException)
    def refused(request: Request, wrong: HTTPException) -> Response:
        if wrong.status_code == 404:
            return not_found(context, request)
        return PlainTextResponse(f"{wrong.detail}\n", status_code=wrong.status_code, headers=wrong.headers)

    @app.exception_handler(Stranger)
    def sign_in_first(request: Request, wrong: Stranger) -> Response:
        return stranger(context, request, wrong)

    @app.exception_handler(AlreadyDone)
    def done_already(request: Request, done: AlreadyDone) -> Response:
        return RedirectResponse(done.then, status_code=303)

    @app.exception_handler(NotProven)
    def prove_first(request: Request, wrong: NotProven) -> Response:
        return RedirectResponse(f"/prove?next={quote(_page_of(request))}", status_code=303)

    @app.exception_handler(Forged)
    def forged(request: Request, wrong: Forged) -> Response:
        return _told(context, request, FORGED, 403)

    @app.exception_handler(BadForm)
    def bad(request: Request, wrong: BadForm) -> Response:
        return _told(context, request, wrong.sentence, 422, **wrong.blanks)

    @app.exception_handler(NotPossible)
    def cannot(request: Request, wrong: NotPossible) -> Response:
        return _told(context, request, str(wrong), 422)

    @app.exception_handler(Mistake)
    def mistaken(request: Request, wrong: Mistake) -> Response:
        return _told(context, request, f"{wrong}.", 422)


FORGED = "This form has grown too old to be trusted: open the page again, and send it from there."


def _page_of(request: Request) -> str:
    """Where they are: the page itself, or the one whose form was sent."""
    if request.method in ("GET", "HEAD"):
        return safe_path(request.url.path + (f"?{request.url.query}" if request.url.query else ""))
    came_from = urlsplit(request.headers.get("referer", ""))
    return safe_path(came_from.path) if came_from.netloc == request.headers.get("host") else "/"


def _told(context: Context, request: Request, sentence: str, status: int, **blanks: str) -> Response:
    """In the frame of whoever is signed in; pieces get the sentence alone."""
    visit: Visit | None = request.scope.get("bridge.visit")
    speech = visit.speech if visit else speech_for(request)
    said = speech.say(sentence, **blanks)
    if request.headers.get("hx-request") == "true":
        moments = Moments(speech.tag, "UTC", context.clock())
        return context.desk_page("refused_piece.html", speech, moments, status=status, sentence=said)
    if visit:
        return visit.page("refused.html", status=status, sentence=said)
    return Guest(context, request, "", context.clock()).page("refused_guest.html", status=status, sentence=said)
