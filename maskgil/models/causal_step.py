"""A single decoding step of a causal Transformer with a static KV cache, compiled for a GPU.

The usual step slices the cache to its current length, fast on a CPU but with a new shape for each
length. Here every token attends to the whole cache through a mask, so that one CUDA graph serves
all steps.

Shapes: B batch, C model width, D head width, P condition tokens, V codebook size, S_max places of
the memory.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary, finalize

import torch
from torch import Tensor

from maskgil.models.conditioning import CaptionCondition, Condition, Drafted
from maskgil.models.layers import LayerCache

if TYPE_CHECKING:
    from maskgil.models.kv_cache import KVCache
    from maskgil.models.transformer import Transformer

VARIABLE = "MASKGIL_COMPILE"  # 0: never compile
log = logging.getLogger(__name__)
_steps: WeakKeyDictionary[Transformer, FixedStep] = WeakKeyDictionary()


def fixed_step(
    model: Transformer,
    x: Tensor,
    rope: tuple[Tensor, Tensor],
    place: Tensor,
    real: Tensor | None,
    layers: list[LayerCache],
    draft: Tensor | None,
) -> Tensor:
    """x (B, 1, C), written at `place` (1,) of the memory -> logits (B, V) of the token behind it.

    `rope`: cos and sin (1, 1, 1, D) there; `real` (B, S_max), False at padding, None: nowhere;
    `draft` (B,): the draft's code of the token that is predicted.
    """
    size = layers[0].keys.shape[2]
    seen = torch.arange(size, device=x.device) <= place  # (S_max,)
    mask = seen[None, None, None] if real is None else (real & seen)[:, None, None]
    for block, layer in zip(model.blocks, layers, strict=True):
        x = block(x, rope, mask, False, None, layer, place)
    return model.scores(x[:, -1], draft)


class FixedStep:
    """`fixed_step` of one model, through `run`, with memory that is used again.

    CUDA graphs belong to the thread that records them, so all steps run on one thread. If `run`
    fails later than in its first step, on new numbers of rows or grids, steps continue uncompiled.
    """

    def __init__(self, run: Callable[..., Tensor]) -> None:
        self._run, self._pid, self._ran = run, os.getpid(), False
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="causal-step")
        self._free: dict[tuple[Any, ...], list[list[LayerCache]]] = {}

    @property
    def usable(self) -> bool:
        """False in a forked process, which lacks the thread."""
        return os.getpid() == self._pid

    def __call__(self, *given: Any) -> Tensor:
        """As `fixed_step`."""
        inference = torch.is_inference_mode_enabled()
        return self._thread.submit(self._stepped, inference, given).result()

    def _stepped(self, inference: bool, given: tuple[Any, ...]) -> Tensor:
        device = given[1].device
        on = torch.cuda.device(device) if device.type == "cuda" else nullcontext()
        with torch.inference_mode(inference), torch.set_grad_enabled(False), on:
            torch.compiler.cudagraph_mark_step_begin()
            try:
                return self._run(*given).clone()  # the next step overwrites it
            except Exception as error:  # of compilers, they share no class
                if self._run is fixed_step or not self._ran:
                    raise
                _say_uncompiled(error)
                self._run = fixed_step
                return fixed_step(*given)
            finally:
                self._ran = True

    def memory(self, like: Tensor, num_layers: int, shape: tuple[int, ...]) -> list[LayerCache]:
        """Empty cache layers (B, H, S_max, D), reusing those of a finished drawing."""
        free = self._free.setdefault((num_layers, shape, like.dtype, like.device), [])
        if free:
            layers = free.pop()
            for layer in layers:
                layer.keys.zero_()
                layer.values.zero_()
            return layers
        with torch.inference_mode(False):
            return [
                LayerCache(like.new_zeros(shape), like.new_zeros(shape)).at_one_address()
                for _ in range(num_layers)
            ]

    def lend(self, cache: KVCache) -> None:
        """Take the memory of `cache` back once it is garbage-collected."""
        keys = cache.layers[0].keys
        free = self._free[(len(cache.layers), tuple(keys.shape), keys.dtype, keys.device)]
        finalize(cache, free.append, cache.layers).atexit = False


def _say_uncompiled(error: Exception) -> None:
    first = (str(error).strip() or type(error).__name__).splitlines()[0]
    log.warning("tokens are written by the uncompiled step: %s", first)


def step_of(model: Transformer) -> FixedStep | None:
    """The prepared step of `model`; None for the usual one."""
    step = _steps.get(model)
    return step if step is not None and step.usable else None


def wants_compiling(device: torch.device) -> bool:
    """On CUDA, unless MASKGIL_COMPILE=0."""
    return device.type == "cuda" and os.environ.get(VARIABLE, "1") != "0"


def _any_condition(model: Transformer, count: int, grid_size: tuple[int, int]) -> Condition:
    """A sample condition with all optional parts: padding, a draft."""
    config, device = model.config, model.token_embedding.weight.device
    if config.condition == "class":
        return torch.zeros(count, dtype=torch.long, device=device)
    embeds = torch.zeros(count, config.max_caption_length, config.caption_dim, device=device)
    caption = CaptionCondition(embeds)
    if not config.drafts:
        return caption
    size = count, grid_size[0] * grid_size[1]
    return Drafted(caption, torch.zeros(size, dtype=torch.long, device=device))


def prepare(
    model: Transformer,
    grid_size: tuple[int, int],
    *,
    rows: tuple[int, ...] = (2,),
    device: torch.device | None = None,
) -> bool:
    """Compile the step of a causal `model` and warm it up for `rows`; whether it works.

    Two rows are one picture with guidance. Other numbers of rows and grids are compiled on first
    use. Does nothing without CUDA; if compiling fails, one line is logged and the usual step is
    kept.
    """
    if not wants_compiling(model.token_embedding.weight.device if device is None else device):
        return False
    try:
        compiled = torch.compile(fixed_step, mode="reduce-overhead", dynamic=False)
        _steps[model] = FixedStep(compiled)
        with torch.inference_mode():
            for count in rows:
                condition = _any_condition(model, count, grid_size)
                _, cache = model.start(condition, count, grid_size=grid_size)
                for _ in range(3):  # compiled, recorded, played
                    model.step(cache.places.new_zeros(count, 1), cache)
    except Exception as error:  # of compilers, they share no class; the model draws without
        _steps.pop(model, None)
        _say_uncompiled(error)
        return False
    return True
