"""Training of generators: a masked Transformer or its causal twin, on any source of tokens."""

# B batch over all processes, b of this one, N image tokens, V codebook size.

from __future__ import annotations

import contextlib
import dataclasses
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import torch
from torch import Tensor, nn

from maskgil.checkpoints import build_empty
from maskgil.config import TransformerConfig
from maskgil.data.bucket_sampler import mixed
from maskgil.models.bert import BidirectionalTransformer
from maskgil.models.conditioning import CaptionCondition, CaptionEmbedder
from maskgil.models.transformer import Transformer
from maskgil.sampling.mask_schedules import SCHEDULES
from maskgil.train.batches import TokenBatch, TokenSource, padded, part_of
from maskgil.train.distributed import Precision, Runtime
from maskgil.train.optim.ema import Average, clip_gradients, gathered, load_module, load_optimizer
from maskgil.train.optim.lr_schedules import Clock, warmup_stable_decay
from maskgil.train.optim.muon import Muon, split_parameters
from maskgil.train.tasks.losses import causal_cross_entropy, masked_cross_entropy, random_mask

if TYPE_CHECKING:
    from PIL.Image import Image

Model = Transformer | BidirectionalTransformer
Painter = Callable[[Any], "Image"]  # samples of a model, as one picture
NORM_ROWS = 8  # pictures whose output norms are taken


@dataclass(frozen=True)
class GeneratorTraining:
    """Settings of `GeneratorTask`. Muon trains the blocks' matrices, AdamW everything else.

    `batch_size` counts over all processes and is worked off in `accumulate` parts. The mask ratio
    of a picture is γ(u), u uniform and γ `mask_schedule`. The rates rise over `warmup` steps and
    fall over the last `decay_fraction`. `start_from_codebook`: embeddings start from the
    tokenizer's codes. `context_noise`: of the tokens that the model reads of each picture the share
    `context_noise` · u is replaced by random codes, u uniform, so that it heeds its condition
    (the word dropout of Bowman et al. 2016).
    """

    steps: int
    batch_size: int = 32
    accumulate: int = 1
    optimizer: Literal["muon", "adamw"] = "muon"
    muon_rate: float = 0.02
    adam_rate: float = 2.5e-3
    betas: tuple[float, float] = (0.9, 0.95)
    weight_decay: float = 0.01
    gradient_limit: float = 1.0
    warmup: int = 100
    decay_fraction: float = 0.25
    average_decay: float = 0.998
    label_smoothing: float = 0.0
    mask_schedule: str = "cosine"
    context_noise: float = 0.0
    precision: Precision | None = None
    start_from_codebook: bool | None = None  # None: for scenes
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("steps", "batch_size", "accumulate"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; it must be at least 1")
        if self.batch_size % self.accumulate:
            raise ValueError(
                f"a batch of {self.batch_size} cannot be split into {self.accumulate} even parts"
            )
        if self.mask_schedule not in SCHEDULES:
            raise ValueError(
                f"mask_schedule is {self.mask_schedule!r}; choose one of {', '.join(SCHEDULES)}"
            )
        if self.optimizer not in ("muon", "adamw"):
            raise ValueError(f"unknown optimizer {self.optimizer!r}; choose muon or adamw")
        for name in ("decay_fraction", "label_smoothing", "average_decay", "context_noise"):
            if not 0.0 <= getattr(self, name) < 1.0:
                raise ValueError(f"{name} is {getattr(self, name)}; it must be in [0, 1)")
        if not self.gradient_limit > 0:
            raise ValueError(f"gradient_limit is {self.gradient_limit}; it must be above 0")


class GeneratorTask:
    """Train a `Transformer`, masked or causal as its config says, or the baseline. For `fit`.

    Which tokens are hidden and which conditions dropped is drawn for the global batch from the
    number of the step, on the device; the loss is divided by the masked tokens of the global batch.
    So neither the number of processes nor `accumulate` changes a step beyond rounding. With a
    `clock` the rates stand where it says in the schedule of `steps`, however many are taken.
    """

    def __init__(
        self,
        model: Model,
        source: TokenSource,
        settings: GeneratorTraining,
        *,
        engine: Runtime | None = None,
        painter: Painter | None = None,
        compile_blocks: bool = False,
        clock: Clock | None = None,
    ) -> None:
        self.engine, self.clock = engine or Runtime(), clock
        self.model, self.source, self.settings = model, source, settings
        self.painter, self.batch_size = painter, settings.batch_size
        self.causal = getattr(model.config, "causal", False)
        self.model_class = type(model)  # sharding puts another in its place
        self.parts = settings.accumulate if settings.accumulate > 1 else self.engine.accumulate
        rows = part_of(settings.batch_size, self.engine)
        if (rows.stop - rows.start) % self.parts:
            raise ValueError(
                f"{rows.stop - rows.start} pictures a process cannot be split into {self.parts} "
                "even parts to accumulate"
            )
        if source.codebook_size != model.config.codebook_size:
            raise ValueError(
                f"the tokens are of {source.codebook_size} codes, the model's codebook_size is "
                f"{model.config.codebook_size}"
            )
        self.compiled = compile_blocks
        if compile_blocks:
            self._compile()
        self.called = self.engine.prepare(model)
        self.optimizers, self.rates = self._optimizers()
        self.average = Average(model, settings.average_decay)
        self._last: tuple[TokenBatch, Tensor, Tensor] | None = None

    def _compile(self) -> None:
        """The blocks; of a masked model not the last, which reads other places in every step."""
        fixed = self.source.caption_length is not None  # then no shape ever changes
        blocks = list(self.model.blocks)
        for block in blocks if self.causal else blocks[:-1]:
            block.compile(dynamic=False if fixed else None)
        if isinstance(self.model.condition, CaptionEmbedder):
            self.model.condition.trims = False

    def _of_one_length(self, batch: TokenBatch) -> TokenBatch:
        """Captions padded alike in every batch, the sequence to a multiple of 8 for the kernels."""
        config, caption = self.model.config, batch.condition
        if not self.compiled or not isinstance(caption, CaptionCondition):
            return batch
        assert isinstance(config, TransformerConfig)  # the baseline has no captions
        length = self.source.caption_length or config.max_caption_length
        places = batch.tokens[0].numel() // config.merge**2 - int(self.causal)
        length = min(length + -(length + places) % 8, config.max_caption_length)
        return batch._replace(condition=padded(caption, length))

    def _optimizers(self) -> tuple[list[torch.optim.Optimizer], list[float]]:
        settings = self.settings
        matrices, others = split_parameters(self.model)
        if settings.optimizer == "adamw":
            matrices, others = [], list(self.model.parameters())
        elif getattr(self.engine, "sharded", False):
            raise ValueError("muon needs whole matrices, FSDP2 cuts them up; choose adamw")
        adam = torch.optim.AdamW(
            others, lr=settings.adam_rate, betas=settings.betas,
            weight_decay=settings.weight_decay,
        )  # fmt: skip
        if not matrices:
            return [adam], [settings.adam_rate]
        muon = Muon(matrices, lr=settings.muon_rate, weight_decay=settings.weight_decay)
        return [adam, muon], [settings.adam_rate, settings.muon_rate]

    def draws(self, index: int, size: int, tokens: int) -> tuple[Tensor, Tensor]:
        """Of the global batch: rows that lose their condition (B,), hidden tokens (B, N)."""
        device = self.engine.device
        generator = torch.Generator(device).manual_seed(index + (self.settings.seed << 32))
        chance = torch.rand(size, generator=generator, device=device)
        drop = chance < self.model.config.condition_dropout
        if self.causal:
            return drop, torch.ones(size, tokens, dtype=torch.bool, device=device)
        name = self.settings.mask_schedule
        schedule = None if name == "cosine" else SCHEDULES[name]
        return drop, random_mask(size, tokens, generator=generator, schedule=schedule)

    def disturbed(self, index: int, tokens: Tensor, rows: slice) -> Tensor:
        """`tokens` (b, N), rows `rows` of global batch `index`, with `context_noise` in them."""
        if not self.settings.context_noise:
            return tokens
        seed = mixed(self.settings.seed, "context", index)
        drawn: dict[str, Any] = {
            "generator": torch.Generator(tokens.device).manual_seed(seed), "device": tokens.device
        }  # fmt: skip
        size, count = self.settings.batch_size, tokens.shape[1]
        share = torch.rand(size, 1, **drawn) * self.settings.context_noise
        struck = torch.rand(size, count, **drawn) < share
        codes = torch.randint(self.model.config.codebook_size, (size, count), **drawn)
        return torch.where(struck[rows], codes[rows], tokens)

    def _loss(
        self,
        called: nn.Module,
        batch: TokenBatch,
        drop: Tensor,
        hidden: Tensor,
        count: float | Tensor,
        context: Tensor | None = None,
    ) -> Tensor:
        """Summed cross-entropy of the rows of `batch`, divided by `count` tokens.

        `context` (b, N): what the model reads instead of the tokens themselves.
        """
        config, smoothing = self.model.config, self.settings.label_smoothing
        grid = batch.tokens.shape[1], batch.tokens.shape[2]
        tokens = batch.tokens.flatten(1)  # (b, N)
        read = tokens if context is None else context
        with self.engine.autocast():
            if self.causal:
                logits = called(read, batch.condition, grid_size=grid, drop=drop)
            else:
                shown = read.masked_fill(hidden, config.mask_id)
                logits = called(shown, batch.condition, grid_size=grid, drop=drop, where=hidden)
        if self.causal:
            return causal_cross_entropy(logits, tokens, label_smoothing=smoothing, count=count)
        return masked_cross_entropy(logits, tokens, hidden, label_smoothing=smoothing, count=count)

    def step(self, index: int) -> dict[str, float]:
        settings, engine = self.settings, self.engine
        self.called.train()
        place = index if self.clock is None else self.clock.share() * settings.steps
        factor = warmup_stable_decay(
            place, total=settings.steps, warmup=settings.warmup, decay=settings.decay_fraction
        )
        for optimizer, rate in zip(self.optimizers, self.rates, strict=True):
            for group in optimizer.param_groups:
                group["lr"] = rate * factor
        batch = self._of_one_length(self.source.batch(index, settings.batch_size))
        rows = part_of(settings.batch_size, engine)
        drop, hidden = self.draws(index, settings.batch_size, batch.tokens[0].numel())
        count = hidden.sum() / engine.world_size  # gradients are averaged over processes
        drop, hidden = drop[rows], hidden[rows]
        self._last = batch, drop, hidden
        context = self.disturbed(index, batch.tokens.flatten(1), rows)
        if self.model.config.dropout:
            torch.manual_seed(mixed(settings.seed, "dropout", index, engine.rank))
        total = torch.zeros((), device=engine.device)
        for part in range(self.parts):
            chosen = slice(part * len(drop) // self.parts, (part + 1) * len(drop) // self.parts)
            with engine.gradients(self.called, last=part == self.parts - 1):
                loss = self._loss(
                    self.called, rows_of(batch, chosen), drop[chosen], hidden[chosen], count,
                    context[chosen],
                )  # fmt: skip
                loss.backward()
            total += loss.detach()
        norm = clip_gradients(list(self.model.parameters()), settings.gradient_limit)
        value = float(engine.total(total)) / engine.world_size
        if math.isfinite(value) and math.isfinite(norm):
            for optimizer in self.optimizers:
                optimizer.step()
            self.average.update(self.model)
        for optimizer in self.optimizers:
            optimizer.zero_grad(set_to_none=True)
        return {"loss": value, "gradient_norm": norm, "learning_rate": self.rates[0] * factor}

    @torch.no_grad()
    def loss(self, index: int, size: int) -> float:
        """The training loss on batch `index` as it stands, no condition dropped; one process."""
        self.model.eval()
        batch = self.source.batch(index, size)
        _, hidden = self.draws(index, size, batch.tokens[0].numel())
        drop = torch.zeros(size, dtype=torch.bool, device=self.engine.device)
        return float(self._loss(self.model, batch, drop, hidden, float(hidden.sum())))

    @torch.no_grad()
    def norms(self) -> dict[str, float]:
        """Mean length of each block's output vectors, over a few pictures of the last batch."""
        if self._last is None:
            return {}
        batch, drop, hidden = self._last
        few = slice(0, min(NORM_ROWS, len(drop)))
        batch, drop, hidden = rows_of(batch, few), drop[few], hidden[few]
        grid = batch.tokens.shape[1], batch.tokens.shape[2]
        tokens = batch.tokens.flatten(1)
        if not self.causal:
            tokens = tokens.masked_fill(hidden, self.model.config.mask_id)
        self.model.eval()
        with (
            output_norms(self.model) as found,
            torch.compiler.set_stance("force_eager"),
            self.engine.autocast(),
        ):
            self._evaluated()(tokens, batch.condition, grid_size=grid, drop=drop)
        return {name: float(value) for name, value in found.items()}

    def _evaluated(self) -> nn.Module:
        """What to call without gradients: sharded weights are gathered by their wrapper alone."""
        return self.called if getattr(self.engine, "sharded", False) else self.model

    def last_batch(self) -> list[int]:
        return [] if self._last is None else self._last[0].names

    def state_dict(self) -> dict:
        state = {
            "model": self.model.state_dict(),
            "optimizers": [optimizer.state_dict() for optimizer in self.optimizers],
            "average": self.average.state_dict(),
            "config": dataclasses.asdict(self.model.config),
        }
        return gathered(state, self.engine)

    def load_state_dict(self, state: dict) -> None:
        load_module(self.model, state["model"], self.engine)
        if len(state["optimizers"]) != len(self.optimizers):
            raise ValueError("the checkpoint is of another optimizer; start in another folder")
        for optimizer, saved in zip(self.optimizers, state["optimizers"], strict=True):
            load_optimizer(optimizer, saved, self.engine)
        self.average.load_state_dict(state["average"], self.engine)

    def averaged(self) -> Any:
        """A model of the averaged weights on the CPU; None in all but the main process."""
        values: dict[str, Any] = gathered(self.average.values, self.engine)
        if not self.engine.is_main:
            return None
        model = build_empty(self.model_class, self.model.config)
        model.load_state_dict(values, assign=True)
        return model.eval()

    def show(self) -> dict[str, Image]:
        """What the averaged weights draw."""
        if self.painter is None:
            return {}
        model = self.averaged()
        return {} if model is None else {"samples": self.painter(model.to(self.engine.device))}


def rows_of(batch: TokenBatch, rows: slice) -> TokenBatch:
    condition: Any = batch.condition[rows]
    return TokenBatch(batch.tokens[rows], condition, batch.names[rows])


@contextlib.contextmanager
def output_norms(model: Model):
    """Inside, each forward pass notes the mean length of every block's outputs, by layer."""
    found: dict[str, Tensor] = {}

    def note(name: str):
        def hook(module: nn.Module, inputs: Any, output: Tensor) -> None:
            found[name] = output.detach().float().norm(dim=-1).mean()

        return hook

    handles = [
        block.register_forward_hook(note(f"output_norm/layer_{index:02d}"))
        for index, block in enumerate(model.blocks)
    ]
    try:
        yield found
    finally:
        for handle in handles:
            handle.remove()
