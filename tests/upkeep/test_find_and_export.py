"""Finding people and taking out what is held of them, on both databases."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlmodel import Session

from models.database import Database
from tests.upkeep.people_rows import BIRDS, NAME, ROSA, birds_in, fill
from upkeep.backup import snapshot
from upkeep.export import batches, is_secret, of_person, tables
from upkeep.export_folder import folder, in_json
from upkeep.find_person import find_person
from upkeep.whole_person import whole_person


@pytest.mark.parametrize(
    "words",
    [
        "Rosa Canário",
        "rosa",
        "gomez",
        "GÓMEZ",
        ROSA,
        "kanarienvogel-uno",
        "vogel-tres",
        BIRDS["comment"],
        "Canário  Gómez",
    ],
)
def test_somebody_is_found_by_any_trace_of_theirs(db: Database, words: str) -> None:
    fill(db)
    with db.read() as session:
        found = {one.key: one for one in find_person(session, "maple", words)}
    if words == BIRDS["comment"]:
        assert found == {}, "a bare number of a comment is no id of Facebook's"
    else:
        assert found[ROSA].name == NAME and found[ROSA].conversations == 2


def test_finding_stays_within_the_school_and_takes_signs_as_they_are(any_db: Database) -> None:
    ids = fill(any_db)
    with any_db.read() as session:
        assert [one.name for one in find_person(session, "oak", "rosa")] == ["Rosa of Oak"]
        assert find_person(session, "maple", "%%") == [] and find_person(session, "maple", "_________") == []
        assert (
            find_person(session, "maple", "'; DROP TABLE message; --") == []
            and find_person(session, "maple", "a") == []
        )
        [nameless] = find_person(session, "maple", "nobody knows")
        assert nameless.key == f"conversation:{ids['nameless']}" and nameless.glimpse == "Nobody knows my name"
        assert find_person(session, "maple", f"10001_400_{BIRDS['comment']}")[0].key == ROSA


def test_all_of_a_person_and_nothing_of_another_comes_out(any_db: Database) -> None:
    fill(any_db)
    with any_db.read() as session:
        held = json.dumps(of_person(session, whole_person(session, "maple", ROSA)), ensure_ascii=False)
    assert {
        "id",
        "name",
        "answer",
        "note",
        "draft",
        "promise",
        "picture",
        "link",
        "own post",
        "why hidden",
        "reason",
    } <= set(birds_in(held.encode()))
    assert "Ali Other" not in held and "Rosa of Oak" not in held


def test_every_table_of_a_school_comes_out_as_one_json_object(any_db: Database) -> None:
    fill(any_db)
    with snapshot(any_db) as connection, Session(bind=connection) as session:
        text = "".join(in_json({"school": "maple"}, tables(session, "maple")))
        talks = [one for some in batches(session, "maple") for one in some]
    told = json.loads(text)
    assert len(told["tables"]["message"]) == 8 and len(talks) == 4
    assert {row["school"] for name, rows in told["tables"].items() if name != "school" for row in rows} == {"maple"}
    assert not [
        f"{name}.{column}"
        for name, rows in told["tables"].items()
        for row in rows
        for column in row
        if is_secret(name, column)
    ]


def test_a_folder_that_was_not_finished_has_no_name(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with pytest.raises(KeyboardInterrupt), folder(out) as half:
        (half / "export.json").write_text("{}")
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []
