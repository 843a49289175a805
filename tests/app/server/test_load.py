"""Many clients at once on the running page: nothing lost, nothing mixed up, memory flat."""

import pytest

from benchmarks.load.clients import load, watch_memory
from benchmarks.load.pages import started_app


@pytest.fixture(scope="module")
def app():
    with started_app() as found:
        yield found


def test_three_clients_get_their_own_pictures(app):
    report = load(app[0], clients=3, requests=2, steps=1)
    assert not report.lost and not report.mixed
    assert len(report.seconds) == report.asked == 6


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_twenty_clients_lose_and_mix_nothing_and_memory_stays_flat(app):
    address, pid = app
    report = load(address, clients=20, requests=10, steps=8)
    assert not report.lost and not report.mixed
    assert len(report.seconds) == report.asked == 200
    sizes = watch_memory(address, pid, draws=500, warm_up=50, steps=8)
    assert sizes[-1] < 1.03 * sizes[0], sizes
