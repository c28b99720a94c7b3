"""What the tests of intake share: a school, its calendar's address, and a web server for it."""

from __future__ import annotations

import pytest
from cryptography.fernet import Fernet

from connector.doors import Doors
from models.database import Database
from models.vault import Vault
from tests.connector.site import Site, site, sites
from tests.mirroring.feed import Feed
from tests.models import rows

__all__ = ["site", "sites"]


@pytest.fixture
def feed(db: Database, site: Site) -> Feed:
    return _feed(db, site)


@pytest.fixture
def any_feed(any_db: Database, site: Site) -> Feed:
    """The same on both databases."""
    return _feed(any_db, site)


def _feed(db: Database, site: Site) -> Feed:
    school = rows.school()
    with db.write() as session:
        session.add(school)
        session.flush()
        session.add(rows.source(address=f"http://127.0.0.1:{site.server_port}/maple.ics"))
    doors = Doors(allow_hosts=f"127.0.0.1:{site.server_port}")
    return Feed(db, site, school, doors, Vault(Fernet.generate_key().decode()))
