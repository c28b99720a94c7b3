"""What Google's errors look like: https://developers.google.com/workspace/calendar/api/guides/errors"""

from __future__ import annotations

from typing import Any


class Refusal(Exception):
    """An answer that is an error. `reason` is what programs act on."""

    def __init__(
        self, status: int, reason: str, message: str, *, domain: str = "global", retry_after: int | None = None
    ) -> None:
        super().__init__(message)
        self.status, self.reason, self.message, self.domain, self.retry_after = (
            status, reason, message, domain, retry_after,
        )  # fmt: skip

    def body(self) -> dict[str, Any]:
        error = {"domain": self.domain, "reason": self.reason, "message": self.message}
        return {"error": {"errors": [error], "code": self.status, "message": self.message}}


def invalid(message: str, reason: str = "invalid") -> Refusal:
    return Refusal(400, reason, message)


def not_found() -> Refusal:
    """Also for what one may not see."""
    return Refusal(404, "notFound", "Not Found")


def throttled(status: int = 403, reason: str = "rateLimitExceeded", retry_after: int | None = None) -> Refusal:
    return Refusal(status, reason, "Rate Limit Exceeded", domain="usageLimits", retry_after=retry_after)


def full_sync() -> Refusal:
    message = "Sync token is no longer valid, a full sync is required."
    return Refusal(410, "fullSyncRequired", message, domain="calendar")
