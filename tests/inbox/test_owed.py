import pytest

from inbox.owed import owes_answer

THANKS = [
    "Thank you!", "Thanks so much for sharing this", "THANKS 🙏", "tysm!!", "Gracias", "¡Muchas gracias, maestra!",
    "Mil gracias por la información", "谢谢老师！", "非常感谢", "謝謝", "Cảm ơn cô nhiều ạ", "شكراً جزيلاً", "Mèsi anpil",
    "Waad mahadsan tahay", "Большое спасибо!", "Дуже дякую", "Muito obrigada!", "Maraming salamat po", "Ua tsaug ntau",
    "감사합니다", "Merci beaucoup ❤️", "بہت شکریہ", "बहुत धन्यवाद", "ধন্যবাদ", "धेरै धन्यवाद", "ကျေးဇူးတင်ပါတယ်", "በጣም አመሰግናለሁ", "Asante sana",
    "خیلی ممنون", "ډېره مننه", "Dziękuję bardzo", "Vielen Dank!", "ありがとうございます", "ખૂબ આભાર", "ਬਹੁਤ ਧੰਨਵਾਦ",
    "Çok teşekkürler", "Baay'ee galatoomaa", "ብጣዕሚ የቐንየለይ", "ok thanks!",
]  # fmt: skip


@pytest.mark.parametrize("text", THANKS)
def test_thanks_alone_need_no_answer(text: str) -> None:
    owed = owes_answer(text)
    assert (owed.owed, owed.no_language, owed.reason) == (False, False, "Only thanks.")


@pytest.mark.parametrize(
    "text",
    [
        "Gracias, ¿a qué hora es?",
        "gracias y la informacion",
        "Thanks but who picks up the kids",
        "Thank you. Room 5",
        "谢谢,几点开始",
        "Merci, mais où",
        "no thanks to you we missed the bus",
    ],
)
def test_thanks_with_anything_more_are_owed(text: str) -> None:
    assert owes_answer(text).owed


@pytest.mark.parametrize("text", ["👍", "❤️❤️", "😂 🎉!!", "👩🏽‍🏫", "🇲🇽", ":)"])
def test_only_emoji_need_no_answer_and_hold_no_language(text: str) -> None:
    owed = owes_answer(text)
    assert (owed.owed, owed.no_language) == (False, True)


def test_a_sticker_needs_no_answer_but_a_sticker_with_a_question_does() -> None:
    assert not owes_answer("", "sticker").owed
    assert not owes_answer("gracias", "sticker").owed
    assert owes_answer("cuándo?", "sticker").owed


@pytest.mark.parametrize("attachment", ["photo", "video_inline", "video", "file_upload", "something_new"])
@pytest.mark.parametrize("text", ["", "❤️", "gracias"])
def test_a_photo_or_voice_message_is_owed_whatever_is_said_with_it(attachment: str, text: str) -> None:
    owed = owes_answer(text, attachment)
    assert owed.owed
    assert owed.no_language == (text != "gracias")


def test_a_comment_without_anything_that_we_can_see_is_owed() -> None:
    assert owes_answer("").owed


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("Ana Gómez", ["Ana Gómez"]),
        ("Ana Gómez Li Wei 😍", ["Ana Gómez", "Li Wei"]),
        ("@Ana Gómez", []),
        ("@ana.gomez", []),
    ],
)
def test_only_a_friends_tag_needs_no_answer(text: str, tags: list[str]) -> None:
    assert not owes_answer(text, "", tags).owed


@pytest.mark.parametrize(
    ("text", "tags"), [("Ana Gómez ¿vamos?", ["Ana Gómez"]), ("@Ana can we bring food", []), ("Ana Gómez", [])]
)
def test_a_tag_with_words_is_owed(text: str, tags: list[str]) -> None:
    assert owes_answer(text, "", tags).owed


@pytest.mark.parametrize("text", ["???", "?", "7", "5:30", "2nd grade"])
def test_a_bare_question_mark_or_number_is_owed(text: str) -> None:
    assert owes_answer(text).owed
