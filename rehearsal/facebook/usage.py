"""How much of the quota is used: counted per page and per app, said in headers, refused when it is gone."""

from __future__ import annotations

import json
import math

from rehearsal.facebook.problems import GraphProblem, too_many_calls
from rehearsal.facebook.world import Page, Token, World

CALLS_PER_ENGAGED = 4_800
DAY = 24 * 3600
HOUR = 3600


def count(world: World, token: Token, page_id: str, calls: int = 1) -> None:
    """Counts calls; GraphProblem 80001 (Page tokens) or 4 (others) once the quota is used up.

    A call made while throttled still counts and puts off the end.
    """
    now = world.now()
    page = world.pages.get(token.page_id or page_id)
    if token.kind != "page" or page is None:
        world.app_calls += calls
        if world.app_calls > world.switches.app_quota:
            raise too_many_calls(4)
        return
    page.calls = [at for at in page.calls if at > now - DAY] + [now] * calls
    if 0 < page.throttled_until <= now:
        page.calls, page.throttled_until = [now] * calls, 0.0
    if percent(page) >= 100:
        page.throttled_until = now + world.switches.regain_minutes * 60
        raise too_many_calls(80001)


def percent(page: Page) -> int:
    quota = max(1, CALLS_PER_ENGAGED * page.engaged)
    return math.floor(100 * len(page.calls) / quota)


def headers(world: World, token: Token | None) -> dict[str, str]:
    """The usage headers for a token's calls, once more than `usage_after` calls were made."""
    if token is None:
        return {}
    page = world.pages.get(token.page_id)
    if token.kind == "page" and page is not None:
        if len(page.calls) <= world.switches.usage_after:
            return {}
        left = math.ceil(max(0.0, page.throttled_until - world.now()) / 60)
        return page_usage(page.id, percent(page), left)
    if world.app_calls <= world.switches.usage_after:
        return {}
    used = math.floor(100 * world.app_calls / world.switches.app_quota)
    return {"X-App-Usage": json.dumps({"call_count": used, "total_cputime": 0, "total_time": used})}


def page_usage(page_id: str, used: int, regain_minutes: int) -> dict[str, str]:
    one = {
        "type": "pages",
        "call_count": used,
        "total_cputime": used // 4,
        "total_time": used // 4,
        "estimated_time_to_regain_access": regain_minutes,
    }
    return {"X-Business-Use-Case-Usage": json.dumps({page_id: [one]})}


def challenge(problem: GraphProblem) -> dict[str, str]:
    message = problem.message.replace('"', "'").encode("ascii", "replace").decode()
    return {"WWW-Authenticate": f'OAuth "Facebook Platform" "invalid_request" "{message}"'}
