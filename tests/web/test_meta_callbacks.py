"""Somebody who connected a Page takes it back through Facebook: what is signed by it is done, the rest is refused."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

import pytest
from cryptography.fernet import Fernet
from sqlmodel import select

from connector.doors import Doors
from models.deletion import DeletionRequest
from models.page import Page
from models.school import School
from models.vault import Vault
from rehearsal.facebook import hooks
from rehearsal.facebook.server import PretendFacebook
from rehearsal.facebook.towns import ADMIN_ID, APP_ID, APP_SECRET, PAGE_TOKEN
from tests.web.conftest import NOW, Answer, Serve, Site
from upkeep.tokens import prove_tokens
from web.machines.signed_request import Signed, Untrusted, read_signed_request

VECTOR = (
    "tn8Ag4hOU7Eevbuh47rgoHF9ilhbS70VMfCIm2y9AU8.eyJ1c2VyX2lkIjogIjIxODQ3MSIsICJhbGdvcml0aG0iOiAiSE1BQy1TSEEyNTYiLCAi"
    "aXNzdWVkX2F0IjogMTI5MTgzNjgwMCwgImV4cGlyZXMiOiAxMjkxODQwNDAwfQ"
)
ISSUED = datetime.fromtimestamp(1291836800, UTC)
VAULT = Vault(Fernet.generate_key().decode())


def request_of(secret: str = APP_SECRET, **changes: Any) -> str:
    told = {"user_id": ADMIN_ID, "issued_at": int(NOW.timestamp()), "expires": int(NOW.timestamp()) + 3600, **changes}
    return hooks.signed_request(secret, told)


def post(site: Site, path: str, signed: str) -> Answer:
    return site.get(f"/facebook/{path}", "POST", urlencode({"signed_request": signed}).encode())


@pytest.fixture
def met(site: Site, serve: Serve) -> Site:
    """Riley Admin connected both pages of maple; somebody else that of oak."""
    serve(site, fb_app_id=APP_ID, fb_app_secret=APP_SECRET)
    site.add(School(slug="oak", name="Oak", timezone="UTC", fallback="o@oak.example", loaded_at=NOW))
    for school, slug, facebook_id, user_id in (
        ("maple", "second", "10002", ADMIN_ID),
        ("oak", "oak-page", "10003", "8"),
    ):
        site.add(
            Page(
                school=school, slug=slug, facebook_id=facebook_id, connected_at=NOW, token_kind="page",
                token_sealed=VAULT.seal("TOKEN"), token_user_id=user_id,
            )
        )  # fmt: skip
    with site.db.write() as session:
        row = session.get_one(Page, ("maple", "pta-page"))
        row.token_user_id, row.token_kind, row.token_sealed = ADMIN_ID, "page", VAULT.seal(PAGE_TOKEN)
    return site


def pages(site: Site) -> dict[str, Page]:
    with site.db.read() as session:
        return {row.slug: row for row in session.exec(select(Page))}


def requests(site: Site) -> list[DeletionRequest]:
    with site.db.read() as session:
        return list(session.exec(select(DeletionRequest)))


# --- the signed request


def test_a_signed_request_of_facebook_s_is_read() -> None:
    assert read_signed_request(VECTOR, "secret", ISSUED) == Signed("218471", ISSUED)


@pytest.mark.parametrize(
    ("text", "secret", "status", "why"),
    [
        (VECTOR, "another", 403, "not signed by our app"),
        (VECTOR, "", 403, "no app secret"),
        ("u" + VECTOR[1:], "secret", 403, "not signed by our app"),
        (VECTOR[:-1] + "A", "secret", 403, "not signed by our app"),
        (VECTOR.replace(".", ""), "secret", 400, "two parts"),
        (VECTOR + ".x", "secret", 400, "two parts"),
        ("é!." + VECTOR.partition(".")[2], "secret", 400, "base64url"),
        ("." + VECTOR.partition(".")[2], "secret", 403, "not signed by our app"),
        (".", "secret", 403, "not signed by our app"),
    ],
)
def test_what_facebook_did_not_sign_is_refused(text: str, secret: str, status: int, why: str) -> None:
    with pytest.raises(Untrusted) as refused:
        read_signed_request(text, secret, ISSUED)
    assert refused.value.status == status and why in refused.value.why


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"algorithm": "none"}, "HMAC-SHA256"),
        ({"algorithm": None}, "HMAC-SHA256"),
        ({"expires": int(NOW.timestamp()) - 1}, "expired"),
        ({"issued_at": int(NOW.timestamp()) - 86_401}, "expired"),
        ({"issued_at": int(NOW.timestamp()) + 3_600}, "expired"),
        ({"issued_at": None}, "expired"),
        ({"issued_at": "soon"}, "expired"),
        ({"issued_at": 1e300}, "expired"),
        ({"user_id": ""}, "names nobody"),
        ({"user_id": None}, "names nobody"),
        ({"user_id": True}, "names nobody"),
        ({"user_id": "7 OR 1=1"}, "names nobody"),
    ],
)
def test_a_signed_request_that_is_old_or_odd_is_refused(changes: dict[str, Any], why: str) -> None:
    with pytest.raises(Untrusted, match=why) as refused:
        read_signed_request(request_of(**changes), APP_SECRET, NOW)
    assert refused.value.status == 400


@pytest.mark.parametrize("payload", [b"[]", b"null", b"not JSON", b"[" * 50_000])
def test_a_signed_payload_that_is_no_object_is_refused(payload: bytes) -> None:
    body = base64.urlsafe_b64encode(payload).rstrip(b"=").decode()
    signature = base64.urlsafe_b64encode(hmac.new(b"secret", body.encode(), sha256).digest()).rstrip(b"=").decode()
    with pytest.raises(Untrusted, match="no JSON object"):
        read_signed_request(f"{signature}.{body}", "secret", NOW)


# --- deauthorize


def test_who_takes_the_permission_back_ends_the_tokens_made_with_it_at_once_and_no_other(met: Site) -> None:
    assert post(met, "deauthorize", request_of()).status == 200
    rows = pages(met)
    for slug in ("pta-page", "second"):
        assert rows[slug].dead_since == NOW
        assert rows[slug].token_problem.startswith(f"{slug}: The person who connected this Page took")
    assert (rows["oak-page"].token_problem, rows["oak-page"].dead_since) == ("", None)


def test_a_replayed_deauthorize_changes_nothing_more(met: Site) -> None:
    signed = request_of()
    post(met, "deauthorize", signed)
    met.now += timedelta(minutes=10)
    assert post(met, "deauthorize", signed).status == 200
    assert pages(met)["pta-page"].dead_since == NOW
    met.now += timedelta(days=1)
    assert post(met, "deauthorize", signed).status == 400


def test_a_person_who_connected_nothing_ends_nothing(met: Site) -> None:
    assert post(met, "deauthorize", request_of(user_id="99")).status == 200
    assert not any(row.token_problem for row in pages(met).values())


@pytest.mark.parametrize("path", ["deauthorize", "data-deletion"])
@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"signed_request=", 400),
        (b"something=else", 400),
        (b"\xff\xfe", 400),
        (b"signed_request=" + b"x" * 70_000, 400),
        (b"&".join(b"a%d=1" % number for number in range(50)), 400),
        (urlencode({"signed_request": request_of(secret="forged")}).encode(), 403),
    ],
)
def test_a_forged_or_broken_request_is_told_in_one_sentence_and_changes_nothing(
    met: Site, path: str, body: bytes, status: int
) -> None:
    answer = met.get(f"/facebook/{path}", "POST", body)
    assert answer.status == status
    assert answer.text.count("\n") == 1 and answer.text.endswith(".\n")
    assert not any(row.token_problem for row in pages(met).values()) and requests(met) == []


# --- data deletion


def test_what_is_held_of_a_person_is_removed_and_the_page_of_its_code_says_so(met: Site) -> None:
    answer = post(met, "data-deletion", request_of())
    told = json.loads(answer.body)
    assert (answer.status, set(told)) == (200, {"url", "confirmation_code"})
    assert told["url"] == f"https://events.maple.example/facebook/data-deletion/{told['confirmation_code']}"
    assert told["confirmation_code"].isalnum()
    rows = pages(met)
    assert [(rows[one].token_user_id, rows[one].token_sealed) for one in ("pta-page", "second")] == [("", "")] * 2
    assert rows["pta-page"].dead_since == NOW and rows["pta-page"].token_problem
    assert rows["oak-page"].token_user_id == "8" and rows["oak-page"].token_sealed
    page = met.get(f"/facebook/data-deletion/{told['confirmation_code']}")
    assert page.status == 200 and page.headers["cache-control"] == "no-store"
    assert "Your Facebook id and the access that you had given are deleted here" in page.text
    assert "Su identificador de Facebook y el acceso que había dado se eliminaron aquí" in page.text
    assert told["confirmation_code"] in page.text


def test_nothing_that_is_kept_tells_who_asked(met: Site) -> None:
    post(met, "data-deletion", request_of(user_id="218471"))
    (row,) = requests(met)
    assert "218471" not in str(row.model_dump())
    assert row.person_digest not in (sha256(b"218471").hexdigest(), "")


def test_a_request_that_comes_again_gets_the_same_code_and_what_was_done_still_stands(met: Site) -> None:
    signed = request_of()
    first = post(met, "data-deletion", signed)
    met.now += timedelta(minutes=30)
    assert post(met, "data-deletion", signed).body == first.body
    (row,) = requests(met)
    assert (row.outcome, row.done_at) == ("forgotten", NOW)


def test_who_connected_again_and_asks_again_is_forgotten_again(met: Site) -> None:
    post(met, "data-deletion", request_of())
    with met.db.write() as session:
        session.get_one(Page, ("maple", "second")).token_user_id = ADMIN_ID
    met.now += timedelta(hours=2)
    post(met, "data-deletion", request_of(issued_at=int(met.now.timestamp()), expires=0))
    assert pages(met)["second"].token_user_id == ""
    (row,) = requests(met)
    assert row.done_at == met.now


def test_a_person_of_whom_nothing_is_held_is_told_so(met: Site) -> None:
    code = json.loads(post(met, "data-deletion", request_of(user_id="99")).body)["confirmation_code"]
    assert "there was nothing to delete" in met.get(f"/facebook/data-deletion/{code}").text


@pytest.mark.parametrize("code", ["0000000000", "x", "%00", "é", "'--", "a" * 3000])
def test_a_code_that_nobody_got_has_no_page(met: Site, code: str) -> None:
    answer = met.get(f"/facebook/data-deletion/{code.replace('é', '%C3%A9')}")
    assert answer.status == 404 and "Page not found" in answer.text


@pytest.fixture
def facebook() -> Iterator[PretendFacebook]:
    with PretendFacebook() as running:
        yield running


def test_a_forgotten_page_stays_closed_until_somebody_connects_it_again(met: Site, facebook: PretendFacebook) -> None:
    post(met, "data-deletion", request_of())
    doors = Doors(graph_url=facebook.url, app_id=APP_ID, app_secret=APP_SECRET)
    told = prove_tokens(met.db, doors, VAULT, "maple", NOW + timedelta(hours=1))
    assert {"pta-page", "second"} <= set(told)
    assert pages(met)["pta-page"].dead_since == NOW


def test_the_pretend_facebook_is_content_with_our_answers(met: Site, serve: Serve, facebook: PretendFacebook) -> None:
    """It looks at both keys, and opens the address as the person would."""
    serve(met, fb_app_id=APP_ID, fb_app_secret=APP_SECRET, public_url=met.address)
    met.now = datetime.now(UTC)
    world = facebook.world
    for kind, path in (("deletion", "data-deletion"), ("deauthorize", "deauthorize")):
        url = f"{met.address}/facebook/{path}"
        assert hooks.send_signed_request(world, world.apps[APP_ID], kind, ADMIN_ID, url)["problems"] == []
