"""What the tests of fault rows share: the outbox's yard, and a school that reads a real web server."""

from tests.connector.site import fetcher, site, sites
from tests.mirroring.conftest import any_feed, feed
from tests.outbox.conftest import facebook, reply, yard

__all__ = ["any_feed", "facebook", "feed", "fetcher", "reply", "site", "sites", "yard"]
