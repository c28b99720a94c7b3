"""What the tests of fault rows share: the outbox's yard, a school that reads a real web server, a school with two pages."""

from tests.connector.site import fetcher, site, sites
from tests.faults.two_pages import town
from tests.mirroring.conftest import any_feed, feed
from tests.outbox.conftest import facebook, reply, yard

__all__ = ["any_feed", "facebook", "feed", "fetcher", "reply", "site", "sites", "town", "yard"]
