"""`silence` and `topics`: numbers, for people and for programs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from models.conversation import Conversation, Message
from models.page import PagePost
from tests.commands.conftest import Shell
from tests.models.rows import page, school


def test_silence_and_topics_are_told_for_people_and_programs(shell: Shell) -> None:
    assert shell("topics").err.strip() == "No topic has come up in five conversations."
    at = datetime.now(UTC) - timedelta(days=3)
    with shell.db.write() as session:
        session.add(school())
        session.flush()
        session.add(page())
        session.flush()
        session.add(PagePost(school="maple", page="pta-page", external_id="10001_1", created_at=at, message="Fair",
                             author_external_id="10001", permalink="https://f/1"))  # fmt: skip
        for n in range(6):
            talk = Conversation(school="maple", page="pta-page", post_external_id="10001_1", comment_external_id=f"c{n}",
                                language="en", topic="bus", state="open", opened_at=at, updated_at=at)  # fmt: skip
            session.add(talk)
            session.flush()
            session.add(Message(school="maple", page="pta-page", conversation_id=talk.id, direction="received", text="Bus?",
                                language="en", post_external_id="10001_1", external_id=f"c{n}", created_at=at))  # fmt: skip
    spanish, english = shell("silence", "--json").lines
    told = ("language", "silent", "spoken_under", "said_in_it", "not_said_in_it", "unknown", "permalinks")
    assert [spanish[one] for one in told] == ["es", 1, 1, 0, 0, 1, ["https://f/1"]]
    assert (english["language"], english["silent"], english["heard"]) == ("en", 0, 1)
    [bus] = shell("topics", "--json").lines
    assert bus == {"school": "maple", "topic": "bus", "name": "Bus and getting there", "weeks": 13, "at_least": 6,
                   "is_exact": True, "by_language": {"en": 6}}  # fmt: skip
    assert "Bus and getting there" in shell("topics").out and "es" in shell("silence").out
    assert shell("silence", "--weeks", "0").code == 2
