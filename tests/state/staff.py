"""The staff of all schools: they answer whatever family nobody answered yet, by the pages, again where no answer came."""

from __future__ import annotations

import http.client
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlencode

from tests.state.machines import Machines
from web.proofs import proof_of

# An event that moved opens again what was answered about it: of that they have nothing to add.
_OPEN = """
SELECT c.school, c.id, max(m.id) FILTER (WHERE m.external_id = c.comment_external_id), c.comment_external_id
FROM conversation c JOIN message m ON m.school = c.school AND m.conversation_id = c.id
WHERE c.state = 'open' GROUP BY 1, 2, 4
HAVING count(*) FILTER (WHERE m.direction = 'sent') = 0 ORDER BY min(m.created_at) LIMIT 20
"""


@dataclass(frozen=True, slots=True)
class Answered:
    """`at`: when somebody pressed the button the first time, seconds since 1970."""

    comment: str
    text: str
    at: float


class Staff:
    """`start` one hand that answers every `pause` seconds, until `stop`. `tokens`: of somebody signed in, by school."""

    def __init__(self, machines: Machines, port: int, tokens: dict[str, str], pause: float) -> None:
        self.machines, self.port, self.tokens, self.pause = machines, port, tokens, pause
        self.answered: dict[str, Answered] = {}
        self.repeated, self.refused = 0, list[str]()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._go_on, name="staff", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._ended.set()
        self._thread.join()

    def _go_on(self) -> None:
        while not self._ended.wait(self.pause):
            for school, id, seen, comment in self.machines.ask(_OPEN):
                if comment not in self.answered and not self._ended.is_set():
                    self._answer(school, id, seen, comment)
                    self._ended.wait(self.pause)

    def _answer(self, school: str, id: str, seen: str, comment: str) -> None:
        made = Answered(comment, f"Please come to the office, we tell you all about it ({comment}).", time.time())
        form = {"csrf": proof_of(self.tokens[school]), "once": f"once-{comment:0>20}", "text": made.text, "seen": seen}
        self.answered[comment] = made
        while not self._sent(school, id, form) and not self._ended.is_set():
            self.repeated += 1
            self._ended.wait(0.2)

    def _sent(self, school: str, id: str, form: dict[str, str]) -> bool:
        """Whether an answer came: 303. Else they press the same button again."""
        headers = {"Cookie": f"session={self.tokens[school]}", "Content-Type": "application/x-www-form-urlencoded"}
        with suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
            connection.request("POST", f"/c/{id}/answer", urlencode(form), headers)
            status = connection.getresponse().status
            connection.close()
            if 400 <= status < 500:
                self.refused.append(f"the answer to {id} was refused: {status}")
            return 300 <= status < 500
        return False
