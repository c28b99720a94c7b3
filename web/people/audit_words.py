"""What the audit says, in plain words. What has none yet is shown as it was written down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from models.audit import REDACTED, Audit
from web.speech import Speech


def _(text: str) -> str:
    """Marks a text for the catalogues."""
    return text


WHAT: Mapping[str, str] = {
    "reply": _("Answered a family"), "close": _("Closed a conversation"), "assign": _("Handed a conversation over"),
    "snooze": _("Put a conversation off"), "wake": _("Took a conversation back into sight"),
    "reopen": _("Opened a conversation again"), "note": _("Wrote a note"), "ask for help": _("Asked for help"),
    "correct language": _("Corrected a language"), "make promise": _("Made a promise"),
    "keep promise": _("Kept a promise"), "drop promise": _("Let a promise go"), "move promise": _("Moved a promise"),
    "hide message": _("Hid a comment"), "show message": _("Showed a comment again"),
    "private reply": _("Answered in private"), "send anyway": _("Sent an answer that was held"),
    "add saved reply": _("Added a saved reply"), "change saved reply": _("Changed a saved reply"),
    "remove saved reply": _("Removed a saved reply"), "approve": _("Said yes"), "hold": _("Said no"),
    "say topic": _("Said what a conversation is about"), "share": _("Wrote for everybody what was done"),
    "share in a language": _("Wrote it in another language"), "take words back": _("Took such words back"),
    "draft you said": _("Made a draft of “You said, we did”"),
    "adopt": _("Took a post made by hand for ours"), "take back": _("Put the school’s words into a calendar again"),
    "settle": _("Decided about something unsure"), "release calendar": _("Let a held calendar go on"),
    "release page": _("Let a page go on"), "resume": _("Let the school go on after a restore"),
    "close card": _("Called something settled"), "give out calendar address": _("Gave out a calendar address"),
    "revoke calendar address": _("Closed a calendar address"), "load": _("Loaded the site file"),
    "restore": _("Put a backup back"), "rotate key": _("Changed the key"), "export": _("Saved all that is held"),
    "export person": _("Saved what is held of a family"), "ask to erase": _("Asked to erase a family"),
    "refuse to erase": _("Said no to erasing a family"), "erase": _("Erased a family"),
    "erase again": _("Erased a family again"), "invite": _("Invited somebody"),
    "ask for a new link": _("Asked for a new link"), "add person": _("Added a person"),
    "change person": _("Changed a person"), "switch person off": _("Switched a person off"),
    "person off": _("A person’s time here ended"), "set password": _("Set a password"),
    "choose a password": _("Chose a password"), "change own name": _("Changed their own name"),
    "choose notices": _("Chose their notices"), "sign out everywhere": _("Signed out everywhere"),
    "turn on second step": _("Turned the second step on"), "turn off second step": _("Turned the second step off"),
    "add rule": _("Added a rule"), "change rule": _("Changed a rule"), "move rule": _("Changed the order of the rules"),
    "switch rule off": _("Switched a rule off"), "switch rule on": _("Switched a rule on again"),
    "add partner": _("Added a partner"), "change partner": _("Changed a partner"),
    "switch partner off": _("Switched a partner off"), "switch partner on": _("Switched a partner on again"),
    "choose who has what nobody can read": _("Chose who has what nobody can read"),
    "go away": _("Noted days away"), "be back": _("Took days away back"), "give hours": _("Changed hours for a language"),
    "switch first words on": _("Switched first words on"), "switch first words off": _("Switched first words off"),
    "approve first word": _("Approved the words of a first word"), "take back first word": _("Took the words of a first word back"),
    "switch translation on": _("Switched translation on"), "switch translation off": _("Switched translation off"),
    "translate message": _("Had a comment translated"), "translate answer": _("Had an answer translated"),
    "make new written codes": _("Made new written codes"), "first sign-in outside": _("Signed in by the school’s own way"),
    "take back language": _("Took back what they said of a language"), "look at urgent": _("Looked at something urgent first"),
    "not urgent": _("Said that something is not urgent"), "urgent": _("Called something urgent"),
    "choose urgent person": _("Chose who looks after what is urgent"), "add urgent phrase": _("Added a phrase that is urgent"),
    "remove urgent phrase": _("Took away a phrase that was urgent"), "export labelled": _("Saved texts with their languages"),
    "switch off urgent phrase": _("Switched off a phrase that ships as urgent"),
    "switch on urgent phrase": _("Switched on again a phrase that ships as urgent"),
}  # fmt: skip
_IDS = ("message", "conversation", "person", "link")  # for `audit --json`; they tell a reader nothing
# Where a thing of this kind is seen.
_PAGES = {"co": "/c/{}", "po": "/posts/{}", "ev": "/events/{}"}


@dataclass(frozen=True, slots=True)
class Line:
    """`who` "" is the command line. `link` "" where there is no page about it."""

    row: Audit
    who: str
    what: str
    why: str
    link: str
    details: tuple[tuple[str, str], ...]


def line_of(row: Audit, names: Mapping[str, str], speech: Speech) -> Line:
    what = speech.catalog.gettext(WHAT[row.what]) if row.what in WHAT else row.what
    why = speech.say("(erased)") if row.why == REDACTED else row.why
    page = _PAGES.get(row.subject.partition("_")[0], "") if "_" in row.subject else ""
    shown = {name: value for name, value in row.details.items() if name not in _IDS and value not in ("", None)}
    details = tuple((name.replace("_", " "), told(value)) for name, value in shown.items())
    return Line(row, names.get(row.by, row.by), what, why, page.format(row.subject), details)


def told(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {told(one)}" for name, one in value.items())
    if isinstance(value, list):
        return ", ".join(map(told, value))
    return str(value)
