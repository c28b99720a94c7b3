"""How many texts a second: all detectors in turns on the same texts, so that whatever else runs slows all of them alike."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

from benchmarks.language.detectors import DETECTORS

_AT_ONCE = 100


def pace(texts: Sequence[str], languages: Sequence[str]) -> Mapping[str, float]:
    """Texts a second of one processor, by detector. Seconds are the processor's, not the clock's."""
    detectors = {name: build(languages) for name, build in DETECTORS.items()}
    spent = dict.fromkeys(detectors, 0.0)
    for start in range(0, len(texts), _AT_ONCE):
        for name, detect in detectors.items():
            begun = time.process_time()
            for text in texts[start : start + _AT_ONCE]:
                detect(text)
            spent[name] += time.process_time() - begun
    return {name: len(texts) / seconds for name, seconds in spent.items()}
