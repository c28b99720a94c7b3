"""Steps about posts: making one, finding it again, editing it, saying it twice, taking it down."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from connector.errors import OutcomeUnknown, Refused
from connector.graph.page import identity
from upkeep.trial.stage import Stage
from upkeep.trial.values import NotTried, Seen, Step, as_gone

_WORDS = "A test post that goes again at once. Nothing to see here."
_EDITED = "A test post, edited. It goes again at once."
_CLOCKS = timedelta(minutes=10)  # how far clocks may differ: outbox/finding.SLACK


def making() -> Iterable[Step]:
    yield Step("create", "Does a new post answer with the fields asked for?", "with its id and its permalink", _create)
    yield Step("read-back", "How soon is a new post read back?", "within a third of BRIDGE_UNSURE_WAIT", _read_back)
    yield Step(
        "marker",
        "Does the address in a post's text come back as it was?",
        "it does: its code finds the post again",
        _marker,
    )
    yield Step("clock", "How far is Facebook's clock from ours?", "less than ten minutes", _clock)
    yield Step("duplicate", "What comes of the same text twice?", "code 506, and nothing new stands", _duplicate)
    yield Step("edit", "Does an edited post keep its id and show the new text?", "it does, at once", _edit)
    yield Step("link", "Is a post with a link of ours taken?", "it is, and its text comes back", _link)


def ending() -> Iterable[Step]:
    yield Step(
        "gone-post", "How does Facebook answer for a post that was taken down?", "code 100/33, taken as gone", _gone
    )
    yield Step("usage", "Do replies tell how much of the Page's quota is used?", "they do, after some calls", _usage)


def main_post(stage: Stage) -> str:
    if not stage.main:
        raise NotTried("no test post could be made")
    return stage.main


def _create(stage: Stage) -> Seen:
    made = stage.publish(stage.text(f"{_WORDS} {stage.address}"))
    stage.main = made.id
    if made.permalink_url:
        return Seen("id and permalink")
    return Seen("the id alone", "Fill a post's permalink from the next reading (outbox/post_kinds.py: Publish.done).")


def _read_back(stage: Stage) -> Seen:
    wanted = identity(main_post(stage))
    since = stage.clock() - timedelta(hours=1)
    seconds = stage.seconds_until(lambda: any(identity(one.id) == wanted for one in stage.page.own_posts(since).posts))
    if seconds is None:
        return Seen(
            "not within a minute", "Set BRIDGE_UNSURE_WAIT to many times the lag, which must be measured for longer."
        )
    if seconds <= max(stage.unsure_wait.total_seconds() / 3, 5):
        return Seen(f"after {seconds:.0f} s")
    return Seen(f"after {seconds:.0f} s", f"Set BRIDGE_UNSURE_WAIT to {seconds * 10:.0f} or more.")


def _marker(stage: Stage) -> Seen:
    found = stage.page.post(main_post(stage))
    if found is None:
        raise NotTried("the post does not show when it is asked for by its id")
    if f"trial{stage.code}" in found.message:
        return Seen("as it was" if stage.address in found.message else "changed, but with its code")
    return Seen(
        "without its code", "Find posts again by their text, not by the code of their link (outbox/post_kinds.py)."
    )


def _clock(stage: Stage) -> Seen:
    found = stage.page.post(main_post(stage))
    if found is None:
        raise NotTried("the post does not show when it is asked for by its id")
    apart = abs(stage.clock() - found.created_at)
    return Seen(
        f"{apart.total_seconds():.0f} s", "" if apart < _CLOCKS else "Set this machine's clock, by NTP for instance."
    )


def _duplicate(stage: Stage) -> Seen:
    main_post(stage)
    text = stage.text(f"{_WORDS} {stage.address}")
    try:
        stage.publish(text)
    except OutcomeUnknown as wrong:
        return _after_duplicate(stage, text, wrong)
    except Refused as wrong:
        return Seen(
            f"code {wrong.code}: {wrong.message}", f"Take code {wrong.code} for 506 (connector/graph/decipher.py)."
        )
    return Seen(
        "a second post", "Nothing guards against a second post: never shorten the wait before something is sent again."
    )


def _after_duplicate(stage: Stage, text: str, wrong: OutcomeUnknown) -> Seen:
    stands = stage.page.own_posts(stage.clock() - timedelta(hours=1)).posts
    twice = sum(1 for one in stands if stage.same(one.message) == stage.same(text)) > 1
    if wrong.code == 506:
        stage.doubts -= not twice  # nothing is to be looked for
        return (
            Seen("code 506, and a second post", "Read back after 506 as after any doubt, and look for two.")
            if twice
            else Seen("code 506")
        )
    return Seen(
        f"code {wrong.code}", f"Read what code {wrong.code} means for a text said twice (connector/graph/decipher.py)."
    )


def _edit(stage: Stage) -> Seen:
    post, text = main_post(stage), stage.text(f"{_EDITED} {stage.address}")
    stage.page.revise(post, text)
    found = stage.page.post(post)
    if found is None:
        return Seen(
            "it no longer answers to its id",
            "Look for an edited post's new id after each edit (outbox/post_kinds.py: Revise).",
        )
    if stage.same(found.message) == stage.same(text):
        return Seen("the same id, the new text")
    return Seen(
        "the old text still", "Read an edited post back before it is called sent (outbox/post_kinds.py: Revise)."
    )


def _link(stage: Stage) -> Seen:
    if stage.unreachable:
        raise NotTried(stage.unreachable)
    text = stage.text("With a link.")
    made = stage.publish(text, stage.public_url)
    found = stage.page.post(made.id)
    if found is not None and stage.same(found.message) == stage.same(text):
        return Seen("taken, its text as it was")
    return Seen(
        "its text is another, or it does not show",
        "Send posts without `link`; the address stands in the text (outbox/post_kinds.py).",
    )


def _gone(stage: Stage) -> Seen:
    post = main_post(stage)
    stage.take_down(post)
    try:
        seconds = stage.seconds_until(lambda: stage.page.post(post) is None)
    except Refused as wrong:
        return as_gone(wrong.code, wrong.subcode)
    if seconds is None:
        return Seen(
            "it still shows after a minute", "Give a post that was taken down more time before it counts as standing."
        )
    return Seen(f"gone, after {seconds:.0f} s")


def _usage(stage: Stage) -> Seen:
    usage, calls = stage.page.door.usage, stage.page.door.calls
    if usage is None:
        return Seen(
            f"nothing told in {calls} calls", "Count our own calls: the headers do not tell a quiet Page's use."
        )
    return Seen(f"{usage.highest} % after {calls} calls of this trial")
