"""A look at a page is enough only where it shows that nothing is new: whatever else there is, the page is collected."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from sqlmodel import select

from inbox.glance import Glanced, glance
from inbox.moderation import hide
from inbox.replies import reply
from models.delivery import Delivery
from models.hint import HintedPost
from models.school import School
from rehearsal.facebook import happenings, towns
from rehearsal.facebook.world import Comment, Post
from tests.inbox.conftest import Town

ENGLISH = "What time does the festival start, and is there parking?"
SPANISH = "¿A qué hora empieza la fiesta y podemos llevar a los abuelos?"
HERE = ("maple", "pta")
NEWS, QUIET, LEFT = Glanced(news=(HERE,)), Glanced(quiet=(HERE,)), Glanced(left=(HERE,))


def look(town: Town, minutes: float = 4) -> Glanced:
    town.pass_time(minutes=minutes)
    return glance(town.db, town.doors, town.vault, [HERE], town.now)


def settle(town: Town) -> None:
    """Collects until nothing is new."""
    for _ in range(3):
        town.collect()


@pytest.fixture
def said(town: Town) -> tuple[Post, Comment]:
    """A post with a comment and the page's reply, all of which we know."""
    post = town.post()
    comment = town.say(post, ENGLISH)
    town.answer_by_hand(post, "At five.", under=comment)
    settle(town)
    return post, comment


def _fill_the_window(town: Town) -> None:
    """So many posts that one reading of the page ends before the old ones."""
    for number in range(31):
        town.post(f"Post {number}", ago=timedelta(days=2.2 * number))


# --- quiet


def test_a_quiet_page_costs_one_call_and_only_its_own_times_are_written(town: Town, said: tuple[Post, Comment]) -> None:
    before, calls, was = town.everything(), town.calls(), town.page().model_dump()
    assert look(town) == QUIET
    assert [one["path"] for one in list(town.facebook.world.calls)[calls:] if one["in_batch"]] == ["/10001/feed"]
    assert town.everything() == before
    now = town.page().model_dump()
    assert {name for name in now if now[name] != was[name]} == {"read_at", "poll_at", "usage"}
    assert (now["read_at"], timedelta(minutes=0.9) <= now["poll_at"] - town.now <= timedelta(minutes=1.1)) == (
        town.now, True,
    )  # fmt: skip


def test_nobody_is_asked_for_who_is_quiet_and_once_for_who_has_news(town: Town, said: tuple[Post, Comment]) -> None:
    asked: list[tuple[str, str]] = []

    def ask(session: object, news: Sequence[tuple[str, str]]) -> None:
        asked.extend(news)

    glance(town.db, town.doors, town.vault, [HERE], town.now, ask)
    assert asked == []
    town.say(said[0], SPANISH)
    glance(town.db, town.doors, town.vault, [HERE], town.now, ask)
    assert asked == [HERE]


def test_other_addresses_of_the_same_picture_are_no_news(town: Town) -> None:
    post = town.post()
    comment = town.say(post, "", photo=True)
    settle(town)
    assert comment.attachment is not None
    signed = {"src": "https://example.org/p.jpg?signed=2"}
    comment.attachment = {"type": "photo", "url": "https://l.example.org/?h=2", "media": {"image": signed}}
    assert look(town) == QUIET


def test_an_empty_page_with_its_own_token_is_quiet(town: Town) -> None:
    settle(town)
    assert look(town) == QUIET


def test_what_the_page_used_of_its_quota_is_told_by_a_look_too(town: Town, said: tuple[Post, Comment]) -> None:
    town.facebook.world.switches.usage_after = 0
    assert look(town) == QUIET
    assert town.page().usage["at"] == town.now.isoformat()


# --- what Facebook shows otherwise


def _edit(town: Town, post: Post, comment: Comment) -> None:
    happenings.edit_comment(town.facebook.world, comment, SPANISH)


def _remove(town: Town, post: Post, comment: Comment) -> None:
    happenings.remove_comment(town.facebook.world, comment)


def _answer(town: Town, post: Post, comment: Comment) -> None:
    town.say(post, "And where do we park the bus?", under=comment)


def _visit(town: Town, post: Post, comment: Comment) -> None:
    town.post(SPANISH, by="Ana Perez")


def _hide(town: Town, post: Post, comment: Comment) -> None:
    happenings.hide_comment(town.facebook.world, comment, True)


def _revise(town: Town, post: Post, comment: Comment) -> None:
    happenings.edit_post(town.facebook.world, post, "Fall Festival, now on Friday")


def _take_down(town: Town, post: Post, comment: Comment) -> None:
    happenings.remove_post(town.facebook.world, post)


def _empty_answer(town: Town, post: Post, comment: Comment) -> None:
    town.fault("empty", match={"path": "/feed$"})


@pytest.mark.parametrize("happens", [_edit, _remove, _answer, _visit, _hide, _revise, _take_down, _empty_answer])
def test_whatever_stands_otherwise_is_news(
    town: Town, said: tuple[Post, Comment], happens: Callable[[Town, Post, Comment], None]
) -> None:
    happens(town, *said)
    was = town.page().read_at
    assert look(town) == NEWS
    assert town.page().read_at == was
    assert town.page().poll_at == town.now + timedelta(minutes=2)


def test_a_comment_of_which_only_the_count_is_shown_is_news(town: Town, said: tuple[Post, Comment]) -> None:
    private = town.say(said[0], SPANISH)
    town.fault("hidden-from-read", ids=[private.id])
    assert look(town) == NEWS


def test_what_is_counted_and_never_shown_makes_the_page_quiet_until_the_census_looks_for_it(
    town: Town, said: tuple[Post, Comment]
) -> None:
    private = town.say(said[0], SPANISH)
    town.fault("hidden-from-read", ids=[private.id])
    settle(town)
    assert look(town) == QUIET
    town.facebook.world.faults.clear()
    assert look(town) == NEWS
    town.fault("hidden-from-read", ids=[private.id])
    assert look(town) == QUIET
    assert look(town, minutes=24 * 60) == NEWS


# --- what only our rows know


def test_a_page_is_collected_until_a_collecting_left_nothing_to_do(town: Town) -> None:
    town.say(town.post(), ENGLISH)
    assert look(town) == NEWS
    town.collect()
    assert town.page().quiet == ""
    town.collect()
    assert town.page().quiet != ""
    assert look(town) == QUIET


def test_a_census_that_is_due_is_news_without_a_call(town: Town, said: tuple[Post, Comment]) -> None:
    calls = town.calls()
    assert look(town, minutes=24 * 60) == NEWS
    assert town.calls() == calls


def test_a_hint_is_news_without_a_call(town: Town, said: tuple[Post, Comment]) -> None:
    with town.db.write() as session:
        session.add(HintedPost(school="maple", page="pta", external_id="", hinted_at=town.now))
    calls = town.calls()
    assert look(town) == NEWS
    assert town.calls() == calls


def test_a_conversation_whose_person_left_is_news(town: Town) -> None:
    town.say(town.post(), SPANISH)
    settle(town)
    assert look(town) == QUIET
    town.change_person("maria@maple.example", off_at=town.now)
    assert look(town) == NEWS
    town.collect()
    settle(town)
    assert (town.conversation().assignee, look(town)) == ("office@maple.example", QUIET)


@pytest.mark.parametrize(
    "change",
    [{"token_kind": ""}, {"token_kind": "user"}, {"problem": "Facebook did not answer."}, {"quiet": ""},
     {"token_kind": "unknown"}],
)  # fmt: skip
def test_a_token_that_is_not_proven_and_a_trouble_are_news(
    town: Town, said: tuple[Post, Comment], change: dict[str, object]
) -> None:
    town.change_page(**change)
    assert look(town) == NEWS


def test_a_token_whose_access_to_data_ended_is_never_quiet(town: Town, said: tuple[Post, Comment]) -> None:
    town.change_page(data_access_expires_at=town.now)
    assert look(town) == NEWS
    settle(town)
    assert town.page().quiet == ""


def test_a_silence_with_a_token_of_the_wrong_kind_is_never_sealed(town: Town) -> None:
    town.change_page(token_kind="user")
    settle(town)
    assert town.page().quiet == ""


def test_an_old_post_that_draws_comments_beyond_what_a_look_shows_is_read_each_time(town: Town) -> None:
    old = town.post("Welcome!", ago=timedelta(days=90))
    settle(town)
    town.say(old, ENGLISH)
    settle(town)
    assert look(town) == QUIET  # it is shown: there is no other
    _fill_the_window(town)
    settle(town)
    assert town.page().quiet == ""
    assert look(town) == NEWS


def test_an_answer_of_ours_under_a_post_of_long_ago_makes_the_page_be_read_again(town: Town) -> None:
    old = town.post("Welcome!", ago=timedelta(days=90))
    town.say(old, SPANISH, ago=timedelta(days=50))
    settle(town)
    town.pass_time(days=15)
    _fill_the_window(town)
    settle(town)
    assert look(town) == QUIET
    with town.db.write() as session:
        reply(
            session, "maple", town.conversation().id, "maria@maple.example", "Sorry that this took so long.", town.now
        )
    assert look(town) == NEWS
    with town.db.write() as session:
        for one in session.exec(select(Delivery)):
            one.state = "sent"
    assert look(town) == NEWS  # it was owed lately
    settle(town)
    assert look(town, minutes=30) == NEWS  # the post is spoken under again, and no look shows it


def test_a_hiding_that_failed_is_set_right_by_the_next_collecting(town: Town, said: tuple[Post, Comment]) -> None:
    (comment, _) = town.messages()
    with town.db.write() as session:
        hide(session, "maple", comment.id, "maria@maple.example", "It names a child.", town.now)
    assert look(town) == NEWS
    town.collect()
    assert town.page().quiet == ""  # what we want stands in our row, and not yet on Facebook
    with town.db.write() as session:
        for one in session.exec(select(Delivery)):
            one.state = "dropped"
    assert look(town, minutes=60) == NEWS
    settle(town)
    assert town.messages()[0].hidden_at is None


def test_a_post_that_fell_out_of_the_window_hides_no_comment_under_it(town: Town) -> None:
    post = town.post(ago=timedelta(days=59))
    settle(town)
    town.change_page(census_at=town.now + timedelta(days=3))
    assert look(town, minutes=2 * 24 * 60) == QUIET
    town.say(post, ENGLISH)
    assert look(town) == NEWS
    town.collect()
    assert [row.text for row in town.messages()] == [ENGLISH]


def test_a_page_of_which_one_call_does_not_show_all_is_collected_each_time(town: Town) -> None:
    for number in range(40):
        town.post(f"Post {number}", ago=timedelta(days=number))
    settle(town)
    assert (town.page().quiet, look(town)) == ("", NEWS)


def test_a_deep_post_is_quiet_from_one_census_to_the_next(town: Town) -> None:
    post = town.post()
    for number in range(60):
        town.say(post, f"{number}: ¿?")
    settle(town)
    assert look(town) == QUIET
    town.say(post, ENGLISH)
    assert look(town) == NEWS
    settle(town)
    assert look(town) == QUIET
    happenings.remove_comment(town.facebook.world, next(iter(town.facebook.world.comments.values())))
    assert look(town) == NEWS


# --- who is left alone


def test_a_parked_page_is_not_called_and_looked_at_when_that_ends(town: Town, said: tuple[Post, Comment]) -> None:
    until = town.now + timedelta(hours=1)
    town.change_page(parked_until=until)
    calls = town.calls()
    assert look(town) == LEFT
    assert (town.calls(), town.page().poll_at) == (calls, until)


def test_a_page_with_a_dead_token_is_not_called(town: Town, said: tuple[Post, Comment]) -> None:
    town.change_page(dead_since=town.now)
    calls = town.calls()
    assert look(town) == LEFT
    assert town.calls() == calls


def test_a_page_that_used_most_of_its_quota_is_not_called(town: Town, said: tuple[Post, Comment]) -> None:
    town.change_page(usage={"call_count": 80, "at": town.now.isoformat()})
    calls = town.calls()
    assert look(town) == LEFT
    assert (town.calls(), town.page().poll_at >= town.now + timedelta(minutes=5)) == (calls, True)


def test_a_throttle_that_a_look_meets_parks_the_page_and_asks_for_nothing(
    town: Town, said: tuple[Post, Comment]
) -> None:
    town.fault("throttle", match={"path": "/feed$"}, minutes=7)
    assert look(town) == LEFT
    assert town.page().parked_until == town.page().poll_at == town.now + timedelta(minutes=7)
    assert town.page().usage["regain_minutes"] == 7


def test_a_look_that_fails_is_no_verdict(town: Town, said: tuple[Post, Comment]) -> None:
    for kind in ("html502", "error", "cut-before-store"):
        town.fault(kind, match={"path": "/feed$"})
        assert look(town) == NEWS
        settle(town)
    town.fault("html502", match={"path": "^$"})  # the whole call
    assert look(town) == NEWS


def test_what_is_switched_off_is_not_looked_at(town: Town, said: tuple[Post, Comment]) -> None:
    town.change_page(off_at=town.now)
    assert look(town) == Glanced()
    town.change_page(off_at=None)
    with town.db.write() as session:
        session.get_one(School, "maple").off_at = town.now
    assert look(town) == Glanced()


def test_a_token_that_our_key_does_not_open_is_left_to_the_round(town: Town, said: tuple[Post, Comment]) -> None:
    town.change_page(token_sealed="not sealed by us")
    assert look(town) == LEFT


# --- two at once, and what stays


def test_what_was_collected_meanwhile_is_not_overwritten(town: Town, said: tuple[Post, Comment]) -> None:
    def collected(session: object, news: object) -> None:
        raise AssertionError("a quiet page")

    world = town.facebook.world
    seen: list[Glanced] = []

    class Busy:
        """Our doors, behind which somebody collects while we look."""

        def glimpse(self, *wanted: object) -> object:
            found = town.doors.glimpse(*wanted)  # type: ignore[arg-type]
            town.change_page(quiet="", poll_at=None)
            return found

    seen.append(glance(town.db, Busy(), town.vault, [HERE], town.now, collected))  # type: ignore[arg-type]
    assert (seen, town.page().poll_at, len(world.posts)) == ([QUIET], None, 1)


def test_nothing_of_anybody_can_be_had_from_the_seal(town: Town, said: tuple[Post, Comment]) -> None:
    sealed = town.page().quiet
    assert len(sealed) == 32 and int(sealed, 16)
    with town.facebook.world.lock:
        towns.new_token(
            town.facebook.world, "page", towns.APP_ID, towns.ADMIN_ID, value="ANOTHER-TOKEN-OF-THE-PAGE",
            page_id=towns.PAGE_ID, tasks=["MODERATE", "CREATE_CONTENT"],
        )  # fmt: skip
    town.change_page(token_sealed=town.vault.seal("ANOTHER-TOKEN-OF-THE-PAGE"))
    settle(town)
    assert town.page().quiet not in ("", sealed)  # the same words: without the token no guess at them can be tried


# --- what webhooks are worth


def test_webhooks_that_bring_words_are_shown_to_work_and_what_polling_finds_first_shows_the_contrary(
    town: Town,
) -> None:
    post = town.post()
    town.say(post, ENGLISH)
    town.collect([post.id])
    assert town.page().told_at == town.now
    town.say(post, SPANISH)
    town.collect()  # seconds later: the webhook may still be on its way
    assert town.page().told_at is not None
    town.say(post, "And is there lunch?")
    town.pass_time(minutes=3)
    town.collect()
    assert town.page().told_at is None


def test_when_families_last_wrote_is_remembered(town: Town, said: tuple[Post, Comment]) -> None:
    assert town.page().spoken_at.timestamp() == said[1].created_at  # type: ignore[union-attr]
