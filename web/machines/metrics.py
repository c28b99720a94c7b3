"""What Prometheus is told (docs/watching.md). Counts, ages and slugs of pages only, nothing of anybody.

Nearly all of it is asked of the rows, so that any web process tells of all workers, which have no port of their own.
Only webhooks are counted by the process that received them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from models.database import Database
from models.pulse import is_alive, newest
from upkeep.watching import FEED_STATES, PAGE_STATES, feed_state, page_state, percent_used, quantiles
from web.context import WebhookCounts
from web.machines.watched import Kept, Watched, Whole, look, look_at_the_whole

_DELIVERIES = ("due", "sending", "sent", "unsure", "failed", "needs-person", "superseded", "expired", "dropped")
_CONVERSATIONS = ("open", "waiting", "closed")
_OUTCOMES = ("ok", "partly", "failed", "running")
_ROLES = ("web", "worker", "clock")
_QUANTILES = (0.5, 0.95, 1.0)
_UP = "database_up", "1 when the database answers as it should."
_WHOLE_NUMBER = re.compile(rb"\.0$", re.MULTILINE)


class Metrics:
    """Looks when it is asked, and not more often than every few seconds. Webhooks are told as they stand now."""

    def __init__(self, db: Database, hooks: WebhookCounts, clock: Callable[[], datetime]) -> None:
        self._hooks = hooks
        self._whole = Kept(lambda: look_at_the_whole(db))
        self._told = Kept(lambda: _written(_told(look(db, now := clock()), self._whole.get(), now)))

    def text(self) -> bytes:
        """Without the database it says so, and what it counts by itself."""
        return _written(_webhooks(self._hooks)) + self._of_rows()

    def _of_rows(self) -> bytes:
        try:
            return self._told.get()
        except (SQLAlchemyError, TimeoutError):
            return _written([_one(*_UP, 0)])


class _Given(Collector):
    def __init__(self, metrics: Iterable[Metric]) -> None:
        self._metrics = metrics

    def describe(self) -> Iterable[Metric]:
        """Nothing is looked at before somebody asks."""
        return ()

    def collect(self) -> Iterable[Metric]:
        return self._metrics


def _written(metrics: Iterable[Metric]) -> bytes:
    """Whole numbers without a point, as they always stood here."""
    registry = CollectorRegistry()
    registry.register(_Given(metrics))
    return _WHOLE_NUMBER.sub(b"", generate_latest(registry))


def _told(seen: Watched, whole: Whole, now: datetime) -> Iterator[Metric]:
    yield _one(*_UP, 1)
    yield _one("database_seconds", "How long the database took to answer the smallest question.", seen.answered)
    yield from _owed(seen, whole, now)
    yield from _heard(seen, whole, now)
    yield from _pages(seen, now)
    yield from _rounds_and_feeds(seen, now)
    yield from _machines(seen, now)


def _owed(seen: Watched, whole: Whole, now: datetime) -> Iterator[Metric]:
    counts = {**seen.deliveries, **whole.settled}
    yield _by("deliveries", "What is owed to the outside, by state.", "state", counts, _DELIVERIES)
    yield _one(
        "delivery_wait_seconds",
        "How long the delivery has been due that is longest due and that nothing holds back.",
        _age(seen.owed_since, now),
    )


def _heard(seen: Watched, whole: Whole, now: datetime) -> Iterator[Metric]:
    talks = {**whole.talks, "open": seen.open_talks}
    yield _by("conversations", "Families' conversations, by state.", "state", talks, _CONVERSATIONS)
    comments = CounterMetricFamily(
        _name("comments"), "Families' comments, by the language they were first taken for.", labels=["language"]
    )
    for language, number in sorted(seen.comments.items()):
        comments.add_metric([language], number)
    yield comments
    lag = GaugeMetricFamily(
        _name("comment_lag_seconds"),
        "From writing on Facebook to our reading, of what was first read in the last 15 minutes.",
        labels=["quantile"],
    )
    for share, seconds in quantiles(seen.lags, _QUANTILES).items():
        lag.add_metric([f"{share:g}"], seconds)
    yield lag
    yield _one("comments_seen", "How many comments that is.", len(seen.lags))
    waits = _age(seen.parcel_waits_since, now)
    yield _one("hint_wait_seconds", "How long the oldest webhook waits that nobody looked into.", waits)


def _pages(seen: Watched, now: datetime) -> Iterator[Metric]:
    states = Counter(page_state(row, now) for row in seen.pages)
    yield _by("pages", "Pages that are on, by state.", "state", states, PAGE_STATES)
    quota = GaugeMetricFamily(
        _name("page_quota_percent"),
        "How much of its quota a page used, where Facebook told it in the last hour.",
        labels=["school", "page"],
    )
    for row in seen.pages:
        if (percent := percent_used(row, now)) is not None:
            quota.add_metric([row.school, row.slug], percent)
    yield quota


def _rounds_and_feeds(seen: Watched, now: datetime) -> Iterator[Metric]:
    rounds = {outcome or "running": number for outcome, number in seen.rounds.items()}
    yield _by("rounds", "Rounds of the last hour that did something, by outcome.", "outcome", rounds, _OUTCOMES)
    late = _age(seen.round_due_since, now)
    yield _one("round_late_seconds", "How long the school's round has been due that is longest due.", late)
    yield _one("round_age_seconds", "Since the last round of any school began.", _age(seen.last_round_at, now))
    feeds = Counter(map(feed_state, seen.feeds))
    yield _by("feeds", "Calendars that are read, by state.", "state", feeds, FEED_STATES)
    oldest = min((row.read_at for row in seen.feeds if row.read_at and row.held_at is None), default=None)
    yield _one("feed_age_seconds", "Since the calendar was read well that waits longest for it.", _age(oldest, now))


def _machines(seen: Watched, now: datetime) -> Iterator[Metric]:
    """Where one process does everything there is no queue, and nobody else to look after."""
    jobs = GaugeMetricFamily(_name("jobs"), "Jobs of the queue, by name and state.", labels=["name", "state"])
    for one in seen.jobs:
        jobs.add_metric([one.name, one.state], one.number)
    yield jobs
    waits = max((one.waits or 0.0 for one in seen.jobs), default=0.0)
    yield _one("job_wait_seconds", "How long the oldest job waits.", waits)
    alive = Counter(row.role for row in seen.pulses if is_alive(row, now))
    yield _by("processes", "Processes that live, where several share the work.", "role", alive, _ROLES)
    heard = GaugeMetricFamily(
        _name("heartbeat_age_seconds"), "Since any process of this role was heard of.", labels=["role"]
    )
    for role in _ROLES:
        if (last := newest(seen.pulses, role)) is not None:
            heard.add_metric([role], _age(last, now))
    yield heard
    tick = GaugeMetricFamily(_name("tick_age_seconds"), "Since the clock last asked for work.", labels=[])
    if seen.tick_at is not None:
        tick.add_metric([], _age(seen.tick_at, now))
    yield tick


def _webhooks(counts: WebhookCounts) -> Iterator[Metric]:
    """Of this process, since it started."""
    for name, about, number in (
        ("received", "Signed webhooks.", counts.received),
        ("duplicate", "Signed webhooks that were stored already.", counts.duplicate),
        ("refused", "Webhooks without a good signature, or too large.", counts.refused),
        ("failed", "Signed webhooks that could not be stored.", counts.failed),
    ):
        yield CounterMetricFamily(_name(f"webhooks_{name}"), about, value=number)


def _one(name: str, about: str, value: float) -> Metric:
    return GaugeMetricFamily(_name(name), about, value=value)


def _by(name: str, about: str, label: str, counts: Mapping[str, int], known: Iterable[str]) -> Metric:
    """Every state has its line, at 0 too, so that an alert on one can be written before it first happens."""
    gauge = GaugeMetricFamily(_name(name), about, labels=[label])
    for state in dict.fromkeys((*known, *sorted(counts))):
        gauge.add_metric([state], counts.get(state, 0))
    return gauge


def _name(name: str) -> str:
    return f"pta_bridge_{name}"


def _age(since: datetime | None, now: datetime) -> float:
    return 0.0 if since is None else max(0.0, (now - since).total_seconds())
