"""TrainingTask, the base of tasks: learning rates, clipping, averaging, checkpoints."""

from __future__ import annotations

import contextlib
import math
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from maskgil.checkpoints import build_empty
from maskgil.checkpoints.codebooks import CodebookId
from maskgil.train.distributed import Runtime
from maskgil.train.optim.ema import Average, clip_gradients, gathered, load_module, load_optimizer
from maskgil.train.optim.lr_schedules import Clock

if TYPE_CHECKING:
    from PIL.Image import Image

OTHER_OPTIMIZER = "the checkpoint is of another optimizer; start in another folder"


class TrainingTask:
    """A model with `optimizers`, by their names in checkpoints, for `trainer.fit`.

    `settings` has `steps`, `gradient_limit` and `average_decay`. With a `clock` the schedule
    follows it, however many steps are taken.
    """

    batch_size: int
    codebook = CodebookId()  # of the codes learned, if known

    def __init__(
        self,
        model: nn.Module,
        optimizers: dict[str, torch.optim.Optimizer],
        settings: Any,
        *,
        engine: Runtime | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.model: Any = model
        self.settings, self.engine, self.clock = settings, engine or Runtime(), clock
        self.model_class = type(model)  # sharding replaces the class
        self.optimizers = optimizers
        self.full_rates = {
            name: [group["lr"] for group in one.param_groups] for name, one in optimizers.items()
        }
        self.parameters: list[Tensor] = [p for p in model.parameters() if p.requires_grad]
        self.average = Average(model, settings.average_decay)

    def place(self, index: int) -> float:
        """The position of step `index` in the schedule of `settings.steps`."""
        return index if self.clock is None else self.clock.share() * self.settings.steps

    def set_rates(self, factor: float) -> None:
        """Set every learning rate to `factor` times its base value."""
        for name, optimizer in self.optimizers.items():
            for group, rate in zip(optimizer.param_groups, self.full_rates[name], strict=True):
                group["lr"] = rate * factor

    def clip(self) -> float:
        """Clip the gradients; returns the norm before."""
        return clip_gradients(self.parameters, self.settings.gradient_limit)

    def update(self, *values: float) -> bool:
        """Take an optimisation step unless one of `values` is not finite; reset the gradients."""
        sound = all(math.isfinite(value) for value in values)
        if sound:
            with self.update_context():
                for optimizer in self.optimizers.values():
                    optimizer.step()
            self.average.update(self.model)
        for optimizer in self.optimizers.values():
            optimizer.zero_grad(set_to_none=True)
        return sound

    def update_context(self) -> contextlib.AbstractContextManager:
        """The context of optimizer steps."""
        return contextlib.nullcontext()

    def norms(self) -> dict[str, float]:
        """Output norms of layers; none by default."""
        return {}

    def show(self) -> dict[str, Image]:
        """Sample pictures; none by default."""
        return {}

    def more_state(self) -> dict[str, Any]:
        """Additional state of a checkpoint."""
        return {}

    def state_dict(self) -> dict:
        state = {
            "model": self.model.state_dict(),
            **{name: optimizer.state_dict() for name, optimizer in self.optimizers.items()},
            "average": self.average.state_dict(),
            **self.more_state(),
        }
        return gathered(state, self.engine)

    def load_state_dict(self, state: dict) -> None:
        """Load a checkpoint. Raises ValueError if it is of another model or optimizer."""
        load_module(self.model, state["model"], self.engine)
        for name, optimizer in self.optimizers.items():
            if name not in state:
                raise ValueError(OTHER_OPTIMIZER)
            load_optimizer(optimizer, state[name], self.engine)
        self.average.load_state_dict(state["average"], self.engine)

    def averaged(self) -> Any:
        """A model of the averaged weights on the CPU; None in all but the main process."""
        values: dict[str, Any] = gathered(self.average.values, self.engine)
        if not self.engine.is_main:
            return None
        model = build_empty(self.model_class, self.model.config)
        model.load_state_dict(values, assign=True)
        return model.eval()


def weight_decayed(model: nn.Module, decay: float) -> list[dict[str, Any]]:
    """Parameter groups for AdamW: matrices and kernels with weight decay, vectors without."""
    return [
        {"params": [p for p in model.parameters() if p.ndim >= 2], "weight_decay": decay},
        {"params": [p for p in model.parameters() if p.ndim < 2], "weight_decay": 0.0},
    ]
