"""How texts are split into words for search: the same for what is kept and for what is asked."""

from __future__ import annotations

import pytest

from models.words import MOST_ASKED, Asked, asked, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("¿A qué hora EMPIEZA?", "a que hora empieza"), ("l’école, à Noël", "l ecole a noel"), ("e\u0301cole", "ecole"),
        ("Đường phố", "duong pho"), ("Straße Łódź Ærø", "strasse lodz aero"), ("ИЗЮМ ёлка йод", "изюм елка иод"),
        ("كِتَابٌ أحمد كتـــاب", "كتاب احمد"), ("می‌خواهم کتاب", "مي خواهم كتاب"), ("שָׁלוֹם", "שלום"),
        ("हिन्दी में पूछें", "हिन्दी में पूछें"), ("የትምህርት ቤት", "የትምህርት ቤት"), ("٣ ９ ۴", "3 9 4"), ("a_b-c's", "a b c s"),
        ("学校几点", "学校 校几 几点 点"), ("中 a", "中 a"), ("ｶﾞｯｺｳ", "ガッ ッコ コウ ウ"), ("한국어 책", "한국 국어 어 책"),
        ("PTA会议3点", "pta 会议 议 3 点"), ("ไทย", "ไท ทย ย"), ("😀 … !", ""), ("", ""), ("hora Hora HORA", "hora"),
    ],
)  # fmt: skip
def test_texts_are_folded_and_split(text: str, expected: str) -> None:
    assert " ".join(words(text)) == expected


def test_khmer_lao_and_burmese_are_split_into_neighbours() -> None:
    for text in ("សាលារៀន", "ໂຮງຮຽນ", "ကျောင်း"):
        found = words(text)
        assert len(found) > 3 and max(map(len, found)) == 2


def test_the_last_word_may_go_on() -> None:
    assert asked("el concie") == (Asked("el"), Asked("concie", begins=True))
    assert asked("a") == (Asked("a"),)


def test_a_single_character_is_looked_for_as_a_beginning_and_more_as_neighbours() -> None:
    assert asked("学") == (Asked("学", begins=True),)
    assert asked("学校里") == (Asked("学校"), Asked("校里"))


def test_operators_and_quotes_are_only_text() -> None:
    assert [one.word for one in asked('"foo" OR bar* NOT (x:y) AND NEAR')] == [
        "foo",
        "or",
        "bar",
        "not",
        "x",
        "y",
        "and",
        "near",
    ]
    assert asked('*** "" \' -- ;') == ()


def test_everything_asked_for_is_kept_of_its_own_text() -> None:
    for text in (
        "¿Dónde está la reunión?",
        "学校的会议几点开始",
        "هل يوجد موقف للسيارات؟",
        "โรงเรียนเปิดกี่โมง",
        "학교 몇 시",
    ):
        kept = set(words(text))
        for one in asked(text):
            assert any(word.startswith(one.word) if one.begins else word == one.word for word in kept), (text, one)


def test_endless_questions_and_words_end() -> None:
    assert len(asked(" ".join(f"w{n}" for n in range(500)))) == MOST_ASKED
    assert max(map(len, words("x" * 9000))) == 60
    assert len(words("学校" * 50_000)) < 10
