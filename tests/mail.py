"""A real mail server on this machine: keeps what it gets, and may refuse."""

from __future__ import annotations

from collections.abc import Collection
from email import message_from_bytes, policy
from email.message import EmailMessage
from types import TracebackType
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult


class _AnyPort(Controller):
    """Listens on a free port, and knows which."""

    def _trigger_server(self) -> None:
        self.port = int(self.server.sockets[0].getsockname()[1])
        super()._trigger_server()


class MailServer:
    """`letters` it took, in order, each for the one person in `to`. `refuses`: recipients it does not take."""

    def __init__(self, *, password: str = "", refuses: Collection[str] = ()) -> None:
        self.letters: list[EmailMessage] = []
        self.refuses = refuses
        self._password = password
        more = {"authenticator": self._known, "auth_required": True, "auth_require_tls": False} if password else {}
        self._controller = _AnyPort(self, hostname="127.0.0.1", port=0, **more)

    @property
    def port(self) -> int:
        return int(self._controller.port)

    def url(self, user: str = "", **more: str) -> str:
        """An address for BRIDGE_NOTIFY_URL."""
        sign_in = f"{user}:{self._password}@" if user else ""
        rest = "".join(f"&{name}={value}" for name, value in more.items())
        return f"mailto://{sign_in}127.0.0.1:{self.port}?from=bridge@school.example{rest}"

    def about(self, words: str) -> list[EmailMessage]:
        """The letters with these words in their subject: by day people are told of other things, too."""
        return [one for one in self.letters if words in str(one["Subject"])]

    def recipients(self, about: str = "") -> list[str]:
        return sorted(str(one["To"]) for one in self.about(about))

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address in self.refuses:
            return "550 nobody of that name here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        letter = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        return "250 OK"

    def _known(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=data.password.decode() == self._password)

    def __enter__(self) -> MailServer:
        self._controller.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._controller.stop()
