"""Steps about comments: ids, names, levels, order, counts, what becomes of a text, and of replies whose comment is gone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from connector.errors import Refused
from connector.graph.page import identity
from connector.graph.values import RemoteComment, RemotePost
from upkeep.trial.posting import main_post
from upkeep.trial.stage import Stage
from upkeep.trial.values import NotTried, Seen, Step, as_gone

# A letter made of two, an emoji of several, both directions, an invisible joiner, a line's end, spaces at the end.
ODD_TEXT = "Cafe\u0301 👩‍👧‍👦 – مرحبا بكم – می‌خواهم – Tết “1 < 2 & 3”\n\nSí.  "


def making() -> Iterable[Step]:
    yield Step(
        "comment",
        "Does a new comment answer with an id of its own?",
        "it does, and reading shows the same one",
        _comment,
    )
    yield Step("reply", "Does an answer to a comment make a new one under it?", "it does, and edits nothing", _reply)
    yield Step(
        "deep-reply", "Where does a reply to a reply hang?", "under the top comment: there are two levels", _deep
    )


def reading() -> Iterable[Step]:
    yield Step("wide-read", "Does one read bring posts and their comments?", "30 posts with 50 comments each", _wide)
    yield Step("author", "Who is named on the Page's own posts and comments?", "the Page, by its own id", _author)
    yield Step("order", "Do comments of all levels come newest first?", "they do, replies among them", _order)
    yield Step("count", "Does the count of comments hold all levels?", "it does, where all levels are read", _count)
    yield Step("last-page", "Does the last page say that it is the last?", "it names no next page", _last_page)
    yield Step("text", "Does a text come back as it was said?", "but for composed letters and spaces", _text)


def ending() -> Iterable[Step]:
    yield Step(
        "gone-comment", "How does Facebook answer for a comment that was removed?", "code 100/33, taken as gone", _gone
    )
    yield Step("orphans", "What becomes of replies whose comment is removed?", "they go with it", _orphans)


def _comment(stage: Stage) -> Seen:
    post = main_post(stage)
    made = stage.page.comment(post, f"{stage.code}: a comment")
    stage.comments["comment"] = made
    shown: list[RemoteComment] = []

    def there() -> bool:
        shown[:] = [one for batch in stage.page.comments(post) for one in batch]
        return any(identity(one.id) == identity(made) for one in shown)

    seconds = stage.seconds_until(there)
    if seconds is not None:
        return Seen(f"{made}, read after {seconds:.0f} s")
    if shown:
        return Seen(
            f"{made}, read as {shown[0].id}",
            "Compare comments by more than the last part of their ids (connector/graph/page.py).",
        )
    return Seen(
        f"{made}, not read within a minute", "Wait longer before an answer counts as absent (BRIDGE_UNSURE_WAIT)."
    )


def _reply(stage: Stage) -> Seen:
    top = _made(stage, "comment")
    stage.pause(1)  # Facebook tells times in seconds: the order of two in one second says nothing
    try:
        stage.comments["reply"] = made = stage.page.comment(top, ODD_TEXT)
    except Refused as wrong:
        return Seen(
            wrong.message, "Find out which edge makes a reply before any is sent (connector/graph/page.py: comment)."
        )
    return Seen(f"{made}, a new one")


def _deep(stage: Stage) -> Seen:
    top, reply = _made(stage, "comment"), _made(stage, "reply")
    stage.pause(1)
    stage.comments["deep"] = deep = stage.page.comment(reply, f"{stage.code}: a reply to the reply")
    hangs = next((one.parent_id for one in _all_comments(stage) if identity(one.id) == identity(deep)), None)
    if hangs and identity(hangs) == identity(top):
        return Seen("under the top comment")
    if hangs and identity(hangs) == identity(reply):
        return Seen(
            "under the reply", "Follow parents up to the top comment when a reply is placed (inbox/threads.py: place)."
        )
    return Seen(
        f"under {hangs or 'nothing'}", "Place replies by what they name, not by their parent (inbox/threads.py: place)."
    )


def _wide(stage: Stage) -> Seen:
    main_post(stage)
    wanted = stage.page.page_limit, stage.page.comment_limit
    stage.reading = stage.page.read(stage.clock() - timedelta(hours=1))
    got = stage.page.page_limit, stage.page.comment_limit
    if stage.our_post() is None:
        return Seen(
            "the test post is not among them",
            "Read published_posts beside feed: feed does not show all (connector/graph/page.py).",
        )
    if got == wanted:
        return Seen(f"{got[0]} posts with {got[1]} comments each")
    return Seen(
        f"only {got[0]} posts with {got[1]} comments",
        f"Ask for {got[0]} posts and {got[1]} comments at first (connector/graph/page.py).",
    )


def _author(stage: Stage) -> Seen:
    post, comment = _read_post(stage), stage.our_comment("comment")
    told = {post.author_id, comment.author_id if comment else None}
    if told == {stage.page.page_id}:
        return Seen("the Page, on both")
    named = ", ".join(sorted(one or "nobody" for one in told))
    return Seen(
        named,
        "Know the Page's own words by their ids first: their author is not its id (inbox/remember.py, outbox/finding.py).",
    )


def _order(stage: Stage) -> Seen:
    shown = _read_post(stage).comments
    missing = [name for name in stage.comments if stage.our_comment(name) is None]
    if missing:
        return Seen(
            f"{', '.join(missing)} not among them",
            "Ask each comment for its replies: a stream does not bring them (inbox/reading.py).",
        )
    times = [one.created_at for one in shown]
    if times == sorted(times, reverse=True):
        return Seen("newest first, replies among them")
    return Seen(
        "in another order",
        "Read every post's comments to the end: the newest are not first (inbox/reading.py, outbox/finding.py).",
    )


def _count(stage: Stage) -> Seen:
    post = _read_post(stage)
    told, shown = post.comments_total, len(post.comments)
    if told == shown:
        return Seen(f"{told} counted, {shown} shown")
    return Seen(
        f"{told if told is not None else 'none'} counted, {shown} shown",
        "Do not look deeper on account of the count: it moves otherwise than what is read (inbox/reading.py: _explained).",
    )


def _last_page(stage: Stage) -> Seen:
    if _read_post(stage).more_comments is None:
        return Seen("no next page is named")
    return Seen(
        "a next page is named",
        "Take a page that is not full for the last, or each reading costs a call more per post (inbox/reading.py).",
    )


def _text(stage: Stage) -> Seen:
    reply = stage.our_comment("reply")
    if reply is None:
        raise NotTried("no reply could be read")
    if reply.message == ODD_TEXT:
        return Seen("to the letter")
    if stage.same(reply.message) == stage.same(ODD_TEXT):
        return Seen("the same but for composed letters and spaces")
    return Seen(ascii(reply.message), "Leave out of the comparison what Facebook changes (outbox/finding.py: normal).")


def _gone(stage: Stage) -> Seen:
    top = _made(stage, "comment")
    stage.take_down(top)
    try:
        seconds = stage.seconds_until(lambda: not stage.page.comment_exists(top))
    except Refused as wrong:
        return as_gone(wrong.code, wrong.subcode)
    if seconds is None:
        return Seen(
            "it still shows after a minute",
            "Ask twice, some time apart, before a comment counts as standing (inbox/reading.py).",
        )
    return Seen(f"gone, after {seconds:.0f} s")


def _orphans(stage: Stage) -> Seen:
    reply = _made(stage, "reply")
    try:
        stands = stage.page.comment_exists(reply)
    except Refused as wrong:
        return as_gone(wrong.code, wrong.subcode)
    return (
        Seen("they stay", "Place a reply whose comment is gone in a conversation of its own (inbox/threads.py).")
        if stands
        else Seen("they go")
    )


def _made(stage: Stage, name: str) -> str:
    if name not in stage.comments:
        raise NotTried(f"no test {name} could be made")
    return stage.comments[name]


def _read_post(stage: Stage) -> RemotePost:
    post = stage.our_post()
    if post is None:
        raise NotTried("the test post could not be read")
    return post


def _all_comments(stage: Stage) -> list[RemoteComment]:
    return [one for batch in stage.page.comments(main_post(stage)) for one in batch]
