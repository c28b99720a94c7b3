"""Collecting from a pretend Facebook into a real database."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from rehearsal.facebook import happenings, towns

SPANISH = "¿A qué hora empieza la fiesta y podemos llevar a los abuelos?"
VIETNAMESE = "Con tôi có thể đến muộn được không ạ? Cảm ơn cô."
ENGLISH = "What time does the festival start, and is there parking?"


def test_a_nameless_comment_opens_a_conversation_for_the_person_who_speaks_its_language(town):
    comment = town.say(town.post(), SPANISH)
    collected = town.collect()
    found = town.conversation()
    assert (found.state, found.language, found.assignee) == ("open", "es", "maria@maple.example")
    assert (found.comment_external_id, found.author_name, found.visitor_id) == (comment.id, "", None)
    assert found.opened_at.timestamp() == comment.created_at
    assert "Maria Ortiz" in found.reason
    assert found.due_at > town.now
    assert (collected.counts, collected.problem) == ({"new": 1, "opened": 1, "assigned": 1}, "")
    assert [one.email for one in town.assignments()] == ["maria@maple.example"]


def test_two_nameless_comments_under_one_post_are_two_conversations_and_each_reply_joins_its_thread(town):
    post = town.post()
    first, second = town.say(post, ENGLISH), town.say(post, SPANISH)
    town.say(post, "And where do we park the bus?", under=first)
    town.say(post, "¿Y cuánto cuesta la entrada para los niños?", under=second)
    town.collect()
    told = {row.id: row.comment_external_id for row in town.conversations()}
    assert sorted(told.values()) == sorted([first.id, second.id])
    assert Counter(told[row.conversation_id] for row in town.messages()) == {first.id: 2, second.id: 2}


def test_a_named_family_has_one_conversation_under_a_post_and_another_under_the_next(named):
    posts = named.post("Festival"), named.post("Bake sale")
    thread = named.say(posts[0], ENGLISH, by="Ana Perez")
    named.say(posts[0], "Is lunch included for the little ones?", by="Ana Perez")
    named.say(posts[0], "Same question from us, please tell us too", by="Bo Li", under=thread)
    named.say(posts[1], "Can we bring a cake without nuts?", by="Ana Perez")
    named.collect()
    found = Counter((row.author_name, row.post_external_id) for row in named.conversations())
    assert found == {("Ana Perez", posts[0].id): 1, ("Bo Li", posts[0].id): 1, ("Ana Perez", posts[1].id): 1}
    ana = [row for row in named.conversations() if row.author_name == "Ana Perez"]
    assert len({row.visitor_id for row in ana}) == 1
    assert len(named.messages()) == 4


def test_an_answer_by_hand_on_facebook_counts_as_ours_and_never_as_a_familys(town):
    post = town.post()
    comment = town.say(post, ENGLISH)
    town.collect()
    answer = town.answer_by_hand(post, "It starts at five.", under=comment)
    town.collect()
    found = town.conversation()
    assert (found.state, found.answered_at.timestamp()) == ("waiting", answer.created_at)
    assert [(row.direction, row.state) for row in town.messages()] == [("received", ""), ("sent", "sent")]


def test_what_was_answered_before_we_first_looked_waits(town):
    post = town.post()
    town.answer_by_hand(post, "At five!", under=town.say(post, ENGLISH))
    town.collect()
    assert (town.conversation().state, town.conversation().assignee) == ("waiting", "office@maple.example")
    assert town.assignments() == []  # nobody was asked


def test_the_pages_own_top_level_comment_stands_once_and_asks_for_nothing(town):
    post = town.post()
    town.answer_by_hand(post, "Now at six o'clock: https://example.org/e/abc")
    town.collect()
    found = town.conversation()
    assert (found.state, found.closed_reason, found.assignee) == ("closed", "no-answer-needed", "office@maple.example")
    assert [row.direction for row in town.messages()] == ["sent"]


def test_a_familys_reply_under_the_pages_own_comment_opens(town):
    post = town.post()
    change = town.answer_by_hand(post, "Now at six o'clock.")
    town.collect()
    town.say(post, "Why so late? My son sleeps at seven.", under=change)
    town.collect()
    assert (town.conversation().state, town.conversation().assignee) == ("open", "office@maple.example")
    assert town.conversation().reason == (
        "English, and School office speaks it. Maria Ortiz is kept free for Spanish, which fewer people here speak."
    )


def test_a_new_message_after_our_answer_opens_again_and_goes_to_the_same_person(town):
    post = town.post()
    comment = town.say(post, SPANISH)
    town.collect()
    town.answer_by_hand(post, "A las cinco.", under=comment)
    town.collect()
    again = town.say(post, "Gracias. ¿Y dónde podemos estacionar el coche?", under=comment)
    town.collect()
    found = town.conversation()
    assert (found.state, found.assignee, found.answered_at) == ("open", "maria@maple.example", None)
    assert found.opened_at.timestamp() == again.created_at
    assert len(town.assignments()) == 2


def test_thanks_after_our_answer_close_as_answered(town):
    post = town.post()
    comment = town.say(post, SPANISH)
    town.answer_by_hand(post, "A las cinco.", under=comment)
    town.collect()
    town.say(post, "Muchas gracias 🙏", under=comment)
    town.collect()
    assert (town.conversation().state, town.conversation().closed_reason) == ("closed", "answered")


def test_only_emoji_or_thanks_are_kept_and_closed(town):
    post = town.post()
    for text in ("🎉🎉🎉", "Gracias!", "Thank you so much"):
        town.say(post, text)
    town.say(post, "", attachment={"type": "sticker", "url": "https://example.org/s.png"})
    town.collect()
    assert {(row.state, row.closed_reason, row.assignee) for row in town.conversations()} == {
        ("closed", "no-answer-needed", "office@maple.example")
    }
    assert len(town.messages()) == 4
    assert town.assignments() == []  # it is noted for the fallback, and nobody was asked


def test_who_only_had_thanks_noted_for_them_is_not_taken_for_who_knows_the_family(named):
    post = named.post()
    named.say(post, "Thank you!", by="Ana")
    named.collect()
    named.say(post, ENGLISH, by="Somebody else")  # the office has one, so that Maria's turn would come
    named.say(post, "Where do we park, and is the gate open?", by="Ana")
    named.collect()
    reasons = {row.author_name: row.reason for row in named.conversations()}
    assert "had this conversation before" not in reasons["Ana"]


def test_what_has_no_words_and_nothing_to_look_at_is_not_called_a_photo(town):
    town.say(town.post(), "5551234")
    town.collect()
    assert (town.conversation().language, town.conversation().assignee) == ("und", "office@maple.example")
    assert "no words to tell it by" in town.conversation().reason


def test_a_photo_without_words_is_open_of_no_language_and_goes_to_the_fallback(town):
    town.say(town.post(), "", photo=True)
    town.collect()
    found = town.conversation()
    assert (found.state, found.language, found.assignee) == ("open", "und", "office@maple.example")
    assert town.messages()[0].attachment["type"] == "photo"


def test_a_photo_whose_family_then_writes_moves_to_who_speaks_their_language(town):
    post = town.post()
    photo = town.say(post, "", photo=True)
    town.collect()
    due = town.conversation().due_at
    town.say(post, VIETNAMESE, under=photo)
    town.collect()
    found = town.conversation()
    assert (found.language, found.assignee, found.due_at) == ("vi", "lan@maple.example", due)


def test_what_is_older_than_seven_days_at_connection_arrives_closed(town):
    post = town.post(ago=timedelta(days=20))
    old = town.say(post, ENGLISH, ago=timedelta(days=8))
    town.say(post, SPANISH, ago=timedelta(days=6))
    town.collect()
    told = {row.comment_external_id: (row.state, row.closed_reason) for row in town.conversations()}
    assert told.pop(old.id) == ("closed", "before-us")
    assert set(told.values()) == {("open", "")}


def test_a_new_message_opens_what_came_before_us(town):
    post = town.post(ago=timedelta(days=20))
    old = town.say(post, ENGLISH, ago=timedelta(days=8))
    town.collect()
    town.say(post, "Nobody answered me yet, when does it start?", under=old)
    town.collect()
    assert town.conversation().state == "open"


def test_an_edit_changes_the_text_hears_it_again_and_opens(town):
    post = town.post()
    comment = town.say(post, "🎉")
    town.collect()
    happenings.edit_comment(town.facebook.world, comment, SPANISH)
    collected = town.collect()
    found, message = town.conversation(), town.messages()[0]
    assert (found.state, found.language, found.assignee) == ("open", "es", "maria@maple.example")
    assert (message.text, message.language) == (SPANISH, "es")
    assert message.edited_at is not None
    assert collected.counts["edited"] == 1


def test_an_edit_into_thanks_closes_what_was_open(town):
    comment = town.say(town.post(), ENGLISH)
    town.collect()
    happenings.edit_comment(town.facebook.world, comment, "Thank you!")
    town.collect()
    assert (town.conversation().state, town.conversation().closed_reason) == ("closed", "no-answer-needed")


def test_an_edit_after_our_answer_opens_again(town):
    post = town.post()
    comment = town.say(post, ENGLISH)
    town.answer_by_hand(post, "At five.", under=comment)
    town.collect()
    happenings.edit_comment(town.facebook.world, comment, "What does it cost for three children?")
    town.collect()
    assert town.conversation().state == "open"


def test_a_removed_comment_leaves_a_tombstone_and_closes_when_nothing_else_is_owed(town):
    post = town.post()
    comment, other = town.say(post, ENGLISH), town.say(post, SPANISH)
    town.collect()
    happenings.remove_comment(town.facebook.world, comment)
    collected = town.collect()
    told = {row.comment_external_id: (row.state, row.closed_reason) for row in town.conversations()}
    assert told == {comment.id: ("closed", "elsewhere"), other.id: ("open", "")}
    assert {row.external_id: row.removed_at is not None for row in town.messages()} == {
        comment.id: True,
        other.id: False,
    }
    assert collected.counts == {"removed": 1}


def test_a_comment_that_comes_back_is_owed_again(town):
    comment = town.say(town.post(), ENGLISH)
    town.collect()
    happenings.remove_comment(town.facebook.world, comment)
    town.collect()
    comment.removed_at = 0.0
    town.collect()
    assert (town.conversation().state, town.messages()[0].removed_at) == ("open", None)
    assert len(town.messages()) == 1


def test_our_answer_taken_away_on_facebook_is_owed_again(town):
    post = town.post()
    comment = town.say(post, ENGLISH)
    answer = town.answer_by_hand(post, "At fife.", under=comment)
    town.collect()
    happenings.remove_comment(town.facebook.world, answer)
    town.collect()
    assert town.conversation().state == "open"


def test_hiding_and_showing_are_seen(town):
    comment = town.say(town.post(), ENGLISH)
    town.collect()
    happenings.hide_comment(town.facebook.world, comment, True)
    town.collect()
    assert town.messages()[0].hidden_at is not None
    happenings.hide_comment(town.facebook.world, comment, False)
    town.collect()
    assert town.messages()[0].hidden_at is None
    assert town.conversation().state == "open"


def test_a_visitors_post_is_a_message_and_what_the_page_says_under_it_answers(town):
    post = town.post(ENGLISH, by="A visitor")
    town.collect()
    found = town.conversation()
    assert (found.state, found.comment_external_id, found.post_external_id) == ("open", post.id, post.id)
    assert found.assignee is not None
    town.answer_by_hand(post, "Welcome! It starts at five.")
    town.collect()
    assert town.conversation().state == "waiting"
    assert len(town.messages()) == 2


def test_a_named_visitors_post_and_their_comments_under_it_are_one_conversation(named):
    post = named.post(ENGLISH, by="Ana Perez")
    named.say(post, "Hello? Is anybody reading this page?", by="Ana Perez")
    named.collect()
    assert named.conversation().author_name == "Ana Perez"
    assert len(named.messages()) == 2


def test_an_edited_visitors_post_is_heard_again(town):
    post = town.post("Hello 👋", by="A visitor")
    town.collect()
    happenings.edit_post(town.facebook.world, post, SPANISH)
    town.collect()
    assert (town.messages()[0].text, town.conversation().language) == (SPANISH, "es")


def test_more_than_fifty_comments_are_all_read_and_each_stands_once(town):
    post = town.post()
    for number in range(120):
        town.say(post, f"{number}: ¿?")
    town.collect()
    town.collect()
    ids = [row.external_id for row in town.messages()]
    assert len(ids) == len(set(ids)) == 120
    assert len(town.conversations()) == 120


def test_more_than_thirty_posts_are_all_read(town):
    for number in range(34):
        town.say(town.post(f"Post {number}", ago=timedelta(days=number)), ENGLISH)
    town.collect()
    assert len({row.post_external_id for row in town.conversations()}) == 34
    assert len(town.page_posts()) == 34


def test_an_old_post_that_still_draws_comments_is_read(town):
    old = town.post("Supply list", ago=timedelta(days=200))
    silent = town.post("Last year", ago=timedelta(days=210))
    town.say(silent, ENGLISH, ago=timedelta(days=205))
    town.say(old, ENGLISH, ago=timedelta(days=1))
    for number in range(32):
        town.post(f"Newer {number}", ago=timedelta(days=number))
    town.collect()
    town.say(old, SPANISH)
    town.collect()
    assert {row.post_external_id for row in town.conversations()} == {old.id}
    assert len(town.messages()) == 2


def test_a_second_quiet_reading_is_one_call_and_changes_no_row(town):
    for number in range(25):
        post = town.post(f"Post {number}", ago=timedelta(days=number))
        for text in (ENGLISH, SPANISH):
            town.answer_by_hand(post, "We will tell you.", under=town.say(post, text))
    town.post("Hello, who runs this page? I would like to help.", by="A visitor")
    town.collect()
    before, calls = town.everything(), town.calls()
    collected = town.collect()
    assert town.calls() - calls == 1
    assert town.everything() == before
    assert collected.counts == {}


def test_a_new_comment_on_a_long_thread_costs_no_deep_reading(town):
    post = town.post()
    for number in range(70):
        town.say(post, f"{number}: ¿?")
    town.collect()
    calls = town.calls()
    town.say(post, SPANISH)
    assert town.collect().counts["new"] == 1
    assert town.calls() - calls == 1


def test_removals_deep_in_a_thread_are_seen_where_facebooks_count_moves(town):
    post = town.post()
    comments = [town.say(post, f"{number}: ¿?") for number in range(70)]
    town.collect()
    happenings.remove_comment(town.facebook.world, comments[3])
    assert town.collect().counts == {"removed": 1}


def test_edits_deep_in_a_thread_are_seen_within_a_day(town):
    post = town.post()
    comments = [town.say(post, f"{number}: ¿?") for number in range(70)]
    town.collect()
    happenings.edit_comment(town.facebook.world, comments[3], SPANISH)
    assert town.collect().counts == {}
    town.pass_time(days=1)
    assert town.collect().counts["edited"] == 1


def test_a_post_that_is_gone_takes_no_familys_words_along(town):
    post, other = town.post("Festival"), town.post("Bake sale")
    town.say(post, ENGLISH)
    town.say(other, ENGLISH)
    town.collect()
    happenings.remove_post(town.facebook.world, post)
    town.collect()
    gone = {row.external_id: row.gone_at is not None for row in town.page_posts()}
    assert gone == {post.id: True, other.id: False}
    assert all(row.removed_at is None for row in town.messages())
    calls = town.calls()
    town.collect()
    assert town.calls() - calls == 1


def test_a_visitors_post_that_is_gone_takes_the_visitors_own_words_along_and_closes(town):
    post = town.post("Does the school have a lost and found?", by="Ana")
    town.say(post, "My son lost his jacket too, where can we look?")
    town.collect()
    happenings.remove_post(town.facebook.world, post)
    town.collect()
    assert {row.external_id == post.id: row.removed_at is not None for row in town.messages()} == {
        True: True,
        False: False,
    }
    states = {row.comment_external_id == post.id: (row.state, row.closed_reason) for row in town.conversations()}
    assert states == {True: ("closed", "elsewhere"), False: ("open", "")}


def test_an_empty_answer_removes_nothing(town):
    post = town.post()
    for text in (ENGLISH, SPANISH):
        town.say(post, text)
    town.collect()
    town.fault("empty", edge="comments", match={"path": "/feed$"})
    town.collect()
    assert all(row.removed_at is None for row in town.messages())


def test_a_comment_that_the_list_leaves_out_but_that_stands_is_not_removed(town):
    post = town.post()
    left_out = town.say(post, ENGLISH)
    town.say(post, SPANISH)
    town.collect()
    town.fault("hidden-from-read", ids=[left_out.id])
    town.collect()
    assert all(row.removed_at is None for row in town.messages())


def test_a_token_that_may_not_see_comments_is_told_and_removes_nothing(town):
    town.say(town.post(), ENGLISH)
    town.collect()
    token = town.facebook.world.tokens[towns.PAGE_TOKEN]
    token.tasks = [task for task in token.tasks if task != "MODERATE"]
    assert "MODERATE" in town.collect().problem
    assert all(row.removed_at is None for row in town.messages())


def test_lost_paging_removes_nothing(town):
    post = town.post()
    for number in range(60):
        town.say(post, f"{number}: ¿?")
    town.collect()
    town.fault("paging-missing", edge="comments", match={"path": "/feed$"})
    town.collect()
    assert all(row.removed_at is None for row in town.messages())


def test_the_silence_of_a_wrong_token_removes_nothing(town):
    town.say(town.post(), ENGLISH)
    town.collect()
    town.change_page(token_kind="user", token_sealed=town.vault.seal(towns.USER_TOKEN))
    happenings.remove_comment(town.facebook.world, next(iter(town.facebook.world.comments.values())))
    town.collect()
    assert [row.removed_at for row in town.messages()] == [None]


def test_a_page_whose_token_is_not_proven_takes_no_post_for_a_visitors(town):
    town.change_page(token_kind="user", token_sealed=town.vault.seal(towns.USER_TOKEN))
    town.post("Festival")
    town.collect()
    assert town.conversations() == []


def test_a_throttled_page_is_parked_and_left_alone(town):
    town.fault("throttle", minutes=40)
    collected = town.collect()
    assert collected.parked
    assert town.page().parked_until >= town.now + timedelta(minutes=40)
    town.facebook.world.pages[towns.PAGE_ID].throttled_until = 0.0
    calls = town.calls()
    assert town.collect().parked
    assert town.calls() == calls


def test_a_page_is_parked_for_as_long_as_facebook_says_then_read_again(town):
    town.say(town.post(), ENGLISH)
    town.fault("throttle", minutes=1)
    town.collect()
    assert town.page().parked_until == town.now + timedelta(minutes=1)
    town.pass_time(minutes=1)
    assert town.collect().counts["new"] == 1
    assert town.page().parked_until is None


def test_a_dead_token_is_told_and_the_page_is_not_called_again(town):
    town.facebook.world.tokens[towns.PAGE_TOKEN].revoked = 460
    collected = town.collect()
    assert collected.problem
    assert not collected.parked
    assert town.page().dead_since is not None
    calls = town.calls()
    assert town.collect().problem == collected.problem
    assert town.calls() == calls


def test_another_error_is_told_and_forgotten_when_it_is_over(town):
    town.fault("html502")
    assert town.collect().problem
    assert town.page().problem
    assert town.collect().problem == ""
    assert town.page().problem == ""


def test_an_error_deep_in_a_thread_keeps_what_was_read_and_the_rest_comes_next(town):
    post = town.post()
    for number in range(70):
        town.say(post, f"{number}: ¿?")
    town.fault("html502", match={"path": "/comments$"})
    assert town.collect().problem
    assert len(town.messages()) == 50
    assert town.collect().problem == ""
    assert len(town.messages()) == 70


def test_reading_stops_while_most_of_the_quota_is_used(town):
    town.change_page(usage={"call_count": 97, "cputime": 1, "time": 1, "regain_minutes": 0, "at": town.now.isoformat()})
    calls = town.calls()
    assert town.collect().parked
    assert town.calls() == calls
    town.pass_time(minutes=16)
    town.collect()
    assert town.calls() == calls + 1


def test_a_page_that_is_switched_off_is_not_called(town):
    town.change_page(off_at=town.now)
    calls = town.calls()
    assert town.collect().counts == {}
    assert town.calls() == calls


def test_an_open_conversation_whose_person_left_goes_to_somebody_else(town):
    town.say(town.post(), SPANISH)
    town.collect()
    town.change_person("maria@maple.example", off_at=town.now)
    town.collect()
    found = town.conversation()
    assert found.assignee == "office@maple.example"
    assert "nobody" in found.reason


def test_at_the_daily_limit_the_next_in_line_is_asked(town):
    town.change_person("lan@maple.example", languages=["vi", "es"])
    town.change_person("maria@maple.example", daily_limit=1)
    post = town.post()
    for text in (SPANISH, "¿Cuánto cuesta la comida para los niños?", "¿Dónde está la entrada de la escuela?"):
        town.say(post, text)
    town.collect()
    assert Counter(row.assignee for row in town.conversations()) == {"maria@maple.example": 1, "lan@maple.example": 2}
