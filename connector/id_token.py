"""What a school's own sign-in says about a person: when it is believed, and whose e-mail it vouches for. Pure.

docs/sign-in.md tells why each of these stands here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from config.issuers import kind_of

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA", "Ed25519")
LEEWAY = 60  # seconds that two clocks may differ


class NotBelieved(Exception):
    """The answer is not for us, not now, or not about anybody we could know. `why` is for the log: no name, no token."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class NotVouchedFor(NotBelieved):
    """It is a good answer, but it does not say that this e-mail address is that person's."""


@dataclass(frozen=True, slots=True)
class Told:
    """Who somebody is: `subject` stays the same for life, `email` is in small letters."""

    issuer: str
    subject: str
    email: str


def read(token: str, keys: Mapping[str, Any], *, issuer: str, client_id: str, nonce: str, now: datetime) -> Told:
    """Raises NotBelieved."""
    try:
        key_set = KeySet.import_key_set(_for_signing(keys))  # type: ignore[arg-type]
    except (JoseError, ValueError, TypeError, KeyError):
        raise NotBelieved("its keys cannot be read") from None
    try:
        signed = jwt.decode(token, key_set, algorithms=list(ALGORITHMS))
    except (JoseError, ValueError, TypeError, KeyError) as wrong:
        raise NotBelieved(f"the signature is not good ({type(wrong).__name__})") from None
    claims = signed.claims
    _check(claims, issuer, client_id, nonce, now.timestamp())
    return Told(issuer, str(claims["sub"]), vouched_for(claims, issuer))


def vouched_for(claims: Mapping[str, Any], issuer: str) -> str:
    """The e-mail that this sign-in itself vouches for. Raises NotVouchedFor."""
    email = str(claims.get("email") or "").strip().lower()
    if email.count("@") != 1:
        raise NotVouchedFor("no e-mail in the answer")
    if kind_of(issuer) == "microsoft":
        # There `email` is what anybody wrote into a profile, unless its domain was verified, or it is the sign-in's own name.
        own = str(claims.get("preferred_username") or "").strip().lower() == email
        if not (own or _is_true(claims.get("xms_edov"))):
            raise NotVouchedFor("Microsoft has not verified the domain of this e-mail")
        return email
    if not _is_true(claims.get("email_verified")):
        raise NotVouchedFor("the e-mail is not verified")
    if kind_of(issuer) == "google" and not (email.endswith("@gmail.com") or claims.get("hd")):
        # Verified once, by somebody who may have lost that mailbox since.
        raise NotVouchedFor("Google does not keep this mailbox")
    return email


def _check(claims: Mapping[str, Any], issuer: str, client_id: str, nonce: str, now: float) -> None:
    known = {issuer, issuer.removeprefix("https://")} if kind_of(issuer) == "google" else {issuer}
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    wrong = {
        "of another issuer": claims.get("iss") not in known,
        "for somebody else": client_id not in audiences,
        "also for others": len(audiences) > 1 and claims.get("azp") != client_id,
        "asked for by somebody else": claims.get("azp", client_id) != client_id,
        "an answer to another question": not nonce or claims.get("nonce") != nonce,
        "over": not _is_time(claims.get("exp")) or now >= claims["exp"] + LEEWAY,
        "not of now": not _is_time(claims.get("iat")) or claims["iat"] > now + LEEWAY,
        "not good yet": "nbf" in claims and (not _is_time(claims["nbf"]) or claims["nbf"] > now + LEEWAY),
        "about nobody": not isinstance(claims.get("sub"), str) or not claims["sub"],
    }
    if found := [why for why, is_so in wrong.items() if is_so]:
        raise NotBelieved(f"the answer is {' and '.join(found)}")


def _for_signing(keys: Mapping[str, Any]) -> dict[str, Any]:
    """Without those that are for something else, or of a kind we take nothing from."""
    listed = keys.get("keys")
    usable = [
        one
        for one in (listed if isinstance(listed, list) else [])
        if isinstance(one, dict) and one.get("kty") in ("RSA", "EC", "OKP") and one.get("use", "sig") == "sig"
    ]
    return {"keys": usable}


def _is_true(value: object) -> bool:
    return value is True or value == 1 or (isinstance(value, str) and value.lower() in ("true", "1"))


def _is_time(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
