"""Proxies, certificates, TLS."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from connector.errors import Refused, TryLater
from connector.fetch import Fetcher
from tests.connector.site import ICS, SUBJECT, Handler, Site, get


def test_with_a_proxy_the_proxy_resolves_and_private_addresses_are_still_refused(site: Site) -> None:
    def never(host: str, port: int) -> list[str]:
        raise AssertionError(f"{host} was resolved here")

    fetcher = Fetcher(proxy=f"http://user:hunter2@127.0.0.1:{site.server_port}", resolve=never)
    site.says("/a.ics", 200, ICS)
    assert get(fetcher, "http://feed.example/a.ics").body == ICS
    path, headers = site.seen[0]
    assert path == "http://feed.example/a.ics"
    assert headers["proxy-authorization"].startswith("Basic ")
    for url in ("http://127.0.0.1/a.ics", "http://0x7f.1/a.ics", "http://localhost/a.ics", "http://10.0.0.1/a.ics"):
        with pytest.raises(Refused):
            get(fetcher, url)
    assert len(site.seen) == 1


def test_a_proxy_that_is_off_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    with pytest.raises(TryLater, match="through the proxy"):
        get(Fetcher(proxy=f"http://127.0.0.1:{port}"), "https://feed.example/a.ics")


@pytest.mark.parametrize(
    "setting", [{"proxy": "socks5://127.0.0.1:1"}, {"proxy": "127.0.0.1:3128"}, {"ca_file": "/none"}]
)
def test_unusable_settings_are_told_in_one_sentence(setting: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"BRIDGE_(PROXY|CA_FILE) is not usable"):
        Fetcher(proxy=setting.get("proxy"), ca_file=setting.get("ca_file"))


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate of our own for cal.lan, with its key, valid now."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "cal.lan")])
    names = x509.SubjectAlternativeName([x509.DNSName("cal.lan"), x509.IPAddress(ip_address("127.0.0.2"))])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(names, critical=False).add_extension(x509.BasicConstraints(True, None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    path = tmp_path / "own.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    return path


@pytest.fixture
def safe_site(site: Site, certificate: Path) -> Site:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    site.socket = context.wrap_socket(site.socket, server_side=True, do_handshake_on_connect=False)
    site.scheme = "https"
    return site


def inside(certificate: Path | None = None, **more: float) -> Fetcher:
    return Fetcher(
        allow_hosts="cal.lan, other.lan, 127.0.0.1", ca_file=str(certificate) if certificate else None,
        resolve=lambda host, port: ["127.0.0.1"], **more,  # type: ignore[arg-type]
    )  # fmt: skip


def test_a_certificate_of_the_districts_own_is_accepted_when_named(safe_site: Site, certificate: Path) -> None:
    safe_site.says("/a.ics", 200, ICS)
    assert get(inside(certificate), f"https://cal.lan:{safe_site.server_port}/a.ics").body == ICS


def test_an_unknown_certificate_is_not_accepted_and_nothing_is_sent(safe_site: Site) -> None:
    safe_site.says("/a.ics", 200, ICS)
    url = f"https://cal.lan:{safe_site.server_port}/a.ics"
    with pytest.raises(TryLater, match="BRIDGE_CA_FILE"):
        get(inside(), url)
    with pytest.raises(TryLater, match="BRIDGE_CA_FILE"):
        inside().request("PUT", url, subject=SUBJECT, body=b"x")
    assert safe_site.seen == []


def test_a_certificate_for_another_name_is_not_accepted(safe_site: Site, certificate: Path) -> None:
    safe_site.says("/a.ics", 200, ICS)
    with pytest.raises(TryLater, match="certificate"):
        get(inside(certificate), f"https://other.lan:{safe_site.server_port}/a.ics")
    assert safe_site.seen == []


def test_plain_http_where_https_was_meant_is_told(site: Site) -> None:
    site.says("/a.ics", 200, ICS)
    with pytest.raises(TryLater, match="does not speak https"):
        get(inside(), f"webcal://cal.lan:{site.server_port}/a.ics")


def test_https_never_leads_down_to_plain_http(safe_site: Site, certificate: Path) -> None:
    url = f"https://cal.lan:{safe_site.server_port}/a"
    safe_site.says("/a", 302, Location="http://cal.lan/a.ics")
    with pytest.raises(Refused, match="from https to plain http"):
        get(inside(certificate), url)


def test_a_drip_under_tls_is_left_at_the_deadline(safe_site: Site, certificate: Path) -> None:
    safe_site.on("/a.ics", lambda handler: handler.drip(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", b"x"))
    with pytest.raises(TryLater, match="within"):
        get(inside(certificate, deadline=0.6), f"https://cal.lan:{safe_site.server_port}/a.ics")


def test_a_handshake_that_hangs_is_left_at_the_deadline_and_a_write_is_surely_not_done() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"https://cal.lan:{silent.getsockname()[1]}/a"
        with pytest.raises(TryLater, match="within"):
            inside(deadline=0.3).request("PUT", url, subject=SUBJECT, body=b"x")


def test_https_through_a_proxy_is_a_tunnel_whose_end_shows_its_own_certificate(
    sites: Callable[[], Site], safe_site: Site, certificate: Path
) -> None:
    safe_site.says("/a.ics", 200, ICS)
    proxy = sites()

    def tunnel(handler: Handler) -> None:
        handler.raw(b"HTTP/1.1 200 Connection established\r\n\r\n")
        with socket.create_connection(("127.0.0.1", safe_site.server_port)) as far:
            back = threading.Thread(target=_pump, args=(far, handler.connection))
            back.start()
            _pump(handler.connection, far)
            back.join()

    proxy.acts["443"] = tunnel  # what is left of "cal.lan:443" when read as a URL
    fetcher = Fetcher(proxy=f"http://127.0.0.1:{proxy.server_port}", ca_file=str(certificate))
    assert get(fetcher, "https://cal.lan/a.ics").body == ICS
    assert proxy.seen[0][0] == "cal.lan:443"


def _pump(source: socket.socket, sink: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass
