from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import structlog
from structlog.testing import capture_logs

from schedulers.clock import Clock, Job

SELDOM = timedelta(hours=5)
LONG = 10  # seconds that nothing here comes near, unless it is broken

Running = Callable[..., Clock]


class Signal:
    """A job that tells when it ran; holds its runs until `gate` is opened, and ends as `then` says."""

    def __init__(self, then: Callable[[], None] = lambda: None) -> None:
        self.runs, self.begun, self.gate, self.then = 0, threading.Semaphore(0), threading.Event(), then
        self.gate.set()

    def __call__(self) -> None:
        self.runs += 1
        self.begun.release()
        assert self.gate.wait(LONG)
        self.then()

    def has_begun(self) -> bool:
        return self.begun.acquire(timeout=LONG)


@pytest.fixture
def running() -> Iterator[Running]:
    """Clocks that are stopped when the test ends."""
    started: list[Clock] = []

    def start(*jobs: Job) -> Clock:
        started.append(Clock(jobs))
        started[-1].start()
        return started[-1]

    yield start
    for clock in started:
        clock.stop()


def broken() -> None:
    raise RuntimeError("a calendar fell off the wall")


def test_every_job_runs_at_the_start(running: Running) -> None:
    one, two = Signal(), Signal()
    running(Job("one", SELDOM, one), Job("two", SELDOM, two))
    assert one.has_begun()
    assert two.has_begun()


def test_a_job_runs_again_and_again(running: Running) -> None:
    often = Signal()
    running(Job("often", timedelta(milliseconds=20), often))
    assert [often.has_begun() for _ in range(3)] == [True] * 3


def test_waking_runs_a_job_long_before_its_time(running: Running) -> None:
    seldom = Signal()
    clock = running(Job("seldom", SELDOM, seldom))
    assert seldom.has_begun()
    clock.wake("seldom")
    assert seldom.has_begun()


def test_a_wake_during_a_run_is_made_good_after_it_and_never_beside_it(running: Running) -> None:
    slow = Signal()
    slow.gate.clear()
    clock = running(Job("slow", SELDOM, slow))
    assert slow.has_begun()
    for _ in range(5):
        clock.wake("slow")
    assert slow.runs == 1
    slow.gate.set()
    assert slow.has_begun()
    clock.stop()
    assert slow.runs == 2, "five wakes during one run ask for one more, not for five"


def test_waking_one_job_leaves_the_others_alone(running: Running) -> None:
    one, two = Signal(), Signal()
    clock = running(Job("one", SELDOM, one), Job("two", SELDOM, two))
    assert one.has_begun() and two.has_begun()
    clock.wake("one")
    assert one.has_begun()
    assert two.runs == 1


def test_what_a_job_raises_is_logged_and_the_clock_goes_on(running: Running) -> None:
    structlog.reset_defaults()
    failing, sound = Signal(then=broken), Signal()
    with capture_logs() as logs:
        clock = running(Job("failing", SELDOM, failing), Job("sound", SELDOM, sound))
        assert failing.has_begun() and sound.has_begun()
        clock.wake("failing")
        assert failing.has_begun(), "a failed run is followed by the next"
        clock.stop()
    assert [(line["event"], line["job"], line["log_level"]) for line in logs] == [
        ("a job failed", "failing", "error")
    ] * 2


def test_stopping_waits_for_the_run_that_is_under_way(running: Running) -> None:
    ended = threading.Event()
    slow = Signal(then=ended.set)
    slow.gate.clear()
    clock = running(Job("slow", SELDOM, slow))
    assert slow.has_begun()
    threading.Timer(0.05, slow.gate.set).start()
    clock.stop()
    assert ended.is_set()


def test_a_run_that_was_asked_for_again_ends_while_the_clock_stops(running: Running) -> None:
    """Its end asks the scheduler for one more run: while that was waiting for this very end, neither ever came."""
    slow = Signal()
    slow.gate.clear()
    clock = running(Job("slow", SELDOM, slow))
    assert slow.has_begun()
    clock.wake("slow")
    stopping = threading.Thread(target=clock.stop, daemon=True)
    stopping.start()
    stopping.join(0.05)  # as far as it gets while the run goes on
    assert stopping.is_alive(), "it waits for the run"
    slow.gate.set()
    stopping.join(LONG)
    assert not stopping.is_alive()
    assert slow.runs == 1


def test_waking_and_stopping_a_clock_that_does_not_run_is_harmless() -> None:
    quiet = Signal()
    clock = Clock([Job("quiet", SELDOM, quiet)])
    clock.wake("quiet")
    clock.stop()
    assert quiet.runs == 0


def test_waking_after_the_stop_runs_nothing(running: Running) -> None:
    signal = Signal()
    clock = running(Job("job", SELDOM, signal))
    assert signal.has_begun()
    clock.stop()
    clock.wake("job")
    assert signal.runs == 1


def test_a_job_that_nobody_named_cannot_be_woken() -> None:
    with pytest.raises(KeyError):
        Clock([]).wake("ghost")


def test_two_jobs_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="same id"):
        Clock([Job("twin", SELDOM, Signal()), Job("twin", SELDOM, Signal())])


def test_a_clock_tells_when_it_stands_still() -> None:
    stuck = Signal()
    clock = Clock([Job("quick", SELDOM, Signal()), Job("stuck", timedelta(seconds=0.05), stuck)], still=timedelta(0))
    assert clock.why_not() == "The clock does not run."
    clock.start()
    stuck.gate.clear()
    until = threading.Event()
    assert any("stuck neither began nor ended" in clock.why_not() or until.wait(0.05) for _ in range(200))
    stuck.gate.set()
    clock.stop()
    assert clock.why_not() == "The clock does not run."


def test_a_clock_that_works_has_nothing_to_tell(running: Running) -> None:
    one = Signal()
    clock = running(Job("one", SELDOM, one))
    assert one.has_begun() and clock.why_not() == ""
