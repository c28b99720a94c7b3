"""All commands in one table. Starts fast: a command's own module is imported when that command is called, not before."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from io import TextIOWrapper
from types import FrameType
from typing import Any, cast

from typer.core import TyperCommand, TyperGroup
from typer.exceptions import Abort, TyperException
from typer.main import get_group


@dataclass(frozen=True, slots=True)
class Entry:
    """`module` in commands/ has an `app`, in which the command goes by the same name as here."""

    module: str
    panel: str
    help: str


_START, _SET_UP, _RUN = "Start here", "Set up", "Run"
_LOOK, _ANSWER, _TRY, _KEEP = "Look", "Answer and decide", "Try out", "Keep safe"

TABLE: Mapping[str, Entry] = {
    "demo": Entry("demo", _START, "A whole rehearsal on this machine: no account, no token, no service needed."),
    "demo-state": Entry(
        "demo_state", _START, "A whole state on this machine: thousands of pages, by several processes."
    ),
    "rehearsal": Entry("rehearsal", _START, "Only the pretend Facebook, until Ctrl-C."),
    "load": Entry("load", _SET_UP, "Check a site file and make the database agree with it."),
    "doctor": Entry("doctor", _SET_UP, "Tell what works and what does not, each problem with its mend."),
    "person": Entry("person", _SET_UP, "People who sign in: add, invite, off, password, second-step."),
    "feeds": Entry("feeds", _SET_UP, "Subscribed calendar addresses: list, add, revoke."),
    "backup": Entry("backup", _KEEP, "Save the whole database into one checked file."),
    "restore": Entry("backup", _KEEP, "Put a backup in place of the database; nothing is sent until `resume`."),
    "export": Entry("export", _KEEP, "Save what is held of a school, or of one person, as JSON and pages to read."),
    "erase": Entry("erase", _KEEP, "Forget a person, at two people's word."),
    "key": Entry("keys", _KEEP, "The key that secrets are sealed with: rotate, new."),
    "plan": Entry("plan", _RUN, "What a round would publish, revise, withdraw, hold, and why; changes nothing."),
    "sync": Entry("sync", _RUN, "One complete round: read, plan, deliver, collect, route, answer."),
    "serve": Entry("serve", _RUN, "Web pages and the clock in one process."),
    "web": Entry("processes", _RUN, "Only web pages and webhooks; for many machines, with PostgreSQL."),
    "worker": Entry("processes", _RUN, "Does the jobs that pages and clock ask for; for many machines."),
    "clock": Entry("processes", _RUN, "Looks what is due and asks the workers for it; for many machines."),
    "migrate": Entry("migrate", _RUN, "Bring the database to the shape of this version; every start does so, too."),
    "alive": Entry("alive", _LOOK, "Tell whether a worker or the clock lives on this machine."),
    "events": Entry("lists", _LOOK, "List events, or show one with all its receipts."),
    "posts": Entry("lists", _LOOK, "List posts and the comments under them by the Page."),
    "calendar-entries": Entry("lists", _LOOK, "List what stands in centers' calendars."),
    "conversations": Entry("lists", _LOOK, "List conversations with their messages."),
    "deliveries": Entry("lists", _LOOK, "List everything owed to the outside, and what came of it."),
    "runs": Entry("lists", _LOOK, "List the newest runs of each job."),
    "cards": Entry(
        "cards", _LOOK, "What waits for a person to mend it; `cards done` for what only a person can settle."
    ),
    "find": Entry("find", _LOOK, "Find people of whom something is held, for `export` and `erase`."),
    "report": Entry("report", _LOOK, "Is every language heard? By language and week, in numbers."),
    "silence": Entry("voices", _LOOK, "Under how many posts nobody wrote in a language that the school speaks."),
    "topics": Entry("voices", _LOOK, "Which topics come back, in which languages."),
    "audit": Entry("audit", _LOOK, "List who did what, when and why."),
    "reply": Entry("conversation", _ANSWER, "Answer a family; sent by the next sync or the running clock."),
    "close": Entry("conversation", _ANSWER, "Close a conversation, with a reason."),
    "assign": Entry("conversation", _ANSWER, "Hand a conversation over to somebody."),
    "approve": Entry("approval", _ANSWER, "Say yes to a post, or to a missing event counting as cancelled."),
    "hold": Entry("approval", _ANSWER, "Say no to a post, or keep a missing event."),
    "adopt": Entry("approval", _ANSWER, "Say that a post made by hand is the one that waits."),
    "take-back": Entry("approval", _ANSWER, "Put the school's words into a center's calendar again."),
    "settle": Entry("approval", _ANSWER, "Decide about a delivery that needs a person."),
    "release": Entry("approval", _ANSWER, "Let a held feed, or a page that Facebook blocked, go on."),
    "resume": Entry("backup", _ANSWER, "Let a restored or copied database send again."),
    "read": Entry("read", _TRY, "What a calendar says in a window of time, and what is wrong with it."),
    "detect": Entry("detect", _TRY, "Guess the language of JSON lines from standard input."),
    "trial": Entry("trial", _TRY, "Settle on a test Page what Meta's pages leave open; cleans up after itself."),
    "routes": Entry("routes", _TRY, "Explain the whole way of one text to a person."),
}


class Commands(TyperGroup):
    """Knows all names and helps from the table; asks a module only for the command that is called."""

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        name, command, rest = super().resolve_command(ctx, args)
        return name, command and _load(str(name)), rest


def main() -> None:
    """What run.py calls."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    sys.excepthook = _uncaught
    threading.excepthook = lambda told: _uncaught(told.exc_type, told.exc_value, told.exc_traceback)
    with suppress(ValueError):  # not in the main thread
        signal.signal(signal.SIGTERM, _end)
        signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.exit(run(sys.argv[1:]))


def _uncaught(*wrong: Any) -> None:
    """A fault of ours ends with its traceback, and with no secret in it."""
    import_module("config.logs").uncaught(*wrong)


def run(arguments: Sequence[str]) -> int:
    """One command; its exit code. A person's mistake is one sentence on standard error, never a traceback."""
    try:
        code = _commands().main(list(arguments), prog_name="run.py", standalone_mode=False)
    except TyperException as wrong:
        cast(Any, wrong).show()  # all that are raised can show themselves, with the usage beside
        return wrong.exit_code
    except Abort:
        return _told("Stopped.", 130)
    except Exception as wrong:
        told = import_module("commands.complaints").told(wrong)
        if told is None:
            raise
        return _told(*told)
    return code if isinstance(code, int) else 0


def _told(sentence: str, code: int) -> int:
    print(sentence, file=sys.stderr)
    return code


def _commands() -> Commands:
    stubs: dict[str, Any] = {
        name: TyperCommand(name, help=entry.help, rich_help_panel=entry.panel, add_help_option=False)
        for name, entry in TABLE.items()
    }
    return Commands(
        name="run.py",
        commands=stubs,
        help="Mirrors school events to Facebook Pages and centers' calendars, and brings families' words to people.",
        no_args_is_help=True,
        rich_markup_mode="rich",
    )


def _load(name: str) -> Any:
    return get_group(import_module(f"commands.{TABLE[name].module}").app).commands[name]


def _end(number: int, frame: FrameType | None) -> None:
    """SIGTERM ends a command as Ctrl-C does: transactions roll back, children are told."""
    raise KeyboardInterrupt
