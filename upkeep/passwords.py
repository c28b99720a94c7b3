"""Passwords: which may be chosen, how they are kept (Argon2id), and how one is checked in the same time for everybody."""

from __future__ import annotations

import functools
import re
import secrets
import unicodedata
from collections.abc import Iterable
from importlib.resources import files
from typing import Literal

from pwdlib import PasswordHash

from config.mistake import Mistake

SHORTEST = 8  # characters, for whoever runs this server and types one on the command line
CHOSEN = 12  # on a page; 15 and more is better
LONGEST = 128
Refusal = Literal["", "short", "long", "common"]

_SPEAKABLE = "0123456789abcdefghjkmnpqrstvwxyz"  # no letters that read as digits
_READ_AS = {"0": "o", "1": "il", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "9": "g"}
_FEWEST_DIFFERENT = 4
_SHORTEST_WORD = 3
_hashes = PasswordHash.recommended()
# As long to check as a real one, and nobody's.
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$MDEyMzQ1Njc4OWFiY2RlZg$MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY"


def refusal(password: str, about: Iterable[str] = ()) -> Refusal:
    """Why this password may not be chosen on a page; "" = it may. There are no rules about kinds of characters.

    `about`: what stands near the person (e-mail, name, school): nothing of only such words and the commonest.
    """
    if len(password) < CHOSEN:
        return "short"
    if len(password) > LONGEST:
        return "long"
    words = commonest() | words_in(about)
    if len(set(password)) < _FEWEST_DIFFERENT or any(_is_made_of(plain, words) for plain in _plain(password)):
        return "common"
    return ""


def hashed(password: str) -> str:
    """Argon2id. Mistake when it is too short or too long to be one, or the first that anybody would guess."""
    if len(password) < SHORTEST:
        raise Mistake(
            f"The password has {len(password)} characters", f"use at least {SHORTEST}, or none to get one made"
        )
    if len(password) > LONGEST:
        raise Mistake(f"The password has {len(password)} characters", f"use at most {LONGEST}")
    if any({plain, re.sub(r"\d{1,4}$", "", plain)} & commonest() for plain in _plain(password)):
        raise Mistake("The password is one of the commonest", "use a sentence of your own, or none to get one made")
    return _hashes.hash(_same(password))


def is_right(password: str, password_hash: str) -> bool:
    """Takes as long where there is no hash to compare with."""
    right = _hashes.verify(_same(password)[:LONGEST], password_hash or _NOBODY)
    return right and bool(password_hash)


def made_password() -> str:
    """A password of 80 bits that can be read aloud: "k7xm-92pq-…"."""
    return "-".join("".join(secrets.choice(_SPEAKABLE) for _ in range(4)) for _ in range(4))


@functools.cache
def commonest() -> frozenset[str]:
    lines = files("config").joinpath("commonest_passwords.txt").read_text("utf-8").splitlines()
    return frozenset(line.strip() for line in lines if line.strip() and not line.startswith("#"))


def words_in(about: Iterable[str]) -> frozenset[str]:
    """ "Maria Ortiz", "maria@maple.example" -> maria, ortiz, maple, example."""
    words = (word for told in about for word in re.split(r"[\W_]+", unicodedata.normalize("NFKC", told).casefold()))
    return frozenset(word for word in words if len(word) >= _SHORTEST_WORD)


def _same(password: str) -> str:
    """An é is typed as one sign or as two, depending on the computer."""
    return unicodedata.normalize("NFKC", password)


def _plain(password: str) -> set[str]:
    """Small letters and digits only; with $ and @ left out, and as the letters they stand for."""
    small = _same(password).casefold()
    spelled = {small, small.replace("$", "s").replace("@", "a")}
    return {"".join(one for one in text if one.isalnum()) for text in spelled}


def _is_made_of(plain: str, words: frozenset[str]) -> bool:
    """Of these words, and at most four digits in a row between them, and nothing else?"""
    reached = {0}
    for at in range(len(plain)):
        if at in reached:
            reached |= {at + len(word) for word in words if _reads(plain, at, word)}
            digits = re.compile(r"\d+").match(plain, at)
            if digits and len(digits[0]) <= 4 and not plain[at - 1 : at].isdigit():
                reached.add(digits.end())
    return bool(plain) and len(plain) in reached


def _reads(plain: str, at: int, word: str) -> bool:
    there = plain[at : at + len(word)]
    return len(there) == len(word) and all(
        letter == shown or letter in _READ_AS.get(shown, "") for shown, letter in zip(there, word, strict=True)
    )
