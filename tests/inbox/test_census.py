"""Comments, all of them: what one reading does not show is told, looked for, found, and never taken as removed."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

from models.conversation import Message, unseen_comments
from rehearsal.facebook import happenings, towns
from rehearsal.facebook.links import written

ENGLISH = "What time does the festival start, and is there parking?"
SPANISH = "¿A qué hora empieza la fiesta y podemos llevar a los abuelos?"


def unseen(town):
    with town.db.read() as session:
        return [count for _, count in unseen_comments(session, "maple").values()]


def held(town):
    return sorted(row.external_id for row in town.messages())


def there(town):
    return sorted(one.id for one in town.facebook.world.comments.values())


def crowd(town, post, count):
    return [town.say(post, f"{number}: ¿?") for number in range(count)]


def fill_the_window(town):
    """So many posts that one reading of the page ends before the old ones."""
    for number in range(30):
        town.post(f"Post {number}", ago=timedelta(days=2.2 * number))


# What Facebook counts and does not show


def test_what_one_reading_does_not_show_is_told_then_found_and_stands_once(town):
    post = town.post()
    town.say(post, ENGLISH)
    left_out = town.say(post, SPANISH)
    town.fault("hidden-from-read", ids=[left_out.id], match={"path": "/feed$"}, times=1)
    (told,) = town.collect().notes
    assert "counts 1 comment that we may not see" in told and post.id in told
    assert unseen(town) == [1]
    collected = town.collect()
    assert (collected.counts["new"], collected.notes) == (1, ())
    assert (held(town), unseen(town)) == (there(town), [0])


def test_what_is_never_shown_is_told_once_and_costs_no_more_calls(town):
    post = town.post()
    town.say(post, ENGLISH)
    private = town.say(post, SPANISH)
    town.fault("hidden-from-read", ids=[private.id])
    assert town.collect().notes
    calls = town.calls()
    assert town.collect().notes == ()
    assert town.calls() - calls == 1
    assert unseen(town) == [1]


def test_what_is_hidden_deep_in_a_long_thread_is_found_by_the_next_census(town):
    post = town.post()
    left_out = crowd(town, post, 70)[3]
    town.fault("hidden-from-read", ids=[left_out.id])
    assert town.collect().notes
    town.facebook.world.faults.clear()
    calls = town.calls()
    town.collect()
    assert (town.calls() - calls, unseen(town)) == (1, [1])
    town.pass_time(days=1)
    assert town.collect().counts["new"] == 1
    assert (held(town), unseen(town)) == (there(town), [0])


def test_a_reply_that_only_its_own_comment_shows_is_found_by_the_next_census(town):
    post = town.post()
    question = town.say(post, ENGLISH)
    reply = town.say(post, "We wonder about that, too.", under=question)
    town.fault("hidden-from-read", ids=[reply.id], match={"path": r"/feed$|^10001_\d+/comments$"}, times=None)
    assert town.collect().notes
    town.pass_time(days=1)
    assert town.collect().counts["new"] == 1
    assert held(town) == there(town)
    assert len(town.conversations()) == 1


def test_a_thread_that_goes_round_in_circles_is_told_and_read_whole_when_it_no_longer_does(town):
    crowd(town, town.post(), 170)
    town.fault("repeated-cursor", edge="comments", match={"path": r"^10001_\d+/comments$"}, times=2)
    assert "70 comments" in town.collect().notes[0]
    town.collect()
    assert held(town) == there(town)


# What is not shown is not removed


def test_a_comment_that_is_not_shown_but_counted_is_not_asked_for_at_every_reading(town):
    post = town.post()
    left_out = town.say(post, ENGLISH)
    town.say(post, SPANISH)
    town.collect()
    town.fault("hidden-from-read", ids=[left_out.id])
    calls = town.calls()
    town.collect()
    town.collect()
    assert town.calls() - calls == 2
    assert all(row.removed_at is None for row in town.messages())


def test_the_census_asks_for_what_is_not_shown_and_keeps_it_while_it_stands(town):
    post = town.post()
    left_out = town.say(post, ENGLISH)
    town.say(post, SPANISH)
    town.collect()
    town.fault("hidden-from-read", ids=[left_out.id])
    town.pass_time(days=1)
    calls = town.calls()
    town.collect()
    assert town.calls() - calls == 2  # the page, and the comment by its id
    assert all(row.removed_at is None for row in town.messages())


def test_a_post_that_comes_without_its_comments_loses_none(town):
    post = town.post()
    for number in range(12):
        town.say(post, f"{number}: ¿?")
    town.collect()
    row = {"id": post.id, "created_time": written(post.created_at), "message": post.message}
    town.fault("raw", body=json.dumps({"data": [row]}), match={"path": "/feed$"}, times=2)
    for _ in range(3):
        town.collect()
    assert all(row.removed_at is None for row in town.messages())


def test_a_removal_is_seen_at_once_although_our_own_answer_made_up_the_count(town):
    post = town.post()
    asked, other = town.say(post, ENGLISH), town.say(post, SPANISH)
    town.collect()
    answer = town.answer_by_hand(post, "At five.", under=asked)
    _sent_from_here(town, asked, answer)
    happenings.remove_comment(town.facebook.world, other)
    assert town.collect().counts["removed"] == 1
    assert {row.external_id for row in town.messages() if row.removed_at} == {other.id}


def test_a_comment_and_all_its_replies_go_together(town):
    post = town.post()
    thread, other = town.say(post, ENGLISH), town.say(post, SPANISH)
    for number in range(14):
        town.say(post, f"Reply {number}", under=thread)
    town.collect()
    happenings.remove_comment(town.facebook.world, thread)
    assert town.collect().counts["removed"] == 15
    assert {row.external_id for row in town.messages() if not row.removed_at} == {other.id}


def test_a_page_that_is_unpublished_is_not_emptied(town):
    posts = [town.post(f"Post {number}") for number in range(3)]
    for post in posts:
        town.say(post, ENGLISH)
    town.post("Is there a lost and found?", by="A visitor")
    town.collect()
    before = town.everything()
    _unpublish(town)
    assert "not published" in town.collect().problem
    assert town.everything() == before
    town.facebook.world.pages[towns.PAGE_ID].published = True
    town.facebook.world.faults.clear()
    town.say(posts[0], SPANISH)
    assert town.collect().counts["new"] == 1


def test_the_only_post_of_a_page_may_go(town):
    post = town.post()
    town.collect()
    happenings.remove_post(town.facebook.world, post)
    assert town.collect().problem == ""
    assert town.page_posts()[0].gone_at is not None


# One trouble hides no other


def test_a_post_that_cannot_be_read_hides_no_other(town):
    posts = [town.post(f"Post {number}", ago=timedelta(days=9 - number)) for number in range(3)]
    for post in posts:
        crowd(town, post, 60)
    town.fault("html502", match={"path": f"^{posts[-1].id}/comments$"}, times=None)
    assert town.collect().problem
    assert len(town.messages()) == 60 + 60 + 50
    town.facebook.world.faults.clear()
    assert town.collect().problem == ""
    assert held(town) == there(town)


def test_after_a_throttle_nothing_more_is_asked_and_what_was_shown_is_kept(town):
    for number in range(3):
        crowd(town, town.post(f"Post {number}"), 60)
    town.fault("throttle", match={"path": "/comments$"})
    calls = town.calls()
    assert town.collect().parked
    assert town.calls() - calls == 2
    assert len(town.messages()) == 3 * 50


def test_a_throttle_on_the_second_page_of_posts_is_the_last_call(town):
    for number in range(34):
        crowd(town, town.post(f"Post {number}", ago=timedelta(days=number)), 1)
    crowd(town, town.post(), 60)
    town.fault("throttle", match={"path": "/feed$"}, after=1)
    calls = town.calls()
    assert town.collect().parked
    assert town.calls() - calls == 2
    assert len(town.messages()) == 29 + 50


def test_reading_ends_in_the_middle_when_the_quota_runs_low(town):
    for number in range(3):
        crowd(town, town.post(f"Post {number}"), 60)
    page = town.facebook.world.pages[towns.PAGE_ID]
    page.engaged, page.calls = 1, [town.now.timestamp()] * (4_800 * 96 // 100)
    calls = town.calls()
    assert town.collect().problem == ""
    assert town.calls() - calls == 1
    assert len(town.messages()) == 3 * 50
    assert "96 % of its calls" in town.collect().problem
    page.calls = []
    town.pass_time(minutes=16)
    town.collect()
    assert held(town) == there(town)


def test_known_posts_are_read_although_the_feed_goes_round_in_circles(town):
    posts = [town.post(f"Post {number}", ago=timedelta(days=number)) for number in range(34)]
    town.collect()
    town.say(posts[-1], ENGLISH)
    town.fault("repeated-cursor", match={"path": "/feed$"}, times=None)
    assert town.collect().counts["new"] == 1
    assert all(row.gone_at is None for row in town.page_posts())


# Everything that draws comments


def test_a_very_old_post_that_starts_to_draw_comments_is_found_by_the_census(town):
    fill_the_window(town)
    old, older = town.post("Supply list", ago=timedelta(days=500)), town.post("A song", ago=timedelta(days=600))
    town.say(older, ENGLISH, ago=timedelta(days=590))
    town.collect()
    comment = town.say(old, ENGLISH)
    town.pass_time(days=1)
    town.collect()
    assert held(town) == [comment.id]
    town.say(old, SPANISH)  # from now on it is read in every round
    assert town.collect().counts["new"] == 1


def test_an_old_post_that_moved_without_a_comment_is_asked_for_once(town):
    fill_the_window(town)
    old = town.post("Supply list", ago=timedelta(days=500))
    town.say(old, ENGLISH, ago=timedelta(days=490))
    town.collect()
    happenings.edit_post(town.facebook.world, old, "Supply list, new")
    costs = []
    for _ in range(2):
        town.pass_time(days=1)
        calls = town.calls()
        town.collect()
        costs.append(town.calls() - calls)
    assert costs[0] - costs[1] == 1
    assert town.messages() == []


def test_a_post_that_was_scheduled_is_read_once_it_stands(town):
    world = town.facebook.world
    at = (town.now + timedelta(hours=1)).timestamp()
    post = happenings.add_post(world, towns.PAGE_ID, "Later", published=False, scheduled_at=at)
    town.collect()
    assert town.page_posts() == []
    town.pass_time(hours=2)
    happenings.publish_due(world)
    town.say(post, ENGLISH)
    assert town.collect().counts["new"] == 1


def test_days_without_a_reading_are_made_good(town):
    known = [town.post(f"Before {number}", ago=timedelta(days=number)) for number in range(5)]
    crowd(town, known[0], 60)
    town.collect()
    town.pass_time(days=5)
    for number in range(40):
        town.say(town.post(f"Meanwhile {number}"), ENGLISH)
    for post in known:
        crowd(town, post, 130)
    town.collect()
    assert held(town) == there(town)
    assert len(set(held(town))) == len(held(town))


def test_hinted_posts_are_asked_for_and_no_hint_makes_anything_twice(town):
    fill_the_window(town)
    old = town.post("Supply list", ago=timedelta(days=500))
    town.collect()
    town.say(old, ENGLISH)
    assert town.collect().counts == {}
    assert town.collect(hinted=[old.id, old.id, "10001_999999"]).counts["new"] == 1
    assert town.collect(hinted=[old.id]).counts == {}


def test_a_comment_that_is_shown_under_two_posts_stands_once(town):
    album, photo = town.post("Album"), town.post("Photo")
    comment = town.say(album, ENGLISH)
    town.facebook.world.comments["again"] = replace(comment, post_id=photo.id)
    town.collect()
    town.collect()
    assert held(town) == [comment.id]
    assert len(town.conversations()) == 1


def test_a_comment_edited_into_a_photo_shows_the_photo(town):
    comment = town.say(town.post(), ENGLISH)
    town.collect()
    comment.attachment = happenings.picture("photo", "https://example.org/p.jpg")
    happenings.edit_comment(town.facebook.world, comment, "")
    town.collect()
    assert (town.messages()[0].text, town.messages()[0].attachment["type"]) == ("", "photo")
    assert town.conversation().state == "open"


def _sent_from_here(town, question, answer):
    """The row of an answer that was written in the inbox and sent."""
    with town.db.write() as session:
        session.add(
            Message(
                school="maple", page="pta", conversation_id=town.conversations()[0].id, direction="sent",
                text=answer.message, external_id=answer.id, parent_external_id=question.id,
                post_external_id=answer.post_id, author="maria@maple.example", created_at=town.now, state="sent",
            )
        )  # fmt: skip


def _unpublish(town):
    """As it looks from outside at its worst: an empty list without an error, and no post known by its id."""
    town.facebook.world.pages[towns.PAGE_ID].published = False
    town.fault("empty", match={"path": "/feed$"}, times=None)
    gone = "Unsupported get request. Object does not exist"
    town.fault("error", code=100, subcode=33, message=gone, match={"path": r"_\d+$"}, times=None)
