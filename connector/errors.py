"""What can go wrong outside. The class says what to do next, never the vendor's word for it.

Every error carries `subject` (which neighbour, in words a person knows) and a message that is one sentence with the mend.
No message ever holds a token, a password or a URL with a query.
"""

from __future__ import annotations

from datetime import timedelta

PAUSE = timedelta(minutes=15)


class OutsideError(Exception):
    """Something outside did not go well. `subject` names the neighbour; `code` and `subcode` are the vendor's, if any."""

    def __init__(
        self, message: str, *, subject: str = "", code: int | None = None, subcode: int | None = None, trace: str = ""
    ) -> None:
        super().__init__(message)
        self.message = message
        self.subject = subject
        self.code = code
        self.subcode = subcode
        self.trace = trace


class OutcomeUnknown(OutsideError):
    """Bytes left and no clear answer came back: a write may or may not stand. Read back before doing anything."""


class TryLater(OutsideError):
    """Definitely not done, and worth trying again later (name not resolved, refused connection, temporary refusal)."""


class Throttled(TryLater):
    """Definitely not done: too many calls. Leave this neighbour alone for `seconds` (None: it did not say)."""

    def __init__(
        self,
        message: str,
        *,
        seconds: float | None = None,
        subject: str = "",
        code: int | None = None,
        subcode: int | None = None,
        trace: str = "",
    ) -> None:
        super().__init__(message, subject=subject, code=code, subcode=subcode, trace=trace)
        self.seconds = seconds

    @property
    def pause(self) -> timedelta:
        """As long as the neighbour says; a quarter of an hour where it does not."""
        return timedelta(seconds=self.seconds) if self.seconds else PAUSE


class TooMuchData(TryLater):
    """A read was too large: ask for less at once and try again."""


class SignInNeeded(OutsideError):
    """The token or password is dead or wrong: nothing works until a person reconnects."""


class NotAllowed(OutsideError):
    """The token lives but lacks a scope, a task or the right kind: a person must grant it."""


class WritesBlocked(OutcomeUnknown):
    """Facebook's 368: stop all writes to this page and tell a person. Whether this one stands is unknown."""


class Gone(OutsideError):
    """The object is not there, or we may no longer see it. Not a proof of deletion."""


class Conflict(OutsideError):
    """A conditional write was refused because somebody else changed the object (HTTP 412, 409).

    `uid_conflict`: the calendar already holds this UID under another name, so it is not this object that changed.
    """

    def __init__(self, message: str, *, uid_conflict: bool = False, subject: str = "", code: int | None = None) -> None:
        super().__init__(message, subject=subject, code=code)
        self.uid_conflict = uid_conflict


class Refused(OutsideError):
    """Definitely not done and not worth repeating as it is: the request itself, or its address, is refused."""
