"""What a person sent with a form: plain fields, as many and as long as people type, and none that was not asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, TypeVar
from urllib.parse import parse_qsl

from fastapi import Request
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from web.bodies import TooLarge, read_body

LARGEST = 256 * 1024  # bytes: the longest answer that Facebook takes, in any script, fits four times
MOST_FIELDS = 1000
_WRONG = "Something in this form is missing or wrong ({names}): go back and check it."
KEYS = ("csrf", "once")  # of every form; not of what it asks


class BadForm(Exception):
    """The form cannot be acted upon. `sentence` is in English, with {blanks}; pages say it in the reader's language."""

    def __init__(self, sentence: str, **blanks: str) -> None:
        super().__init__(sentence.format(**blanks))
        self.sentence, self.blanks = sentence, blanks


class Shape(BaseModel):
    """What one form asks. Unknown fields are refused; a field that is a list may come many times."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


Secret = Annotated[str, StringConstraints(strip_whitespace=False)]  # a password is what was typed
S = TypeVar("S", bound=Shape)


def once_key(fields: Mapping[str, list[str]]) -> str:
    """By which a form acts once. Raises BadForm where it carries none."""
    key = (fields.get("once") or [""])[-1]
    if not 16 <= len(key) <= 64:
        raise BadForm(_WRONG, names="once")
    return key


Fields = Mapping[str, list[str]]


async def read_fields(request: Request) -> Fields:
    """name -> its values, in order. BadForm for what is no form of a page."""
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        raise BadForm("This was not sent by a form of these pages: go back and try again.")
    try:
        body = await read_body(request, LARGEST)
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except TooLarge:
        raise BadForm("That is too much for one form: shorten it.") from None
    except ValueError:
        raise BadForm("This form cannot be read: go back and try again.") from None
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        # A NUL has no place in anybody's words, and PostgreSQL takes none.
        found.setdefault(name, []).append(value.replace("\x00", "").replace("\r\n", "\n"))
    return found


def shaped(fields: Fields, shape: type[S]) -> S:
    """The form as `shape`. BadForm where a field is missing, wrong, or was not asked for."""
    lists = {name for name, field in shape.model_fields.items() if "list" in str(field.annotation)}
    given: dict[str, Any] = {
        name: values if name in lists else values[-1] for name, values in fields.items() if name not in KEYS
    }
    try:
        return shape.model_validate(given)
    except ValidationError as wrong:
        names = ", ".join(sorted({str(one["loc"][0]) for one in wrong.errors() if one["loc"]}))
        raise BadForm(_WRONG, names=names) from None
