"""Which language a reader gets, and the way to the others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from starlette.requests import Request

from config.languages import wider_tags
from config.wording import Wording, wording_for
from mirroring.blocks import Voice
from mirroring.translated import base_language


@dataclass(frozen=True, slots=True)
class LanguageLink:
    """One language of a page, named as its speakers name it."""

    tag: str
    name: str
    direction: str
    is_current: bool


def voices(tags: Iterable[str], wordings: Mapping[str, Wording]) -> list[Voice]:
    """The languages that we have wording for, each once; English where there is none."""
    found = {tag: wording for tag in tags if (wording := wording_for(tag, wordings))}
    return [Voice(tag, wording, tells_original=False) for tag, wording in (found or {"en": wordings["en"]}).items()]


def chosen(request: Request, offered: Sequence[Voice]) -> Voice:
    """What `?lang=` asks for, else the best of Accept-Language, else the first."""
    wanted = [request.query_params.get("lang", ""), *accepted(request.headers.get("accept-language", ""))]
    return next((voice for tag in wanted if (voice := _nearest(tag, offered))), offered[0])


def links(offered: Sequence[Voice], current: Voice) -> list[LanguageLink]:
    return [LanguageLink(voice.tag, voice.wording.name, voice.direction, voice.tag == current.tag) for voice in offered]


def accepted(header: str) -> list[str]:
    """The tags of an Accept-Language header, best first; what cannot be read is left out."""
    ranked = []
    for place, part in enumerate(header.split(",")[:50]):
        tag, _, weight = part.strip().partition(";")
        try:
            quality = float(weight.strip().removeprefix("q=")) if weight else 1.0
        except ValueError:
            continue
        if quality > 0:
            ranked.append((-quality, place, tag.strip()))
    return [tag for _, _, tag in sorted(ranked)]


def _nearest(tag: str, offered: Sequence[Voice]) -> Voice | None:
    """The voice for exactly this tag, else for a wider one of it, else one of the same language."""
    known = {voice.tag.lower(): voice for voice in offered}
    exact = next((known[part] for part in wider_tags(tag.lower()) if part in known), None)
    return exact or next((one for one in offered if tag and base_language(one.tag) == base_language(tag)), None)
