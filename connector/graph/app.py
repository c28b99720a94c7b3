"""Our Meta app, spoken to with its own token: which address Facebook calls when something happens on a page."""

from __future__ import annotations

from typing import Any

from connector.errors import Refused
from connector.graph.door import GraphDoor

FIELD = "feed"


class FacebookApp:
    """`callback_url` is ours. An address that somebody else set is never replaced: it may be another machine's."""

    def __init__(self, door: GraphDoor, app_id: str, callback_url: str, verify_token: str) -> None:
        self.door, self.app_id = door, app_id
        self.callback_url, self._verify_token = callback_url, verify_token

    def called(self) -> str:
        """The address that Facebook calls for changes of pages; "" when there is none."""
        answer = self.door.request(self._path())
        rows = [one for one in answer.get("data") or () if isinstance(one, dict) and one.get("object") == "page"]
        return next((str(one.get("callback_url") or "") for one in rows if _is_on(one)), "")

    def is_called_here(self) -> bool:
        return self.called() == self.callback_url

    def make_sure(self) -> None:
        """Sets our address where none is set; Facebook calls it at once to verify it. Refused with the mend, else."""
        called = self.called()
        if called and called != self.callback_url:
            raise Refused(elsewhere(called, self.callback_url), subject="Facebook")
        if not called:
            wanted = {
                "object": "page", "callback_url": self.callback_url, "fields": FIELD,
                "verify_token": self._verify_token, "include_values": True,
            }  # fmt: skip
            self.door.request(self._path(), post_args=wanted)

    def _path(self) -> str:
        return f"{self.door.version}/{self.app_id}/subscriptions"


def elsewhere(called: str, ours: str) -> str:
    return (
        f"Facebook sends this app's webhooks to {called}: if that is wrong, set {ours} as callback URL of the object "
        "Page in the app's dashboard, with BRIDGE_FB_VERIFY_TOKEN as verify token and the field feed."
    )


def _is_on(one: dict[str, Any]) -> bool:
    """Fields are told by name, alone or with their version."""
    fields = one.get("fields")
    names = [field.get("name") if isinstance(field, dict) else field for field in fields or ()]
    return one.get("active") is not False and FIELD in names
