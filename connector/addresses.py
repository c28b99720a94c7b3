"""Which addresses we may be sent to. Pure: no name is resolved and no connection is opened here.

A feed's address comes from people and from redirects, so it may point at the machine we run on or at the network
around it. An address is followed only when it is plain public unicast, or when the operator allowed its host by name.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from typing import Literal
from urllib.parse import SplitResult, quote, urlsplit

import idna

from connector.errors import Refused

IPAddress = IPv4Address | IPv6Address
Scheme = Literal["http", "https"]

DEFAULT_PORTS: dict[str, int] = {"http": 80, "https": 443}
_SCHEMES: dict[str, Scheme] = {"http": "http", "https": "https", "webcal": "https", "webcals": "https"}

# ipaddress's own is_private and is_global changed between Python releases and miss ranges, hence a list of our own.
_DENIED_V4 = tuple(
    ipaddress.IPv4Network(net)
    for net in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4",
        "168.63.129.16/32",  # the inside of one big cloud, though it looks public
    )
)  # fmt: skip
_UNICAST_V6 = ipaddress.IPv6Network("2000::/3")  # all that was ever given out; everything outside is denied
_DENIED_V6 = tuple(ipaddress.IPv6Network(net) for net in ("2001::/23", "2001:db8::/32", "3fff::/20"))
_MAPPED = ipaddress.IPv6Network("::ffff:0:0/96")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_TEREDO = ipaddress.IPv6Network("2001::/32")
_SIX_TO_FOUR = ipaddress.IPv6Network("2002::/16")
_ISATAP = (0x00005EFE, 0x02005EFE)

_HOST = re.compile(r"(?!.{254})[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*\.?", re.ASCII)
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def is_public(address: IPAddress | str) -> bool:
    """Is this plain public unicast, seen through every IPv4 address that hides inside an IPv6 one?"""
    if isinstance(address, str):
        address = ipaddress.ip_address(address)
    if isinstance(address, IPv4Address):
        return not any(address in net for net in _DENIED_V4)
    inner = embedded(address)
    if not all(is_public(v4) for v4 in inner):
        return False
    if address in _MAPPED or address in _NAT64 or address in _TEREDO:
        return bool(inner)
    return address in _UNICAST_V6 and not any(address in net for net in _DENIED_V6)


def embedded(address: IPv6Address) -> tuple[IPv4Address, ...]:
    """The IPv4 addresses that packets to this address may end up at (mapped, NAT64, Teredo, 6to4, ISATAP)."""
    bits = int(address)
    if address in _MAPPED or address in _NAT64:
        return (IPv4Address(bits & 0xFFFFFFFF),)
    if address in _TEREDO:
        return (IPv4Address(bits >> 64 & 0xFFFFFFFF), IPv4Address(~bits & 0xFFFFFFFF))
    found = []
    if address in _SIX_TO_FOUR:
        found.append(IPv4Address(bits >> 80 & 0xFFFFFFFF))
    if bits >> 32 & 0xFFFFFFFF in _ISATAP:
        found.append(IPv4Address(bits & 0xFFFFFFFF))
    return tuple(found)


def literal(host: str) -> IPAddress | None:
    """The IP address that a host spells, in any of the spellings a resolver takes (127.1, 0x7f.1, 2130706433)."""
    host = host.rstrip(".")
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        pass
    try:
        return IPv4Address(socket.inet_aton(host))
    except OSError:
        return None


def spells_private(host: str) -> bool:
    """Does the host's spelling alone show that it is not public? (A name may still resolve to anything.)"""
    name = host.rstrip(".").lower()
    address = literal(name)
    return name == "localhost" or name.endswith(".localhost") or (address is not None and not is_public(address))


@dataclass(frozen=True, slots=True)
class AllowedHosts:
    """Hosts that may lie on private networks or odd ports: (host, port), port None meaning all of its ports."""

    entries: frozenset[tuple[str, int | None]] = frozenset()

    @classmethod
    def parse(cls, text: str | Sequence[str]) -> AllowedHosts:
        """Reads `"127.0.0.1:8123, cal.lan, [::1]:5232"`. ValueError: one sentence that names the wrong entry."""
        parts = text.split(",") if isinstance(text, str) else text
        return cls(frozenset(_entry(part.strip()) for part in parts if part.strip()))

    def covers(self, host: str, port: int) -> bool:
        name = _normal_name(host)
        return (name, None) in self.entries or (name, port) in self.entries


@dataclass(frozen=True, slots=True)
class Target:
    """Where one request goes. `host` is lower case and ASCII (IPv6 without brackets); `path` includes the query."""

    scheme: Scheme
    host: str
    port: int
    path: str

    @property
    def origin(self) -> tuple[str, str, int]:
        return self.scheme, self.host, self.port

    @property
    def url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == DEFAULT_PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}{self.path}"


def parse_target(url: str, allowed: AllowedHosts = AllowedHosts(), *, subject: str = "The address") -> Target:
    """Reads an address we were given (webcal: as https:). Refused: one sentence with the mend, without the query."""
    split = _split(url.strip(), subject)
    scheme = _SCHEMES.get(split.scheme)
    if scheme is None or not split.netloc:
        raise _refused(subject, "is not a web address: write the whole address, starting with https://")
    if "@" in split.netloc:
        raise _refused(
            subject, "has a user name in its address: take it out and give user name and password in their own settings"
        )
    host, port = _host(split, subject), _port(split, scheme, subject)
    _vet(host, port, allowed, subject)
    query = f"?{split.query}" if split.query else ""
    return Target(scheme, host, port, quote(f"{split.path or '/'}{query}", safe="/?%:@!$&'()*+,;=~-._[]"))


def private_network(host: str, subject: str) -> Refused:
    """The one sentence for every private address, however it was found: it must not tell what is or isn't there."""
    rest = f"leads into a private network, which is not followed: if it is meant, put {host} into BRIDGE_ALLOW_HOSTS"
    return _refused(subject, rest)


def _split(text: str, subject: str) -> SplitResult:
    if _UNPRINTABLE.search(text) or "\\" in text:
        raise _refused(subject, "holds a character that no address may have: copy the address again")
    if text.startswith("//"):
        raise _refused(subject, "lacks its beginning: write the whole address, starting with https://")
    try:
        return urlsplit(text)
    except ValueError as error:
        raise _refused(subject, "cannot be read as an address: copy the address again") from error


def _host(split: SplitResult, subject: str) -> str:
    try:
        return _normal_host(split)
    except ValueError as error:
        raise _refused(subject, "names no usable host: copy the address again") from error


def _port(split: SplitResult, scheme: Scheme, subject: str) -> int:
    try:
        port = split.port
    except ValueError:
        port = 0
    if port == 0:
        raise _refused(subject, "names a port that does not exist: copy the address again")
    return port or DEFAULT_PORTS[scheme]


def _vet(host: str, port: int, allowed: AllowedHosts, subject: str) -> None:
    if allowed.covers(host, port):
        return
    if spells_private(host):
        raise private_network(host, subject)
    if port not in DEFAULT_PORTS.values():
        entry = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        rest = f"uses port {port}, and only 80 and 443 are open: if it is meant, put {entry} into BRIDGE_ALLOW_HOSTS"
        raise _refused(subject, rest)


def _normal_host(split: SplitResult) -> str:
    """Lower case, ASCII, IPv6 in its short form. ValueError if it cannot be a host."""
    host = split.hostname or ""
    if ":" in host or "[" in split.netloc:
        return str(IPv6Address(host)) if "%" not in host else _no_host(host)
    if not host.isascii():
        host = idna.encode(host, uts46=True).decode()  # IDNAError is a ValueError
    host = host.lower()
    return host if _HOST.fullmatch(host) else _no_host(host)


def _normal_name(host: str) -> str:
    return host.lower().rstrip(".")


def _no_host(host: str) -> str:
    raise ValueError(f"{host!r} is no host")


def _entry(text: str) -> tuple[str, int | None]:
    mend = f"BRIDGE_ALLOW_HOSTS: {text!r} is not a host: write host or host:port, separated by commas."
    try:
        bare_v6 = text.count(":") > 1 and "[" not in text
        split = urlsplit(f"//[{text}]" if bare_v6 else f"//{text}")
        host, port = _normal_host(split), split.port
    except ValueError as error:
        raise ValueError(mend) from error
    if split.path or split.query or split.fragment or "@" in split.netloc or split.netloc.endswith(":") or port == 0:
        raise ValueError(mend)
    return _normal_name(host), port


def _refused(subject: str, rest: str) -> Refused:
    return Refused(f"{subject} {rest}.", subject=subject)
