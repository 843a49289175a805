"""ETA estimator: calibrated at start-up, corrected by every drawing since."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

from app.imaging.settings import DrawSettings

PATIENCE = 20.0  # seconds after which calibration stops, the rest unmeasured
QUARTER = 0.25  # the AR ratio measured beside 0 and 1
FEW = 2  # steps of the short drawing that shows the cost of one step
GUIDED = 4.0
MEMORY = 0.3  # weight of the newest drawing in the moving average of the load factor
SLOWEST = 50.0

# Settings and number of pictures -> seconds of computing.
Timer = Callable[[DrawSettings, int], float]


@dataclass(frozen=True)
class Costs:
    """Seconds of one picture in `steps` steps without guidance: `plain` at ratio 0, then what else
    costs. None is not measured.
    """

    steps: int
    plain: float
    step: float  # one more parallel step
    quarter: float | None = None  # at ratio 0.25
    causal: float | None = None  # at ratio 1
    guided: float = 1.0  # factor
    extra: float = 1.0  # cost of a further picture in a batch, relative to the first

    def seconds(self, settings: DrawSettings, count: int = 1) -> float | None:
        """Seconds expected, None if never measured.

        Linear in the number of tokens for ratios between 0 and 1; ratio 1 has no parallel steps, so
        it is measured separately.
        """
        ratio = settings.ar_ratio
        if ratio == 1.0:
            time = self.causal
        else:
            time = self.plain + self.step * (settings.steps - self.steps)
            if ratio > 0:
                if self.quarter is None:
                    return None
                time += (self.quarter - self.plain) / QUARTER * ratio
        if time is None:
            return None
        if settings.guidance not in (None, 1.0):
            time *= self.guided
        return max(time, self.step) * (1 + (count - 1) * self.extra)

    def filled(self, settings: DrawSettings, count: int, took: float) -> Costs:
        """The costs with an unmeasured ratio filled in from a drawing that `took` so long."""
        one = took / (1 + (count - 1) * self.extra)
        if settings.guidance not in (None, 1.0):
            one /= self.guided
        ratio = settings.ar_ratio
        if ratio == 1.0:
            return replace(self, causal=one)
        parallel = self.plain + self.step * (settings.steps - self.steps)
        more = max(0.0, one - parallel) / ratio * QUARTER
        return replace(self, quarter=self.plain + more)


def measure(timer: Timer, steps: int, *, hybrid: bool = True) -> Costs:
    """Time a few drawings, the cheapest first; those that would take too long stay unknown."""

    def time(ratio: float = 0.0, *, count: int = 1, **changes: float) -> float:
        settings = {"steps": steps, "guidance": 1.0, "seed": 1} | changes
        return timer(DrawSettings(ar_ratio=ratio, **settings), count)  # type: ignore[arg-type]

    plain = time()
    few = FEW if steps > FEW else steps + FEW  # it must differ from the usual number
    step = max(1e-6, (plain - time(steps=few)) / (steps - few)) if plain < PATIENCE else plain
    guided = extra = 1.0
    if 3 * plain < PATIENCE:
        guided = max(1.0, time(guidance=GUIDED) / plain)
        extra = min(1.0, max(0.05, time(count=2) / plain - 1))
    quarter = causal = None
    if hybrid and 10 * plain < PATIENCE:
        quarter, causal = time(QUARTER), time(1.0)
    return Costs(steps, plain, step, quarter, causal, guided, extra)


class LatencyEstimator:
    """Estimates drawing times by calibration and an EWMA of this machine's load. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._costs: Costs | None = None
        self._busy = 1.0
        self._tried = threading.Event()

    def calibrate(self, timer: Timer, steps: int, *, hybrid: bool = True) -> None:
        """Measure with `timer`, for a few seconds."""
        try:
            costs = measure(timer, steps, hybrid=hybrid)
            with self._lock:
                self._costs = costs
        finally:
            self._tried.set()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until `calibrate` has finished; False after `timeout` seconds."""
        return self._tried.wait(timeout)

    def expect(self, settings: DrawSettings, count: int = 1) -> float | None:
        """Seconds that `count` pictures will take under the current load; None if unknown."""
        with self._lock:
            costs, busy = self._costs, self._busy
        seconds = costs.seconds(settings, count) if costs else None
        return None if seconds is None else seconds * busy

    def learn(self, settings: DrawSettings, count: int, took: float) -> None:
        """Learn from a finished drawing that `took` so many seconds, waiting included.

        Corrects the load factor, and fills in a ratio that was too slow to calibrate.
        """
        with self._lock:
            if self._costs is None:
                return
            usual = self._costs.seconds(settings, count)
            if usual is None:
                self._costs = self._costs.filled(settings, count, took / self._busy)
            elif usual:
                factor = min(SLOWEST, max(1 / SLOWEST, took / usual))
                self._busy += MEMORY * (factor - self._busy)
