from inbox.language.clean import bare, clauses, clean, words


def test_links_names_tags_emoji_and_digits_go() -> None:
    text = "@Ana mira https://example.org/a?b=1 #PTA 😂😂 a las 5:30 ann@example.org 2nd"
    assert words(clean(text)) == ["mira", "a", "las"]


def test_repeats_are_squeezed() -> None:
    assert clean("Graciaaaaas!!!!!!") == "Graciaas!"


def test_laughter_is_not_language() -> None:
    assert words(clean("jajajaja hahahaha lol que risa")) == ["que", "risa"]


def test_mostly_capital_text_is_lower_cased_and_other_text_is_not() -> None:
    assert clean("QUE BONITO") == "que bonito"
    assert clean("Que bonito PTA") == "Que bonito PTA"


def test_digits_that_are_letters_in_arabic_chat_stay() -> None:
    assert clean("la3nat 3andna 7abibi") == "la3nat 3andna 7abibi"
    assert words(clean("3rd 7pm room7 covid19 5")) == []


def test_marks_inside_words_stay_and_marks_alone_are_no_words() -> None:
    assert words("l'école धन्यवाद don’t ❤️ 5 -") == ["l'école", "धन्यवाद", "don’t"]


def test_clauses_are_cut_where_people_pause() -> None:
    assert clauses("Hola, ¿cómo está? Fine.") == ["Hola", "¿cómo está", "Fine"]


def test_bare_words_have_no_accents() -> None:
    assert [bare(word) for word in ("mañana", "được", "złoty", "günaydın")] == ["manana", "duoc", "zloty", "gunaydin"]


def test_nothing_at_all_stays_nothing() -> None:
    assert clean("") == clean(" \n ") == clean("👍🏽") == ""
