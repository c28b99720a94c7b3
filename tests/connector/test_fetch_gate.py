from __future__ import annotations

import pytest

from connector.gate import is_ours, system_resolve


def test_this_machines_own_address_is_known() -> None:
    assert is_ours("127.0.0.1", 443)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700:4700::1111"])
def test_another_machines_address_is_not_taken_for_our_own(address: str) -> None:
    assert not is_ours(address, 443)


def test_the_system_resolves_names_to_addresses_each_once() -> None:
    found = system_resolve("localhost", 80)
    assert {"127.0.0.1", "::1"}.issuperset(found)
    assert len(found) == len(set(found)) > 0
