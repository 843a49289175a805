"""Training task of generators: a masked Transformer or its causal twin."""

# B batch over all processes, b of this one, N image tokens, V codebook size.

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import torch
from torch import Tensor, nn

from maskgil.config import TransformerConfig
from maskgil.data.bucket_sampler import mixed
from maskgil.models.bert import BidirectionalTransformer
from maskgil.models.conditioning import NO_CODE, CaptionCondition, Drafted
from maskgil.models.embedders import CaptionEmbedder
from maskgil.models.transformer import Transformer
from maskgil.sampling.mask_schedules import SCHEDULES
from maskgil.train.batches import TokenBatch, TokenSource, padded, part_of
from maskgil.train.distributed import Precision, Runtime
from maskgil.train.optim.lr_schedules import Clock, warmup_stable_decay
from maskgil.train.optim.muon import Muon, split_parameters
from maskgil.train.tasks.base import OTHER_OPTIMIZER, TrainingTask
from maskgil.train.tasks.chunked_loss import head_cross_entropy
from maskgil.train.tasks.losses import causal_cross_entropy, masked_cross_entropy, random_mask
from maskgil.train.tasks.thread_parts import ThreadParts, fitting_threads
from maskgil.utils.checks import above, at_least, below, one_of

if TYPE_CHECKING:
    from PIL.Image import Image

Model = Transformer | BidirectionalTransformer
Painter = Callable[[Any], "Image"]  # model -> a sheet of samples
NORM_ROWS = 8  # pictures of which output norms are measured


@dataclass(frozen=True)
class GeneratorTraining:
    """Settings of `GeneratorTask`. Muon trains the blocks' matrices, AdamW everything else.

    `batch_size` is the global one, processed in `accumulate` parts. The mask ratio of a picture is
    γ(u), u uniform and γ `mask_schedule`. Learning rates rise over `warmup` steps and fall over the
    last `decay_fraction`. `start_from_codebook`: initialise embeddings from the tokenizer's codes.
    `context_noise`: replace a share `context_noise` · u of each picture's input tokens by random
    codes, u uniform, so that the model uses its condition (word dropout, Bowman et al. 2016).
    `draft_dropout`, `draft_noise`: see `sketched`.
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
    draft_dropout: float = 0.12
    draft_noise: float = 0.4
    precision: Precision | None = None
    start_from_codebook: bool | None = None  # None: for scenes
    seed: int = 0

    def __post_init__(self) -> None:
        at_least(self, 1, "steps", "batch_size", "accumulate")
        if self.batch_size % self.accumulate:
            raise ValueError(
                f"a batch of {self.batch_size} cannot be split into {self.accumulate} even parts"
            )
        one_of(self, SCHEDULES, "mask_schedule")
        one_of(self, ("muon", "adamw"), "optimizer")
        below(self, 0, 1, "decay_fraction", "label_smoothing", "average_decay", "context_noise",
              "draft_dropout", "draft_noise")  # fmt: skip
        above(self, 0, "gradient_limit")


class GeneratorTask(TrainingTask):
    """Train a `Transformer`, masked or causal as its config says, or the baseline. For `fit`.

    Masks and dropped conditions are drawn on the device for the global batch, from the step number;
    the loss is divided by the number of masked tokens in the global batch. So neither the number of
    processes nor `accumulate` changes a step beyond rounding.
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
        engine, kind = engine or Runtime(), type(model)
        self.source, self.painter, self.batch_size = source, painter, settings.batch_size
        self.causal = getattr(model.config, "causal", False)
        self.parts = settings.accumulate if settings.accumulate > 1 else engine.accumulate
        rows = part_of(settings.batch_size, engine)
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
            self._compile(model)
        self.called = engine.prepare(model)
        # with several processes all parameters must be used in one call of the wrapper
        alone = engine.world_size == 1 and engine.device.type == "cpu"
        self.chunked = alone and isinstance(model, Transformer)
        whole = not alone or compile_blocks or model.config.dropout
        fitting = 0 if whole else fitting_threads(settings.batch_size // self.parts, model)
        self.threads = ThreadParts(fitting) if fitting else None
        optimizers = optimizers_of(model, settings, sharded=getattr(engine, "sharded", False))
        muon = optimizers.get("muon")
        if self.threads is not None and isinstance(muon, Muon):
            muon.map, muon.pieces = self.threads.map, self.threads.threads
        super().__init__(model, optimizers, settings, engine=engine, clock=clock)
        self.model_class = kind  # sharding puts another in its place
        self._last: tuple[TokenBatch, Tensor, Tensor] | None = None

    def _compile(self, model: Model) -> None:
        """Compile the blocks, except a masked model's last, whose positions change every step."""
        fixed = self.source.caption_length is not None  # shapes are then constant
        blocks = list(model.blocks)
        for block in blocks if self.causal else blocks[:-1]:
            block.compile(dynamic=False if fixed else None)
        if isinstance(model.condition, CaptionEmbedder):
            model.condition.trims = False

    def _of_one_length(self, batch: TokenBatch) -> TokenBatch:
        """Pad captions to a constant length, the sequence to a multiple of 8."""
        config, condition = self.model.config, batch.condition
        caption = condition.caption if isinstance(condition, Drafted) else condition
        if not self.compiled or not isinstance(caption, CaptionCondition):
            return batch
        assert isinstance(config, TransformerConfig)  # the baseline has no captions
        length = self.source.caption_length or config.max_caption_length
        places = batch.tokens[0].numel() // config.merge**2 - int(self.causal)
        length = min(length + -(length + places) % 8, config.max_caption_length)
        caption = padded(caption, length)
        if isinstance(condition, Drafted):
            return batch._replace(condition=condition._replace(caption=caption))
        return batch._replace(condition=caption)

    def draws(self, index: int, size: int, tokens: int) -> tuple[Tensor, Tensor]:
        """The global batch's rows without condition (B,) and masked tokens (B, N)."""
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
        """`tokens` (b, N), rows `rows` of global batch `index`, with `context_noise`."""
        if not self.settings.context_noise:
            return tokens
        drawn = _drawn_by(mixed(self.settings.seed, "context", index), tokens.device)
        size, count = self.settings.batch_size, tokens.shape[1]
        share = torch.rand(size, 1, **drawn) * self.settings.context_noise
        struck = torch.rand(size, count, **drawn) < share
        codes = torch.randint(self.model.config.codebook_size, (size, count), **drawn)
        return torch.where(struck[rows], codes[rows], tokens)

    def sketched(self, index: int, batch: TokenBatch) -> TokenBatch:
        """The batch with random parts of its drafts dropped, by global batch `index`.

        A share `draft_dropout` of the rows loses its draft; half of the others lose up to
        `draft_noise` of the codes. So the model learns to draw from captions and complete drafts.
        """
        condition, settings = batch.condition, self.settings
        if not isinstance(condition, Drafted):
            return batch
        seed = mixed(settings.seed, "draft", index, self.engine.rank)
        drawn = _drawn_by(seed, condition.draft.device)
        size, count = condition.draft.shape
        kind, share, chance = (torch.rand(size, n, **drawn) for n in (1, 1, count))
        lost = (share * settings.draft_noise).masked_fill(kind > 0.5, 0.0)  # (b, 1)
        lost = lost.masked_fill(kind < settings.draft_dropout, 1.0)
        draft = condition.draft.masked_fill(chance < lost, NO_CODE)
        return batch._replace(condition=condition._replace(draft=draft))

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

        `context` (b, N): the model's input instead of the tokens themselves.
        """
        config, smoothing = self.model.config, self.settings.label_smoothing
        grid = batch.tokens.shape[1], batch.tokens.shape[2]
        tokens = batch.tokens.flatten(1)  # (b, N)
        read = tokens if context is None else context
        if self.chunked:
            return self._chunked_loss(called, batch, drop, hidden, read) / count
        with self.engine.autocast():
            if self.causal:
                logits = called(read, batch.condition, grid_size=grid, drop=drop)
            else:
                shown = read.masked_fill(hidden, config.mask_id)
                logits = called(shown, batch.condition, grid_size=grid, drop=drop, where=hidden)
        if self.causal:
            return causal_cross_entropy(logits, tokens, label_smoothing=smoothing, count=count)
        return masked_cross_entropy(logits, tokens, hidden, label_smoothing=smoothing, count=count)

    def _chunked_loss(
        self, model: Any, batch: TokenBatch, drop: Tensor, hidden: Tensor, read: Tensor
    ) -> Tensor:
        """Summed cross-entropy, with logits of a few hundred tokens at a time."""
        tokens = batch.tokens.flatten(1)  # (b, N)
        asked: dict[str, Any] = {"grid_size": batch.tokens.shape[1:], "drop": drop}
        if not self.causal:
            read, asked["where"] = read.masked_fill(hidden, model.mask_id), hidden
        with self.engine.autocast():
            x, draft = model.outputs(read, batch.condition, **asked)
            seen = model.norm(x).flatten(0, -2)  # (M, C)
            strength = None if model.draft_gate is None else model.draft_gate(seen)
            return head_cross_entropy(
                seen, model.head.weight, tokens[hidden],
                draft=None if draft is None else draft.flatten(), strength=strength,
                label_smoothing=self.settings.label_smoothing,
            )  # fmt: skip

    def step(self, index: int) -> dict[str, float]:
        settings, engine, place = self.settings, self.engine, self.place(index)
        self.called.train()
        steps, warmup, decay = settings.steps, settings.warmup, settings.decay_fraction
        factor = warmup_stable_decay(place, total=steps, warmup=warmup, decay=decay)
        self.set_rates(factor)
        batch = self._of_one_length(self.source.batch(index, settings.batch_size))
        batch = self.sketched(index, batch)
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
            first, end = (len(drop) * number // self.parts for number in (part, part + 1))

            def loss(rows: slice) -> Tensor:
                return self._loss(
                    self.called, rows_of(batch, rows), drop[rows], hidden[rows], count,
                    context[rows],
                )  # fmt: skip

            if self.threads is not None:
                total += self.threads.backward(loss, first, end, self.parameters)
                continue
            with engine.gradients(self.called, last=part == self.parts - 1):
                summed = loss(slice(first, end))
                summed.backward()
            total += summed.detach()
        norm = self.clip()
        value = float(engine.total(total)) / engine.world_size
        self.update(value, norm)
        rate = settings.adam_rate * factor
        return {"loss": value, "gradient_norm": norm, "learning_rate": rate}

    @torch.no_grad()
    def loss(self, index: int, size: int) -> float:
        """The loss on batch `index` without dropping conditions; single process."""
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
        """The callable for evaluation: only the wrapper gathers sharded weights."""
        return self.called if getattr(self.engine, "sharded", False) else self.model

    def last_batch(self) -> list[int]:
        return [] if self._last is None else self._last[0].names

    def state_dict(self) -> dict:
        """With optimizers as a list, the format of generators' checkpoints."""
        state = super().state_dict()
        state["optimizers"] = [state.pop(name) for name in self.optimizers]
        return state

    def load_state_dict(self, state: dict) -> None:
        saved = state["optimizers"]
        if len(saved) != len(self.optimizers):
            raise ValueError(OTHER_OPTIMIZER)
        super().load_state_dict(state | dict(zip(self.optimizers, saved, strict=True)))

    def more_state(self) -> dict[str, Any]:
        return {"config": dataclasses.asdict(self.model.config)}

    def show(self) -> dict[str, Image]:
        """Samples of the averaged weights."""
        if self.painter is None:
            return {}
        model = self.averaged()
        return {} if model is None else {"samples": self.painter(model.to(self.engine.device))}


def optimizers_of(
    model: Model, settings: GeneratorTraining, *, sharded: bool
) -> dict[str, torch.optim.Optimizer]:
    """AdamW and, by the settings, Muon for the blocks' matrices."""
    matrices, others = split_parameters(model)
    if settings.optimizer == "adamw":
        matrices, others = [], list(model.parameters())
    elif sharded:
        raise ValueError("muon needs whole matrices, FSDP2 cuts them up; choose adamw")
    adam = torch.optim.AdamW(
        others, lr=settings.adam_rate, betas=settings.betas, weight_decay=settings.weight_decay
    )
    if not matrices:
        return {"adam": adam}
    muon = Muon(matrices, lr=settings.muon_rate, weight_decay=settings.weight_decay)
    return {"adam": adam, "muon": muon}


def rows_of(batch: TokenBatch, rows: slice) -> TokenBatch:
    condition: Any = batch.condition[rows]
    return TokenBatch(batch.tokens[rows], condition, batch.names[rows])


@contextlib.contextmanager
def output_norms(model: Model):
    """Record the mean norm of every block's outputs in forward passes within."""
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


def _drawn_by(seed: int, device: torch.device) -> dict[str, Any]:
    """Arguments of torch's random functions that draw on a device, from a seed."""
    return {"generator": torch.Generator(device).manual_seed(seed), "device": device}
