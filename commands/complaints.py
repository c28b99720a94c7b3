"""What can go wrong in any command, as one sentence and an exit code: 2 settings and what a person gave, 1 the rest."""

from __future__ import annotations

import errno

from sqlalchemy.exc import ArgumentError, DatabaseError, NoSuchModuleError, OperationalError

from config.mistake import Mistake
from config.settings import SettingsUnusable
from config.site import SiteRefused
from connector.errors import OutsideError
from inbox.replies import NotPossible
from models.migrate import DatabaseBusy, DatabaseNewer
from models.vault import KeyUnusable
from upkeep.backup import BackupFailed

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)


class NotHere(Exception):
    """Something that was asked for by its id or name is not there; one sentence with the mend."""


def told(wrong: Exception) -> tuple[str, int] | None:
    """(sentence, exit code); None for what is our own fault and deserves its traceback."""
    if isinstance(wrong, (SettingsUnusable, SiteRefused, KeyUnusable)):
        return str(wrong), 2
    if isinstance(wrong, Mistake):
        return f"{wrong}.", 2
    if isinstance(wrong, (ArgumentError, NoSuchModuleError)):
        return _bad_url(), 2
    if isinstance(wrong, DatabaseError):
        return _database(wrong)
    if isinstance(wrong, (NotHere, NotPossible)):
        return str(wrong), 2
    if isinstance(wrong, UnicodeEncodeError):  # bytes of another encoding, typed or pasted as an argument
        return "What was typed holds bytes that are not UTF-8: type it anew.", 2
    if isinstance(wrong, (DatabaseBusy, DatabaseNewer, OutsideError, BackupFailed)):
        return str(wrong), 1
    if isinstance(wrong, OSError) and wrong.errno in _FULL:
        return f"What was to be written did not fit ({wrong.strerror}): make room, and try again.", 1
    if isinstance(wrong, OSError) and wrong.filename:
        return f"{wrong.filename} cannot be used ({wrong.strerror}): check what is there, and who may use it.", 1
    return None


def _bad_url() -> str:
    return "BRIDGE_DATABASE_URL is no database address we know: write sqlite:///PATH, or postgresql+psycopg://USER@HOST/NAME."


def _database(wrong: DatabaseError) -> tuple[str, int] | None:
    """Unreachable, locked, read-only, full or no database at all. A wrong statement is our own fault."""
    if not isinstance(wrong, OperationalError) and type(wrong) is not DatabaseError:
        return None
    reason = str(wrong.orig).strip().splitlines()[0]
    if "locked" in reason:
        return "The database is busy with another process: wait a moment and try again.", 1
    if any(one in reason for one in ("disk I/O error", "disk is full", "No space left")):
        return f"The database cannot be written ({reason}): make room on its disk, or mend that, and try again.", 1
    return f"The database cannot be used ({reason}): check BRIDGE_DATABASE_URL, and that it is there and writable.", 1
