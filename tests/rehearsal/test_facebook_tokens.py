"""Tokens of the pretend Facebook: how they are had, checked, and how they die."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

PAGE_TOKEN = "PAGE-10001-REHEARSAL"
USER_TOKEN = "USER-7-REHEARSAL"
APP_TOKEN = "4242|rehearsal-app-secret"
APP = {"client_id": "4242", "client_secret": "rehearsal-app-secret"}
BACK = "http://127.0.0.1/back"


@pytest.mark.parametrize("subcode", [458, 459, 460, 463, 464, 467, 492])
def test_a_dead_token_says_why(graph: Any, subcode: int) -> None:
    graph.control("POST", f"tokens/{PAGE_TOKEN}/revoke", {"subcode": subcode})
    reply = graph.get("me")
    assert (reply.status, reply.code) == (400, (190, subcode))
    graph.control("POST", f"tokens/{PAGE_TOKEN}/restore")
    assert graph.get("me").json["id"] == "10001"


def test_an_unknown_token_has_no_subcode(graph: Any) -> None:
    assert graph.get("me", token="nonsense").code == (190, None)


def test_debug_token_tells_kind_scopes_and_expiry_and_the_error_inside_data(graph: Any) -> None:
    told = graph.get("debug_token", token=APP_TOKEN, input_token=PAGE_TOKEN).json["data"]
    assert (told["type"], told["is_valid"], told["expires_at"], told["profile_id"]) == ("PAGE", True, 0, "10001")
    assert "pages_manage_posts" in told["scopes"]
    assert told["granular_scopes"][0]["target_ids"] == ["10001"]
    graph.control("POST", f"tokens/{PAGE_TOKEN}/revoke", {"subcode": 460})
    reply = graph.get("debug_token", token=APP_TOKEN, input_token=PAGE_TOKEN)
    assert reply.status == 200
    assert reply.json["data"]["is_valid"] is False
    assert reply.json["data"]["error"]["subcode"] == 460


def test_the_proof_is_checked_when_given_and_can_be_required(graph: Any) -> None:
    right = hmac.new(b"rehearsal-app-secret", PAGE_TOKEN.encode(), hashlib.sha256).hexdigest()
    assert graph.get("me", appsecret_proof=right).status == 200
    assert graph.get("me", appsecret_proof="0" * 64).json["error"]["type"] == "GraphMethodException"
    graph.switch(require_proof=True)
    assert "require an appsecret_proof" in graph.get("me").json["error"]["message"]
    assert graph.get("me", appsecret_proof=right).status == 200


def test_accounts_list_the_pages_with_their_tokens(graph: Any) -> None:
    (page,) = graph.get("me/accounts", token=USER_TOKEN).json["data"]
    assert (page["id"], page["access_token"], page["category"]) == ("10001", PAGE_TOKEN, "School")
    assert "MODERATE" in page["tasks"]
    assert graph.get("10001", token=USER_TOKEN, fields="access_token").json["access_token"] == PAGE_TOKEN
    graph.switch(accounts="no-token")
    assert "access_token" not in graph.get("me/accounts", token=USER_TOKEN).json["data"][0]
    graph.switch(accounts="empty")
    assert graph.get("me/accounts", token=USER_TOKEN).json == {"data": []}


def test_the_whole_sign_in_from_the_dialog_to_a_page_token(graph: Any) -> None:
    dialog = {"client_id": "4242", "redirect_uri": BACK, "state": "s 1", "scope": "pages_show_list,pages_manage_posts"}
    shown = graph.raw("GET", "/v26.0/dialog/oauth?" + urlencode(dialog))
    assert b'name="scope" value="pages_manage_posts"' in shown.body
    ticked = {"person": "7", "asked": dialog["scope"], "scope": "pages_show_list", "page": "10001", "decision": "allow"}
    location = graph.call("POST", "/dialog/oauth", dialog | ticked).headers["Location"]
    assert location.endswith("#_=_")
    came_back = parse_qs(urlsplit(location).query)
    assert came_back["state"] == ["s 1"]

    trade = {**APP, "redirect_uri": BACK, "code": came_back["code"][0]}
    short = graph.get("oauth/access_token", token=None, **trade).json
    assert short["expires_in"] <= 7200
    assert graph.get("oauth/access_token", token=None, **trade).code == (100, 36009)
    trade = {**APP, "grant_type": "fb_exchange_token", "fb_exchange_token": short["access_token"]}
    long = graph.get("oauth/access_token", token=None, **trade).json
    assert long["expires_in"] > 59 * 86400

    granted = graph.get("me/permissions", token=long["access_token"]).json["data"]
    assert {one["permission"]: one["status"] for one in granted} == {
        "pages_show_list": "granted", "pages_manage_posts": "declined",
    }  # fmt: skip
    page_token = graph.get("me/accounts", token=long["access_token"]).json["data"][0]["access_token"]
    assert page_token != PAGE_TOKEN
    assert graph.post("10001/feed", token=page_token, message="x").code == (200, None)


def test_a_denied_dialog_and_a_scope_that_does_not_exist(graph: Any) -> None:
    dialog = {"client_id": "4242", "redirect_uri": BACK, "state": "1", "scope": "pages_read_user_engagement"}
    assert b"Invalid Scopes: pages_read_user_engagement" in graph.raw("GET", "/dialog/oauth?" + urlencode(dialog)).body
    location = graph.call("POST", "/dialog/oauth", dialog | {"decision": "deny"}).headers["Location"]
    assert parse_qs(urlsplit(location).query)["error"] == ["access_denied"]


def test_a_page_token_from_a_short_lived_one_dies_with_it(graph: Any) -> None:
    graph.control("POST", "tokens", {"kind": "user-short", "token": "SHORT", "expires_in": 3600})
    page_token = graph.get("10001", token="SHORT", fields="access_token").json["access_token"]
    assert page_token != PAGE_TOKEN
    assert graph.get("me", token=page_token).status == 200
    graph.switch(clock_offset=3700)
    assert graph.get("me", token=page_token).code == (190, 463)
    assert graph.get("me", token=PAGE_TOKEN).status == 200


def test_the_app_token_and_a_wrong_secret(graph: Any) -> None:
    made = graph.get("oauth/access_token", token=None, grant_type="client_credentials", **APP).json
    assert made["access_token"] == APP_TOKEN
    wrong = graph.get("oauth/access_token", token=None, client_id="4242", client_secret="no", code="x")
    assert wrong.json["error"]["message"] == "Error validating client secret."
    assert graph.get("me", token=APP_TOKEN).code == (2500, None)


def test_all_tokens_of_a_person_die_with_a_new_password(graph: Any) -> None:
    graph.control("POST", f"tokens/{USER_TOKEN}/revoke", {"subcode": 460, "all": True})
    assert graph.get("me", token=PAGE_TOKEN).code == (190, 460)
