"""Steps about the token and what is told beside the answers. They write nothing but a subscription that is undone."""

from __future__ import annotations

from collections.abc import Iterable

from connector.errors import NotAllowed, Refused, SignInNeeded
from connector.graph.experiment import asked_by_header, subscribed_apps, token_profile
from upkeep.trial.stage import Stage
from upkeep.trial.values import NotTried, Seen, Step


def steps() -> Iterable[Step]:
    yield Step("me", "Whom does /me name for a Page's token?", "the Page, by its own id", _me)
    yield Step(
        "version", "Does a reply tell the version that served it?", "it does, and it is the one asked for", _version
    )
    yield Step("owner", "Whom does debug_token name in profile_id?", "the Page, by its own id, or nobody", _owner)
    yield Step(
        "header", "Is the token taken in an Authorization header?", "it is not: it goes among the parameters", _header
    )
    yield Step(
        "subscription", "Does the list of subscribed apps name their fields?",
        "it does, so that a lost subscription shows", _subscription,
    )  # fmt: skip


def _me(stage: Stage) -> Seen:
    door = stage.page.door
    told = str(door.request(f"{door.version}/me", {"fields": "id"}).get("id") or "nobody")
    if told == stage.page.page_id:
        return Seen("the Page")
    return Seen(
        f"{told}, not {stage.page.page_id}",
        "Prove a token by asking for the Page, not for /me (connector/graph/token.py).",
    )


def _version(stage: Stage) -> Seen:
    asked, served = stage.page.door.version, stage.page.door.served_version
    if served == asked:
        return Seen(f"{served}, as asked")
    if served is None:
        return Seen(
            "no header tells it", "Compare nothing with the version served: only Meta's changelog tells when ours ends."
        )
    return Seen(
        f"{served}, though {asked} was asked for",
        f"Set BRIDGE_GRAPH_VERSION to a version that lives, {served} or newer.",
    )


def _owner(stage: Stage) -> Seen:
    if not (stage.app_id and stage.app_secret):
        raise NotTried("set BRIDGE_FB_APP_ID and BRIDGE_FB_APP_SECRET, and try again")
    told = token_profile(stage.page.door, stage.app_id, stage.app_secret)
    if told in ("", stage.page.page_id):
        return Seen("the Page" if told else "nobody, so /me is asked")
    return Seen(
        f"{told}, not {stage.page.page_id}",
        "Leave profile_id alone and ask for the Page instead: a good token would be taken for another Page's.",
    )


def _header(stage: Stage) -> Seen:
    try:
        told = asked_by_header(stage.page.door)
    except (SignInNeeded, NotAllowed, Refused):
        return Seen("it is not taken")
    return Seen(
        f"it is taken (/me is {told})",
        "Send the token in this header, so that it stands in no address (connector/graph/door.py).",
    )


def _subscription(stage: Stage) -> Seen:
    apps = subscribed_apps(stage.page)
    if not apps:
        stage.subscribed = True  # first, so that a lost answer is undone, too
        stage.page.subscribe()
        apps = subscribed_apps(stage.page)
    if not apps:
        return Seen(
            "the list stays empty after subscribing",
            "Ask for the subscription anew every day: the list cannot be believed.",
        )
    if all("subscribed_fields" in app for app in apps):
        return Seen(f"{len(apps)} listed, with fields")
    return Seen(
        "an app without its fields", "Ask for the subscription anew every day: the list does not show a lost field."
    )
