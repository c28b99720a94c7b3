"""`python -m tests.protocol`: the rules and their mutations, how many states each has, and what was found in them."""

from __future__ import annotations

import sys

from tests.protocol.explore import explore
from tests.protocol.rules import MORE_MUTATIONS, MUTATIONS, PRODUCTION


def main() -> int:
    good = {"the rules, one delivery, three kills": explore(PRODUCTION)}
    good["the rules, two deliveries"] = explore(PRODUCTION, deliveries=2, kills=0)
    bad = {
        name: explore(rules, deliveries=1 + ("lane" in name)) for name, rules in (MUTATIONS | MORE_MUTATIONS).items()
    }
    print(f"{'variant':<52}{'states':>8}  verdict")
    for name, found in (good | bad).items():
        print(f"{name:<52}{found.states:>8}  {found.verdict or 'nothing wrong'}")
    return int(any(one.verdict for one in good.values()) or not all(one.verdict for one in bad.values()))


if __name__ == "__main__":
    sys.exit(main())
