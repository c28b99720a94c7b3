"""Which kinds of sources there are. A new one is a file beside this one, its name here, and in `config/site_values`."""

from __future__ import annotations

from collections.abc import Mapping

from mirroring.sources.caldav import read_caldav
from mirroring.sources.copy import Asking, Copy, Kind
from mirroring.sources.csv import read_csv
from mirroring.sources.ics import read_ics

KINDS: Mapping[str, Kind] = {"ics": read_ics, "csv": read_csv, "caldav": read_caldav}


def get_copy(asking: Asking) -> Copy:
    """The newest copy of a source. Raises OutsideError or FeedRefused, with one sentence."""
    return KINDS[asking.source.kind](asking)
