"""Giving way: who waits until nobody is at work, and for how long."""

import threading
from contextlib import ExitStack

from app.backends.occupied import Occupied


def test_who_gives_way_waits_for_all_who_are_at_work():
    occupied, passed = Occupied(), threading.Event()
    assert occupied.give_way(0)
    with ExitStack() as one, ExitStack() as other:
        one.enter_context(occupied.at_work())
        other.enter_context(occupied.at_work())
        waiting = threading.Thread(target=lambda: occupied.give_way() and passed.set())
        waiting.start()
        one.close()
        assert not occupied.give_way(0.05) and not passed.is_set()
    waiting.join(60)
    assert passed.is_set()


def test_who_fails_is_no_longer_at_work():
    occupied = Occupied()
    try:
        with occupied.at_work():
            raise ValueError
    except ValueError:
        assert occupied.give_way(0)
