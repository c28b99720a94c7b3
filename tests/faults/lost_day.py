"""A town whose program runs as real processes, and a day after its backup that a restored database has forgotten."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rehearsal.facebook.server import PretendFacebook
from rehearsal.radicale import CalendarServer
from rehearsal.town.site import CENTER_SLUG
from rehearsal.town.write import change_town, write_town
from rehearsal.visit import families_comment
from tests.journeys.town import Town

OWNER = "office@maple.example"
PAGE = "10001"


@dataclass
class LostTown(Town):
    """With a community center, and a backup from before the day that is lost."""

    calendars: CalendarServer = field(kw_only=True)

    def environment(self) -> dict[str, str]:
        return {**super().environment(), "BRIDGE_ALLOW_HOSTS": f"127.0.0.1:{self.calendars.port}"}

    def site(self, daily_limit: int) -> None:
        """A page that may post so often a day; the calendar beside it is the unchanged one."""
        url = self.calendars.collection_url(CENTER_SLUG)
        write_town(self.folder / "town", datetime.now(UTC).date(), center_url=url, daily_limit=daily_limit)
        self.run("load", "town/site.toml")

    def begin(self) -> None:
        """Four posts stand, families wrote, one answer is owed and not sent: here the backup is made."""
        self.calendars.make_calendar(CENTER_SLUG)
        self.site(daily_limit=4)
        self.run("sync")
        families_comment(self.facebook.world, PAGE)
        self.run("sync")
        self.answer("owed at the backup")

    def live_a_day(self) -> None:
        """More posts, answers, edits with their comments, other calendar entries; families write again."""
        self.site(daily_limit=12)
        self.run("sync")
        change_town(self.folder / "town", datetime.now(UTC).date())
        self.answer("written after the backup")
        families_comment(self.facebook.world, PAGE)
        self.run("sync", "--until-settled")

    def answer(self, text: str) -> None:
        [talk, *_] = [one for one in self.rows("conversations") if one["state"] == "open"]
        self.run("reply", talk["id"], "--as", OWNER, "--text", f"An answer {text}")

    def writes(self) -> Counter[str]:
        with self.facebook.world.lock:
            return Counter(self.facebook.world.writes)

    def objects(self) -> dict[str, str]:
        return self.calendars.objects(CENTER_SLUG)

    def codes(self) -> set[str]:
        """Of all links of ours that stand on the page."""
        return set(re.findall(r"/e/([0-9a-z]{10})", "\n".join(self.standing())))

    def known_codes(self) -> set[str]:
        return {one["code"] for one in self.rows("posts")}

    def ours(self) -> Counter[str]:
        """What stands on the page by us, without codes: the same said under another code is said twice."""
        return Counter(re.sub(r"/e/[0-9a-z]{10}", "/e/…", text) for text in self.standing().elements())


def lost_town(folder: Path, facebook: PretendFacebook, calendars: CalendarServer, **more: Any) -> LostTown:
    return LostTown(folder, facebook, calendars=calendars, **more)
