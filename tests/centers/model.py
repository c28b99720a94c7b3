"""What should stand in a center's calendar, kept beside the real thing by the state machine. Values only."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Happening:
    """One school event, and what people at the center did to it.

    `kept`: their words, by property, which must stay. `times`: one of these must stand. `present`: must it stand (None: it may,
    since a fault left open whether something was still under way).
    """

    uid: str
    title: str
    location: str
    time: str
    cancelled: bool = False
    kept: dict[str, str] = field(default_factory=dict)
    note: str = ""
    times: set[str] = field(default_factory=set)
    present: bool | None = False
    fresh: bool = True  # no round has seen it yet
    clean: bool = False  # nothing of it was under way since all was quiet
    base: tuple[str, ...] = ()  # what the school said when it was taken out
    open: bool = False  # may it come back without a change of its words?

    @property
    def content(self) -> tuple[str, ...]:
        return self.title, self.location, self.time

    def vevent(self) -> str:
        status = "\r\nSTATUS:CANCELLED" if self.cancelled else ""
        return (
            f"BEGIN:VEVENT\r\nUID:{self.uid}\r\nDTSTART;TZID=America/Chicago:{self.time}\r\nDURATION:PT2H\r\n"
            f"SUMMARY:{self.title}\r\nLOCATION:{self.location}{status}\r\nEND:VEVENT"
        )

    def says(self, **changes: str) -> None:
        """The school changes something."""
        for name, value in changes.items():
            setattr(self, name, value)
        if "time" in changes:
            self.times = {self.time}
        self.clean = False

    def edited(self, what: str, value: str) -> None:
        """A person at the center changed it where it stands."""
        if what == "time":
            self.times = {value} if self.clean else {value, self.time}
        elif what == "note":
            self.note = value
        else:
            self.kept[what] = value

    def taken_out(self) -> None:
        self.present, self.base, self.open = (False if self.clean else None), self.content, False
        self.forget_edits()

    def forget_edits(self) -> None:
        self.kept, self.note, self.times = {}, "", {self.time}

    def planned(self) -> None:
        """A round has seen what the school says now."""
        if self.present is True and self.cancelled and not self.clean:
            self.present = None if self.base == () else True  # if it was never put there, it never is
        elif self.present is not True and not self.cancelled:
            if self.fresh or self.content != self.base:
                self.present = True
            elif self.open:
                self.present = None
        elif self.fresh:
            self.base, self.open = self.content, True
        self.fresh = False

    def settled(self, stands: bool, time: str) -> None:
        """All is quiet: what was open is known now."""
        if not stands:
            self.base, self.open = self.content, self.cancelled or self.open
        else:
            self.base, self.times = ("stood",), {time}
        self.present, self.clean = stands, True
