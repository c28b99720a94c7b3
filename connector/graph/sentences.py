"""What we tell people when Facebook says no: one sentence each, with the mend, never with a token in it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

_LONGEST = 220
_KNOWN_SCOPES = re.compile(r"\b(?:pages_[a-z_]+|business_management)\b")
# Words of 16 and more that mix letters and digits are tokens or ids that help nobody.
_TOKEN_LIKE = re.compile(r"(?=[\w|%-]*\d)(?=[\w|%-]*[A-Za-z])[\w|%-]{16,}")
_QUERY = re.compile(r"\?[^\s\"']+=[^\s\"']*")

RECONNECT = "connect the Page again with a new Page token"
_SIGN_IN = {
    458: "The person who connected this Page removed our app from their account: let them allow it again, then "
    f"{RECONNECT}.",
    459: "Facebook wants the person who connected this Page to check their account: they open facebook.com, do what it "
    f"asks, then {RECONNECT}.",
    460: f"The person who connected this Page changed their password, which ended the token: {RECONNECT}.",
    463: f"The token of this Page has expired: {RECONNECT}.",
    464: "The Facebook account that connected this Page is not confirmed: the person confirms it on facebook.com, then "
    f"{RECONNECT}.",
    467: f"The token of this Page is no longer valid (signed out or revoked): {RECONNECT}.",
    492: "The person who connected this Page no longer has a role on it: let an administrator give it back, then "
    f"{RECONNECT}.",
}


def sign_in(subcode: int | None, code: int | None = 190) -> str:
    """Why a token is dead, and what to do."""
    if code == 459:
        return _SIGN_IN[459]
    return _SIGN_IN.get(subcode or 0, f"Facebook does not accept the token of this Page: {RECONNECT}.")


def no_token(message: str) -> str:
    return f"Facebook got no usable token with this call (it says {said(message)}): {RECONNECT}."


def not_allowed(code: int, message: str) -> str:
    """Names the scopes that Facebook's own message asks for, where it does."""
    scopes = scopes_in(message)
    wish = f"Facebook asks for {_listed(scopes)}" if scopes else f"Facebook says {said(message)}"
    return _NOT_ALLOWED.get(code, f"The token of this Page lacks a permission or task (code {code}; {wish}): {GRANT}.")


def scopes_in(message: str) -> list[str]:
    """The permissions that a message names, each once."""
    return list(dict.fromkeys(_KNOWN_SCOPES.findall(message)))


def lacks(do: str, scopes: list[str], task: str, code: int | None) -> str:
    return (
        f"Facebook does not let the token of this Page {do} (code {code}); that takes {_listed(scopes)}, and the task "
        f"{task} on the Page for whoever connected it: {GRANT}."
    )


GRANT = (
    "grant it in the sign-in dialog and connect the Page again, since a token keeps the permissions it was made with"
)
_NOT_ALLOWED = {
    3: "Our Facebook app lacks a capability for this call (code 3): add the Pages permissions to its use case, then "
    "connect the Page again.",
    5: "Facebook takes no calls from this server's address (code 5): correct the allow-list in the app's settings.",
    104: "Facebook got no token or a wrong signature (code 104): check BRIDGE_FB_APP_SECRET and connect the Page again.",
    1705: f"This was sent as a person instead of as the Page (code 1705): {RECONNECT}, not with a person's.",
}

UNPUBLISHED = (
    "Facebook shows none of the posts that stood on this Page, and says that it is not published: nothing is taken as "
    "removed; publish the Page again, or take it out of the site file."
)


def pace(page: str, until: datetime, percent: int) -> str:
    """Why a page is not read right now."""
    return f"The page {page} is read less often, next after {until:%H:%M} UTC: {percent} % of its calls to Facebook are used."


PROOF = (
    "Facebook does not accept our signature of the token (appsecret_proof): set BRIDGE_FB_APP_SECRET to the secret of "
    "the app that made the token."
)
GONE = (
    "Facebook does not show this object (any more), or not to this token: check that the Page's token still works "
    "before taking it as removed."
)
BLOCKED = (
    "Facebook has blocked what this Page writes (code 368): a person reads what Facebook tells the Page on "
    "facebook.com, and then releases the page here."
)
LEFT_OUT = (
    "Facebook leaves out the ids or times of posts or comments, so they cannot be read: let the person who connected "
    f"this Page have the task MODERATE (full control of the Page), then {RECONNECT}."
)
TOO_MUCH = "Facebook asks for smaller reads: ask for fewer posts or comments at once."
DUPLICATE = (
    "Facebook says that this was already posted (code 506): the page is read back before anything is sent again."
)
EDITED = (
    "Facebook answered as if the comment itself had been edited instead of answered: look at it on Facebook before "
    "anything is sent again."
)

_REFUSED = {
    10: "Facebook's time for this private message has run out: answer under the comment instead.",
    12: "Facebook has given up this call: set BRIDGE_GRAPH_VERSION to a current version.",
    551: "This person cannot receive messages from the Page: answer under the comment instead.",
    1609005: "Facebook could not open the link of this post: check that BRIDGE_PUBLIC_URL can be reached from outside, "
    "then send it again.",
}


def refused(code: int | None, message: str, status: int) -> str:
    told = f"code {code}" if code is not None else f"answer {status}"
    general = f"Facebook refused this request ({told}; it says {said(message)}): correct it before it is sent again."
    return _REFUSED.get(code or 0, general)


def throttled(seconds: float | None) -> str:
    time = f"about {max(1, round(seconds / 60))} minutes" if seconds else "a while"
    return f"Facebook asks for fewer calls for this Page: leave it alone for {time}."


def unknown(what: str) -> str:
    return f"It is not known whether Facebook did this ({what}): it is read back before anything is sent again."


def later(what: str) -> str:
    return f"Facebook cannot answer just now ({what}): try again later."


def unreachable(reason: str, host: str, seconds: float) -> str:
    """For the reasons of `wire.NoReply`."""
    known = {
        "late": "This machine stood still just before sending: nothing was sent, it is tried again.",
        "name": f"The name {host} could not be found: check this machine's connection to the internet.",
        "connect": f"{host} could not be reached: check this machine's connection, and whether BRIDGE_PROXY is needed.",
        "tls": f"{host} did not prove who it is: check this machine's clock, and whether BRIDGE_CA_FILE is needed.",
        "certificates": "The file of certificates cannot be used: correct BRIDGE_CA_FILE.",
        "proxy": f"The way out to {host} did not work: check BRIDGE_PROXY.",
        "address": "Facebook's address cannot be used: correct BRIDGE_GRAPH_URL.",
        "deadline": f"{host} gave no whole answer within {seconds:g} seconds: try again later.",
    }
    return known.get(reason, f"The connection to {host} broke before the whole answer was here: try again later.")


def said(message: str) -> str:
    """Facebook's own words in quotes, short."""
    text = message.rstrip(".")
    if len(text) > _LONGEST:
        text = text[: _LONGEST - 1].rstrip() + "…"
    return f"“{text}”" if text else "nothing more"


def scrub(message: str, secrets: Iterable[str] = ()) -> str:
    """Facebook's own words without its code, and without `secrets` or what looks like a token."""
    text = re.sub(r"^\(#\d+\)\s*", "", " ".join(message.split()))
    for secret in filter(None, secrets):
        text = text.replace(secret, "…")
    return _TOKEN_LIKE.sub("…", _QUERY.sub("", text))


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]
