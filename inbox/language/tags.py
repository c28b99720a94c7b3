"""BCP 47 tags as the engines name languages."""

from __future__ import annotations

from functools import lru_cache

UNSURE = "und"

_SHIPPED = "en es zh vi ar ht so ru pt tl hmn ko fr uk ur hi bn ne my am sw fa ps pl de ja gu pa tr om ti"
ALL_LANGUAGES: tuple[str, ...] = tuple(_SHIPPED.split())

_NEAR = "af ca cs cy da et fi hr hu id it lt lv nl no ro sk sl sq sv"
NEIGHBOURS: frozenset[str] = frozenset(_NEAR.split())
"""Languages that don't ship and are taken for those that do; listened for so that they are not."""

_ALSO_CALLED = {
    "fil": "tl",
    "prs": "fa",
    "cmn": "zh",
    "yue": "zh",
    "mww": "hmn",
    "gaz": "om",
    "swh": "sw",
    "arb": "ar",
    "kar": "ksw",
}


@lru_cache(maxsize=1024)
def base(tag: str) -> str:
    """The language of a tag as the engines name it: pt-BR is pt, fil is tl, prs is fa."""
    first = tag.replace("_", "-").split("-")[0].lower()
    return _ALSO_CALLED.get(first, first)
