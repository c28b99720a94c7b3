"""`python -m tests.desk`: who may use which address, as the program itself says it."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path

from models.database import Database
from tests.desk.test_every_route import table
from tests.web.conftest import settings
from web.app import build

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        db = Database(f"sqlite:///{folder}/bridge.db")
        print(table(build(db, settings(Path(folder)), {}, lambda: datetime.now(UTC))))
        db.close()
