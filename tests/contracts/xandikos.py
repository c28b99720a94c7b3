"""A second real calendar server: Xandikos as its own process. It asks for no password."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import weakref

from rehearsal.radicale import HOST, CalendarServer, DidNotStart, end_process, free_port

_PATIENCE = 30.0


class Xandikos(CalendarServer):
    """The same as rehearsal's Radicale, for whoever starts it and speaks to it."""

    def make_calendar(self, name: str, user: str = "") -> None:
        answer = self.ask("MKCALENDAR", self._path(name, user), user=user)
        if answer.status not in {201, 403}:  # 403: it is there already
            raise DidNotStart(f"Xandikos refused to make the calendar {name} (HTTP {answer.status}).")

    def _listen(self) -> None:
        self.port = free_port()
        command = [
            sys.executable, "-P", "-m", "xandikos.web", "--directory", str(self.folder / "calendars"), "--autocreate",
            "--current-user-principal", f"/{self.user}/", "--listen-address", HOST, "--port", str(self.port),
            "--state-dir", str(self.folder / "state"),
        ]  # fmt: skip
        with self._log.open("wb") as log:
            process = subprocess.Popen(command, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self._process = process
        weakref.finalize(self, end_process, process)
        deadline = time.monotonic() + _PATIENCE
        while process.poll() is None and time.monotonic() < deadline:
            try:
                socket.create_connection((HOST, self.port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.05)  # between two looks at the port
        raise DidNotStart(f"Xandikos does not start; its log is {self._log}.")
