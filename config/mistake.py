"""A person's mistake in something they wrote: what is wrong, and how to mend it."""

from __future__ import annotations


class Mistake(ValueError):
    """`message` says what is wrong, `mend` what to write instead; together they are one sentence."""

    def __init__(self, message: str, mend: str) -> None:
        super().__init__(f"{message}; {mend}")
        self.message = message
        self.mend = mend
