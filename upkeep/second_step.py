"""The second step: a code from an app on one's phone (TOTP), and ten written ones for the day the phone is lost.

Each code is good once. The app's secret is sealed, the written codes are kept as digests only.
"""

from __future__ import annotations

import hmac
from datetime import datetime
from io import BytesIO

import pyotp
import segno
from sqlmodel import Session

from models.account import Account, account
from models.vault import Vault
from upkeep.passwords import made_password
from upkeep.sign_in import digest

WRITTEN = 10
_SECONDS = 30
_DRIFT = (0, -1, 1)  # a phone's clock may be half a minute off


def is_on(known: Account) -> bool:
    return known.totp_on_at is not None


def prepare(session: Session, email: str, vault: Vault) -> str:
    """A secret for their app; nothing is asked for until a code of it was given. The one prepared before, if there is."""
    known = _held(session, email)
    if not is_on(known) and not known.totp_sealed:
        known.totp_sealed = vault.seal(pyotp.random_base32())
        session.flush()
    return vault.open(known.totp_sealed)


def turn_on(session: Session, email: str, code: str, vault: Vault, now: datetime) -> list[str] | None:
    """The written codes, which are shown this one time; None when the code is not of the prepared secret."""
    known = _held(session, email)
    if is_on(known) or not known.totp_sealed or not _is_of_app(known, code, vault, now):
        return None
    known.totp_on_at = now
    return renew_written(session, email)


def renew_written(session: Session, email: str) -> list[str]:
    """Ten new ones; those before are good no more."""
    codes = [made_password() for _ in range(WRITTEN)]
    _held(session, email).recovery = [digest(_bare(one)) for one in codes]
    session.flush()
    return codes


def turn_off(session: Session, email: str) -> None:
    """For whoever has just shown that it is them."""
    known = _held(session, email)
    known.totp_sealed, known.totp_on_at, known.totp_step, known.recovery = "", None, 0, []
    session.flush()


def is_good(session: Session, email: str, code: str, vault: Vault, now: datetime) -> bool:
    """Is it a code of theirs? Then it is used up. In a transaction that writes; `knocking` counts how often they try."""
    known = _held(session, email)
    return is_on(known) and (_is_of_app(known, code, vault, now) or _is_written(known, code))


def address_for_app(secret: str, email: str, issuer: str) -> str:
    """What the square says: otpauth://…"""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=issuer[:60])  # more would fill the square


def square(text: str) -> bytes:
    """A QR code as PNG, with the quiet zone that cameras need."""
    drawn = BytesIO()
    segno.make(text, error="m").save(drawn, kind="png", scale=5, border=4)
    return drawn.getvalue()


def in_groups(secret: str) -> str:
    """To be typed where no camera is."""
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))


def _is_of_app(known: Account, code: str, vault: Vault, now: datetime) -> bool:
    given = _bare(code)
    if not (given.isascii() and given.isdigit() and len(given) == 6):
        return False
    clock, this_step = pyotp.TOTP(vault.open(known.totp_sealed)), int(now.timestamp()) // _SECONDS
    for step in (this_step + drift for drift in _DRIFT):
        if step > known.totp_step and hmac.compare_digest(clock.generate_otp(step), given):
            known.totp_step = step
            return True
    return False


def _is_written(known: Account, code: str) -> bool:
    given = digest(_bare(code))
    if given not in known.recovery:
        return False
    known.recovery = [one for one in known.recovery if one != given]
    return True


def _bare(code: str) -> str:
    return "".join(code.split()).replace("-", "").lower()


def _held(session: Session, email: str) -> Account:
    """Until this transaction ends: one code cannot be used by two at once."""
    known = account(session, email)
    assert known is not None, "only for whoever has an account"
    session.flush()  # a refresh forgets what was not written yet
    session.refresh(known, with_for_update=True)
    return known
