"""The site file of Maple Street Elementary: what `load` reads to connect the sample school."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

SCHOOL_SLUG, PAGE_SLUG, CENTER_SLUG, SOURCE_SLUG = "maple-street", "pta-page", "eastside", "school-calendar"
FALLBACK = "office@maple.example"

_HEAD = """\
# Maple Street Elementary: an invented school to learn and rehearse with.

[school]
slug = {school}
name = "Maple Street Elementary"
timezone = "America/Chicago"
languages = ["en", "es", "vi", "so", "ar"]  # nobody here answers in Arabic yet: see [routing]
hours = {hours}
closed = {closed}

[[groups]]
slug = "pta"
kind = "pta"
name = "Maple Street PTA"

[[groups]]
slug = "families-together"
kind = "parent-support"
name = "Families Together"

[[sources]]
slug = {source}
kind = "ics"
{place} = {ics}
every = "15m"
group = "pta"

[[pages]]
slug = {page}
group = "pta"
facebook_id = {page_id}
token = {token}
languages = ["en", "es", "ar"]
exclude = ["staff only", "PD day"]
announce = "14d"
remind = ["1d"]
approval = {approval}
quiet_hours = {quiet_hours}
daily_limit = {daily_limit}
"""

_CENTER = """
[[centers]]
slug = {center}
name = "Eastside Community Center"
"""

_FEED_CENTER = 'kind = "feed"\n'

_CALDAV_CENTER = """\
kind = "caldav"
url = {url}
username = {user}
password = {password}
"""

_PEOPLE = """
[[staff]]
email = "maria@maple.example"
name = "Maria Ortiz"
role = "staff"
languages = ["es", "en"]

[[staff]]
email = "amina@maple.example"
name = "Amina Warsame"
role = "staff"
languages = ["so", "en"]

[[staff]]
email = "linh@maple.example"
name = "Linh Tran"
role = "staff"
languages = ["vi", "en"]

[[staff]]
email = "pat@maple.example"
name = "Pat Johnson"
role = "volunteer"
languages = ["en"]

[[staff]]
email = {fallback}
name = "School office"
role = "owner"
languages = ["en"]

[routing]
respond_within = "1d"
fallback = {fallback}
"""


def site_toml(
    *,
    ics_path_or_url: str,
    graph_page_id: str = "10001",
    page_token: str,
    center_url: str | None = None,
    center_user: str = "bridge",
    center_password: str = "secret",  # noqa: S107 - what the rehearsal's calendar server takes
    hours: str = "Mon-Fri 08:00-16:00",
    closed: Sequence[str] = (),
    approval: str = "auto",
    quiet_hours: str = "",
    daily_limit: int = 4,
) -> str:
    """A whole site file. Without `center_url` the center has only its subscribed feed."""
    head = _HEAD.format(
        school=_quoted(SCHOOL_SLUG),
        hours=_quoted(hours),
        closed=_list(closed),
        source=_quoted(SOURCE_SLUG),
        place="url" if re.match(r"(https?|webcal)://", ics_path_or_url) else "path",
        ics=_quoted(ics_path_or_url),
        page=_quoted(PAGE_SLUG),
        page_id=_quoted(graph_page_id),
        token=_quoted(page_token),
        approval=_quoted(approval),
        quiet_hours=_quoted(quiet_hours),
        daily_limit=daily_limit,
    )
    return head + _center(center_url, center_user, center_password) + _PEOPLE.format(fallback=_quoted(FALLBACK))


def _center(url: str | None, user: str, password: str) -> str:
    named = _CENTER.format(center=_quoted(CENTER_SLUG))
    if url is None:
        return named + _FEED_CENTER
    return named + _CALDAV_CENTER.format(url=_quoted(url), user=_quoted(user), password=_quoted(password))


def _list(texts: Sequence[str]) -> str:
    return f"[{', '.join(map(_quoted, texts))}]"


def _quoted(text: str) -> str:
    """A TOML basic string. JSON's escapes are TOML's too; only DEL, which JSON lets stand, must go."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
