"""The picture of an event where its link is shared: the leaf of a calendar, as all people read it. Pure.

The font that comes with Pillow has English letters only: a month is named where the school writes it with those, and has its
number elsewhere. So nothing needs to be installed, and no reader meets empty boxes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from io import BytesIO
from zoneinfo import ZoneInfo

from babel.dates import get_month_names
from PIL import Image, ImageDraw, ImageFont

from config.wording import locale_of
from mirroring.planned import PlannedEvent

WIDTH, HEIGHT = 1200, 630  # as large as Facebook shows a link's picture
_PAPER, _CARD, _INK, _BAR, _ON_BAR, _LINE, _ALARM = range(7)
_COLOURS = (
    (253, 252, 249),
    (255, 255, 255),
    (29, 33, 40),
    (11, 90, 122),
    (255, 255, 255),
    (220, 217, 208),
    (155, 28, 28),
)
_LEAF, _HEAD = (350, 60, 850, 570), 215  # left, top, right, bottom; where the month's bar ends


@dataclass(frozen=True, slots=True)
class Leaf:
    """What is drawn: the month ("DECEMBER", or "12"), the day, and whether it is struck through."""

    month: str
    day: str
    is_cancelled: bool

    @property
    def mark(self) -> str:
        """Another leaf has another: whoever keeps pictures by their address sees a moved event's new one."""
        return sha256(repr(self).encode()).hexdigest()[:10]


@dataclass(frozen=True, slots=True)
class Picture:
    """Where it is had, and how large it is, in pixels."""

    address: str
    width: int
    height: int


def leaf(event: PlannedEvent, language: str, now: datetime) -> Leaf:
    """Of a series its next date. `language`: the school's own."""
    date = event.next_date(now) if event.is_series else None
    facts = date.facts if date else event.facts
    on = facts.starts_at.astimezone(ZoneInfo(facts.timezone)).date()
    return Leaf(_month(on.month, language), str(on.day), event.standing == "cancelled")


def drawn(shown: Leaf) -> bytes:
    """A PNG of seven colours, a few thousand bytes."""
    image = Image.new("P", (WIDTH, HEIGHT), _PAPER)
    image.putpalette([part for colour in _COLOURS for part in colour])
    draw = ImageDraw.Draw(image)
    draw.fontmode = "1"  # no half-tones, which the palette has not
    left, top, right, bottom = _LEAF
    draw.rounded_rectangle(_LEAF, 36, fill=_CARD, outline=_LINE, width=4)
    draw.rounded_rectangle((left, top, right, _HEAD), 36, fill=_BAR, corners=(True, True, False, False))
    _centered(draw, shown.month, (top + _HEAD) // 2, 84, _ON_BAR)
    _centered(draw, shown.day, (_HEAD + bottom) // 2, 290, _INK)
    if shown.is_cancelled:
        draw.line((left + 50, bottom - 50, right - 50, _HEAD + 50), fill=_ALARM, width=22)
    made = BytesIO()
    image.save(made, "PNG", optimize=True)
    return made.getvalue()


def _centered(draw: ImageDraw.ImageDraw, text: str, middle: int, size: int, colour: int) -> None:
    draw.text((WIDTH // 2, middle), text, fill=colour, font=_font(size), anchor="mm")


@lru_cache(maxsize=4)
def _font(size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(size)
    assert isinstance(font, ImageFont.FreeTypeFont)
    return font


def _month(month: int, language: str) -> str:
    locale = locale_of(language)
    names = [get_month_names("wide", "stand-alone", locale)[one].upper() for one in range(1, 13)] if locale else [""]
    return names[month - 1] if all(one.isascii() and one.isalpha() for one in names) else str(month)
