"""The name of this process, in attempts, pulses and logs: another one at each start, on whatever machine."""

from __future__ import annotations

import os
import platform
import secrets
from functools import cache

HOST = platform.node()


@cache
def this_process() -> str:
    return f"{os.getpid()}-{secrets.token_hex(4)}"
