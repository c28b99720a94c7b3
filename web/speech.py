"""What the pages of the desk say, in the reader's language: English in templates and code, others from `locales/*.po`.

A third language is one more file there. Its name is its tag: `es.po`, `pt-BR.po`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

FOLDER = Path(__file__).parent / "locales"
ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class Speech:
    """One language of the pages. `name` is how its speakers call it."""

    tag: str
    name: str
    direction: str  # ltr | rtl
    catalog: NullTranslations

    def say(self, text: str, **blanks: object) -> str:
        """`text` in this language; `blanks` fill its {names}."""
        said = self.catalog.gettext(text)
        return said.format(**blanks) if blanks else said

    def count(self, one: str, many: str, n: int, **blanks: object) -> str:
        """`one` or `many` (or a third form), with {n} filled."""
        return self.catalog.ngettext(one, many, n).format(n=n, **blanks)


@lru_cache(maxsize=1)
def speeches() -> Mapping[str, Speech]:
    """tag -> its speech, English first. Read once: files beside the code don't change under a running program."""
    found = {ENGLISH: _speech(ENGLISH, NullTranslations())}
    for path in sorted(FOLDER.glob("*.po")):
        tag = path.name.split(".")[0]
        catalog = _catalog(path)
        if tag in found:
            found[tag].catalog.merge(catalog)  # type: ignore[attr-defined]
        else:
            found[tag] = _speech(tag, catalog)
    return found


def _catalog(path: Path) -> Translations:
    compiled = BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=path.name.split(".")[0].replace("-", "_")))
    compiled.seek(0)
    return Translations(compiled, domain="messages")


def _speech(tag: str, catalog: NullTranslations) -> Speech:
    locale = Locale.parse(tag, sep="-")
    return Speech(tag, (locale.get_language_name() or tag).capitalize(), locale.text_direction, catalog)
