"""Taking, putting off, opening again, notes, help, a person's word about the language, drafts, saved replies."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import select

from config.mistake import Mistake
from inbox import deeds, drafts, presence
from inbox.correct import correct
from inbox.overtaken import Overtaken, newest_seen
from inbox.replies import NotPossible, assign, close, reply
from models.audit import of_subject
from models.conversation import messages
from models.draft import drafts_of, saved_replies
from models.school import school_named
from models.staff import StaffMember

QUESTION = "¿A qué hora empieza la fiesta y podemos llevar a los abuelos?"
MARIA, LAN, OFFICE = "maria@maple.example", "lan@maple.example", "office@maple.example"


@pytest.fixture
def asked(town):
    """A town in which one family has asked."""
    comment = town.say(town.post(), QUESTION)
    town.collect()
    return town, comment


def do(town, deed, *args, **more):
    """The deed in a transaction of its own, with the school as it wants it."""
    with town.db.write() as session:
        takes_row = deed in (deeds.snooze, deeds.reopen, deeds.ask_for_help, correct)
        school = school_named(session, "maple") if takes_row else "maple"
        return deed(session, school, town.conversations()[0].id, *args, **more)


def audited(town):
    with town.db.read() as session:
        return [(one.what, one.by) for one in of_subject(session, "maple", town.conversation().id)]


def known(town):
    with town.db.read() as session:
        return messages(session, "maple", [town.conversation().id])[town.conversation().id]


# --- who is writing


def test_whoever_takes_a_conversation_has_it_and_is_seen_to_write_for_ten_minutes(asked):
    town, _ = asked
    do(town, presence.take, OFFICE, town.now)
    row = town.conversation()
    assert (row.assignee, presence.writer(row, town.now)) == (OFFICE, OFFICE)
    assert presence.writer(row, town.now + timedelta(minutes=10)) == ""
    assert audited(town) == [("assign", OFFICE)]


def test_nobody_takes_what_another_one_is_writing_unless_they_say_so(asked):
    town, _ = asked
    do(town, presence.take, MARIA, town.now)
    with pytest.raises(NotPossible, match="Maria Ortiz is writing"):
        do(town, presence.take, OFFICE, town.now)
    do(town, presence.take, OFFICE, town.now, anyway=True)
    assert town.conversation().taken_by == OFFICE


def test_typing_is_told_without_moving_the_conversation_in_any_list(asked):
    town, _ = asked
    before = town.conversation().updated_at
    assert do(town, presence.is_writing, MARIA, town.now) == MARIA
    assert do(town, presence.is_writing, OFFICE, town.now) == MARIA
    assert town.conversation().updated_at == before
    do(town, presence.let_go, OFFICE)
    assert town.conversation().taken_by == MARIA
    do(town, presence.let_go, MARIA)
    assert do(town, presence.is_writing, OFFICE, town.now) == OFFICE


def test_an_answer_ends_the_writing_and_its_drafts(asked):
    town, _ = asked
    do(town, presence.take, MARIA, town.now)
    do(town, drafts.save_draft, MARIA, "A las", town.now)
    do(town, drafts.save_draft, OFFICE, "At five?", town.now)
    do(town, reply, MARIA, "A las cinco.", town.now)
    assert town.conversation().taken_by == ""
    with town.db.read() as session:
        assert list(drafts_of(session, "maple", town.conversation().id)) == [OFFICE]


# --- two answers at once


def test_a_second_answer_is_stopped_with_who_and_when(asked):
    town, _ = asked
    seen = newest_seen(known(town))
    do(town, reply, OFFICE, "A las cinco.", town.now, seen=seen)
    with pytest.raises(Overtaken, match="School office answered 3 minutes ago") as stopped:
        do(town, reply, MARIA, "Empieza a las cinco.", town.now + timedelta(minutes=3), seen=seen)
    assert (stopped.value.name, stopped.value.at) == ("School office", town.now)
    assert [one.direction for one in known(town)] == ["received", "sent"]
    do(town, reply, MARIA, "Empieza a las cinco.", town.now, seen=seen, anyway=True)


def test_whoever_has_seen_the_other_answer_may_add_theirs(asked):
    town, _ = asked
    do(town, reply, OFFICE, "A las cinco.", town.now)
    do(town, reply, MARIA, "Sí, traigan a los abuelos.", town.now, seen=newest_seen(known(town)))
    assert len([one for one in known(town) if one.direction == "sent"]) == 2


def test_an_answer_is_stopped_where_the_family_wrote_meanwhile(asked):
    town, comment = asked
    seen = newest_seen(known(town))
    town.say(town.facebook.world.posts[comment.post_id], "¿Y cuánto cuesta?", under=comment)
    town.collect()
    with pytest.raises(Overtaken, match="The family wrote again"):
        do(town, reply, MARIA, "A las cinco.", town.now, seen=seen)


def test_an_answer_typed_on_facebook_counts_and_a_note_does_not(asked):
    town, comment = asked
    seen = newest_seen(known(town))
    do(town, deeds.write_note, OFFICE, "I asked the coach.", town.now)
    town.answer_by_hand(town.facebook.world.posts[comment.post_id], "At five.", under=comment)
    town.collect()
    with pytest.raises(Overtaken, match="Somebody on Facebook answered"):
        do(town, reply, MARIA, "A las cinco.", town.now, seen=seen)


def test_one_s_own_second_answer_is_not_a_collision(asked):
    town, _ = asked
    seen = newest_seen(known(town))
    do(town, reply, MARIA, "A las cinco.", town.now, seen=seen)
    do(town, reply, MARIA, "En el gimnasio.", town.now, seen=seen)


# --- put off


def test_what_is_put_off_wakes_by_itself_in_the_morning_of_that_day(asked):
    town, _ = asked
    do(town, deeds.snooze, MARIA, date(2026, 11, 27), town.now)
    assert town.conversation().snoozed_until == datetime(2026, 11, 27, 6, tzinfo=UTC)  # midnight in Chicago
    town.pass_time(minutes=1)
    do(town, deeds.wake, MARIA, town.now)
    assert town.conversation().snoozed_until is None
    assert [what for what, _ in audited(town)] == ["snooze", "wake"]


@pytest.mark.parametrize(("until", "why"), [("2026-11-24", "not ahead"), ("2027-06-01", "more than 90 days")])
def test_only_a_day_ahead_and_not_too_far_will_do(asked, until, why):
    town, _ = asked
    with pytest.raises(NotPossible, match=why):
        do(town, deeds.snooze, MARIA, date.fromisoformat(until), town.now)


def test_a_new_message_of_the_family_wakes_it_and_words_of_our_own_do_not(asked):
    town, comment = asked
    post = town.facebook.world.posts[comment.post_id]
    do(town, deeds.snooze, MARIA, date(2026, 11, 27), town.now)
    town.answer_by_hand(post, "We will find out.", under=comment)
    town.collect()
    assert town.conversation().snoozed_until is not None
    town.say(post, "¿Hay noticias?", under=comment)
    town.collect()
    assert (town.conversation().snoozed_until, town.conversation().state) == (None, "open")


def test_what_is_closed_cannot_be_put_off(asked):
    town, _ = asked
    do(town, close, MARIA, town.now, "elsewhere")
    with pytest.raises(NotPossible, match="open it again first"):
        do(town, deeds.snooze, MARIA, date(2026, 11, 27), town.now)


# --- open again


def test_what_was_closed_by_mistake_is_open_since_the_family_wrote_and_due_anew(asked):
    town, comment = asked
    wrote = town.conversation().opened_at
    town.pass_time(days=2)
    do(town, close, MARIA, town.now, "spam")
    town.pass_time(minutes=1)
    do(town, deeds.reopen, OFFICE, town.now)
    row = town.conversation()
    assert (row.state, row.closed_reason, row.assignee, row.opened_at) == ("open", "", MARIA, wrote)
    assert row.due_at > town.now
    assert [what for what, _ in audited(town)] == ["close", "reopen"]
    assert comment


def test_what_is_answered_and_opened_again_waits_from_now_on_and_for_somebody_who_is_there(asked):
    town, _ = asked
    do(town, reply, MARIA, "A las cinco.", town.now)
    town.change_person(MARIA, off_at=town.now)
    town.pass_time(minutes=5)
    do(town, deeds.reopen, OFFICE, town.now)
    row = town.conversation()
    assert (row.state, row.opened_at, row.answered_at, row.assignee) == ("open", town.now, None, OFFICE)


# --- notes, help, hand-over


def test_a_note_is_for_colleagues_only_and_no_reading_takes_it_away(asked):
    town, _ = asked
    do(town, deeds.write_note, MARIA, " The coach knows. ", town.now)
    town.collect()
    note = next(one for one in known(town) if one.direction == "note")
    assert (note.text, note.author, note.removed_at, note.external_id) == ("The coach knows.", MARIA, None, None)
    assert town.conversation().state == "open"


@pytest.mark.parametrize("text", ["  ", "x" * 8001])
def test_an_empty_or_endless_note_is_refused(asked, text):
    town, _ = asked
    with pytest.raises(NotPossible):
        do(town, deeds.write_note, MARIA, text, town.now)


def test_a_hand_over_carries_a_sentence(asked):
    town, _ = asked
    town.pass_time(minutes=1)
    do(town, deeds.hand_over, LAN, MARIA, town.now, " You know\nthe coach. ")
    assert town.conversation().reason == "Maria Ortiz gave it to Lan Pham: You know the coach."
    assert town.assignments()[-1].by == MARIA


def test_help_comes_from_somebody_else_who_speaks_it_or_from_the_fallback(asked):
    town, _ = asked
    do(town, deeds.ask_for_help, MARIA, town.now, "I don't know the bus times.")
    row = town.conversation()
    assert (row.assignee, row.reason) == (
        OFFICE, "Maria Ortiz asks for help: I don't know the bus times. Spanish, and nobody here speaks it.",
    )  # fmt: skip
    with town.db.write() as session:
        session.add(
            StaffMember(
                school="maple", email="rosa@maple.example", name="Rosa Diaz", role="staff", languages=["es"], made_by="site"
            )
        )  # fmt: skip
    do(town, deeds.ask_for_help, MARIA, town.now)
    assert town.conversation().assignee == "rosa@maple.example"


def test_where_nobody_else_is_there_help_is_refused_in_a_sentence(asked):
    town, _ = asked
    for email in (LAN, OFFICE):
        town.change_person(email, off_at=town.now)
    with pytest.raises(NotPossible, match="nobody else"):
        do(town, deeds.ask_for_help, MARIA, town.now)


@pytest.mark.parametrize("deed", [presence.take, deeds.write_note, deeds.snooze, deeds.reopen, correct])
def test_volunteers_do_none_of_it(asked, deed):
    town, _ = asked
    more = {deeds.write_note: ["x"], deeds.snooze: [date(2026, 11, 27)]}.get(deed, [])
    args = ["vi", "vera@maple.example"] if deed is correct else ["vera@maple.example", *more]
    with pytest.raises(NotPossible, match="only owners and staff"):
        do(town, deed, *args, town.now)


# --- which language it is


def test_a_person_says_which_language_it_is_and_whoever_speaks_it_gets_it_with_the_reason(asked):
    town, _ = asked
    due = town.conversation().due_at
    do(town, correct, "vi", MARIA, town.now)
    row = town.conversation()
    assert (row.language, row.language_by, row.assignee, row.due_at) == ("vi", MARIA, LAN, due)
    assert row.reason == "Maria Ortiz said it is Vietnamese; Lan Pham speaks it."
    assert [one.language for one in known(town)] == ["vi"]
    assert ("correct language", MARIA) in audited(town)


def test_whoever_has_it_and_speaks_it_keeps_it(asked):
    town, _ = asked
    do(town, assign, OFFICE, OFFICE, town.now)
    do(town, correct, "en", LAN, town.now)
    assert town.conversation().assignee == OFFICE
    assert town.conversation().reason == "Lan Pham said it is English; School office speaks it."


def test_a_language_that_nobody_speaks_goes_to_the_fallback(asked):
    town, _ = asked
    do(town, correct, "ksw", MARIA, town.now)
    assert town.conversation().assignee == OFFICE
    assert town.conversation().reason == "Maria Ortiz said it is S'gaw Karen; nobody here speaks it."


def test_no_later_guess_stands_over_a_person_s_word(asked):
    town, comment = asked
    do(town, correct, "vi", MARIA, town.now)
    town.say(town.facebook.world.posts[comment.post_id], "¿Y hay estacionamiento para todos?", under=comment)
    town.collect()
    row = town.conversation()
    assert (row.language, row.language_by, row.assignee) == ("vi", MARIA, LAN)


def test_of_a_closed_conversation_only_the_language_changes(asked):
    town, _ = asked
    do(town, close, MARIA, town.now, "elsewhere")
    do(town, correct, "vi", MARIA, town.now)
    assert (town.conversation().language, town.conversation().assignee) == ("vi", MARIA)


def test_no_such_language_is_told(asked):
    town, _ = asked
    with pytest.raises(Mistake, match="Spanish"):
        do(town, correct, "spanish", MARIA, town.now)


def test_every_message_keeps_how_its_language_was_told(asked):
    town, comment = asked
    town.say(town.facebook.world.posts[comment.post_id], "هل الحفلة يوم الجمعة؟")
    town.say(town.facebook.world.posts[comment.post_id], "🎉")
    town.collect()
    spanish, arabic, cheer = [one.guess for one in town.messages()]
    assert spanish["why"] == "words" and spanish["candidates"][0][0] == "es"
    assert spanish["scores"]["pycld2 0.42"][0][0] == "es"
    assert arabic["why"] == "letters" and arabic["candidates"][0][0] == "ar" and "scores" not in arabic
    assert cheer == {}


# --- drafts and saved replies


def test_each_has_a_draft_of_their_own_and_nothing_typed_keeps_nothing(asked):
    town, _ = asked
    do(town, drafts.save_draft, MARIA, "A las", town.now)
    do(town, drafts.save_draft, OFFICE, "At", town.now)
    do(town, drafts.save_draft, MARIA, " ", town.now)
    with town.db.read() as session:
        assert {one: row.text for one, row in drafts_of(session, "maple", town.conversation().id).items()} == {
            OFFICE: "At"
        }


def test_a_draft_that_comes_after_its_answer_does_not_come_back(asked):
    town, _ = asked
    do(town, reply, MARIA, "A las cinco, en el gimnasio.", town.now)
    assert do(town, drafts.save_draft, MARIA, "A las cinco, en el gim", town.now) is None
    assert do(town, drafts.save_draft, MARIA, "También el viernes.", town.now) is not None


def test_saved_replies_are_added_changed_and_removed(asked):
    town, _ = asked
    with town.db.write() as session:
        made = drafts.add_saved(session, "maple", MARIA, "ES", "Hora", "{event} es {when}.", town.now)
        drafts.change_saved(session, "maple", made.id, MARIA, "es", "La hora", "{event}: {when}", town.now)
    with town.db.read() as session:
        assert [(one.language, one.title) for one in saved_replies(session, "maple")] == [("es", "La hora")]
    with town.db.write() as session:
        drafts.remove_saved(session, "maple", made.id, MARIA, town.now)
        assert saved_replies(session, "maple") == []
        with pytest.raises(NotPossible, match="no longer there"):
            drafts.change_saved(session, "maple", made.id, MARIA, "es", "x", "y", town.now)


@pytest.mark.parametrize(
    ("title", "text", "why"),
    [
        ("", "x", "fill in both"),
        ("x", " ", "fill in both"),
        ("x", "At {time}", r"\{time\} is no field"),
        ("x" * 81, "x", "81 characters"),
    ],
)
def test_a_saved_reply_that_cannot_be_used_is_refused(asked, title, text, why):
    town, _ = asked
    with town.db.write() as session, pytest.raises(NotPossible, match=why):
        drafts.add_saved(session, "maple", MARIA, "es", title, text, town.now)


def test_fields_are_filled_and_what_is_not_known_stays_to_be_seen():
    text = drafts.filled("{event}, {when}: {where}. {other}", {"event": "Concierto", "when": "el jueves", "where": ""})
    assert text == "Concierto, el jueves: {where}. {other}"
    assert drafts.unfilled(text) == ["{where}"]


def test_everything_is_of_one_school(asked):
    town, _ = asked
    with town.db.write() as session, pytest.raises(NotPossible):
        drafts.save_draft(session, "other", town.conversation().id, MARIA, "x", town.now)
    with town.db.read() as session:
        assert session.exec(select(StaffMember).where(StaffMember.school == "other")).all() == []
