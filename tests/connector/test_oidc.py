"""Signing in by a school's own place: what is believed, and everything that is not."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from config.issuers import is_for_everybody, label_of, slug_of
from connector.doors import Doors
from connector.errors import OutsideError, Refused, TryLater
from connector.id_token import NotBelieved, NotVouchedFor, Told, vouched_for
from connector.oidc import KEPT, OpenId
from rehearsal.openid import CLIENT_ID, CLIENT_SECRET, PretendIssuer, new_key

NOW = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)
BACK = "https://bridge.example.org/sign-in/with/district/back"
MARIA = "maria@maple.example"
STATE, NONCE, VERIFIER = "s" * 43, "n" * 43, "v" * 43


@pytest.fixture
def issuer() -> Iterator[PretendIssuer]:
    with PretendIssuer(NOW.timestamp, people=[MARIA], redirect_uris=[BACK]) as running:
        yield running


@pytest.fixture
def door(issuer: PretendIssuer) -> OpenId:
    return opened(issuer.url)


def opened(url: str, secret: str = CLIENT_SECRET) -> OpenId:
    return Doors().openid(label="District", issuer=url, client_id=CLIENT_ID, client_secret=secret)


def asked(door: OpenId, now: datetime = NOW, nonce: str = NONCE) -> dict[str, str]:
    """What the browser brings to the issuer."""
    url = door.address(BACK, state=STATE, nonce=nonce, verifier=VERIFIER, now=now)
    return dict(parse_qsl(urlsplit(url).query))


def code_for(issuer: PretendIssuer, door: OpenId, email: str = MARIA, now: datetime = NOW) -> str:
    back = dict(parse_qsl(urlsplit(issuer.agree(asked(door, now), email)).query))
    assert back["state"] == STATE
    return back["code"]


def who(issuer: PretendIssuer, door: OpenId, now: datetime = NOW, **changes: Any) -> Told:
    code = code_for(issuer, door, now=now)
    return door.who(code, **{"back": BACK, "nonce": NONCE, "verifier": VERIFIER, "now": now, **changes})


def test_somebody_who_signed_in_there_is_known_here(issuer: PretendIssuer, door: OpenId) -> None:
    assert issuer.page(asked(door))[0] == 200, issuer.complaints
    assert who(issuer, door) == Told(issuer.url, f"sub-of-{MARIA}", MARIA)
    assert issuer.complaints == []


def test_what_the_issuer_says_of_itself_is_read_once_an_hour(issuer: PretendIssuer, door: OpenId) -> None:
    for _ in range(3):
        who(issuer, door)
    assert sorted(issuer.calls) == ["/.well-known/openid-configuration", "/keys", "/token", "/token", "/token"]
    who(issuer, door, NOW + KEPT - timedelta(minutes=56))
    assert len(issuer.calls) == 6


def test_a_code_is_good_once(issuer: PretendIssuer, door: OpenId) -> None:
    code = code_for(issuer, door)
    door.who(code, BACK, nonce=NONCE, verifier=VERIFIER, now=NOW)
    with pytest.raises(NotBelieved, match="the code was refused"):
        door.who(code, BACK, nonce=NONCE, verifier=VERIFIER, now=NOW)


@pytest.mark.parametrize("change", [{"verifier": "w" * 43}, {"back": BACK + "/"}])
def test_a_stolen_code_is_worth_nothing_without_what_our_own_browser_kept(
    issuer: PretendIssuer, door: OpenId, change: dict[str, str]
) -> None:
    with pytest.raises(NotBelieved, match="invalid_grant"):
        who(issuer, door, **change)


def test_a_wrong_client_secret_is_told_as_a_refusal(issuer: PretendIssuer) -> None:
    with pytest.raises(NotBelieved, match="invalid_client"):
        who(issuer, opened(issuer.url, "another"))


HOUR = 3600
AT = NOW.timestamp()


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ({"iss": "https://evil.example"}, "of another issuer"),
        ({"iss": None}, "of another issuer"),
        ({"aud": "another-client"}, "for somebody else"),
        ({"aud": None}, "for somebody else"),
        ({"aud": [CLIENT_ID, "another"]}, "also for others"),
        ({"azp": "another-client"}, "asked for by somebody else"),
        ({"nonce": "x" * 43}, "an answer to another question"),
        ({"nonce": None}, "an answer to another question"),
        ({"exp": AT - 61}, "over"),
        ({"exp": None}, "over"),
        ({"exp": "tomorrow"}, "over"),
        ({"exp": True}, "over"),
        ({"iat": AT + HOUR, "exp": AT + 2 * HOUR}, "not of now"),
        ({"iat": None}, "not of now"),
        ({"nbf": AT + HOUR}, "not good yet"),
        ({"sub": None}, "about nobody"),
        ({"sub": ""}, "about nobody"),
    ],
)
def test_an_answer_that_is_not_for_us_and_now_is_refused(
    issuer: PretendIssuer, door: OpenId, claims: dict[str, Any], why: str
) -> None:
    issuer.claims = claims
    with pytest.raises(NotBelieved, match=why):
        who(issuer, door)


@pytest.mark.parametrize("claims", [{"exp": AT - 30}, {"iat": AT + 30}, {"aud": [CLIENT_ID]}, {"azp": CLIENT_ID}])
def test_clocks_may_differ_by_a_minute(issuer: PretendIssuer, door: OpenId, claims: dict[str, Any]) -> None:
    issuer.claims = claims
    assert who(issuer, door).email == MARIA


def unsigned(token: str) -> str:
    header = base64.urlsafe_b64encode(json.dumps({"alg": "none"}).encode()).decode().rstrip("=")
    return f"{header}.{token.split('.')[1]}."


def with_the_secret(token: str) -> str:
    """Signed by what should only sign the other way round."""
    payload = token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(CLIENT_SECRET.encode()))


def altered(token: str) -> str:
    head, payload, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    claims["email"] = "office@maple.example"
    changed = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"{head}.{changed}.{signature}"


@pytest.mark.parametrize(
    "spoil", [unsigned, with_the_secret, altered, lambda token: token[:-6], lambda _: "", lambda _: "a.b.c"]
)
def test_an_answer_without_the_issuers_own_signature_is_refused(
    issuer: PretendIssuer, door: OpenId, spoil: Callable[[str], str]
) -> None:
    issuer.spoil = spoil
    with pytest.raises(NotBelieved, match="signature"):
        who(issuer, door)


def test_a_key_that_is_not_published_signs_nothing(issuer: PretendIssuer, door: OpenId) -> None:
    issuer.key = new_key("stolen")
    with pytest.raises(NotBelieved, match="signature"):
        who(issuer, door)


def test_new_keys_of_the_issuer_are_found(issuer: PretendIssuer, door: OpenId) -> None:
    who(issuer, door)
    issuer.new_key("second")
    assert who(issuer, door, NOW + timedelta(minutes=2)).email == MARIA


def test_bad_answers_make_us_ask_for_keys_once_a_minute_at_most(issuer: PretendIssuer, door: OpenId) -> None:
    who(issuer, door)
    issuer.spoil = altered
    for second in (1, 30, 59, 61, 90, 119):
        with pytest.raises(NotBelieved):
            who(issuer, door, NOW + timedelta(seconds=second))
    assert issuer.calls.count("/keys") == 2


# --- whose e-mail it is


@pytest.mark.parametrize("verified", [False, None, "false", "no", 0, []])
def test_an_e_mail_that_nobody_verified_is_nobodys(issuer: PretendIssuer, door: OpenId, verified: object) -> None:
    issuer.claims = {"email_verified": verified}
    with pytest.raises(NotVouchedFor):
        who(issuer, door)


def test_without_an_e_mail_nobody_is_known(issuer: PretendIssuer, door: OpenId) -> None:
    issuer.claims = {"email": None}
    with pytest.raises(NotVouchedFor):
        who(issuer, door)


ENTRA = "https://login.microsoftonline.com/2b0f6c1e-3d7f-4f0e-9a54-5a2d8a9a0c11/v2.0"
GOOGLE = "https://accounts.google.com"


@pytest.mark.parametrize(
    ("issuer_url", "claims", "vouched"),
    [
        (ENTRA, {"email": MARIA}, False),  # whatever somebody wrote into their profile
        (ENTRA, {"email": MARIA, "email_verified": True}, False),  # no claim of Microsoft's
        (ENTRA, {"email": MARIA, "preferred_username": "mallory@evil.example"}, False),
        (ENTRA, {"email": MARIA, "preferred_username": "maria_maple.example#EXT#@evil.example"}, False),
        (ENTRA, {"email": MARIA, "preferred_username": "Maria@Maple.example"}, True),
        (ENTRA, {"email": MARIA, "xms_edov": True}, True),
        (ENTRA, {"email": MARIA, "xms_edov": "1"}, True),
        (ENTRA, {"email": MARIA, "xms_edov": 0}, False),
        (GOOGLE, {"email": "maria@gmail.com", "email_verified": True}, True),
        (GOOGLE, {"email": MARIA, "email_verified": True, "hd": "maple.example"}, True),
        (
            GOOGLE,
            {"email": MARIA, "email_verified": True},
            False,
        ),  # a private account, with a mailbox that Google does not keep
        (GOOGLE, {"email": "maria@gmail.com", "email_verified": False}, False),
    ],
)
def test_each_vouches_for_what_it_knows(issuer_url: str, claims: dict[str, Any], vouched: bool) -> None:
    if vouched:
        assert vouched_for(claims, issuer_url) == claims["email"]
    else:
        with pytest.raises(NotVouchedFor):
            vouched_for(claims, issuer_url)


@pytest.mark.parametrize(
    "path", ["", "/", "/common/v2.0", "/organizations/v2.0", "/consumers/v2.0", "/Common/v2.0", "//v2.0"]
)
def test_an_address_of_microsofts_for_every_organization_is_refused(path: str) -> None:
    assert is_for_everybody(f"https://login.microsoftonline.com{path}")
    assert not is_for_everybody(ENTRA)


def test_the_button_says_whose_sign_in_it_is() -> None:
    assert [label_of(one) for one in (GOOGLE, ENTRA, "https://id.riverside.example")] == [
        "Google",
        "Microsoft",
        "id.riverside.example",
    ]
    assert label_of(GOOGLE, "Riverside Schools") == "Riverside Schools"
    assert slug_of("Riverside Schools") == "riverside-schools" and slug_of("学区") == "school"


# --- the issuer itself


@pytest.mark.parametrize(
    "about", [{"issuer": "https://evil.example"}, {"issuer": None}, {"token_endpoint": None}, {"jwks_uri": 7}]
)
def test_whoever_says_to_be_another_issuer_is_not_asked(
    issuer: PretendIssuer, door: OpenId, about: dict[str, Any]
) -> None:
    issuer.about = about
    with pytest.raises(Refused, match="BRIDGE_OIDC_ISSUER"):
        asked(door)


def test_an_issuer_cannot_lead_us_into_the_schools_network(issuer: PretendIssuer, door: OpenId) -> None:
    issuer.about = {"token_endpoint": "http://10.0.0.7/token"}
    with pytest.raises(OutsideError):
        who(issuer, door)
    assert "/token" not in issuer.calls


def test_an_issuer_in_trouble_is_told_as_such(issuer: PretendIssuer, door: OpenId) -> None:
    issuer.trouble = 503
    with pytest.raises(TryLater, match="District’s sign-in"):
        asked(door)


def test_an_issuer_that_is_in_trouble_after_the_browser_came_back(issuer: PretendIssuer, door: OpenId) -> None:
    code = code_for(issuer, door)
    issuer.trouble = 500
    with pytest.raises(TryLater, match="trouble of its own"):
        door.who(code, BACK, nonce=NONCE, verifier=VERIFIER, now=NOW)


def test_nothing_secret_is_shown(issuer: PretendIssuer, door: OpenId) -> None:
    assert CLIENT_SECRET not in repr(door) and CLIENT_SECRET not in str(asked(door))
