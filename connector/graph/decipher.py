"""From an answer of Facebook's to its data, or to the error that says what to do next. Pure.

Codes decide; the HTTP status only where there is no code. A write without a clear yes or no is `OutcomeUnknown`.
https://developers.facebook.com/docs/graph-api/guides/error-handling
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from connector.errors import (
    Gone,
    NotAllowed,
    OutcomeUnknown,
    OutsideError,
    Refused,
    SignInNeeded,
    Throttled,
    TooMuchData,
    TryLater,
    WritesBlocked,
)
from connector.graph import sentences
from connector.graph.usage import read_usage

_THROTTLES = frozenset({4, 17, 32, 341, 613, *range(80000, 80100)})
_DEAD_TOKEN = frozenset({102, 190, 459})
_NOT_ALLOWED = frozenset({3, 5, 10, 104, 1705, *range(200, 300)})
_REFUSED = frozenset({12, 100, 551, 2500, 3001, 1609005})
_DOUBTFUL = frozenset({1, 2})
_DOUBTFUL_SUBCODES = frozenset({1363047, 1609010})  # "service unavailable" in other words
_WINDOW_CLOSED = (10, 2018278)
_UNREADABLE = object()


@dataclass(frozen=True, slots=True)
class _Fault:
    """The `error` of an answer; only `message` can be relied on."""

    message: str
    code: int | None
    subcode: int | None
    transient: bool
    trace: str


def decipher(
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    method: str,
    *,
    page_id: str = "",
    secrets: Iterable[str] = (),
) -> Any:
    """The dict or list that Facebook answered; else raises one of connector.errors.

    `method` other than GET is a write: it succeeds only with an id or `success`. `page_id` picks the page's own entry
    among the usage headers. `secrets` never appear in an error's text.
    """
    answer = _parsed(body)
    write = method.upper() != "GET"
    fault = _fault(answer, secrets)
    if fault is not None:
        raise _error(fault, status, headers, write, page_id)
    if not 200 <= status < 300:
        raise _error(_Fault("", None, None, False, ""), status, headers, write, page_id)
    doubt = _doubt(answer, body, write)
    if doubt:
        raise _doubtful(write)(_doubtful_sentence(doubt, write), subject="Facebook")
    return answer


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return _UNREADABLE


def _fault(answer: Any, secrets: Iterable[str]) -> _Fault | None:
    error = answer.get("error") if isinstance(answer, dict) else None
    if not error:
        return None
    if not isinstance(error, dict):
        return _Fault(sentences.scrub(str(answer.get("error_description") or error), secrets), None, None, False, "")
    return _Fault(
        message=sentences.scrub(str(error.get("message") or error.get("error_user_msg") or ""), secrets),
        code=_number(error.get("code")),
        subcode=_number(error.get("error_subcode")),
        transient=error.get("is_transient") is True,
        trace=str(error.get("fbtrace_id") or "")[:64],
    )


def _number(value: Any) -> int | None:
    try:
        return int(value)
    except (TypeError, ValueError):
        return None


def _error(fault: _Fault, status: int, headers: Mapping[str, str], write: bool, page_id: str) -> OutsideError:
    kind = _kind(fault, status, write)
    known: dict[str, Any] = {"subject": "Facebook", "code": fault.code, "subcode": fault.subcode, "trace": fault.trace}
    if kind is Throttled:
        seconds = _pause(headers, page_id)
        return Throttled(sentences.throttled(seconds), seconds=seconds, **known)
    return kind(_sentence(kind, fault, status), **known)


def _kind(fault: _Fault, status: int, write: bool) -> type[OutsideError]:
    code = fault.code
    if code in _THROTTLES:
        return Throttled
    if code == 368:
        return WritesBlocked
    if _asks_for_less(fault) and not write:
        return TooMuchData
    if code in _DEAD_TOKEN or _misses_token(fault):
        return SignInNeeded
    if (code, fault.subcode) == _WINDOW_CLOSED:
        return Refused
    if code in _NOT_ALLOWED or _bad_proof(fault):
        return NotAllowed
    if _is_gone(fault):
        return Gone
    return Refused if code in _REFUSED else _kind_by_status(fault, status, write)


def _kind_by_status(fault: _Fault, status: int, write: bool) -> type[OutsideError]:
    if fault.code == 506:
        return OutcomeUnknown if write else Refused
    if fault.code in _DOUBTFUL or fault.subcode in _DOUBTFUL_SUBCODES:
        return _doubtful(write)
    if status == 429:
        return Throttled
    if 400 <= status < 500 and status != 408 and not fault.transient:
        return Refused
    return _doubtful(write)


def _doubtful(write: bool) -> type[OutsideError]:
    return OutcomeUnknown if write else TryLater


def _asks_for_less(fault: _Fault) -> bool:
    return fault.code in (1, 2, None) and "reduce the amount of data" in fault.message.lower()


def _misses_token(fault: _Fault) -> bool:
    return fault.code == 2500 and "active access token" in fault.message.lower()


def _bad_proof(fault: _Fault) -> bool:
    return fault.code == 100 and "appsecret_proof" in fault.message


def _is_gone(fault: _Fault) -> bool:
    unsupported = fault.message.startswith("Unsupported ") and "does not exist" in fault.message
    return fault.code == 803 or (fault.code == 100 and (fault.subcode == 33 or unsupported))


def _sentence(kind: type[OutsideError], fault: _Fault, status: int) -> str:
    told = f"code {fault.code}" if fault.code is not None else f"answer {status}"
    fixed = {Gone: sentences.GONE, WritesBlocked: sentences.BLOCKED, TooMuchData: sentences.TOO_MUCH}
    if kind in fixed:
        return fixed[kind]
    if kind is SignInNeeded:
        return sentences.no_token(fault.message) if fault.code == 2500 else sentences.sign_in(fault.subcode, fault.code)
    if kind is NotAllowed:
        return sentences.PROOF if _bad_proof(fault) else sentences.not_allowed(fault.code or 0, fault.message)
    if kind is Refused:
        return sentences.refused(fault.code, fault.message, status)
    return sentences.DUPLICATE if fault.code == 506 else _doubtful_sentence(told, kind is OutcomeUnknown)


def _doubtful_sentence(what: str, write: bool) -> str:
    return sentences.unknown(what) if write else sentences.later(what)


def _pause(headers: Mapping[str, str], page_id: str) -> float | None:
    """Seconds to leave the page alone; Facebook counts the minutes."""
    usage = read_usage(headers, page_id)
    return usage.regain_minutes * 60.0 if usage and usage.regain_minutes else None


def _doubt(answer: Any, body: bytes, write: bool) -> str:
    """Why an answer of 200 is none; "" when it is one."""
    if not isinstance(answer, (dict, list)):
        return "service unavailable" if b"Service Unavailable" in body else "an answer that cannot be read"
    if isinstance(answer, list):
        return ""
    if _is(answer.get("success"), False):
        return "it says that it did not succeed"
    if not write:
        # Families may write these words, too: only an answer with no content at all is meant.
        empty = not answer.keys() & {"id", "data"} and b"Service Unavailable" in body
        return "service unavailable" if empty else ""
    named = any(answer.get(name) for name in ("id", "post_id", "message_id"))
    return "" if named or _is(answer.get("success"), True) else "an answer without an id"


def _is(value: Any, wanted: bool) -> bool:
    """Some edges write their booleans as text."""
    return value is wanted or str(value).lower() == str(wanted).lower()
