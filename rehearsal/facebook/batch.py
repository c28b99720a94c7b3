"""Several calls in one: `POST /` with `batch`. Parts answer in order; a part that never happened is null."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from rehearsal.facebook.calls import Answer, Call
from rehearsal.facebook.problems import GraphProblem, parameter
from rehearsal.facebook.world import World

LARGEST_BATCH = 50
RESULT = re.compile(r"\{result=([^:}]+):\$\.?([^}]*)\}")

AnswerOne = Callable[..., Answer]


def run(world: World, call: Call, served: str, answer: AnswerOne) -> list[dict[str, Any] | None]:
    """HTTP 200 even when every part failed; GraphProblem for what is no batch at all."""
    parts = call.structure("batch")
    if not isinstance(parts, list) or not parts:
        raise parameter("The batch parameter must be a JSON array")
    if len(parts) > LARGEST_BATCH:
        message = "Too many requests in batch message. Maximum batch size is 50"
        raise GraphProblem(1, message, kind="GraphBatchException", status=400)
    if not call.text("access_token"):
        raise GraphProblem(104, "An access token is required to request this resource.")
    results: dict[str, str] = {}
    return [_part(world, call, served, part, results, answer) for part in parts]


def _part(
    world: World, call: Call, served: str, part: dict[str, Any], results: dict[str, str], answer: AnswerOne
) -> dict[str, Any] | None:
    name = str(part.get("name") or "")
    needed = str(part.get("depends_on") or "")
    try:
        inner = _call(call, served, part, results)
    except KeyError:
        needed = needed or "?"
    if needed and needed not in results:
        return None
    found = answer(world, inner, in_batch=True)
    if found.cut:
        return None
    body = found.content().decode()
    if found.status < 400 and name:
        results[name] = body
        if part.get("omit_response_on_success", True):
            return None
    shown: dict[str, Any] = {"code": found.status, "body": body}
    if call.truth("include_headers", True):
        headers = {"Content-Type": found.content_type} | found.headers
        shown["headers"] = [{"name": key, "value": value} for key, value in headers.items()]
    return shown


def _call(call: Call, served: str, part: dict[str, Any], results: Mapping[str, str]) -> Call:
    """The inner call; KeyError when it names a result that is not there."""
    address = urlsplit(_filled(str(part.get("relative_url", "")), results))
    params: dict[str, Any] = {"access_token": call.text("access_token")}
    if call.text("appsecret_proof"):
        params["appsecret_proof"] = call.text("appsecret_proof")
    params |= dict(parse_qsl(address.query, keep_blank_values=True))
    params |= dict(parse_qsl(_filled(str(part.get("body") or ""), results), keep_blank_values=True))
    files = [name.strip() for name in str(part.get("attached_files") or "").split(",") if name.strip()]
    uploads = {"source": call.files[files[0]]} if files and files[0] in call.files else {}
    path = address.path.strip("/")
    versioned = path if re.match(r"^v\d+\.\d+(/|$)", path) else f"{served}/{path}"
    return Call(str(part.get("method", "GET")).upper(), versioned, params, uploads, call.base)


def _filled(text: str, results: Mapping[str, str]) -> str:
    return RESULT.sub(lambda found: _picked(json.loads(results[found.group(1)]), found.group(2)), text)


def _picked(value: Any, path: str) -> str:
    """A small part of JSONPath: names, `[0]` and `*`; several values are joined by commas."""
    values = [value]
    for step in re.findall(r"[^.\[\]]+", path):
        if step == "*":
            values = [inner for one in values for inner in (one.values() if isinstance(one, dict) else one)]
        else:
            values = [one[int(step)] if isinstance(one, list) else one[step] for one in values]
    return ",".join(str(one) for one in values)
