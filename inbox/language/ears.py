"""Which engines listen here: those that are installed. Most have a build for every machine, pycld2 has not."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from importlib.util import find_spec

from inbox.language.engine import Engine
from inbox.language.langdetect_engine import LangdetectEngine
from inbox.language.langid_engine import LangidEngine
from inbox.language.pycld2_engine import Pycld2Engine
from inbox.language.words_engine import WordsEngine

_PACKAGED = (Pycld2Engine, LangidEngine, LangdetectEngine)  # each named like its package

_NEARLY_ALL = 0.9

Installed = Callable[[str], bool]


def installed(package: str) -> bool:
    return find_spec(package) is not None


def ears(installed: Installed = installed) -> tuple[Engine, ...]:
    """Every engine that can listen on this machine, in the order in which they are asked."""
    deaf = missing(installed)
    return (WordsEngine(), *(engine() for engine in _PACKAGED if engine.name not in deaf))


def missing(installed: Installed = installed) -> tuple[str, ...]:
    """The engines whose package is not installed."""
    return tuple(engine.name for engine in _PACKAGED if not installed(engine.name))


def absent(engines: Sequence[Engine]) -> tuple[str, ...]:
    """Those that ship and are not among these."""
    present = {engine.name for engine in engines}
    return tuple(engine.name for engine in _PACKAGED if engine.name not in present)


def hears_else(engines: Sequence[Engine], text: str, languages: Collection[str]) -> str:
    """A language besides `languages` that the widest ear reliably hears in nearly all of the text, or ""."""
    for engine in engines:
        if isinstance(engine, Pycld2Engine):
            sure, language, share = engine.heard(text)
            return language if sure and share >= _NEARLY_ALL and language not in languages else ""
    return ""
