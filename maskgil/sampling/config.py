"""The settings of sampling, frozen and checked."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True)
class SamplingConfig:
    """How tokens are drawn. `ar_ratio` is the share written by the autoregressive model.

    The last group trades fidelity for speed in masked decoding and is off by default; `fast` turns
    it on. docs/decoding.md measures what it gains and costs.
    """

    num_steps: int = 8
    guidance_scale: float = 4.0
    guidance_schedule: Literal["constant", "linear"] = "constant"
    guidance_interval: tuple[float, float] = (0.0, 1.0)  # progress in which guidance is on
    schedule: str = "arccos"
    choice_temperature: float = 4.5
    temperature: float = 1.0
    top_k: int | None = None
    top_p: float | None = None
    ar_ratio: float = 0.0
    ar_guidance_scale: float | None = None  # of the autoregressive model; None: guidance_scale
    order: Literal["confidence", "halton"] = "confidence"
    # Approximations:
    reuse_features: bool = False  # keep keys and values of settled tokens and of the condition
    refresh_every: int | None = None  # with reuse: compute all anew in each so-manieth step
    guidance_every: int = 1  # run the null condition in each so-manieth guided step only

    def fast(self) -> SamplingConfig:
        """These settings with the approximations on: less than half the arithmetic at 8 steps."""
        return dataclasses.replace(self, **FAST)

    def with_guidance(self, scale: float) -> SamplingConfig:
        """With guidance `scale` for both models; unchanged where it has that scale already."""
        if scale == self.guidance_scale:
            return self
        return dataclasses.replace(self, guidance_scale=scale, ar_guidance_scale=None)

    def autoregressive(self) -> SamplingConfig:
        """These settings for the autoregressive model: with the guidance that is its own."""
        if self.ar_guidance_scale is None:
            return self
        return dataclasses.replace(self, guidance_scale=self.ar_guidance_scale)

    def __post_init__(self) -> None:
        object.__setattr__(self, "guidance_interval", tuple(self.guidance_interval))
        if self.num_steps < 1:
            raise ValueError(f"num_steps is {self.num_steps}; it must be at least 1")
        if not self.guidance_scale >= 0.0:
            raise ValueError(f"guidance_scale is {self.guidance_scale}; it must be 0 or more")
        if self.ar_guidance_scale is not None and not self.ar_guidance_scale >= 0.0:
            raise ValueError(f"ar_guidance_scale is {self.ar_guidance_scale}; it must be 0 or more")
        if self.guidance_schedule not in ("constant", "linear"):
            raise ValueError(
                f"guidance_schedule is {self.guidance_schedule!r}; choose 'constant' or 'linear'"
            )
        start, end = self.guidance_interval
        if not 0.0 <= start <= end <= 1.0:
            raise ValueError(
                f"guidance_interval is {self.guidance_interval}; it must be (start, end) in [0, 1]"
            )
        from maskgil.sampling.mask_schedules import check_schedule

        check_schedule(self.schedule)
        if not self.choice_temperature >= 0.0:
            raise ValueError(f"choice_temperature is {self.choice_temperature}; it must be >= 0")
        if not self.temperature >= 0.0:
            raise ValueError(f"temperature is {self.temperature}; it must be >= 0 (0 = greedy)")
        if self.top_k is not None and self.top_k < 1:
            raise ValueError(f"top_k is {self.top_k}; it must be at least 1, or None for all")
        if self.top_p is not None and not 0.0 < self.top_p <= 1.0:
            raise ValueError(f"top_p is {self.top_p}; it must be in (0, 1], or None for all")
        if not 0.0 <= self.ar_ratio <= 1.0:
            raise ValueError(f"ar_ratio is {self.ar_ratio}; it must be in [0, 1]")
        for name in ("refresh_every", "guidance_every"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise ValueError(f"{name} is {value}; it must be at least 1")
        if self.order not in ("confidence", "halton"):
            raise ValueError(f"order is {self.order!r}; choose 'confidence' or 'halton'")


FAST: dict[str, Any] = {"reuse_features": True, "refresh_every": 4, "guidance_every": 4}
