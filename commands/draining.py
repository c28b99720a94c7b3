"""A web server that says first that it leaves, so that a proxy sends nobody any more, and closes then."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from types import FrameType

import uvicorn


class DrainingServer(uvicorn.Server):
    """`leave` is called at the first SIGTERM or Ctrl-C; `grace` later, or at the second, it ends as any other does.

    `grace`: as long as the proxy in front takes to notice.
    """

    def __init__(self, config: uvicorn.Config, leave: Callable[[], None], grace: timedelta = timedelta(0)) -> None:
        super().__init__(config)
        self._leave, self._grace, self._leaves = leave, grace, False

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if self._leaves or not self._grace:
            self._leave()
            super().handle_exit(sig, frame)
            return
        self._leaves = True
        self._leave()
        later = threading.Timer(self._grace.total_seconds(), super().handle_exit, (sig, frame))
        later.daemon = True
        later.start()
