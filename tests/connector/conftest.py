"""What the tests of several doors share."""

from tests.connector.site import fetcher, site, sites

__all__ = ["fetcher", "site", "sites"]
