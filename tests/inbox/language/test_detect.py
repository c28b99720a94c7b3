import json

import pytest

from inbox.language.detect import NotAText, detect_line
from inbox.language.guess import Guesser

guesser = Guesser()


def test_a_line_gets_language_confidence_mix_and_candidates() -> None:
    found = detect_line('{"text": "¿Dónde está la escuela?", "id": 7}', guesser, ("en", "es"))
    assert set(found) == {"language", "confidence", "mixed_with", "candidates"}
    assert found["language"] == "es"
    assert found["candidates"][0] == ["es", found["confidence"]]
    assert json.loads(json.dumps(found)) == found


@pytest.mark.parametrize("line", ["hola", "[]", '{"text": 5}', "{}", ""])
def test_a_line_that_is_not_a_text_is_refused_with_the_mend(line: str) -> None:
    with pytest.raises(NotAText, match="write one object a line"):
        detect_line(line, guesser, ("en",))
