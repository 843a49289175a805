"""Many clients at once on the running page: nothing lost, nothing mixed up, memory flat."""

import httpx
import pytest

from benchmarks.load.clients import draw, load, watch_memory
from benchmarks.load.pages import TIMEOUT, started_app


def test_a_page_that_was_started_draws_and_ends():
    """While it measures its speed, which would take as long as a dozen pictures."""
    with started_app() as (address, _), httpx.Client(timeout=TIMEOUT) as client:
        assert draw(client, address, "a red apple", 3, steps=1)["seed"] == "3"


def test_three_clients_get_their_own_pictures(address):
    report = load(address, clients=3, requests=2, steps=1)
    assert not report.lost and not report.mixed
    assert len(report.seconds) == report.asked == 6


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_twenty_clients_lose_and_mix_nothing_and_memory_stays_flat():
    with started_app() as (address, pid):
        report = load(address, clients=20, requests=10, steps=8)
        assert not report.lost and not report.mixed
        assert len(report.seconds) == report.asked == 200
        sizes = watch_memory(address, pid, draws=500, warm_up=50, steps=8)
    assert sizes[-1] < 1.03 * sizes[0], sizes
