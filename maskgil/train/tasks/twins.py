"""A masked model and its causal twin, trained in one run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from maskgil.train.tasks.generator import GeneratorTask
from maskgil.utils.checks import at_least

if TYPE_CHECKING:
    from PIL.Image import Image


@dataclass(frozen=True)
class TwinSettings:
    """The causal twin of a masked model: overrides of its config, and how often it is trained.

    `model` and `training` override the masked model's sections; the twin is trained in one step of
    `every`.
    """

    model: dict = field(default_factory=dict)
    training: dict = field(default_factory=dict)
    every: int = 2

    def __post_init__(self) -> None:
        at_least(self, 1, "every")


class TwinTask:
    """Trains `masked` in every step and `twin` in one step of `every`."""

    def __init__(self, masked: GeneratorTask, twin: GeneratorTask, every: int) -> None:
        self.masked, self.twin, self.every = masked, twin, every
        self.batch_size, self.source, self.model = masked.batch_size, masked.source, masked.model
        self.codebook = masked.codebook
        self._twins: dict[str, float] = {}  # its last logged numbers

    def step(self, index: int) -> dict[str, float]:
        values = self.masked.step(index)
        if index % self.every == 0:
            made = self.twin.step(index)
            self._twins = {f"twin_{name}": made[name] for name in ("loss", "gradient_norm")}
        return values | self._twins

    def state_dict(self) -> dict:
        return {**self.masked.state_dict(), "twin": self.twin.state_dict()}

    def load_state_dict(self, state: dict) -> None:
        if "twin" not in state:
            raise ValueError("the checkpoint has no twin; start in another folder")
        self.masked.load_state_dict(state)
        self.twin.load_state_dict(state["twin"])

    def norms(self) -> dict[str, float]:
        return self.masked.norms()

    def last_batch(self) -> list[int]:
        return self.masked.last_batch()

    def averaged(self) -> Any:
        """The averaged masked model; the twin's is `twin.averaged()`."""
        return self.masked.averaged()

    def show(self) -> dict[str, Image]:
        return self.masked.show()
