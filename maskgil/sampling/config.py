"""The settings of sampling, frozen and checked."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, Literal

from maskgil.utils.checks import at_least, finite, one_of, within

HALVES = 2  # steps of a sweep


@dataclass(frozen=True)
class SamplingConfig:
    """How tokens are drawn. `ar_ratio` is the share written by the autoregressive model.

    The last group trades fidelity for speed in masked decoding and is off by default; `fast` turns
    it on. docs/decoding.md measures what it gains and costs.
    """

    num_steps: int = 8
    guidance_scale: float = 4.0
    guidance_schedule: Literal["constant", "linear", "released"] = "constant"
    guidance_interval: tuple[float, float] = (0.0, 1.0)  # progress in which guidance is on
    schedule: str = "arccos"
    choice_temperature: float = 4.5
    temperature: float = 1.0
    top_k: int | None = None
    top_p: float | None = None
    ar_ratio: float = 0.0
    ar_guidance_scale: float | None = None  # of the autoregressive model; None: guidance_scale
    draft_strength: float = 0.0  # added to the scores of the draft's codes, where there is a draft
    order: Literal["confidence", "halton"] = "confidence"
    sweeps: int = 0  # maximal number of Gibbs sweeps, two steps each, at the end
    # Approximations:
    reuse_features: bool = False  # keep keys and values of settled tokens and of the condition
    refresh_every: int | None = None  # with reuse: recompute everything every n-th step
    guidance_every: int = 1  # run the null condition in every n-th guided step only

    @property
    def sweeping(self) -> int:
        """The number of sweeps made: bounded by the number of steps, none with a feature cache."""
        return 0 if self.reuse_features else min(self.sweeps, (self.num_steps - 1) // 3)

    @property
    def filling_steps(self) -> int:
        """The steps that fill the grid."""
        return self.num_steps - HALVES * self.sweeping

    def fast(self) -> SamplingConfig:
        """These settings with the approximations on: less than half the arithmetic at 8 steps."""
        return dataclasses.replace(self, **FAST)

    def with_guidance(self, scale: float) -> SamplingConfig:
        """With guidance `scale` for both models; unchanged if the scale is the same."""
        if scale == self.guidance_scale:
            return self
        return dataclasses.replace(self, guidance_scale=scale, ar_guidance_scale=None)

    def autoregressive(self) -> SamplingConfig:
        """These settings with the autoregressive model's guidance."""
        if self.ar_guidance_scale is None:
            return self
        return dataclasses.replace(self, guidance_scale=self.ar_guidance_scale)

    def __post_init__(self) -> None:
        object.__setattr__(self, "guidance_interval", tuple(self.guidance_interval))
        at_least(self, 1, "num_steps", "top_k", "refresh_every", "guidance_every")
        at_least(self, 0, "guidance_scale", "ar_guidance_scale", "choice_temperature")
        at_least(self, 0, "temperature", "draft_strength", "sweeps")  # temperature 0: greedy
        finite(self, "guidance_scale", "ar_guidance_scale", "choice_temperature")
        finite(self, "temperature", "draft_strength")
        within(self, 0, 1, "ar_ratio")
        one_of(self, ("constant", "linear", "released"), "guidance_schedule")
        one_of(self, ("confidence", "halton"), "order")
        start, end = self.guidance_interval
        if not 0.0 <= start <= end <= 1.0:
            raise ValueError(
                f"guidance_interval is {self.guidance_interval}; it must be (start, end) in [0, 1]"
            )
        from maskgil.sampling.mask_schedules import check_schedule

        check_schedule(self.schedule)
        if self.top_p is not None and not 0.0 < self.top_p <= 1.0:
            raise ValueError(f"top_p is {self.top_p}; it must be in (0, 1], or None for all")


FAST: dict[str, Any] = {"reuse_features": True, "refresh_every": 4, "guidance_every": 4}
