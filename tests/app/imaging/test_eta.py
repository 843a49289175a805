"""What a drawing is expected to take, from measurements that are made up here."""

import pytest

from app.imaging.eta import PATIENCE, LatencyEstimator, measure
from app.imaging.settings import DrawSettings


class Machine:
    """A machine on which a step takes `step` seconds and a token `token`; what was asked of it."""

    def __init__(self, step=0.1, token=0.01, tokens=100):
        self.step, self.token, self.tokens, self.asked = step, token, tokens, []

    def __call__(self, settings, count):
        self.asked.append((settings, count))
        written = settings.ar_ratio * self.tokens
        steps = settings.steps if settings.ar_ratio < 1 else 0
        time = 0.05 + self.step * steps + self.token * written
        return time * (1.5 if settings.guidance != 1.0 else 1.0) * (1 + 0.8 * (count - 1))


@pytest.mark.parametrize(
    ("settings", "count"),
    [
        (DrawSettings(8, 1.0, 0.0), 1),
        (DrawSettings(20, 1.0, 0.0), 1),
        (DrawSettings(8, 1.0, 0.5), 1),
        (DrawSettings(4, 1.0, 0.75), 1),
        (DrawSettings(8, 1.0, 1.0), 1),
        (DrawSettings(30, 1.0, 1.0), 1),
        (DrawSettings(8, 3.0, 0.25), 1),
        (DrawSettings(8, 1.0, 0.0), 4),
    ],
)
def test_measured_at_a_few_points_known_everywhere(settings, count):
    machine = Machine()
    eta = LatencyEstimator()
    assert eta.expect(settings, count) is None, "nothing is known before it is measured"
    eta.calibrate(machine, 8)
    assert eta.expect(settings, count) == pytest.approx(machine(settings, count), rel=0.02)


@pytest.mark.parametrize("steps", [1, 2, 3])
def test_a_model_of_few_steps_is_measured_too(steps):
    assert measure(Machine(), steps).step == pytest.approx(0.1)


def test_calibration_is_a_handful_of_drawings():
    machine = Machine()
    measure(machine, 8)
    assert len(machine.asked) <= 6


def test_a_slow_machine_is_not_kept_busy_and_says_less():
    machine = Machine(step=1.0, token=5.0)
    costs = measure(machine, 8)
    assert sum(Machine(1.0, 5.0)(*asked) for asked in machine.asked) < 2 * PATIENCE
    assert costs.seconds(DrawSettings(8, 1.0, 0.5)) is None
    assert costs.seconds(DrawSettings(8, 1.0, 0.0)) == pytest.approx(8.05)


def test_without_an_autoregressive_half_none_is_measured():
    machine = Machine()
    measure(machine, 8, hybrid=False)
    assert all(settings.ar_ratio == 0 for settings, _ in machine.asked)


def test_expectations_follow_how_busy_the_machine_is():
    eta, usual = LatencyEstimator(), DrawSettings(8, 1.0, 0.0)
    eta.calibrate(Machine(), 8)
    alone = eta.expect(usual)
    for _ in range(20):
        eta.learn(usual, 1, 3 * alone)
    assert eta.expect(usual) == pytest.approx(3 * alone, rel=0.05)
    assert eta.expect(DrawSettings(8, 1.0, 0.5)) > 3 * alone


def test_what_was_too_slow_to_measure_is_known_after_one_drawing():
    machine, eta = Machine(step=1.0, token=5.0), LatencyEstimator()
    eta.calibrate(machine, 8)
    for ratio, other in ((0.5, 0.75), (1.0, 1.0)):
        settings = DrawSettings(8, 1.0, ratio)
        assert eta.expect(settings) is None
        eta.learn(settings, 1, machine(settings, 1))
        again = DrawSettings(8, 1.0, other)
        assert eta.expect(again) == pytest.approx(machine(again, 1), rel=0.02)
