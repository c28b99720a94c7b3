"""Everything that the desk's pages say is said in every language of theirs, with the same blanks, and nothing that no page says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from web.speech import FOLDER

WEB = FOLDER.parent
ROOT = WEB.parent
_BLANK = re.compile(r"%\((\w+)\)|\{(\w*)\}")
_WORDS = {"say": None, "count": (1, 2), "_": None, "gettext": None, "ngettext": (1, 2)}
LANGUAGES = sorted({path.name.split(".")[0] for path in FOLDER.glob("*.po")})


def said_by_pages() -> set[str]:
    """Every text of templates (`trans`, `_()`) and of code (`speech.say("…")`, `speech.count`, names marked by `_`)."""
    found: set[str] = set()
    methods = [("templates/**.html", "jinja2.ext:babel_extract"), ("**.py", "python")]
    options = {"templates/**.html": {"extensions": "jinja2.ext.i18n", "trimmed": "true", "silent": "false"}}
    for name, _, texts, *_ in extract_from_dir(WEB, methods, options, keywords=_WORDS):
        assert name
        found.add(texts[0] if isinstance(texts, tuple) else texts)
    return found | set(constants())


def constants() -> Iterator[str]:
    """Sentences of refusals that the pages say themselves: those raised with a plain text in web/."""
    raised = re.compile(r'(?:BadForm\(|^[A-Z_]+ = )"([^"]+ [^"]+[.:?!])"', re.MULTILINE)
    for path in WEB.rglob("*.py"):
        yield from raised.findall(path.read_text())


def told_in(language: str) -> dict[str, Message]:
    found: dict[str, Message] = {}
    for path in sorted(FOLDER.glob(f"{language}*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language.replace("-", "_")):
                if message.id:
                    found[message.id[0] if isinstance(message.id, tuple) else message.id] = message
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_of_a_page_is_told_in_this_language(language: str) -> None:
    told = told_in(language)
    missing = [text for text in said_by_pages() if text not in told or not all(strings(told[text]))]
    assert sorted(missing) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_told_that_no_page_says(language: str) -> None:
    assert sorted(set(told_in(language)) - said_by_pages()) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_blanks_are_the_same_in_every_language(language: str) -> None:
    for text, message in told_in(language).items():
        for said in strings(message):
            assert blanks(said) == blanks(text) or (blanks(said) | {"n"}) == (blanks(text) | {"n"}), text


def strings(message: Message) -> tuple[str, ...]:
    return message.string if isinstance(message.string, tuple) else (message.string,)


def blanks(text: str) -> set[str]:
    return {one or other for one, other in _BLANK.findall(text)}


def test_texts_are_found_at_all() -> None:
    found = said_by_pages()
    assert {"Sign in", "Inbox", "Promises"} <= found and len(found) > 20
    assert Path(FOLDER / "es.po").exists()
