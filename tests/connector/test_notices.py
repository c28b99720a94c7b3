"""Notices leave for a real mail server, once to each person, and never hold anybody up."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import pytest

from connector.errors import OutsideError, Refused, TryLater
from connector.notices import Notifier
from tests.mail import MailServer

TO = ("office@maple.example", "maria@maple.example")


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with MailServer() as running:
        yield running


def send(url: str, *to: str, deadline: float = 20) -> None:
    Notifier(url, deadline=deadline).send(
        "The token is dead", "What happened.\n\nWhat to do.\n", to=to, reference="ca_1"
    )


def test_each_person_gets_one_plain_letter_of_their_own(mail: MailServer) -> None:
    send(mail.url(), *TO)
    assert mail.recipients() == sorted(TO)
    letter = mail.letters[0]
    assert letter["Subject"] == "The token is dead"
    assert letter.get_content_type() == "text/plain"
    assert letter.get_content().split() == ["What", "happened.", "What", "to", "do."]
    assert letter["References"] == "<ca_1@pta-bridge>"  # told twice, it is shown as one
    assert "bridge@school.example" in letter["From"]


def test_recipients_that_the_address_names_itself_get_it_instead(mail: MailServer) -> None:
    send(mail.url(to="it@district.example,head@district.example"), *TO)
    assert mail.recipients() == ["head@district.example", "it@district.example"]


def test_a_refused_recipient_keeps_nothing_from_the_others(mail: MailServer) -> None:
    mail.refuses = {TO[0]}
    send(mail.url(), *TO)
    assert mail.recipients() == [TO[1]]


def test_when_nobody_takes_it_that_is_told_without_the_address(mail: MailServer) -> None:
    mail.refuses = set(TO)
    with pytest.raises(TryLater) as wrong:
        send(mail.url(), *TO)
    assert "BRIDGE_NOTIFY_URL" in wrong.value.message and "127.0.0.1" not in wrong.value.message


def test_a_server_that_wants_a_password_gets_it_and_takes_no_wrong_one() -> None:
    with MailServer(password="p4ss") as mail:
        send(mail.url("bridge"), TO[0])
        assert len(mail.letters) == 1
        with pytest.raises(TryLater):
            send(mail.url("bridge").replace("p4ss", "wrong"), TO[0])


def test_nobody_listening_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(TryLater):
        send(f"mailto://127.0.0.1:{port}?from=bridge@school.example", TO[0])


def test_a_server_that_says_nothing_is_given_up_at_the_deadline() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        begun = time.monotonic()
        with pytest.raises(TryLater):
            send(f"mailto://127.0.0.1:{silent.getsockname()[1]}?from=bridge@school.example", TO[0], deadline=0.5)
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize("url", ["nonsense", "mailto://127.0.0.1:25", "foo://user:pw@host", "mailto://", "://"])
def test_an_address_that_is_none_is_told_without_being_shown(url: str) -> None:
    with pytest.raises(Refused) as wrong:
        Notifier(url).check()
    assert "BRIDGE_NOTIFY_URL" in wrong.value.message and "pw" not in wrong.value.message


def test_an_address_that_can_be_used_is_called_by_nobody_for_the_check() -> None:
    Notifier("mailtos://bridge:pw@mail.example.org?from=bridge@example.org").check()
    Notifier("json://127.0.0.1:9/hook").check()


def test_without_anybody_to_tell_that_is_told(mail: MailServer) -> None:
    with pytest.raises(OutsideError) as wrong:
        send(mail.url())
    assert "owner" in wrong.value.message


def test_a_notifier_never_shows_its_address() -> None:
    assert "pw" not in repr(Notifier("mailtos://bridge:pw@mail.example.org"))
