"""How templates are filled: everything escaped, nothing missing."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from babel import Locale, UnknownLocaleError
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context

from config.languages import language_name
from web.proofs import form_keys
from web.roles import ROLE_NAMES
from web.speech import Speech

_HERE = Path(__file__).parent
STATIC = _HERE / "static"


def environment(**more: Any) -> Environment:
    """A blank that nobody filled is an error, not an empty line."""
    made = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        **more,
    )
    made.globals["static"] = address_of
    made.globals["style"] = address_of("site.css")
    return made


def desk_environments(speeches: Mapping[str, Speech]) -> Mapping[str, Environment]:
    """tag -> how the desk's templates are filled in that language."""
    return {tag: _desk(speech) for tag, speech in speeches.items()}


def _desk(speech: Speech) -> Environment:
    made = environment(extensions=["jinja2.ext.i18n"])
    made.install_gettext_translations(speech.catalog, newstyle=True)  # type: ignore[attr-defined]
    made.policies["ext.i18n.trimmed"] = True
    made.filters["language"] = lambda tag: language_in(tag, speech)
    # Of the reader and their school: a macro that tells times is imported `with context`.
    made.filters["moment"] = pass_context(lambda page, at: page["moments"].moment(at))
    made.filters["day"] = pass_context(lambda page, on: page["moments"].day(on))
    made.filters["told_time"] = pass_context(lambda page, text: page["moments"].told_time(text))
    made.filters["ago"] = pass_context(lambda page, at: page["moments"].ago(at))
    made.filters["role"] = lambda role: speech.say(ROLE_NAMES[role]) if role in ROLE_NAMES else role
    made.globals["form_keys"] = pass_context(lambda page: form_keys(page["csrf"]))
    return made


def language_in(tag: str, speech: Speech) -> str:
    """A language's name as the reader calls it; in English where their language has no name for it."""
    if tag == "und":
        return speech.say("not sure which language")
    reader = Locale.parse(speech.tag, sep="-")
    try:
        return Locale.parse(tag, sep="-").get_display_name(reader) or tag
    except (ValueError, UnknownLocaleError):  # many of which Babel knows the name know no dates: hmn
        return str(reader.languages.get(tag) or language_name(tag))


@lru_cache
def address_of(name: str) -> str:
    """Where a file of static/ is had. The digest lets browsers keep it for long and still see a new one at once."""
    return f"/static/{name}?v={sha256((STATIC / name).read_bytes()).hexdigest()[:10]}"
