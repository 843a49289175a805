"""Single-process and Accelerate/FSDP2 execution of a run.

Tasks see one interface. A single process needs only torch; for several, accelerate sets up the
processes, DDP or FSDP2 and bf16. Batches are global and split by rank, and losses are normalised by
the global batch, so a step is the same on any number of processes.
"""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Iterator
from typing import Any, Literal

import torch
from torch import Tensor, nn

from maskgil.train.precision import fast_precision, warn_of_slow_bf16

Precision = Literal["float32", "bf16", "auto"]
COUNTS = ("WORLD_SIZE", "PMI_SIZE", "OMPI_COMM_WORLD_SIZE", "MV2_COMM_WORLD_SIZE")  # launchers'
log = logging.getLogger(__name__)


def num_processes() -> int:
    """The number of processes started by a launcher; 1 without one."""
    return next((int(os.environ[name]) for name in COUNTS if os.environ.get(name)), 1)


def start_engine(precision: Precision | None = None, device: str | None = None) -> Runtime:
    """The runtime for this process. Raises ValueError if a requirement is missing.

    `precision` None: the launcher's, else float32; "auto": measured by `fast_precision`. `device`
    None: a GPU if available; with several processes "cpu" or "cuda", one for each.
    """
    if num_processes() > 1:
        if device not in (None, "cpu", "cuda"):
            raise ValueError(f"--device is {device!r}; with several processes choose cpu or cuda")
        return AccelerateRuntime(precision, cpu=device == "cpu" or not torch.cuda.is_available())
    return one_process(precision, device)


def one_process(precision: Precision | None = None, device: str | None = None) -> Runtime:
    """The runtime of a single process, with settings of a launcher, if any."""
    if "MASTER_ADDR" in os.environ and "WORLD_SIZE" not in os.environ:
        log.warning(
            "one process: without MPI, accelerate launch --cpu starts no other "
            "(torchrun --nproc_per_node N does)"
        )
    if device is None:
        on_cpu = _is_true("ACCELERATE_USE_CPU") or not torch.cuda.is_available()
        device = "cpu" if on_cpu else "cuda"
    if torch.device(device).type == "cuda" and not torch.cuda.is_available():
        raise ValueError(f"device is {device!r}, but torch finds no CUDA device; use 'cpu'")
    if torch.device(device).type == "cuda":
        torch.backends.cudnn.benchmark = True
        torch.backends.cudnn.allow_tf32 = False  # same codes as on a CPU
    if precision is None:
        precision = _precision_named(os.environ.get("ACCELERATE_MIXED_PRECISION", "no"))
    elif precision == "auto":
        precision = fast_precision(device)
    elif precision == "bf16":
        warn_of_slow_bf16(device)
    accumulate = os.environ.get("ACCELERATE_GRADIENT_ACCUMULATION_STEPS", "1")
    return Runtime(device, precision, accumulate=int(accumulate))


def _is_true(variable: str) -> bool:
    return os.environ.get(variable, "false").lower() in ("true", "1")


def _precision_named(mixed_precision: str) -> Precision:
    """Our name of one of accelerate's precisions."""
    if mixed_precision not in ("no", "bf16"):
        raise ValueError(f"mixed_precision is {mixed_precision!r}; choose no or bf16")
    return "bf16" if mixed_precision == "bf16" else "float32"


class Runtime:
    """One process on one device."""

    rank = 0
    world_size = 1

    def __init__(
        self, device: str = "cpu", precision: Precision = "float32", *, accumulate: int = 1
    ) -> None:
        self.device = torch.device(device)
        self.precision = precision
        self.accumulate = accumulate  # micro-batches per step, by the launcher

    @property
    def is_main(self) -> bool:
        return self.rank == 0

    def prepare(self, model: nn.Module) -> nn.Module:
        """Move `model` to the device and wrap it. Call the result; the model holds the weights.

        Build optimizers afterwards, as sharding replaces the parameters.
        """
        return model.to(self.device)

    def autocast(self) -> contextlib.AbstractContextManager:
        """Autocast to bfloat16, if that is the precision."""
        enabled = self.precision == "bf16"
        return torch.autocast(self.device.type, dtype=torch.bfloat16, enabled=enabled)

    @contextlib.contextmanager
    def gradients(self, called: nn.Module, *, last: bool) -> Iterator[None]:
        """Context of a micro-batch: gradients are synchronised only in the last one."""
        yield

    def total(self, values: Tensor) -> Tensor:
        """The sum of `values` over all processes."""
        return values

    def mean(self, values: Tensor) -> Tensor:
        """The mean over all processes, through which gradients flow."""
        return values

    def agree(self, *flags: bool) -> tuple[bool, ...]:
        """For each flag, whether any process raised it."""
        return flags

    def full(self, value: Tensor) -> Tensor:
        """The full tensor on the CPU; all processes have to call it."""
        return value.detach().cpu()

    def like(self, value: Tensor, reference: Tensor) -> Tensor:
        """Shard a full `value` like `reference`."""
        return value.to(device=reference.device, dtype=reference.dtype)

    def close(self) -> None:
        """Leave the group of processes."""


class AccelerateRuntime(Runtime):
    """One of several processes, set up by accelerate: DDP, or FSDP2 when the launcher says so."""

    def __init__(self, precision: Precision | None = None, *, cpu: bool = False) -> None:
        try:
            from accelerate import Accelerator, PartialState
        except ImportError as error:
            raise ValueError(
                "several processes need accelerate: pip install -r requirements-train.txt"
            ) from error
        if precision == "auto":
            precision = self._agreed_precision(PartialState(cpu=cpu))
        elif precision == "bf16" and PartialState(cpu=cpu).is_main_process:
            warn_of_slow_bf16(str(PartialState().device))
        wanted = None if precision is None else {"float32": "no"}.get(precision, precision)
        self.accelerator = Accelerator(mixed_precision=wanted, cpu=cpu)
        super().__init__(
            str(self.accelerator.device),
            _precision_named(self.accelerator.mixed_precision),
            accumulate=self.accelerator.gradient_accumulation_steps,
        )
        self.rank = self.accelerator.process_index
        self.world_size = self.accelerator.num_processes
        self.sharded = _is_true("ACCELERATE_USE_FSDP")
        if self.sharded:
            self._plan_shards()

    def _agreed_precision(self, state: Any) -> Precision:
        """The faster precision as measured by the first process."""
        half = torch.zeros(1, device=state.device)
        if state.is_main_process:
            half += fast_precision(str(state.device)) == "bf16"
        torch.distributed.broadcast(half, 0)
        return "bf16" if half.item() else "float32"

    def _plan_shards(self) -> None:
        """One FSDP unit per Transformer block unless the launcher names others."""
        from accelerate.utils import FullyShardedDataParallelPlugin
        from torch.distributed.fsdp.wrap import transformer_auto_wrap_policy

        plugin = getattr(self.accelerator.state, "fsdp_plugin", None)
        if plugin is None:  # accelerate enables FSDP only for GPUs, but it works on CPUs
            plugin = FullyShardedDataParallelPlugin()
            if self.precision == "bf16":
                plugin.set_mixed_precision("bf16")
            self.accelerator.state.fsdp_plugin = plugin
        if plugin.fsdp_version != 2:
            raise ValueError(
                "weights are sharded with FSDP2 only: give --fsdp_version 2 to accelerate launch"
            )
        if plugin.auto_wrap_policy is None:
            plugin.auto_wrap_policy = transformer_auto_wrap_policy
            plugin.transformer_cls_names_to_wrap = ["Block"]

    def prepare(self, model: nn.Module) -> nn.Module:
        model.to(self.device)
        if self.sharded:
            from accelerate.utils import fsdp2_prepare_model

            return fsdp2_prepare_model(self.accelerator, model)
        return self.accelerator.prepare_model(model)

    @contextlib.contextmanager
    def gradients(self, called: nn.Module, *, last: bool) -> Iterator[None]:
        wrapper: Any = called
        if self.sharded:
            wrapper.set_requires_gradient_sync(last)
        with contextlib.ExitStack() as stack:
            if not self.sharded and not last and hasattr(wrapper, "no_sync"):
                stack.enter_context(wrapper.no_sync())
            yield

    def total(self, values: Tensor) -> Tensor:
        summed = values.detach().clone()
        torch.distributed.all_reduce(summed)
        return summed

    def mean(self, values: Tensor) -> Tensor:
        from torch.distributed.nn.functional import all_reduce

        return all_reduce(values) / self.world_size

    def agree(self, *flags: bool) -> tuple[bool, ...]:
        raised = self.total(torch.tensor(flags, dtype=torch.float32, device=self.device))
        return tuple(bool(count) for count in raised > 0)

    def full(self, value: Tensor) -> Tensor:
        if hasattr(value, "full_tensor"):
            value = value.full_tensor()
        return value.detach().cpu()

    def like(self, value: Tensor, reference: Tensor) -> Tensor:
        from torch.distributed.tensor import DTensor, distribute_tensor

        moved = super().like(value, reference)
        if not isinstance(reference, DTensor):
            return moved
        return distribute_tensor(
            moved, reference.device_mesh, reference.placements, src_data_rank=None
        )

    def close(self) -> None:
        self.accelerator.end_training()
