"""Which engines listen here: those that are installed. Most have a build for every machine, pycld2 has not."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from importlib.util import find_spec

from inbox.language.engine import Engine
from inbox.language.langdetect_engine import LangdetectEngine
from inbox.language.langid_engine import LangidEngine
from inbox.language.pycld2_engine import Pycld2Engine
from inbox.language.words_engine import WordsEngine

_PACKAGED = (Pycld2Engine, LangidEngine, LangdetectEngine)  # each named like its package

_NEARLY_ALL = 0.9


def ears() -> tuple[Engine, ...]:
    """Every engine that can listen on this machine, in the order in which they are asked."""
    deaf = missing()
    return (WordsEngine(), *(engine() for engine in _PACKAGED if engine.name not in deaf))


def missing() -> tuple[str, ...]:
    """The engines whose package is not installed."""
    return tuple(engine.name for engine in _PACKAGED if find_spec(engine.name) is None)


def hears_else(engines: Sequence[Engine], text: str, languages: Collection[str]) -> str:
    """A language besides `languages` that the widest ear reliably hears in nearly all of the text, or ""."""
    for engine in engines:
        if isinstance(engine, Pycld2Engine):
            sure, language, share = engine.heard(text)
            return language if sure and share >= _NEARLY_ALL and language not in languages else ""
    return ""
