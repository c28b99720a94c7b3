"""What can go wrong on purpose: which call a fault meets, and the answer it leaves behind."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from rehearsal.facebook.calls import Answer
from rehearsal.facebook.problems import GraphProblem, temporarily_unavailable, too_many_calls
from rehearsal.facebook.usage import challenge, page_usage
from rehearsal.facebook.world import Fault, World

HTML = "text/html; charset=utf-8"
# kind → whether the call is carried out although the answer is spoiled; `store` in a fault overrules it.
SPOILING = {
    "code2-after-store": True,
    "cut-after-store": True,
    "cut-before-store": False,
    "html502": False,
    "service-unavailable-200": False,
    "empty-500": False,
    "throttle": False,
    "error": False,
    "raw": False,
}
# these let the call through and change its answer, or what is read and written on the way
BENDING = (
    "text-javascript",
    "slow",
    "success-string",
    "paging-missing",
    "lag",
    "empty",
    "short-page",
    "empty-page-with-next",
    "repeated-cursor",
    "hidden-from-read",
)
KINDS = (*SPOILING, *BENDING)
WRITES_ONLY = ("code2-after-store", "cut-after-store", "lag")
READS_ONLY = ("paging-missing", "empty", "short-page", "empty-page-with-next", "repeated-cursor", "hidden-from-read")
WAITING = "slow"


def add(world: World, wish: dict[str, Any]) -> Fault:
    """A fault from its JSON (`README.md` has the shape). ValueError, one sentence, for a wrong one."""
    wish = dict(wish)
    match, kind = wish.pop("match", None) or {}, str(wish.pop("kind", ""))
    if kind not in KINDS:
        raise ValueError(f"No fault is called “{kind}”; there are: {', '.join(KINDS)}.")
    unknown = set(match) - {"method", "path", "page"}
    if unknown:
        raise ValueError(f"A match has method, path and page, not {', '.join(sorted(unknown))}.")
    try:
        re.compile(str(match.get("path", "")))
    except re.error as error:
        raise ValueError(f"The path of a match must be a regular expression: {error}.") from None
    method = "POST" if kind in WRITES_ONLY else "GET" if kind in READS_ONLY else ""
    times = wish.pop("times", None if kind == "hidden-from-read" else 1)
    fault = Fault(
        id=world.number("fault", 1), kind=kind,
        method=str(match.get("method", method)).upper(), path=str(match.get("path", "")), page=str(match.get("page", "")),
        after=int(wish.pop("after", 0)), times=None if times is None else int(times),
        store=wish.pop("store", None), details=wish,
    )  # fmt: skip
    world.faults.append(fault)
    return fault


def meeting(world: World, method: str, path: str, page_id: str) -> list[Fault]:
    """The faults that this call meets; each counts the call, and one that is used up is gone."""
    met: list[Fault] = []
    for fault in list(world.faults):
        if fault.method and fault.method != method:
            continue
        if (fault.page and fault.page != page_id) or not re.search(fault.path, path):
            continue
        fault.hits += 1
        if fault.hits <= fault.after:
            continue
        met.append(fault)
        if fault.times is not None and fault.hits >= fault.after + fault.times:
            world.faults.remove(fault)
    return met


def answered(fault_list: list[Fault], page_id: str, trace: str, carry_out: Callable[[], Answer]) -> Answer:
    """Carries the call out, or not, as its faults say, and hands back what the client gets to see."""
    spoiling = next((fault for fault in fault_list if fault.kind in SPOILING), None)
    if spoiling is None:
        return _bent(fault_list, carry_out())
    stored = SPOILING[spoiling.kind] if spoiling.store is None else spoiling.store
    true_answer = carry_out() if stored else Answer(200, {})
    if true_answer.status >= 400:
        return true_answer
    return _bent(fault_list, _spoiled(spoiling, page_id, trace, true_answer))


def _spoiled(fault: Fault, page_id: str, trace: str, true_answer: Answer) -> Answer:
    details = fault.details
    if fault.kind.startswith("cut"):
        return Answer(200, cut=True)
    if fault.kind == "html502":
        return Answer(502, raw=b"<html><body><h1>502 Bad Gateway</h1></body></html>", content_type=HTML)
    if fault.kind == "service-unavailable-200":
        return Answer(200, raw=b"Service Unavailable", content_type=HTML)
    if fault.kind == "empty-500":
        return Answer(500, {})
    if fault.kind == "raw":
        body = str(details.get("body", "")).encode()
        kind = str(details.get("content_type", "application/json; charset=UTF-8"))
        return Answer(int(details.get("status", 200)), raw=body, content_type=kind)
    return _refused(fault, page_id, trace, true_answer)


def _refused(fault: Fault, page_id: str, trace: str, true_answer: Answer) -> Answer:
    details = fault.details
    http, extra = details.get("http"), dict(true_answer.headers)
    if fault.kind == "throttle":
        problem = too_many_calls(int(details.get("code", 80001)), http)
        extra |= page_usage(page_id, int(details.get("used", 100)), int(details.get("minutes", 5)))
    elif fault.kind == "error":
        problem = GraphProblem(
            int(details.get("code", 1)), str(details.get("message") or f"(#{details.get('code', 1)}) Rehearsed error"),
            subcode=details.get("subcode"), status=http, data=details.get("error_data"),
            kind=str(details.get("type", "OAuthException")), transient=details.get("is_transient"),
        )  # fmt: skip
    else:
        problem = temporarily_unavailable()
    return Answer(problem.status, problem.body(trace), extra | challenge(problem))


def _bent(fault_list: list[Fault], answer: Answer) -> Answer:
    kinds = {fault.kind: fault for fault in fault_list}
    if "text-javascript" in kinds:
        answer.content_type = "text/javascript; charset=UTF-8"
    if "success-string" in kinds and isinstance(answer.body, dict) and answer.body.get("success") is True:
        answer.body = answer.body | {"success": "true"}
    if WAITING in kinds and not kinds[WAITING].details.get("before"):
        answer.delay = float(kinds[WAITING].details.get("seconds", 1))
    return answer


def wait_before(fault_list: list[Fault]) -> float:
    """Seconds to let pass before the call is carried out (`slow` with `"before": true`)."""
    slow = [fault for fault in fault_list if fault.kind == WAITING and fault.details.get("before")]
    return sum(float(fault.details.get("seconds", 1)) for fault in slow)
