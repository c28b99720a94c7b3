import json
from datetime import UTC, datetime, timedelta

from inbox.language.guess import Guesser
from inbox.routing.decide import Rules, Speaker
from inbox.routing.explain import Explained, explain, explained_json

NOW = datetime(2026, 9, 14, 15, 0, tzinfo=UTC)


class Always:
    def is_open(self, at: datetime) -> bool:
        return True

    def add(self, start: datetime, span: timedelta) -> datetime:
        return start + span


PEOPLE = (
    Speaker("office@maple.example", "Office", "owner", ("en",), Always(), 20),
    Speaker("maria@maple.example", "Maria Ortiz", "staff", ("es", "en"), Always(), 20),
)
guesser = Guesser()


def explained(text: str, attachment: str = "") -> Explained:
    rules = Rules("office@maple.example", timedelta(days=1), Always())
    return explain(text, guesser, ("en", "es", "vi"), PEOPLE, rules, NOW, attachment=attachment)


def test_the_whole_way_is_told_from_cleaning_to_the_person() -> None:
    steps = explained("@Ana ¿a qué hora es la reunión? 😀").steps
    assert steps[0] == 'Cleaned: "¿a qué hora es la reunión?".'
    assert any(": es 0." in step for step in steps), "an engine says what it heard"
    assert steps[-3:] == (
        "Rule: speaker.",
        "Person: maria@maple.example, by 2026-09-15T15:00+00:00.",
        "Spanish, and Maria Ortiz speaks it.",
    )


def test_thanks_end_with_no_answer_needed() -> None:
    found = explained("muchas gracias")
    assert found.route is None
    assert found.steps[-1] == "No answer needed: Only thanks."


def test_a_photo_without_words_is_explained_as_such() -> None:
    found = explained("", "photo")
    assert found.route is not None
    assert found.route.assignee == "office@maple.example"
    assert "photo" in found.reason


def test_programs_get_the_same_as_json() -> None:
    found = explained_json(explained("¿a qué hora es la reunión?"))
    assert json.loads(json.dumps(found)) == found | {"route": found["route"] | {"tried": []}}
    assert (found["language"], found["route"]["assignee"]) == ("es", "maria@maple.example")
