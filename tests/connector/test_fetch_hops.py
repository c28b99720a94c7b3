"""Where redirects and names may lead, and where not."""

from __future__ import annotations

import socket
from collections.abc import Callable

import pytest

from connector.errors import Refused, TryLater
from connector.fetch import Fetcher
from tests.connector.site import ICS, SUBJECT, Site, get


def test_temporary_redirects_are_followed_and_not_adopted(site: Site, fetcher: Fetcher) -> None:
    home = site.says("/home", 200, ICS)
    for status in (302, 303, 307):
        found = get(fetcher, site.says("/a", status, Location="/home?x=1"))
        assert (found.body, found.url, found.moved_to) == (ICS, f"{home}?x=1", None)


@pytest.mark.parametrize("status", [301, 308])
def test_a_permanent_redirect_tells_where_the_address_has_moved(site: Site, fetcher: Fetcher, status: int) -> None:
    home = site.says("/home", 200, ICS)
    assert get(fetcher, site.says("/a", status, Location="home")).moved_to == home


def test_only_what_moved_for_good_counts_as_moved(site: Site, fetcher: Fetcher) -> None:
    site.says("/home", 200, ICS)
    middle = site.says("/middle", 302, Location="/home")
    assert get(fetcher, site.says("/a", 301, Location="/middle")).moved_to == middle
    site.says("/other", 301, Location="/home")
    assert get(fetcher, site.says("/b", 302, Location="/other")).moved_to is None


def test_three_redirects_are_followed_and_a_fourth_is_not(site: Site, fetcher: Fetcher) -> None:
    site.says("/0", 200, ICS)
    urls = [site.says(f"/{n}", 302, Location=f"/{n - 1}") for n in range(1, 5)]
    assert get(fetcher, urls[2]).body == ICS
    with pytest.raises(Refused, match="without end"):
        get(fetcher, urls[3])
    assert site.seen[-1][0] == "/1"


LEADS_AWAY = [
    "file:///etc/passwd", "//127.0.0.1/x", "///etc/passwd", "/\\127.0.0.1/x", "\\\\127.0.0.1\\x", "", "ftp://127.0.0.1/x",
    "http://user:hunter2@127.0.0.1:{port}/home", "http://localhost:{port}/home", "http://127.1:{port}/home",
    "http://2130706433:{port}/home", "http://[::ffff:127.0.0.1]:{port}/home", "http://0x7f.1/", "http://10.0.0.1/",
    "http://169.254.169.254/latest/meta-data/", "http://[fd00:ec2::254]/", "http://canary.example:{port}/home",
    "http://example.org:22/", "gopher://127.0.0.1:{port}/home", "http://[64:ff9b::7f00:1]/", "javascript:alert(1)",
]  # fmt: skip


@pytest.mark.parametrize("location", LEADS_AWAY)
def test_a_redirect_to_a_refused_address_is_not_followed(site: Site, location: str) -> None:
    site.says("/home", 200, ICS)
    fetcher = Fetcher(allow_hosts=f"127.0.0.1:{site.server_port}", resolve=lambda host, port: ["127.0.0.1"])
    url = site.says("/a", 302, Location=location.format(port=site.server_port))
    with pytest.raises(Refused) as caught:
        get(fetcher, url)
    assert [path for path, _ in site.seen] == ["/a"]
    assert "hunter2" not in caught.value.message


def test_a_password_is_not_shown_to_another_server(sites: Callable[[], Site], fetcher: Fetcher) -> None:
    one, other = sites(), sites()
    away = other.says("/home", 200, ICS)
    one.says("/near", 302, Location=away)
    fetcher.get(one.says("/a", 302, Location="/near"), subject=SUBJECT, username="u", password="p")
    assert ["authorization" in headers for _, headers in one.seen] == [True, True]
    assert ["authorization" in headers for _, headers in other.seen] == [False]


@pytest.mark.parametrize("answers", [["127.0.0.1"], ["::1"], ["10.0.0.1", "169.254.169.254"], ["::ffff:127.0.0.1"]])
def test_a_name_that_resolves_to_a_private_address_gets_no_connection(site: Site, answers: list[str]) -> None:
    site.says("/a.ics", 200, ICS)
    fetcher = Fetcher(allow_hosts=f"other.example:{site.server_port}", resolve=lambda host, port: answers)
    for url in ("http://canary.example/a.ics", "http://other.example/a.ics", "webcal://canary.example/a.ics"):
        with pytest.raises(Refused, match="private network"):
            get(fetcher, url)
    assert site.seen == []


def test_a_name_is_resolved_once_so_that_a_second_answer_changes_nothing(site: Site) -> None:
    answers = iter([["127.0.0.1"], ["127.0.0.2"]])
    site.says("/a.ics", 200, ICS)
    fetcher = Fetcher(allow_hosts="cal.lan", resolve=lambda host, port: next(answers))
    assert get(fetcher, f"http://cal.lan:{site.server_port}/a.ics").body == ICS
    assert next(answers) == ["127.0.0.2"]


def test_private_answers_are_dropped_and_the_sentence_says_nothing_of_them() -> None:
    with pytest.raises(Refused) as caught:
        get(Fetcher(resolve=lambda host, port: ["192.168.7.7", "fe80::1%2"]), "https://mixed.example/a.ics")
    assert "192.168" not in caught.value.message
    assert "BRIDGE_ALLOW_HOSTS" in caught.value.message


def test_an_allowed_name_goes_by_its_name_to_the_second_address_if_the_first_is_dead(site: Site) -> None:
    site.says("/a.ics", 200, ICS)
    fetcher = Fetcher(allow_hosts="Cal.lan", resolve=lambda host, port: ["127.0.0.9", "127.0.0.1"])
    assert get(fetcher, f"http://cal.lan:{site.server_port}/a.ics").body == ICS
    assert site.seen[0][1]["host"] == f"cal.lan:{site.server_port}"


def test_an_unknown_name_is_tried_later() -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    with pytest.raises(TryLater, match=r"no address is known for nowhere\.example"):
        get(Fetcher(resolve=unknown), "https://nowhere.example/a.ics?token=hush")


def test_a_closed_port_is_tried_later(fetcher: Fetcher) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    with pytest.raises(TryLater, match="takes no connection"):
        get(fetcher, f"http://127.0.0.1:{port}/a.ics")
