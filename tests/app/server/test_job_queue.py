"""The line and its rate."""

import threading

import pytest

from app.server.job_queue import BusyError, FairQueue, Limits
from app.server.rate_limit import TokenBucket, client_key, is_local


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


# The line.


def test_first_come_first_served():
    line = FairQueue(Limits(waiting=9))
    first, second, third = (line.join(name) for name in "abc")
    assert not list(first.until_turn()), "nobody is before the first"
    assert (next(second.until_turn()).position, next(third.until_turn()).position) == (1, 2)
    second.__exit__()
    assert next(third.until_turn()).position == 1
    first.__exit__()
    assert not list(third.until_turn())


def test_nobodys_second_job_goes_before_anybodys_first():
    line = FairQueue(Limits(waiting=9))
    running = line.join("ann")
    greedy = [line.join("ann") for _ in range(3)]
    late = line.join("bob")
    assert next(late.until_turn()).position == 1
    running.__exit__()
    assert late.started is not None and all(place.started is None for place in greedy)


def test_a_full_line_refuses_politely_and_takes_again():
    line = FairQueue(Limits(waiting=2))
    running, waiting, other = (line.join(name) for name in "abc")
    with pytest.raises(BusyError, match=r"^2 others are waiting already; please try again in"):
        line.join("d")
    waiting.__exit__()
    line.join("d")
    assert len(line) == 2 and line.running == 1
    running.__exit__()
    assert other.started is not None


def test_seconds_are_those_that_jobs_took():
    clock = Clock()
    line = FairQueue(Limits(), clock=clock)
    with line.turn("ann"):
        clock.now += 4.0
    assert line.usual_seconds == 4.0
    running, second, third = (line.join(name) for name in "abc")
    clock.now += 1.0
    assert next(second.until_turn()).seconds == pytest.approx(3.0)
    assert next(third.until_turn()).seconds == pytest.approx(7.0)
    clock.now += 90.0
    assert next(second.until_turn()).seconds == 0.0, "late is not negative"
    running.__exit__()


def test_several_at_once():
    line = FairQueue(Limits(at_once=2))
    places = [line.join(name) for name in "abc"]
    assert [place.started is not None for place in places] == [True, True, False]
    places[1].__exit__()
    assert places[2].started is not None


def test_a_place_is_left_when_its_job_fails():
    line = FairQueue(Limits())
    with pytest.raises(OSError), line.turn("ann"):
        raise OSError
    assert line.running == 0 and len(line) == 0


def test_many_threads_one_at_a_time():
    line, inside, seen = FairQueue(Limits(waiting=50)), [], []

    def work(name: str) -> None:
        for _ in range(5):
            with line.turn(name):
                inside.append(name)
                seen.append(len(inside))
                inside.pop()

    threads = [threading.Thread(target=work, args=(str(n),)) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert seen == [1] * 60 and line.running == len(line) == 0


def test_who_steps_back_comes_after_all_who_wait():
    line = FairQueue(Limits())
    early, second = line.join("ann"), line.join("bob")
    early.step_back()
    assert early.started is None and second.started is not None
    third = line.join("eve")
    second.__exit__()
    assert third.started is None and early.started is not None, "once is enough"
    third.__exit__()
    early.step_back()
    assert early.started is not None, "nobody else waits"
    early.__exit__()
    assert line.running == len(line) == 0


def test_rate_of_a_client():
    clock = Clock()
    rate = TokenBucket(60, 2, clock=clock)
    assert [rate.take("a") for _ in range(3)] == [0.0, 0.0, 1.0]
    assert rate.take("b") == 0.0, "another client has its own"
    clock.now += 1.0
    assert rate.take("a") == 0.0 and rate.take("a") > 0
    assert TokenBucket(0, 1).take("a") == 0.0, "0 is no rate"


def test_rate_spares_this_computer_unless_told():
    line = FairQueue(Limits(per_minute=1, burst=1, waiting=9))
    for _ in range(3):
        line.join("ann", "127.0.0.1")
    line.join("bob", "203.0.113.7")
    with pytest.raises(BusyError, match=r"more than 1 pictures a minute; please wait \d+ s"):
        line.join("bob", "203.0.113.7")
    strict = FairQueue(Limits(per_minute=1, burst=1, local_too=True))
    strict.join("ann", "127.0.0.1")
    with pytest.raises(BusyError):
        strict.join("ann", "127.0.0.1")


def test_who_counts_as_one_client():
    assert (
        client_key("2001:db8:1:2:3::4") == client_key("2001:db8:1:2::") != client_key("2001:db8::")
    )
    assert client_key("::ffff:203.0.113.7") == client_key("203.0.113.7")
    assert is_local("127.8.8.8") and is_local("::1") and not is_local("10.0.0.1")
    assert not is_local(None) and not is_local("")


@pytest.mark.parametrize("wrong", [{"waiting": 0}, {"at_once": 0}, {"per_minute": -1.0}])
def test_limits_are_checked(wrong):
    with pytest.raises(ValueError, match=str(next(iter(wrong.values())))):
        Limits(**wrong)
