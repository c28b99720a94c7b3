"""BCP 47 tags as the engines name languages."""

from __future__ import annotations

UNSURE = "und"

_ALSO_CALLED = {"fil": "tl", "prs": "fa", "cmn": "zh", "yue": "zh", "mww": "hmn", "gaz": "om", "swh": "sw", "arb": "ar"}


def base(tag: str) -> str:
    """The language of a tag as the engines name it: pt-BR is pt, fil is tl, prs is fa."""
    first = tag.replace("_", "-").split("-")[0].lower()
    return _ALSO_CALLED.get(first, first)
