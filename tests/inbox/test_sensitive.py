"""What must not stand in public is noticed, and what may stand there passes."""

from __future__ import annotations

import pytest

from config.wording import load_wordings
from inbox.sensitive import KINDS, sensitive
from tests.inbox.answers import FINE, FINE_UNSEEN, HELD, HELD_UNSEEN


@pytest.mark.parametrize("language", HELD)
def test_what_is_one_family_s_alone_is_noticed_with_its_kind(language: str) -> None:
    missed = [text for kind, text in HELD[language] if kind not in [one.kind for one in sensitive(text)]]
    assert missed == []


@pytest.mark.parametrize("language", FINE)
def test_what_everybody_may_know_passes(language: str) -> None:
    assert {text: sensitive(text) for text in FINE[language] if sensitive(text)} == {}


def test_of_answers_that_the_words_were_not_made_for_hardly_any_is_judged_wrongly() -> None:
    missed = [text for _, text in HELD_UNSEEN if not sensitive(text)]
    assert missed == ["Please tell Diego to bring his project.", "Su hijo se peleó en el recreo."]
    assert [text for text in FINE_UNSEEN if sensitive(text)] == []
    assert (len(HELD_UNSEEN), len(FINE_UNSEEN)) == (38, 41)


def test_the_words_it_was_found_by_are_told() -> None:
    [found] = sensitive("The fair is on Friday. His ADHD and his asthma are known to us, and ADHD is no problem.")
    assert (found.kind, found.words) == ("diagnosis", ("ADHD", "asthma"))


def test_several_kinds_are_told_in_one_order() -> None:
    found = sensitive("Your son Jacob failed the test. Call me at 555-201-4477 about the custody papers.")
    assert [one.kind for one in found] == ["pupil", "custody", "contact", "grades"]
    assert all(one.kind in KINDS for one in found)


def test_another_family_s_sentence_does_not_make_a_public_one_private() -> None:
    assert sensitive("She asked when it begins. The medication table is in the hall.") == ()


@pytest.mark.parametrize("text", ["", " ", "🎉", "a" * 8000, "his " * 2000, "\n" * 500])
def test_nothing_and_very_much_are_read_too(text: str) -> None:
    assert sensitive(text) == ()


@pytest.mark.parametrize("language", ["ar", "en", "es", "fr", "ht", "pt", "ru", "so", "vi", "zh"])
def test_what_is_offered_instead_passes_itself(language: str) -> None:
    assert sensitive(load_wordings()[language].replies.call_us) == ()
