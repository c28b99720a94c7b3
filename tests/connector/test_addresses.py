from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.addresses import AllowedHosts, embedded, is_public, parse_target
from connector.errors import Refused


def words(text: str) -> list[str]:
    return text.split()


NOT_PUBLIC = words("""
0.0.0.0 0.0.0.1 0.255.255.255 10.0.0.0 10.0.0.1 10.255.255.255 100.64.0.1 100.100.100.200 100.127.255.255
127.0.0.1 127.0.0.2 127.255.255.254 169.254.0.1 169.254.169.254 169.254.170.2 172.16.0.1 172.31.255.255
192.0.0.1 192.0.0.9 192.0.0.170 192.0.0.192 192.0.2.1 192.88.99.1 192.168.0.1 192.168.255.255 198.18.0.1
198.19.255.255 198.51.100.7 203.0.113.7 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.254 255.255.255.255
168.63.129.16
:: ::1 ::2 ::7f00:1 ::8.8.8.8 ::ffff:0:0 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 ::ffff:192.168.1.1
::ffff:100.64.0.1 ::ffff:0.0.0.0 ::ffff:224.0.0.1 ::ffff:0:127.0.0.1 ::ffff:0:8.8.8.8
64:ff9b::7f00:1 64:ff9b::127.0.0.1 64:ff9b::10.1.2.3 64:ff9b::169.254.169.254 64:ff9b::192.168.0.1 64:ff9b::0.0.0.0
64:ff9b:1::7f00:1 64:ff9b:1::8.8.8.8 64:ff9b:1:7f00:0:100:: 64:ff9b:2::1
2002:7f00:1:: 2002:7f00:1::1 2002:a00:1:: 2002:c0a8:101::1 2002:a9fe:a9fe:: 2002:6440:1:: 2002:e000:1::
2001::1 2001:0:7f00:1::80ff:fffe 2001:0:808:808::80ff:fffe 2001:0:7f00:1::f7f7:f7f7 2001:0:808:808::f5ff:fffe
2001:1::1 2001:2::1 2001:3::1 2001:10::1 2001:20::1 2001:1ff:ffff::1 2001:db8::1 2001:db8:ffff::1 3fff::1 3fff:fff::1
2606:4700::5efe:10.0.0.1 2606:4700::200:5efe:127.0.0.1
100::1 100:0:0:1::1 5f00::1 fc00::1 fd00::1 fd00:ec2::254 fdff:ffff::1 fe80::1 fe80::a9fe:a9fe fe80::1%eth0 febf::1
fec0::1 feff::1 ff00::1 ff02::1 ff05::2 ff0e::1 4000::1 8000::1 e000::1 1::1 1fff::1 200::1
""")

PUBLIC = words("""
1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.1 100.63.255.255 100.128.0.1 126.255.255.255 128.0.0.1 169.253.1.1 169.255.1.1
172.15.255.255 172.32.0.1 192.0.1.1 192.0.3.1 192.31.196.1 192.88.98.1 192.167.1.1 192.169.0.1 198.17.0.1 198.20.0.1
203.0.112.1 223.255.255.254 168.63.129.15
2001:200::1 2001:4860:4860::8888 2001:db7::1 2001:db9::1 2606:4700:4700::1111 2a00:1450::1 3ffe::1 2620:fe::fe
::ffff:8.8.8.8 64:ff9b::8.8.8.8 2002:808:808::1 2001:0:808:808::f7f7:f7f7 2606:4700::5efe:8.8.8.8
""")


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_what_is_not_plain_public_unicast_is_told(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_what_is_public_is_let_through(address: str) -> None:
    assert is_public(address)


@given(st.ip_addresses(v=4))
def test_no_ipv4_address_that_python_knows_as_special_passes(address: ipaddress.IPv4Address) -> None:
    if address.is_private or address.is_multicast or address.is_reserved or address.is_loopback:
        assert not is_public(address)


@given(st.ip_addresses(v=4, network="0.0.0.0/0"))
def test_an_ipv4_address_fares_the_same_however_it_is_wrapped(v4: ipaddress.IPv4Address) -> None:
    for prefix in (0xFFFF << 32, 0x64FF9B << 96):
        wrapped = ipaddress.IPv6Address(prefix | int(v4))
        assert embedded(wrapped) == (v4,)
        assert is_public(wrapped) == is_public(v4)
    assert is_public(ipaddress.IPv6Address(0x2002 << 112 | int(v4) << 80 | 1)) == is_public(v4)


@given(st.ip_addresses(v=6))
def test_no_ipv6_address_outside_global_unicast_passes_on_its_own(address: ipaddress.IPv6Address) -> None:
    if not embedded(address) and address not in ipaddress.ip_network("2000::/3"):
        assert not is_public(address)


PRIVATE_SPELLINGS = words("""
127.0.0.1 127.1 127.0.1 0177.0.0.1 0177.1 0x7f.1 0x7f.0.0.1 0X7F.0X0.0X0.0X1 0x7f000001 2130706433 017700000001
127.0.0.1. 127.1. 0 0.0.0.0 0x0 10.1 10.0.1 0xa.1 012.1 167772161 192.168.1 0xc0a80101 3232235777 169.254.43518
2852039166 0xa9fea9fe 025177524776 1 4294967295 255.255.255.255 100.64.1 localhost LOCALHOST localhost. a.localhost
localhost.localhost １２７.０.０.１ ①②⑦.0.0.1 127。0。0。1 127．0．0．1 ⑫7.⓪.0.1 ｌｏｃａｌｈｏｓｔ 0x7ｆ.1
[::1] [0:0:0:0:0:0:0:1] [::] [::ffff:127.0.0.1] [::ffff:7f00:1] [0:0:0:0:0:ffff:127.0.0.1] [64:ff9b::7f00:1]
[64:ff9b::10.0.0.1] [2002:7f00:1::] [fe80::1] [fc00::1] [fd00:ec2::254] [fec0::1] [ff02::1] [::127.0.0.1] [2001:db8::1]
""")


@pytest.mark.parametrize("scheme", ["http", "https", "webcal"])
@pytest.mark.parametrize("host", PRIVATE_SPELLINGS)
def test_a_private_address_is_refused_in_every_spelling(scheme: str, host: str) -> None:
    with pytest.raises(Refused, match="private network"):
        parse_target(f"{scheme}://{host}/cal.ics")


MALFORMED = [
    "", " ", "/", "//", "//example.org/cal.ics", "///example.org", "example.org/cal.ics", "example.org:80/cal.ics",
    "http:", "http:/", "http://", "http:///cal.ics", "http:example.org", "http:/example.org/x", "://example.org/",
    "file:///etc/passwd", "file://example.org/etc/passwd", "FILE:///etc/passwd", "ftp://example.org/cal.ics",
    "gopher://example.org/", "dict://example.org:11211/", "ldap://example.org/", "data:text/calendar,BEGIN", "jar:http://x/",
    "javascript:alert(1)", "unix:///run/docker.sock", "http+unix://%2Frun%2Fdocker.sock/", "sftp://example.org/",
    "http://user@example.org/", "http://user:hunter2@example.org/", "http://@example.org/", "http://:@example.org/",
    "http://example.org@127.0.0.1/", "http://127.0.0.1@example.org/", "http://example.org:80@127.0.0.1/", "webcal://u:p@h/",
    "http://example.org:0/", "http://example.org:65536/", "http://example.org:-1/", "http://example.org:80a/",
    "http://example.org:８０/", "http://example.org:22/", "http://example.org:8080/", "https://example.org:8443/",
    "http://example.org:6379/", "http://example.org: 80/", "http://exa mple.org/", "http://exa\tmple.org/",
    "http://example.org\n.evil.example/", "http://example.org/\r\nHost: evil", "http://example.org/\x00", "ht\ntp://x.org/",
    "http://example.org\\@127.0.0.1/", "http:\\\\example.org\\", "http://example.org/a\\b", "http://%31%32%37.0.0.1/",
    "http://127.0.0.1%2f@example.org/", "http://example.org%00.evil.example/", "http://[::1/", "http://::1/", "http://[]/",
    "http://[::1]x/", "http://[v1.fe80]/", "http://[fe80::1%25eth0]/", "http://[127.0.0.1]/", "http://a..b/", "http://.a/",
    "http://.../", "http://a_b!c.example/", "http://exa*mple.org/", "http://例え\u2044.example/", "http://\u202eexample.org/",
    "http://a\u2100b.example/", "http://" + "a" * 64 + ".example/", "http://" + "a." * 127 + "example/", "http://x\x7f/",
]  # fmt: skip


@pytest.mark.parametrize("url", MALFORMED)
def test_what_is_not_a_plain_web_address_is_refused_in_one_sentence(url: str) -> None:
    with pytest.raises(Refused) as caught:
        parse_target(url, subject="The feed of Maple Street")
    message = caught.value.message
    assert message.startswith("The feed of Maple Street ")
    assert message.endswith(".")
    assert "hunter2" not in message


@pytest.mark.parametrize(
    ("given_url", "called"),
    [
        ("https://example.org", "https://example.org/"),
        ("  https://Example.ORG/Cal.ics \n", "https://example.org/Cal.ics"),
        ("webcal://example.org/cal.ics?token=1", "https://example.org/cal.ics?token=1"),
        ("WEBCALS://example.org/cal.ics", "https://example.org/cal.ics"),
        ("http://example.org:80/", "http://example.org/"),
        ("http://example.org:443/", "http://example.org:443/"),
        ("https://example.org:/", "https://example.org/"),
        ("https://example.org/a b/ü.ics?q=ä b", "https://example.org/a%20b/%C3%BC.ics?q=%C3%A4%20b"),
        ("https://example.org/%C3%BC%2F.ics", "https://example.org/%C3%BC%2F.ics"),
        ("https://example.org/x#part", "https://example.org/x"),
        ("https://example.org?x=1", "https://example.org/?x=1"),
        ("https://Bücher.example/", "https://xn--bcher-kva.example/"),
        ("https://straße.example/", "https://xn--strae-oqa.example/"),
        ("https://例え.テスト/", "https://xn--r8jz45g.xn--zckzah/"),
        ("https://under_score.example/", "https://under_score.example/"),
        ("https://example.org./", "https://example.org./"),
        ("https://8.8.8.8/", "https://8.8.8.8/"),
        ("https://[2606:4700:4700:0:0:0:0:1111]/", "https://[2606:4700:4700::1111]/"),
        ("https://example.org/~school/(a),b;c='1'", "https://example.org/~school/(a),b;c='1'"),
    ],
)
def test_a_good_address_is_read_and_put_into_its_plain_form(given_url: str, called: str) -> None:
    assert parse_target(given_url).url == called
    assert parse_target(called).url == called


def test_a_query_is_never_repeated_in_a_refusal() -> None:
    for url in ("ftp://example.org/?token=hush", "https://127.0.0.1/?token=hush", "https://example.org:22/?token=hush"):
        with pytest.raises(Refused) as caught:
            parse_target(url)
        assert "hush" not in caught.value.message


def test_an_allowed_host_may_be_private_and_use_its_port_only() -> None:
    allowed = AllowedHosts.parse("127.0.0.1:8123, Cal.LAN , [::1]:5232")
    assert parse_target("http://127.0.0.1:8123/x", allowed).port == 8123
    assert parse_target("http://cal.lan:9/x", allowed).port == 9
    assert parse_target("https://CAL.lan./x", allowed).host == "cal.lan."
    assert parse_target("http://[0:0::1]:5232/x", allowed).host == "::1"
    for other in (
        "http://127.0.0.1/",
        "http://127.0.0.1:8124/",
        "http://127.1:8123/",
        "http://[::1]/",
        "http://x.cal.lan:9/",
    ):
        with pytest.raises(Refused):
            parse_target(other, allowed)


def test_an_allowed_host_may_be_given_as_a_list_or_not_at_all() -> None:
    assert AllowedHosts.parse(["cal.lan", "::1", " "]).covers("::1", 80)
    assert not AllowedHosts.parse("").covers("", 80)
    assert AllowedHosts.parse("Bücher.example").covers("xn--bcher-kva.example", 1)


@pytest.mark.parametrize(
    "text", ["http://cal.lan/", "a:b", "a:", "a b", "a:0", "a:99999", "*.lan", "u@h", "10.0.0.0/8", "[::1"]
)
def test_an_entry_that_is_no_host_is_named_to_the_operator(text: str) -> None:
    with pytest.raises(ValueError, match="BRIDGE_ALLOW_HOSTS") as caught:
        AllowedHosts.parse(f"good.example, {text}")
    assert repr(text) in str(caught.value)
