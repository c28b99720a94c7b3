"""The delivery protocol in every order of events; and each of its rules taken away, which must be seen."""

from __future__ import annotations

import pytest

from tests.protocol.explore import explore
from tests.protocol.rules import MORE_MUTATIONS, MUTATIONS, PRODUCTION, Rules


def test_no_order_of_events_posts_twice_or_claims_what_does_not_stand_or_ends_nowhere() -> None:
    found = explore(PRODUCTION)
    print(f"\n{found.states} states: {found.verdict or 'nothing wrong'}")
    assert (found.verdict, found.way) == ("", ())
    assert found.states > 10_000


def test_two_deliveries_of_one_lane_do_not_get_into_each_others_way() -> None:
    found = explore(PRODUCTION, deliveries=2, kills=0)
    print(f"\n{found.states} states: {found.verdict or 'nothing wrong'}")
    assert (found.verdict, found.way) == ("", ())


def caught(rules: Rules) -> str:
    found = explore(rules)
    print(f"\n{found.states} states: {found.verdict}")
    return found.verdict


def test_the_intent_written_after_the_call_is_caught() -> None:
    assert caught(MUTATIONS["the intent is written after the call"]) == "double post"


def test_an_unknown_outcome_taken_for_a_failure_is_caught() -> None:
    assert caught(MUTATIONS["an unknown outcome is taken for a failure"]) == "double post"


def test_an_expired_lease_that_makes_it_due_again_is_caught() -> None:
    assert caught(MUTATIONS["an expired lease makes it due again"]) == "double post"


def test_one_empty_read_that_leads_to_a_retry_is_caught() -> None:
    assert caught(MUTATIONS["one empty read leads to a retry"]) == "double post"


def test_a_paused_worker_that_may_still_send_is_caught() -> None:
    assert caught(MUTATIONS["a paused worker may still send"]) == "double post"


@pytest.mark.parametrize("name", MORE_MUTATIONS)
def test_every_other_rule_is_needed_too(name: str) -> None:
    assert explore(MORE_MUTATIONS[name], deliveries=1 + ("lane" in name)).verdict
