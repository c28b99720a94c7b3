"""One call on its way out: its deadline, its allowance of bytes, and what a failure of it means."""

from __future__ import annotations

import time
from dataclasses import dataclass

import requests

from connector.errors import OutcomeUnknown, OutsideError, Refused, TryLater

READS = frozenset({"GET", "HEAD", "OPTIONS", "PROPFIND", "REPORT"})


@dataclass(slots=True)
class Trip:
    """One call under way: until when (monotonic seconds), how many bytes it may bring, and whether any left already."""

    subject: str
    ends_at: float
    seconds: float
    max_bytes: int
    writes: bool = False
    keeps_open: bool = False  # the connection is kept for the next call
    sent: bool = False

    def remaining(self) -> float:
        left = self.ends_at - time.monotonic()
        if left <= 0:
            raise TimeoutError("the deadline has passed")
        return left

    def error(self, kind: type[OutsideError], rest: str) -> OutsideError:
        """What to raise: once bytes of a write have left, nothing is certain any more, whatever went wrong."""
        if self.writes and self.sent:
            rest += "; whether the change was made is not known, and is looked up"
            return OutcomeUnknown(f"{self.subject} {rest}.", subject=self.subject)
        return kind(f"{self.subject} {rest}.", subject=self.subject)

    def failure(self, error: Exception) -> OutsideError:
        """Puts any failure of the layers below into our words; theirs may hold the address and are never passed on."""
        if isinstance(error, OutsideError):
            return error
        if time.monotonic() >= self.ends_at or isinstance(error, TimeoutError | requests.Timeout):
            return self.error(
                TryLater, f"did not finish its answer within {self.seconds:g} seconds: it is tried again later"
            )
        if not self.sent:
            return self.error(TryLater, _before_sending(error))
        return self.truncated()

    def too_large(self) -> OutsideError:
        size = f"{self.max_bytes / 1024 / 1024:g} MB"
        return self.error(
            Refused, f"is larger than {size} and is not read: ask its keeper for one with fewer past dates"
        )

    def truncated(self) -> OutsideError:
        return self.error(
            TryLater,
            "broke off before its end (truncated): it is tried again later; tell its keeper if it stays so",
        )


def _before_sending(error: Exception) -> str:
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return (
            "shows a certificate that cannot be trusted: ask its keeper to renew it, "
            "or name the district's own certificates in BRIDGE_CA_FILE"
        )
    if isinstance(error, requests.exceptions.SSLError):
        return "does not speak https at this address: check whether it should start with http:// or has another port"
    if isinstance(error, requests.exceptions.ProxyError):
        return "cannot be reached through the proxy: check BRIDGE_PROXY, or try again later"
    return "closed the connection before anything was sent: it is tried again later"
