"""What became of a conversation, in words for everybody: no names, no ways to reach a family, none of their own words."""

from __future__ import annotations

import pytest
from sqlmodel import select

from config.mistake import Mistake
from inbox import sharing
from inbox.nameless import CHILD, NAME, QUOTED, REACHED, not_for_all
from inbox.permitted import NotPossible
from inbox.replies import close
from models.conversation import Conversation
from models.post import Post
from models.shared import untold

MARIA, OFFICE = "maria@maple.example", "office@maple.example"
SAID, DID = "The bus stop at the corner is dark in the morning.", "The city put up a lamp there."
ROSA = ("Rosa Díaz-Peña",)


@pytest.mark.parametrize(
    ("text", "names", "wrong"),
    [
        (SAID, ROSA, ""),
        ("rosa asked for a lamp", ROSA, NAME),
        ("THE PENA FAMILY ASKED", ROSA, NAME),
        ("A rosary group asked", ROSA, ""),
        ("The families of the bus asked", ("María de los Ángeles",), ""),
        ("Los Angeles is far", ("María de los Ángeles",), NAME),
        ("Li asked for a lamp", ("Bo Li",), NAME),
        ("We do it on Mondays", ("Do Van",), ""),
        ("王小明同学的家长问了", ("王小明",), NAME),
        ("家长们问了", ("王小明",), ""),
        ("سألت فاطمة عن الحافلة", ("فاطمة علي",), NAME),
        ("Ask rosa.d@example.org", (), REACHED),
        ("Ask @rosadiaz on Instagram", (), REACHED),
        ("Call (312) 555-0143", (), REACHED),
        ("Call 555-0143", (), REACHED),
        ("Llame al ٣١٢ ٥٥٥ ٠١٤٣", (), REACHED),
        ("See https://example.org/x", (), REACHED),
        ("See maple.org", (), REACHED),
        ("In the school year 2026-2027 from 8:00 to 3:15, for 25 dollars", (), ""),
        ("Your son Diego was missed by the bus", (), CHILD),
    ],
)  # fmt: skip
def test_what_names_or_reaches_a_family_is_found(text, names, wrong):
    assert not_for_all(text, names, ()) == wrong


def test_six_of_their_words_in_a_row_are_theirs():
    theirs = ["Mi hija espera el autobús en la esquina y está muy oscuro!!"]
    assert not_for_all("Que mi hija espera el autobus en lo oscuro", (), theirs) == QUOTED
    assert not_for_all("Se espera el autobús en la esquina sin luz", (), theirs) == QUOTED
    assert not_for_all("La esquina del autobús está oscura", (), theirs) == ""


@pytest.fixture
def closed(named):
    """A town in which Rosa's question was answered and closed."""
    named.say(named.post(), "Is there a light at the bus stop please, it is so dark there", by="Rosa Diaz")
    named.collect()
    with named.db.write() as session:
        id = session.exec(select(Conversation.id)).one()
        close(session, "maple", id, OFFICE, named.now)
    return named, id


def share(town, id, said=SAID, did=DID, language="en", by=OFFICE):
    with town.db.write() as session:
        return sharing.share(session, "maple", id, language, said, did, by, town.now)


def free(town):
    with town.db.read() as session:
        return [(one.language, one.you_said, one.in_others) for one in untold(session, "maple")]


def test_a_closed_conversation_is_told_in_two_sentences_and_taken_back(closed):
    town, id = closed
    row = share(town, id)
    assert (row.by, free(town)) == (OFFICE, [("en", SAID, {})])
    with town.db.write() as session:
        sharing.say_in(
            session, "maple", row.id, "es", "La parada está oscura.", "Pusieron una lámpara.", MARIA, town.now
        )
    assert free(town) == [("en", SAID, {"es": ["La parada está oscura.", "Pusieron una lámpara."]})]
    share(town, id, said="The corner is dark.", by=MARIA)
    assert free(town) == [("en", "The corner is dark.", {})], "other languages told the older words"
    with town.db.write() as session:
        sharing.take_back(session, "maple", row.id, MARIA, town.now)
    assert free(town) == []
    with town.db.write() as session, pytest.raises(NotPossible, match="were taken back"):
        sharing.take_back(session, "maple", row.id, MARIA, town.now)


def test_what_is_refused_is_told_in_one_sentence_and_nothing_is_kept(closed):
    town, id = closed
    for said, did, wrong in (
        ("Rosa asked for light", DID, NAME), (SAID, "We called the Diaz family", NAME), ("", DID, "is empty"),
        (SAID, "x" * 281, "281 characters"), ("a light at the bus stop please, always", DID, QUOTED),
    ):  # fmt: skip
        with pytest.raises(NotPossible, match=wrong):
            share(town, id, said, did)
    with pytest.raises(Mistake, match="is not a language tag"):
        share(town, id, language="english please")
    assert free(town) == []


def test_only_what_is_closed_and_stands_in_no_post_can_be_changed(closed):
    town, id = closed
    row = share(town, id)
    told = Post(school="maple", page="pta", kind="you-said", purpose="you-said:x", text=SAID, fingerprint="x",
                state="waiting", created_at=town.now, due_at=town.now)  # fmt: skip
    with town.db.write() as session:
        told.page = session.get_one(Conversation, id).page
        session.add(told)
        session.get_one(type(row), row.id).told_in = told.id
    for state, wrong in (("waiting", "say no to that post first"), ("due", "say no"), ("sent", "is told on the page")):
        with town.db.write() as session:
            session.get_one(Post, told.id).state = state
        with pytest.raises(NotPossible, match=wrong):
            share(town, id)
        assert free(town) == []
    with town.db.write() as session:
        session.get_one(Post, told.id).state = "withdrawn"
    assert [one[0] for one in free(town)] == ["en"], "somebody said no: it may be told in another post"
    with town.db.write() as session:
        session.get_one(Conversation, id).state = "open"
    with pytest.raises(NotPossible, match="is not closed yet"):
        share(town, id)
