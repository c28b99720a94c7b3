"""All steps in order: whether the trial may begin, one finding for each step, and clearing up whatever happens."""

from __future__ import annotations

from collections.abc import Callable, Generator

from config.mistake import Mistake
from connector.errors import OutsideError, SignInNeeded, Throttled, WritesBlocked
from connector.graph.experiment import page_state
from connector.graph.page import FacebookPage
from upkeep.trial import answering, posting, sign_in
from upkeep.trial.stage import Stage
from upkeep.trial.values import Finding, NotTried, Step

STEPS: tuple[Step, ...] = (
    *sign_in.steps(), *posting.making(), *answering.making(), *answering.reading(), *answering.ending(), *posting.ending(),
)  # fmt: skip
CALLS = 40  # that a trial makes about


def may_begin(page: FacebookPage, *, pretend: bool) -> str:
    """The Page's name. Mistake where families might see the test posts; a `pretend` Facebook has none."""
    state = page_state(page)
    if state.is_published is not False and not pretend:
        raise Mistake(
            f"The Page “{state.name}” is published, and families would see the test posts",
            "make a Page of your own for this, unpublish it in its settings, and connect that one",
        )
    return state.name


def run(stage: Stage, tell: Callable[[str], None], left: list[str]) -> Generator[Finding, None, None]:
    """A finding for each step, as it is made. What could not be taken down afterwards is told in `left`."""
    ended = ""
    try:
        for number, step in enumerate(STEPS, start=1):
            tell(f"{number}/{len(STEPS)} {step.question}")
            finding, ended = _try(step, stage, ended)
            yield finding
    finally:
        tell("Taking the test posts down …")
        _clear(stage, left)


def _try(step: Step, stage: Stage, ended: str) -> tuple[Finding, str]:
    """The finding, and why all later steps cannot be tried any more ("" = they can)."""
    told = (step.name, step.question, step.assumed)
    if ended:
        return Finding(*told, "", "not tried", ended, broke=True), ended
    try:
        seen = step.look(stage)
    except NotTried as why:
        return Finding(*told, "", "not tried", str(why)), ""
    except (SignInNeeded, Throttled, WritesBlocked) as wrong:
        return Finding(*told, "", "not tried", wrong.message, broke=True), wrong.message
    except OutsideError as wrong:
        return Finding(*told, "", "not tried", wrong.message, broke=True), ""
    return Finding(*told, seen.what, "otherwise" if seen.mend else "as assumed", seen.mend), ""


def _clear(stage: Stage, left: list[str]) -> None:
    """Somebody who is in a hurry still hears what stands."""
    finished = False
    try:
        left += stage.clear()
        finished = True
    finally:
        if not finished:
            left += [
                f"Test post {id} may still stand: remove it by hand at {link or id}."
                for id, link in stage.posts.items()
            ]
