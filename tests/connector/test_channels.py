"""A person's own address for notices reaches people: never a file, a command, or this machine's network."""

from __future__ import annotations

import pytest
from apprise import Apprise

from connector.addresses import AllowedHosts
from connector.channels import FIXED, MAIL, TEAMS, Channels
from connector.errors import Refused
from tests.mail import MailServer

GOOD = [
    "maria@home.example",
    "mailto://maria:secret@gmail.com",
    "mailtos://maria:secret@mail.example.org:587?to=maria@home.example&from=bridge@example.org",
    "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#general".replace("/#general", ""),
    "tgram://123456789:abcdefg_hijklmnop/12315544",
    "discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js",
    "workflows://prod-03.westus.logic.azure.com/643e69f83c8944/abcdefg",
    "twilio://ACaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb@15555551234/15555554321",
]
BAD = [
    "", "nonsense", "file:///etc/passwd", "syslog://", "dbus://", "gnome://", "windows://", "macosx://", "exec://rm",
    "json://example.org/hook", "xml://10.0.0.1", "form://localhost", "ntfy://10.0.0.1/topic", "mqtt://127.0.0.1", "rsyslog://10.0.0.1",
    "apprise://10.0.0.1/token", "matrix://u:p@10.0.0.1", "schan://x", "http://169.254.169.254/latest", "smb://x", "kodi://10.0.0.2",
    "mailto://127.0.0.1:25?from=a@b.example&to=c@d.example", "mailto://u:p@localhost?from=a@b.example&to=c@d.example",
    "mailto://u:p@10.0.0.5?to=c@d.example&from=a@b.example",
    "mailto://u:p@mail.example.org:6379?to=c@d.example&from=a@b.example",
    "mailto://u:p@gmail.com?smtp=127.0.0.1&to=c@d.example", "mailto://u:p@gmail.com?pgpprv=/etc/passwd&pgp=sign",
    "mailto://u:p@gmail.com?pgppub=file:///etc/passwd", "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ?template=/etc/passwd",
    "workflows://evil.example/643e69f83c8944/abcdefg", "workflows://prod.logic.azure.com.evil.example/a/b",
    "workflows://evil.example%2F.logic.azure.com/a/b", "workflows://u@evil.example:80/a/b", "workflows://prod.logic.azure.com:22/a/b",
    "slack://a\nb/c/d", "mailto://", "MAILTO://127.0.0.1?from=a@b.example&to=c@d.example", "maria@home.example\n",
]  # fmt: skip


@pytest.mark.parametrize("address", GOOD)
def test_what_reaches_people_is_taken(address: str) -> None:
    Channels().check(address)


@pytest.mark.parametrize("address", BAD)
def test_what_could_reach_this_machine_is_refused_without_being_shown(address: str) -> None:
    with pytest.raises(Refused) as wrong:
        Channels().check(address)
    assert not address or address not in wrong.value.message


def test_every_kind_is_one_that_apprise_knows() -> None:
    known: set[str] = set()
    for one in Apprise().details()["schemas"]:
        known |= set(one["protocols"] or ()) | set(one["secure_protocols"] or ())
    assert {*MAIL, *FIXED, TEAMS} <= known


def test_a_public_name_that_resolves_to_a_private_address_is_refused() -> None:
    channels = Channels(resolve=lambda host, port: ["93.184.216.34", "10.0.0.1"])
    with pytest.raises(Refused):
        channels.door("mailto://u:p@mail.example.org?from=a@b.example&to=c@d.example")


def test_the_common_mail_server_may_be_private_and_is_used_for_plain_addresses() -> None:
    with MailServer() as mail:
        channels = Channels(common=mail.url())
        channels.door("maria@home.example").send("Hello", "You.", to=["maria@home.example"], reference="x")
        channels.door(mail.url(to="lan@home.example")).send("Hello", "You.", to=["never@used.example"], reference="x")
        assert mail.recipients() == ["lan@home.example", "maria@home.example"]


def test_the_operator_may_allow_a_private_mail_server_by_name() -> None:
    with MailServer() as mail:
        allowed = AllowedHosts.parse(f"127.0.0.1:{mail.port}")
        Channels(allowed=allowed).door(mail.url(to="lan@home.example")).send("Hello", "You.", to=[], reference="x")
        assert mail.recipients() == ["lan@home.example"]
        with pytest.raises(Refused):
            Channels(allowed=AllowedHosts.parse("127.0.0.1:9")).check(mail.url(to="lan@home.example"))


def test_mail_has_text_and_html() -> None:
    with MailServer() as mail:
        html = "<p>Hello &amp; good morning</p><ul><li><a href='https://b.example/c/co_1'>Spanish</a></li></ul>"
        channels = Channels(common=mail.url())
        channels.door("m@home.example").send("Hello", "Hello & good", to=["m@home.example"], reference="x", html=html)
        (letter,) = mail.letters
        assert letter.get_content_type() == "multipart/alternative"
        plain, rich = letter.iter_parts()
        assert plain.get_content_type() == "text/plain" and "Hello & good morning" in plain.get_content()
        assert "https://b.example/c/co_1" in rich.get_content()
