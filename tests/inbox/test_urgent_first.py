"""An urgent comment reaches one named person at once, whatever the hour, and stays in sight until a person says otherwise."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cryptography.fernet import Fernet

from connector.channels import Channels
from connector.notices import Notifier
from inbox import deeds
from inbox.correct import correct
from inbox.follow import follow
from inbox.moderation import hide
from inbox.permitted import NotPossible
from inbox.replies import close, reply
from inbox.urgent import deeds as urgent_deeds
from inbox.urgent.lists import add_phrase
from models.audit import of_subject
from models.inbox import VIEWS, Wanted, listed, urgent_first
from models.routing_rule import Away
from models.school import school_named
from models.vault import Vault
from rehearsal.facebook import happenings
from tests.mail import MailServer
from upkeep.sending import send_letters
from upkeep.ways import Ways

MARIA, LAN, OFFICE = "maria@maple.example", "lan@maple.example", "office@maple.example"
NIGHT = datetime(2026, 11, 25, 5, 10, tzinfo=UTC)  # 23:10 in Chicago
GUN, QUESTION = "un niño trajo una pistola a la escuela", "¿A qué hora empieza la fiesta?"


@pytest.fixture
def night(town):
    """Ten past eleven, nobody works; Lan looks after what is urgent."""
    town.now = NIGHT
    with town.db.write() as session:
        urgent_deeds.choose_person(session, "maple", LAN, OFFICE, town.now)
    return town


def do(town, deed, *args, whole=True):
    with town.db.write() as session:
        return deed(
            session, school_named(session, "maple") if whole else "maple", town.conversation().id, *args, town.now
        )


def first(town):
    with town.db.read() as session:
        return [row["id"] for row in urgent_first(session, "maple")]


def tell(town, mail):
    """One round of letters, as the clock sends them. Returns who got one, and all that was said."""
    ways = Ways(Notifier(mail.url()), Channels(common=mail.url()), Vault(Fernet.generate_key().decode()))
    mail.letters.clear()
    with town.db.read() as session:
        school = school_named(session, "maple")
    assert send_letters(town.db, ways, school, "https://bridge.example.org", town.now, {}) == []
    said = " ".join(part.get_content() for one in mail.letters for part in one.iter_parts()) if mail.letters else ""
    return [(str(one["To"]), str(one["Subject"])) for one in mail.letters], said


# --- Show 5


def test_an_urgent_comment_at_night_reaches_the_named_person_at_once_and_stands_first(night):
    town, post = night, night.post()
    town.say(post, QUESTION)
    town.say(post, GUN)
    town.collect()
    calm, row = town.conversations()
    assert (row.urgent, row.assignee, row.state, calm.urgent) == ("danger", LAN, "open", "")
    assert row.reason == "Urgent (danger): “trajo una pistola”. Lan Pham looks after what is urgent."
    assert first(town) == [row.id]
    with town.db.read() as session:
        for view in VIEWS:
            found = listed(session, "maple", Wanted(view, MARIA, ("es",), without=(row.id,)), town.now)
            assert row.id not in [one["id"] for one in found.rows]
    with MailServer() as mail:
        letters, said = tell(town, mail)
        assert letters == [("lan@maple.example", "Maple Street: URGENT, a family wrote")]
        assert "Danger, Spanish" in said and f"/c/{row.id}" in said and "no crisis line" in said
        assert "pistola" not in said
        assert tell(town, mail)[0] == []
        town.pass_time(minutes=31)
        letters, said = tell(town, mail)
        assert [to for to, _ in letters] == [OFFICE] and "Lan Pham was told, and nobody has looked yet" in said


def test_who_looked_first_is_noted_once_and_wakes_no_owner(night):
    town = night
    town.say(town.post(), GUN)
    town.collect()
    do(town, urgent_deeds.look, LAN, whole=False)
    seen = town.now
    town.pass_time(minutes=40)
    do(town, urgent_deeds.look, OFFICE, whole=False)
    assert (town.conversation().urgent_seen_by, town.conversation().urgent_seen_at) == (LAN, seen)
    with MailServer() as mail:
        assert tell(town, mail)[0] == []


def test_somebody_who_is_away_or_gone_is_passed_over_for_the_fallback_and_then_an_owner(night):
    town = night
    with town.db.write() as session:
        day = NIGHT.date() - timedelta(days=1)  # the evening before, in Chicago
        session.add(Away(school="maple", email=LAN, first_day=day, last_day=day, made_by=OFFICE, made_at=NIGHT))
    town.say(town.post(), GUN)
    town.collect()
    assert town.conversation().assignee == OFFICE
    assert town.conversation().reason.endswith("School office looks after what is urgent. Lan Pham is away.")


def test_without_a_choice_the_fallback_looks_after_it(town):
    town.say(town.post(), "my son says he wants to kill himself")
    town.collect()
    assert (town.conversation().urgent, town.conversation().assignee) == ("self-harm", OFFICE)


# --- until a person says otherwise


def test_a_later_alarm_brings_it_back_to_the_named_person_to_be_looked_at_anew(night):
    town, post = night, night.post()
    comment = town.say(post, QUESTION)
    town.collect()
    assert town.conversation().assignee == MARIA
    town.say(post, "AYUDA", under=comment)
    town.collect()
    row = town.conversation()
    assert (row.urgent, row.assignee) == ("danger", LAN)
    do(town, urgent_deeds.look, LAN, whole=False)
    town.say(post, "se quiere matar", under=comment)
    town.collect()
    assert (town.conversation().urgent, town.conversation().urgent_seen_by) == ("self-harm", "")


def test_neither_the_clock_nor_the_family_nor_a_language_takes_it_out_of_sight(night):
    town = night
    comment = town.say(town.post(), GUN)
    town.collect()
    with pytest.raises(NotPossible, match="stays in sight"):
        do(town, deeds.snooze, MARIA, (NIGHT + timedelta(days=3)).date())
    do(town, correct, "es", OFFICE)
    assert town.conversation().assignee == LAN
    with town.db.write() as session, pytest.raises(NotPossible, match="look after the family first"):
        hide(session, "maple", town.messages()[0].id, MARIA, "spam", town.now)
    comment.message = "no era nada"
    town.collect()
    happenings.remove_comment(town.facebook.world, comment)
    town.pass_time(days=2)
    town.collect()
    row = town.conversation()
    assert town.messages()[0].removed_at and (row.state, row.urgent) == ("open", "danger") and first(town) == [row.id]


def test_a_person_says_that_it_is_not_urgent_and_may_take_that_back(night):
    town = night
    town.say(town.post(), GUN)
    town.collect()
    row = do(town, urgent_deeds.not_urgent, OFFICE)
    assert (row.urgent, first(town)) == ("", []) and row.assignee == MARIA
    assert (
        row.reason
        == "School office said that it is not urgent. Spanish, and Maria Ortiz speaks it; out of working hours just now."
    )
    row = do(town, urgent_deeds.make_urgent, "danger", OFFICE)
    assert (row.urgent, row.assignee, first(town)) == ("danger", LAN, [row.id])
    assert row.reason == "Urgent (danger): School office. Lan Pham looks after what is urgent."
    with town.db.read() as session:
        said = [(one.what, one.by, dict(one.details)) for one in of_subject(session, "maple", row.id)]
    assert sorted(said) == [("not urgent", OFFICE, {"kind": "danger"}), ("urgent", OFFICE, {"kind": "danger"})]


def test_closing_ends_it_and_opening_again_by_a_person_brings_it_back(night):
    town, post = night, night.post()
    comment = town.say(post, GUN)
    town.collect()
    do(town, close, OFFICE, whole=False)
    assert first(town) == []
    do(town, deeds.reopen, OFFICE)
    assert first(town) == [town.conversation().id]
    do(town, close, OFFICE, whole=False)
    town.say(post, "¿Y a qué hora es la fiesta?", under=comment)
    town.collect()
    assert (town.conversation().state, first(town)) == ("open", [])


def test_who_took_it_over_keeps_it_and_an_answer_ends_the_alarm(night):
    town, post = night, night.post()
    comment = town.say(post, GUN)
    town.collect()
    with town.db.write() as session:
        deeds.hand_over(session, "maple", town.conversation().id, MARIA, LAN, town.now)
    town.say(post, "¿Alguien me lee?", under=comment)
    town.collect()
    assert town.conversation().assignee == MARIA
    with town.db.write() as session:
        reply(session, "maple", town.conversation().id, MARIA, "La directora ya lo sabe.", town.now)
    assert first(town) == []


def test_where_its_person_leaves_somebody_else_looks_after_it(night):
    town = night
    town.say(town.post(), GUN)
    town.collect()
    town.change_person(LAN, off_at=town.now)
    with town.db.read() as session:
        school = school_named(session, "maple")
    follow(town.db, school, town.now)
    assert (town.conversation().assignee, town.conversation().urgent) == (OFFICE, "danger")


def test_what_is_from_before_us_or_was_answered_on_facebook_alarms_nobody(town):
    town.say(town.post(ago=timedelta(days=30)), GUN, ago=timedelta(days=20))
    answered = town.say(post := town.post("Picnic"), "AYUDA")
    town.answer_by_hand(post, "Ya llamamos a la policía.", under=answered)
    town.collect()
    assert first(town) == [] and {one.urgent for one in town.conversations()} == {""}


def test_what_asks_nothing_else_is_owed_an_answer_when_it_is_urgent(town):
    with town.db.write() as session:
        add_phrase(session, "maple", "es", "mil gracias", "danger", OFFICE, town.now)  # agreed upon as a call for help
    town.say(town.post(), "Mil gracias")
    town.collect()
    assert (town.conversation().state, town.messages()[0].owed) == ("open", True)
