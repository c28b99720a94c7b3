"""A site file: the whole example, the defaults, and a long table of files that are wrong in one place."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.site import Group, Routing, School, Site, SiteProblem, SiteRefused, StaffMember, read_site

FULL = (Path(__file__).parent / "maple.toml").read_text(encoding="utf-8")
ENVIRON = {"MAPLE_PAGE_TOKEN": "page-token", "EASTSIDE_PASSWORD": "pass word"}
SMALL = """
[school]
slug = "oak"
name = "Oak School"
timezone = "Europe/Berlin"

[[groups]]
slug = "pta"
kind = "pta"
name = "Oak PTA"

[[sources]]
slug = "cal"
kind = "csv"
path = "calendars/../oak.csv"

[[pages]]
slug = "page"
facebook_id = "1"
token = "file:token.txt"

[[centers]]
slug = "hall"
name = "Town hall"
kind = "feed"

[[staff]]
email = "Office@Oak.example"
name = "Office"
role = "owner"

[routing]
fallback = "office@oak.EXAMPLE"
"""


def read(folder: Path, text: str, environ: dict[str, str] | None = None) -> Site:
    file = folder / "site.toml"
    file.write_text(text, encoding="utf-8")
    return read_site(file, ENVIRON if environ is None else environ, wording_languages=["en", "es", "zh"])


def problems(folder: Path, text: str, environ: dict[str, str] | None = None) -> tuple[SiteProblem, ...]:
    with pytest.raises(SiteRefused) as refused:
        read(folder, text, environ)
    return refused.value.problems


def test_the_whole_example_is_read(tmp_path: Path) -> None:
    site = read(tmp_path, FULL)
    assert site.school == School(
        slug="maple-street",
        name="Maple Street Elementary",
        timezone="America/Chicago",
        languages=("en", "es", "vi", "so"),
        hours="Mon-Fri 08:00-16:00",
        closed=("2026-12-21/2027-01-03",),
    )
    assert site.groups == (Group(slug="pta", kind="pta", name="Maple Street PTA"),)
    assert site.staff == (
        StaffMember("maria@maple.example", "Maria Ortiz", "staff", ("es", "en"), "Mon-Fri 08:00-16:00", 20, ""),
        StaffMember("office@maple.example", "School office", "owner", ("en",), "", 20, ""),
    )
    assert site.routing == Routing(fallback="office@maple.example", respond_within="1d")
    page, center = site.pages[0], site.centers[0]
    assert (page.languages, page.exclude, page.group) == (("en", "es"), ("staff only", "PD day"), "pta")
    assert page.token.get_secret_value() == "page-token"
    assert (center.url, center.username) == ("https://cal.example.org/eastside/events/", "bridge")
    assert center.password.get_secret_value() == "pass word"


def test_what_is_left_out_has_its_default(tmp_path: Path) -> None:
    (tmp_path / "token.txt").write_text("secret-of-oak\n", encoding="utf-8")
    site = read(tmp_path, SMALL)
    school, source, page, center, person = site.school, site.sources[0], site.pages[0], site.centers[0], site.staff[0]
    assert (school.languages, school.hours, school.closed) == (("en",), "Mon-Fri 08:00-16:00", ())
    assert (source.every, source.missing, source.group, source.username) == ("15m", "ask", "pta", "")
    assert (page.languages, page.group, page.announce, page.remind) == (("en",), "pta", "14d", ("1d",))
    assert (page.approval, page.quiet_hours, page.daily_limit) == ("person", "21:00-07:00", 4)
    assert (page.categories, page.include, page.exclude) == ((), (), ())
    assert (center.accept, center.categories, center.places, center.url) == ("auto", (), (), "")
    assert (person.email, person.languages, person.hours, person.daily_limit) == ("office@oak.example", ("en",), "", 20)
    assert (site.routing.fallback, site.routing.respond_within) == ("office@oak.example", "1d")


def test_paths_and_secret_files_are_relative_to_the_site_file(tmp_path: Path) -> None:
    (tmp_path / "token.txt").write_text("secret-of-oak\n", encoding="utf-8")
    site = read(tmp_path, SMALL)
    assert site.sources[0].address == str((tmp_path / "oak.csv").resolve())
    assert site.pages[0].token.get_secret_value() == "secret-of-oak"


def test_secrets_are_never_printed(tmp_path: Path) -> None:
    (tmp_path / "token.txt").write_text("secret-of-oak", encoding="utf-8")
    assert "secret-of-oak" not in repr(read(tmp_path, SMALL))
    literal = SMALL.replace("file:token.txt", "secret-of-oak")
    assert read(tmp_path, literal).pages[0].token.get_secret_value() == "secret-of-oak"
    wrong = literal.replace('"secret-of-oak"', '["secret-of-oak"]').replace('kind = "feed"', 'kind = "caldav"')
    wrong += '[[sources]]\nslug = "x"\nkind = "ics"\nurl = "https://me:secret-of-oak@example.org/?key=secret-of-oak"\n'
    found = problems(tmp_path, wrong)
    assert len(found) == 3
    assert "secret-of-oak" not in "".join(map(str, found))


def test_without_a_named_group_and_with_several_there_is_none(tmp_path: Path) -> None:
    site = SMALL.replace("file:token.txt", "x") + '[[groups]]\nslug = "other"\nkind = "coalition"\nname = "Others"\n'
    assert read(tmp_path, site).pages[0].group == ""


def test_a_family_may_speak_what_no_post_can_say(tmp_path: Path) -> None:
    assert "so" in read(tmp_path, FULL).school.languages


def test_tags_are_kept_in_their_usual_writing_and_spoken_by_a_wider_wording(tmp_path: Path) -> None:
    site = read(tmp_path, FULL.replace('languages = ["en", "es"]', 'languages = ["EN", "es-mx", "zh-hant"]'))
    assert site.pages[0].languages == ("en", "es-MX", "zh-Hant")


def test_a_file_with_a_byte_order_mark_and_windows_lines_is_read(tmp_path: Path) -> None:
    (tmp_path / "site.toml").write_bytes(b"\xef\xbb\xbf" + FULL.replace("\n", "\r\n").encode())
    assert read_site(tmp_path / "site.toml", ENVIRON, wording_languages=["en", "es"]).school.slug == "maple-street"


CALDAV = 'kind = "caldav"                             # caldav (url'
ICS = 'kind = "ics" '
STAFF_CENTER = 'center = "" '
# What stands in the example, what stands there instead, a text in the line that is named, table, key, words of the sentence.
WRONG = [
    ('slug = "maple-street"', 'slug = "Maple Street"', "Maple Street", "school", "slug", 'such as "maple-street"'),
    ('slug = "maple-street"', 'slug = "-maple"', "-maple", "school", "slug", "is not a slug"),
    ('slug = "maple-street"', 'slug = ""', 'slug = ""', "school", "slug", "is not a slug"),
    (
        'slug = "maple-street"',
        "slug = 7",
        "slug = 7",
        "school",
        "slug",
        "is a number where text belongs; write it in quotes",
    ),
    ('slug = "maple-street"', "", "[school]", "school", "slug", 'is missing; add slug = "…"'),
    ('name = "Maple Street Elementary"', 'name = "  "', 'name = "  "', "school", "name", "is empty"),
    ('name = "Maple Street Elementary"', 'name = "a\\u0000b"', "u0000", "school", "name", "control character"),
    ('"America/Chicago"', '"America/Chicgo"', "Chicgo", "school", "timezone", 'write "America/Chicago"'),
    ('"America/Chicago"', '"chicago"', '"chicago"', "school", "timezone", 'write "America/Chicago"'),
    ('"America/Chicago"', '"../../etc"', "../etc", "school", "timezone", "is not a time zone"),
    ('["en", "es", "vi", "so"]', '["en",\n"xx"]', '"xx"]', "school", "languages", '"xx" names no language'),
    ('["en", "es", "vi", "so"]', '["en", "Somali"]', "Somali", "school", "languages", 'write "so" for Somali'),
    ('["en", "es", "vi", "so"]', '"en"', 'languages = "en"', "school", "languages", 'write languages = ["en"]'),
    ('["en", "es", "vi", "so"]', "[]", "languages = []", "school", "languages", "is empty; write at least one"),
    ('["en", "es", "vi", "so"]', '["en", "EN"]', '"EN"', "school", "languages", 'names "en" twice'),
    ('["en", "es", "vi", "so"]', '["en", 1]', '"en", 1', "school", "languages", "holds a number where text belongs"),
    (
        'hours = "Mon-Fri 08:00-16:00"               # when',
        'hours = "always" #',
        "always",
        "school",
        "hours",
        "weekday",
    ),
    ('hours = "Mon-Fri 08:00-16:00"               # when', 'hours = "" #', 'hours = ""', "school", "hours", "no hours"),
    ('"2026-12-21/2027-01-03"', '"2026-12-21/2026-12-01"', "2026-12-01", "school", "closed", "ends before it begins"),
    (
        '["2026-12-21/2027-01-03"]',
        "[2026-12-21]",
        "[2026-12-21]",
        "school",
        "closed",
        "date or a time where text belongs",
    ),
    ("[school]", "[schol]", "[schol]", "", "schol", 'is no table that a site file knows; write "school"'),
    ("[school]", 'name = "x"\n[school]', 'name = "x"', "", "name", "stands outside of every table; move it"),
    ("[school]", "[[school]]", "[[school]]", "school", "", "is not one table; write [school]"),
    ("[[groups]]", "[groups]", "[groups]", "groups", "", "write [[groups]], in double brackets"),
    ('kind = "pta" ', 'kind = "PTA" ', '"PTA"', "groups", "kind", 'write "pta"'),
    ('kind = "pta" ', 'kind = "club" ', '"club"', "groups", "kind", 'not one of "pta", "parent-support"'),
    ('kind = "pta" ', "kind = true ", "kind = true", "groups", "kind", "is true or false where text belongs"),
    (ICS, "", "[[sources]]", "sources", "kind", "is missing"),
    (ICS, 'kind = "ical" ', "ical", "sources", "kind", 'is not one of "ics", "csv" or "caldav"'),
    (ICS, 'path = "x.ics"\nkind = "ics" ', "x.ics", "sources", "path", "stands beside url; keep one"),
    (ICS, 'username = "x"\nkind = "ics" ', 'username = "x"', "sources", "username", 'means nothing for kind "ics"'),
    (ICS, 'kind = "caldav"\npath = "x" ', 'path = "x"', "sources", "path", 'means nothing for kind "caldav"'),
    ('url = "https://example.org/maple.ics"', "", "[[sources]]", "sources", "url", "url or path is missing"),
    (
        "https://example.org/m",
        "ftp://example.org/m",
        "ftp:",
        "sources",
        "url",
        "begins with https:// or http:// or webcal://",
    ),
    ("https://example.org/m", "file:///m", "file:", "sources", "url", 'of the kind "file"'),
    ("https://example.org/m", "//example.org/m", '"//', "sources", "url", "is no web address"),
    ("https://example.org/m", "https://u:p@example.org/m", "u:p@", "sources", "url", "holds a user name or a password"),
    ("https://example.org/m", "https:///m", "https:///m", "sources", "url", "names no host"),
    ("https://example.org/m", "https://example.org:99999/m", "99999", "sources", "url", "cannot be read as an address"),
    ("https://example.org/m", "https://example.org/my m", "my m", "sources", "url", "cannot be read as an address"),
    ("https://example.org/m", "http://[::1/m", "[::1/m", "sources", "url", "cannot be read as an address"),
    (
        'url = "https://example.org/m',
        'path = "https://example.org/m',
        "path =",
        "sources",
        "path",
        "where a path belongs",
    ),
    ('every = "15m"', 'every = "15"', '"15"', "sources", "every", '"15" is not a duration'),
    ('every = "15m"', "every = 15", "every = 15", "sources", "every", "is a number where text belongs"),
    ('missing = "ask"', 'missing = "never"', "never", "sources", "missing", 'neither "ask" nor a duration'),
    (
        'group = "pta"\nmissing',
        'group = "ptaa"\nmissing',
        "ptaa",
        "sources",
        "group",
        'is no group of this file; write "pta"',
    ),
    ('group = "pta"\nfacebook', 'group = "zebra"\nfacebook', "zebra", "pages", "group", 'write "pta"'),
    ('facebook_id = "10001"', "facebook_id = 10001", "10001", "pages", "facebook_id", "write it in quotes"),
    ('facebook_id = "10001"', 'facebook_id = "maple.pta"', "maple.pta", "pages", "facebook_id", "not the id of a Page"),
    ('facebook_id = "10001"', 'facebookid = "10001"', "facebookid", "pages", "facebookid", 'write "facebook_id"'),
    ('token = "env:MAPLE_PAGE_TOKEN"', "", "[[pages]]", "pages", "token", 'is missing; add token = "env:NAME"'),
    ('token = "env:MAPLE_PAGE_TOKEN"', 'token = ""', 'token = ""', "pages", "token", "is empty"),
    ("env:MAPLE_PAGE_TOKEN", "env:NO_SUCH", "NO_SUCH", "pages", "token", "environment variable NO_SUCH is not set"),
    ("env:MAPLE_PAGE_TOKEN", "env:", '"env:"', "pages", "token", "names no environment variable"),
    ("env:MAPLE_PAGE_TOKEN", "file:no/such", "no/such", "pages", "token", 'the file "no/such" cannot be read'),
    ("env:MAPLE_PAGE_TOKEN", "file:", '"file:"', "pages", "token", "names no file"),
    (
        'languages = ["en", "es"]',
        'languages = ["en", "so"]',
        '"en", "so"]  ',
        "pages",
        "languages",
        '"so" has no wording',
    ),
    ('languages = ["en", "es"]', 'languages = ["en", "qq"]', '"qq"', "pages", "languages", '"qq" names no language'),
    (
        'exclude = ["staff only", "PD day"]',
        'exclude = ["staff only", ""]',
        '["staff only',
        "pages",
        "exclude",
        "is empty",
    ),
    ('announce = "14d"', 'announce = "two weeks"', "two weeks", "pages", "announce", "is not a duration"),
    ('remind = ["1d"]', 'remind = "1d"', 'remind = "1d"', "pages", "remind", 'write remind = ["1d"]'),
    ('remind = ["1d"]', 'remind = ["1d",\n"0d"]', '"0d"]', "pages", "remind", "is no time at all"),
    ('remind = ["1d"]', 'remind = ["1d", "24h"]', "24h", "pages", "remind", 'names "24h" twice'),
    ('approval = "person"', 'approval = "none"', '"none"', "pages", "approval", 'is not one of "auto" or "person"'),
    ('quiet_hours = "21:00-07:00"', 'quiet_hours = "night"', '"night"', "pages", "quiet_hours", "are no quiet hours"),
    ("daily_limit = 4", "daily_limit = 0", "daily_limit = 0", "pages", "daily_limit", "is 0; write a number from 1"),
    (
        "daily_limit = 4",
        "daily_limit = true",
        "limit = true",
        "pages",
        "daily_limit",
        "is true or false where a whole number",
    ),
    ("daily_limit = 4", "daily_limit = 2.5", "2.5", "pages", "daily_limit", "where a whole number belongs"),
    (
        "daily_limit = 4",
        'daily_limit = "4"',
        'daily_limit = "4"',
        "pages",
        "daily_limit",
        "is text where a whole number",
    ),
    ("daily_limit = 20", "daily_limit = 99999", "99999", "staff", "daily_limit", "is 99999"),
    ("daily_limit = 20", "dailylimit = 20", "dailylimit", "staff", "dailylimit", 'write "daily_limit"'),
    ("[[centers]]", "[[center]]", "[[center]]", "", "center", 'write "centers"'),
    (CALDAV, 'kind = "outlook" #', "outlook", "centers", "kind", 'is not one of "caldav", "google" or "feed"'),
    (CALDAV, 'kind = "feed" #', 'url = "https://cal', "centers", "url", 'means nothing for kind "feed"'),
    (CALDAV, 'kind = "google" #', "[[centers]]", "centers", "calendar", "is missing"),
    (CALDAV, 'kind = "google" #', "[[centers]]", "centers", "credentials", "is missing"),
    ('url = "https://cal.example.org/eastside/events/"', "", "[[centers]]", "centers", "url", "is missing"),
    ("https://cal.example", "webcal://cal.example", "webcal:", "centers", "url", "begins with https:// or http://"),
    ("env:EASTSIDE_PASSWORD", "env:EMPTY", "env:EMPTY", "centers", "password", "EMPTY is empty; set EMPTY"),
    ('accept = "auto"', 'accept = "automatic"', "automatic", "centers", "accept", 'write "auto"'),
    ('"maria@maple.example"', '"maria"', 'email = "maria"', "staff", "email", "is not an email address"),
    ('"maria@maple.example"', '"Maria <m@maple.example>"', "Maria <m@", "staff", "email", "is not an email address"),
    ('"maria@maple.example"', '"Office@maple.example"', '"office@maple', "staff", "email", "already used in line"),
    ('role = "staff"', 'role = "teacher"', "teacher", "staff", "role", 'not one of "owner", "volunteer", "staff"'),
    ('role = "staff"', 'role = "center"', STAFF_CENTER, "staff", "center", 'add center = "eastside"'),
    (STAFF_CENTER, 'center = "eastside" ', 'center = "eastside"', "staff", "center", 'means nothing for role "staff"'),
    (
        STAFF_CENTER,
        'center = "westside" ',
        "westside",
        "staff",
        "center",
        'is no center of this file; write "eastside"',
    ),
    ('role = "owner"', 'role = "volunteer"', "fallback =", "routing", "fallback", "does not answer comments"),
    (
        'fallback = "office@maple.example"',
        'fallback = "who@maple.example"',
        "who@",
        "routing",
        "fallback",
        "is nobody in",
    ),
    ('fallback = "office@maple.example"', "", "[routing]", "routing", "fallback", "is missing"),
    ('respond_within = "1d"', 'respond_within = "soon"', '"soon"', "routing", "respond_within", "is not a duration"),
    ('respond_within = "1d"', "[routing.x]", "[routing.x]", "routing", "x", "is no key that a site file knows"),
    ("[routing]", "[[routing]]", "[[routing]]", "routing", "", "is not one table"),
    ("[routing]", "[[groups]]\nslug='pta'\n[routing]", "slug='pta'", "groups", "slug", "already used in line 10"),
    ("[routing]", "[other]\n[routing]", "[other]", "", "other", "known are school, groups"),
]


@pytest.mark.parametrize(("right", "wrong", "named", "table", "key", "words"), WRONG)
def test_what_is_wrong_is_told_with_its_place_and_the_mend(
    tmp_path: Path, right: str, wrong: str, named: str, table: str, key: str, words: str
) -> None:
    assert FULL.count(right) >= 1
    text = FULL.replace(right, wrong, 1)
    found = problems(tmp_path, text, {**ENVIRON, "EMPTY": " "})
    line = text[: text.index(named)].count("\n") + 1
    sentence = next(str(one) for one in found if (one.table, one.key, one.line) == (table, key, line))
    place = f"{tmp_path / 'site.toml'}:{line}" + (f" [{table}]" if table else "") + (f" {key}" if key else "")
    assert sentence.startswith(place + ": ")
    assert words in sentence
    assert "; " in sentence and sentence.endswith(".")


def test_all_that_is_wrong_is_told_at_once_in_the_order_of_the_lines(tmp_path: Path) -> None:
    text = FULL.replace("America/Chicago", "Mars/Base").replace("daily_limit = 20", "daily_limit = 0")
    found = problems(tmp_path, text.replace('"14d"', '"14"'), {})
    assert [one.key for one in found] == ["timezone", "token", "announce", "password", "daily_limit"]
    with pytest.raises(SiteRefused) as refused:
        read(tmp_path, text, {})
    assert len(str(refused.value).splitlines()) == len(refused.value.problems) == 4


def test_a_missing_table_is_one_problem_not_one_for_each_of_its_keys(tmp_path: Path) -> None:
    found = problems(tmp_path, "")
    assert [(one.table, one.key) for one in found] == [("school", ""), ("routing", "")]


def test_the_url_beside_a_path_is_checked_too(tmp_path: Path) -> None:
    found = problems(tmp_path, FULL.replace('url = "https://example.org/maple.ics"', 'url = "ftp://x"\npath = "x.ics"'))
    assert [one.key for one in found] == ["url", "path"]


def test_a_fallback_that_is_nobody_is_mended_with_the_people_who_may(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, FULL.replace('fallback = "office@maple', 'fallback = "x@maple'))
    assert 'write "maria@maple.example" or "office@maple.example"' in found.mend


def test_two_pages_for_one_facebook_page_are_refused(tmp_path: Path) -> None:
    again = '\n[[pages]]\nslug = "again"\nfacebook_id = "10001"\ntoken = "x"\nlanguages = ["en"]\n'
    assert [one.key for one in problems(tmp_path, FULL + again)] == ["facebook_id"]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('[school]\nslug = "x', 2, "is not TOML here"),
        ("[school]\n\nslug = x\n", 3, "is not TOML here"),
        ("[school]\nslug = 'a'\nslug = 'b'\n", 3, "is not TOML here"),
        ('[school]\nname = """\n', 3, "is not TOML here (Unterminated string)"),
        ("[school]\n[school]\n", 2, "is not TOML here"),
        ("a = " + "[" * 5000, 1, "nests lists too deeply"),
    ],
)
def test_what_is_not_toml_is_told_with_its_line(tmp_path: Path, text: str, line: int, words: str) -> None:
    (found,) = problems(tmp_path, text)
    assert found.line == line
    assert words in str(found)


def test_a_file_that_cannot_be_read_is_told_without_a_line(tmp_path: Path) -> None:
    for path in (tmp_path / "none.toml", tmp_path):
        with pytest.raises(SiteRefused, match=r"cannot be read \(.*\); correct the path") as refused:
            read_site(path, {}, wording_languages=["en"])
        assert str(refused.value).startswith(f"{path}: ")


def test_bytes_that_are_no_utf8_are_told_with_their_line(tmp_path: Path) -> None:
    (tmp_path / "site.toml").write_bytes(b'[school]\nname = "Caf\xe9"\n')
    with pytest.raises(SiteRefused, match=r"site.toml:2: holds bytes that are not UTF-8; save the file as UTF-8"):
        read_site(tmp_path / "site.toml", {}, wording_languages=["en"])


def test_a_number_of_thousands_of_digits_is_one_problem(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, f"[school]\ndaily = {'9' * 5000}\n")
    assert "too long" in problem.message


def test_a_file_far_too_large_is_refused(tmp_path: Path) -> None:
    assert "larger than a megabyte" in str(problems(tmp_path, "#" * 1_000_001)[0])


VALUES = [
    "",
    "1",
    "-1",
    "true",
    '""',
    '"x"',
    '"\\u0000"',
    "[]",
    "[1]",
    '["x"]',
    "{}",
    "1979-05-27",
    "nan",
    "[[]]",
    '"file:."',
]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_spoiled_file_ends_in_anything_but_a_site_or_its_problems(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    lines = FULL.splitlines()
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(lines) - 1))
        key = lines[at].partition("=")[0]
        kept = data.draw(st.integers(0, len(lines[at])))
        value = f"{key}= {data.draw(st.sampled_from(VALUES))}"
        lines[at] = data.draw(st.sampled_from([value, "", lines[at][:kept], lines[at - 1], "[school]", "[[pages]]"]))
    try:
        site = read(tmp_path_factory.getbasetemp(), "\n".join(lines))
    except SiteRefused as refused:
        assert refused.problems
        assert all(one.line >= 1 and one.message and one.mend for one in refused.problems)
    else:
        assert site.school.slug


def test_a_page_speaks_the_schools_languages_as_far_as_there_is_wording(tmp_path: Path) -> None:
    text = FULL.replace('languages = ["en", "es"]                    #', "#", 1)
    assert text != FULL
    file = tmp_path / "maple.toml"
    file.write_text(text, encoding="utf-8")
    assert read_site(file, ENVIRON, wording_languages=("en", "vi")).pages[0].languages == ("en", "vi")
