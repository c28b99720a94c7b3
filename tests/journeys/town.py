"""A sample town whose program runs as real processes, for journeys from one end to the other."""

from __future__ import annotations

import json
import os
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rehearsal.facebook.server import PretendFacebook
from rehearsal.facebook.towns import APP_ID, APP_SECRET, PAGE_TOKEN
from rehearsal.town.write import write_town
from tests.program import Started


@dataclass
class Town:
    """`run("sync")` runs one command in the town's folder; `facebook` is where its page stands. `more`: environment."""

    folder: Path
    facebook: PretendFacebook
    database_url: str = ""
    unsure_wait: float = 2
    more: dict[str, str] = field(default_factory=dict)  # environment

    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("BRIDGE_")}
        set_here = {
            "BRIDGE_GRAPH_URL": self.facebook.url,
            "BRIDGE_FB_APP_ID": APP_ID,
            "BRIDGE_FB_APP_SECRET": APP_SECRET,
            "BRIDGE_UNSURE_WAIT": str(self.unsure_wait),
            "MAPLE_PAGE_TOKEN": PAGE_TOKEN,
        }
        database = {"BRIDGE_DATABASE_URL": self.database_url} if self.database_url else {}
        return {**kept, **set_here, **database, **self.more}

    def start(self, *arguments: str) -> Started:
        return Started(arguments, cwd=self.folder, env=self.environment())

    def run(self, *arguments: str, expect: int = 0) -> str:
        """Standard output of a command; its exit code must be `expect`."""
        child = self.start(*arguments)
        out, err = child.communicate(timeout=120)
        assert child.returncode == expect, f"{arguments} ended with {child.returncode}:\n{out}\n{err}"
        return out

    def rows(self, *arguments: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.run(*arguments, "--json").splitlines()]

    def standing(self) -> Counter[str]:
        """How often each text of ours stands on the page, posts and comments alike."""
        world = self.facebook.world
        with world.lock:
            texts = [post.message for post in world.posts.values() if not post.removed_at]
            texts += [
                one.message for one in world.comments.values() if not one.removed_at and one.author_id == one.page_id
            ]
        return Counter(texts)


def settle_in(folder: Path, facebook: PretendFacebook, **choices: Any) -> Town:
    """A town with its site file loaded."""
    town = Town(folder, facebook)
    write_town(folder / "town", datetime.now(UTC).date(), **choices)
    town.run("load", "town/site.toml")
    return town
