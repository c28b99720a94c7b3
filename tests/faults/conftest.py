"""What the tests of fault rows share: a school that reads a real web server, and that server."""

from __future__ import annotations

from tests.connector.site import fetcher, site, sites
from tests.mirroring.conftest import any_feed, feed

__all__ = ["any_feed", "feed", "fetcher", "site", "sites"]
