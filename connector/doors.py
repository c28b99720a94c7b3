"""All doors, built once and passed down. Their sessions live as long as they do, so that connections are kept."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from config.languages import wider_tags
from connector.caldav import CalendarDoor
from connector.clocks import Clocks
from connector.collection import Collection
from connector.fetch import Fetcher
from connector.google.calendar import GoogleCalendar
from connector.google.pace import Pace
from connector.google.wire import Account, Wire
from connector.graph import batch
from connector.graph.app import FacebookApp
from connector.graph.door import GraphDoor
from connector.graph.page import FacebookPage
from connector.graph.token import prove
from connector.graph.values import TokenReport
from connector.graph.wire import open_session

if TYPE_CHECKING:
    from connector.oidc import OpenId


_REMEMBERED = 1000  # pages whose door knows how much it may ask for at once


class Doors:
    """The outside, as this installation may reach it. All ways to Facebook share one session, whatever their tokens."""

    def __init__(
        self,
        *,
        graph_url: str = "https://graph.facebook.com",
        graph_version: str = "v26.0",
        google_url: str = "https://www.googleapis.com",
        app_id: str = "",
        app_secret: str = "",
        allow_hosts: str = "",
        proxy: str | None = None,
        ca_file: str | None = None,
        webhook_url: str = "",
        verify_token: str = "",
        clocks: Clocks | None = None,
        cancelled: Mapping[str, str] | None = None,
    ) -> None:
        """`cancelled`: the word for it in each language, for calendars that show nothing of what is called cancelled."""
        self._webhook_url, self._verify_token = webhook_url, verify_token
        self._graph_url, self._graph_version = graph_url, graph_version
        self._proxy, self._ca_file = proxy, ca_file
        self._app_id, self._app_secret = app_id, app_secret
        self.clocks = clocks or Clocks()
        self.fetcher = Fetcher(allow_hosts=allow_hosts, proxy=proxy, ca_file=ca_file, clocks=self.clocks)
        self._session = open_session(proxy=proxy, ca_file=ca_file)
        self._pages = lru_cache(_REMEMBERED)(self._page)
        self._google_url, self._cancelled = google_url, {"en": "Cancelled", **(cancelled or {})}
        self._google = Fetcher(
            allow_hosts=f"{allow_hosts},{_host_and_port(google_url)}", proxy=proxy, ca_file=ca_file, clocks=self.clocks
        )
        self._accounts: dict[str, tuple[Account, Pace]] = {}  # by a digest of the credentials
        self._allow_hosts = allow_hosts

    def page(self, facebook_id: str, token: str) -> FacebookPage:
        return self._pages(facebook_id, token)

    def glimpse(self, pages: Sequence[tuple[str, str]], until: datetime) -> list[batch.Glimpse]:
        """One look at up to 50 pages (Facebook's id, token) in one call: connector.graph.batch."""
        return batch.glimpse([self.page(facebook_id, token) for facebook_id, token in pages], until)

    def _page(self, facebook_id: str, token: str) -> FacebookPage:
        page = FacebookPage(self._graph(token, self._app_secret), facebook_id)
        page.app = self.app()
        return page

    def _graph(self, token: str, app_secret: str = "") -> GraphDoor:
        return GraphDoor(
            token, base_url=self._graph_url, version=self._graph_version, app_secret=app_secret or None,
            proxy=self._proxy, ca_file=self._ca_file, clocks=self.clocks, session=self._session,
        )  # fmt: skip

    def app(self) -> FacebookApp | None:
        """Our app, where webhooks are received."""
        if not (self._app_id and self._app_secret and self._webhook_url):
            return None
        door = self._graph(f"{self._app_id}|{self._app_secret}")
        return FacebookApp(door, self._app_id, self._webhook_url, self._verify_token)

    def prove(self, facebook_id: str, token: str, now: datetime, *, was_refused: bool = False) -> TokenReport:
        """What kind of token this is, what it lacks, and when it ends."""
        door = self.page(facebook_id, token).door
        return prove(
            door, facebook_id, app_id=self._app_id, app_secret=self._app_secret, now=now, was_refused=was_refused
        )

    def calendar(self, url: str, username: str, password: str, *, subject: str) -> CalendarDoor:
        return CalendarDoor(self.fetcher, url, username, password, subject=subject)

    def center(
        self,
        *,
        kind: str,
        url: str,
        username: str,
        password: str,
        calendar: str,
        credentials: str,
        language: str,
        subject: str,
    ) -> Collection:
        """A center's calendar, whatever its kind: models.center.way_to gives what is asked for."""
        if kind == "google":
            return self.google(calendar, credentials, language=language, subject=subject)
        return self.calendar(url, username, password, subject=subject)

    def google(self, calendar: str, credentials: str, *, language: str = "en", subject: str) -> GoogleCalendar:
        """`credentials`: the JSON of a service account's key, or of an authorized user. `language`: the school's own."""
        from connector.google.signin import SignIn  # noqa: PLC0415 - google-auth takes a while, and few need it

        key = hashlib.sha256(credentials.encode()).hexdigest()
        sign_in, pace = self._accounts.setdefault(key, (SignIn(credentials, self._google), Pace()))
        word = next((self._cancelled[tag] for tag in wider_tags(language) if tag in self._cancelled), "Cancelled")
        return GoogleCalendar(Wire(self._google, self._google_url, calendar, sign_in, pace, subject=subject), word)

    def openid(self, *, label: str, issuer: str, client_id: str, client_secret: str) -> OpenId:
        """A school's own sign-in. Somebody waits for its answers: they are short, and come soon or not at all."""
        from connector.oidc import OpenId  # noqa: PLC0415 - authlib takes a while, and few need it

        fetcher = Fetcher(
            allow_hosts=f"{self._allow_hosts},{_host_and_port(issuer)}", proxy=self._proxy, ca_file=self._ca_file,
            deadline=10.0, max_bytes=1024 * 1024, clocks=self.clocks,
        )  # fmt: skip
        return OpenId(fetcher, label=label, issuer=issuer, client_id=client_id, client_secret=client_secret)


def _host_and_port(url: str) -> str:
    """As BRIDGE_ALLOW_HOSTS has it: an address that the operator set is allowed to be anywhere."""
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{host}:{parts.port or (443 if parts.scheme == 'https' else 80)}"
