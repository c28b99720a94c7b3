"""py3langid behind our engine interface: its model and its walk over bytes, added up in one order.

Its own `classify` multiplies matrices, whose order of adding up depends on the machine, and restricting it to some
languages changes it for all threads. Here one model is read once and never changed, and the languages are chosen from
what it gives each of them.
"""

from __future__ import annotations

import math
import os
from collections.abc import Collection
from threading import Lock
from typing import Any

_NAMES = """af am ar az be bg bn ca cs cy da de el en es et eu fa fi fr ga gl gu ha he hi hr ht hu hy id ig is it ja ka kk
    km kn ko ku ky la lo lt lv mg mk ml mn mr ms my ne nl no om or pa pl ps pt ro ru rw si sk sl sn so sq sr sv sw ta te
    tg th tl tr ug uk ur uz vi xh yo zh zu"""
_AND = {"ar": ("ary", "arz"), "no": ("nn",), "zh": ("wuu", "yue"), "hr": ("bs",)}
_LONG_ENOUGH = 600  # characters; more costs time and tells nothing new


class LangidEngine:
    """Read at its first use, once for all threads."""

    name = "py3langid"
    version = "0.4.0"
    supported = frozenset(_NAMES.split())

    def __init__(self) -> None:
        self._model: _Model | None = None
        self._reading = Lock()

    def scores(self, text: str, languages: Collection[str]) -> dict[str, float]:
        wanted = sorted(self.supported & frozenset(languages))
        as_bytes = f" {text[:_LONG_ENOUGH].lower()} ".encode(errors="ignore")  # it knows how words begin and end
        totals = self._read().totals(as_bytes) if wanted else {}
        if not totals:
            return {}
        best = max(totals[language] for language in wanted)
        odds = {language: math.exp((totals[language] - best) / math.sqrt(len(as_bytes))) for language in wanted}
        whole = sum(odds.values())
        return {language: value / whole for language, value in odds.items()}

    def _read(self) -> _Model:
        if self._model is None:
            with self._reading:
                self._model = self._model or _Model()
        return self._model


class _Model:
    """The columns of py3langid's table that we ask for; never changed once read."""

    def __init__(self) -> None:
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # numpy would start threads for matrices, and there are none
        import numpy as np  # noqa: PLC0415 - it and the model take half a second
        from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415

        whole = LanguageIdentifier.from_model_file(MODEL_FILE)
        columns: dict[str, list[int]] = {}
        for column, code in enumerate(whole.nb_classes):
            columns.setdefault(code, []).append(column)
        self._names = sorted(LangidEngine.supported)
        folded = [[i for code in (name, *_AND.get(name, ())) for i in columns[code]] for name in self._names]
        kept = [column for some in folded for column in some]
        self._starts = [sum(map(len, folded[:index])) for index in range(len(folded))]
        self._table = np.ascontiguousarray(whole.nb_ptc[:, kept])
        self._before = whole.nb_pc[kept].astype("float64")
        self._next, self._rows, self._out = whole.tk_nextmove, [row << 8 for row in whole.tk_row], whole.tk_output

    def totals(self, text: bytes) -> dict[str, float]:
        """The logarithm of how well each language fits; empty where nothing in the text is known."""
        import numpy as np  # noqa: PLC0415
        from py3langid.langid import visit_counts  # noqa: PLC0415

        visits: Any = visit_counts(self._next, self._rows, self._out, text)
        if not visits:
            return {}
        features = sorted(visits)
        weights = np.array([[math.log1p(visits[one])] for one in features])
        summed = (self._table[features].astype("float64") * weights).sum(axis=0) + self._before
        best = np.maximum.reduceat(summed, self._starts)
        return dict(zip(self._names, best.tolist(), strict=True))
