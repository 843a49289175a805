"""Training of tokenizers: reconstruction, perceptual, code and adversarial losses."""

# B batch, H W pixels, M vectors, C code width, V codebook size.

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from maskgil.tokenizers.base import ResidualBlock
from maskgil.tokenizers.compact_vq import CompactDecoder, CompactVQ
from maskgil.tokenizers.transformer_decoder import TransformerDecoder
from maskgil.train.batches import PixelBatch, PixelSource
from maskgil.train.distributed import Precision, Runtime
from maskgil.train.optim.ema import clip_gradients, load_module, load_optimizer
from maskgil.train.optim.lr_schedules import Clock, cosine
from maskgil.train.optim.muon import Muon
from maskgil.train.tasks.base import TrainingTask
from maskgil.train.tasks.quantizers import reconstructor_of
from maskgil.train.tasks.tokenizer_losses import (
    Discriminator,
    PerceptualLoss,
    edge_difference,
    hinge_loss,
)
from maskgil.utils.checks import above, at_least, below, within
from maskgil.utils.images import from_pixels, sheet

if TYPE_CHECKING:
    from PIL.Image import Image

KMEANS_VECTORS = 12  # vectors per code for k-means
SHOWN = 16  # pictures of a sheet


@dataclass(frozen=True)
class TokenizerTraining:
    """Settings of `TokenizerTask`; each weight 0 leaves its term out.

    `codebook_weight` is for codebooks that learn by gradients (all but compact-vq),
    `entropy_temperature` and `entropy_bits` (bits a group, lookup-free codes) for their entropy.
    The discriminator starts at step `adversarial_start`. `free_fraction`: the share of the steps
    before compact-vq's codebook is placed, by k-means. `token_noise`, for decoder-only training:
    the mean share of corrupted tokens. `edge_weight` is for L1 of the differences between
    neighbouring pixels, `coarse_weight` for L1 of the picture at a quarter of its size. With a
    `muon_rate` Muon trains the matrices of a Transformer decoder's blocks or the kernels of a
    compact decoder. Learning rates are constant for the share `hold_fraction` of the steps, then
    fall.
    """

    steps: int
    batch_size: int = 8
    learning_rate: float = 2e-3
    betas: tuple[float, float] = (0.9, 0.95)
    weight_decay: float = 1e-4
    muon_rate: float = 0.0
    warmup: int = 50
    hold_fraction: float = 0.0
    gradient_limit: float = 1.0
    reconstruction: Literal["l1", "l2"] = "l1"
    perceptual_weight: float = 0.3
    edge_weight: float = 0.0
    coarse_weight: float = 0.0
    codebook_weight: float = 1.0
    commitment_weight: float = 0.25
    entropy_weight: float = 0.0
    entropy_temperature: float = 0.01
    entropy_bits: int = 9
    adversarial_weight: float = 0.0
    adversarial_start: int = 0
    discriminator_rate: float | None = None  # None: learning_rate
    discriminator_width: int = 64
    free_fraction: float = 0.2
    token_noise: float = 0.0
    average_decay: float = 0.998
    precision: Precision | None = None

    def __post_init__(self) -> None:
        at_least(self, 1, "steps", "batch_size", "entropy_bits")
        at_least(
            self,
            0,
            "perceptual_weight",
            "codebook_weight",
            "commitment_weight",
            "entropy_weight",
            "adversarial_weight",
            "adversarial_start",
            "edge_weight",
            "coarse_weight",
            "muon_rate",
        )
        above(self, 0, "entropy_temperature", "gradient_limit", "learning_rate")
        below(self, 0, 1, "free_fraction", "hold_fraction", "average_decay")
        within(self, 0, 0.5, "token_noise")


def decoder_matrices(decoder: nn.Module | None) -> set[Tensor]:
    """The matrices of a Transformer decoder's blocks, or the kernels of a `CompactDecoder`."""
    if isinstance(decoder, TransformerDecoder):
        return {p for p in decoder.blocks.parameters() if p.ndim == 2}
    if not isinstance(decoder, CompactDecoder):
        return set()
    blocks = [one for one in decoder.layers if isinstance(one, ResidualBlock)]
    return {p for block in blocks for p in block.parameters() if p.ndim == 4}


def adam_of(
    parameters: list[Tensor], settings: TokenizerTraining, rate: float
) -> torch.optim.Optimizer:
    return torch.optim.AdamW(
        parameters, lr=rate, betas=settings.betas, weight_decay=settings.weight_decay
    )


def optimizers_of(
    model: nn.Module, settings: TokenizerTraining
) -> dict[str, torch.optim.Optimizer]:
    """AdamW and, with a Muon rate, Muon for the decoder's matrices."""
    rate, matrices = settings.muon_rate, set[Tensor]()
    if rate:
        matrices = decoder_matrices(getattr(model, "decoder", None))
        if not matrices:
            raise ValueError("muon_rate is for compact-vq's decoders")
    trained = [p for p in model.parameters() if p.requires_grad]
    adam = adam_of([p for p in trained if p not in matrices], settings, settings.learning_rate)
    if not matrices:
        return {"optimizer": adam}
    ordered = [p for p in trained if p in matrices]
    return {"optimizer": adam, "muon": Muon(ordered, lr=rate, weight_decay=settings.weight_decay)}


class TokenizerTask(TrainingTask):
    """Train a tokenizer on pictures. For `fit`.

    `decoder_only` freezes the encoder and the codebook of a `CompactVQ`, for instance to train a
    decoder of larger pictures for existing generators.
    """

    def __init__(
        self,
        model: nn.Module,
        source: PixelSource,
        settings: TokenizerTraining,
        *,
        engine: Runtime | None = None,
        decoder_only: bool = False,
        clock: Clock | None = None,
    ) -> None:
        engine = engine or Runtime()
        if getattr(engine, "sharded", False):
            raise ValueError("tokenizers are trained with DDP; FSDP2 is for generators")
        self.compact = isinstance(model, CompactVQ) and not decoder_only
        if self.compact and engine.world_size > 1:
            raise ValueError("compact-vq learns its codes in one process; start it without others")
        self.source, self.batch_size, self.decoder_only = source, settings.batch_size, decoder_only
        self.start_step = round(settings.free_fraction * settings.steps)
        reconstructor = reconstructor_of(
            model, engine.mean, decoder_only=decoder_only,
            entropy=settings.entropy_weight > 0, temperature=settings.entropy_temperature,
            bits=settings.entropy_bits, noise=settings.token_noise,
        )  # fmt: skip
        if engine.device.type == "cuda":
            model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.called = engine.prepare(reconstructor)
        super().__init__(
            model, optimizers_of(model, settings), settings, engine=engine, clock=clock
        )
        self.perceptual = PerceptualLoss().to(engine.device) if settings.perceptual_weight else None
        self.adversary: Discriminator | None = None
        if settings.adversarial_weight:
            self.adversary = Discriminator(settings.discriminator_width)
            self.judged = engine.prepare(self.adversary)
            self.adversary_rate = settings.discriminator_rate or settings.learning_rate
            self.adversary_optimizer = adam_of(
                list(self.adversary.parameters()), settings, self.adversary_rate
            )
        self._last: PixelBatch | None = None

    def step(self, index: int) -> dict[str, float]:
        settings, engine = self.settings, self.engine
        place = self.place(index)
        waiting = self.compact and not self.model.codebook.started
        if waiting and place >= self.start_step:
            self._start_codebook(index)
        self.called.train(not self.decoder_only)
        factor = cosine(
            place, total=settings.steps, warmup=settings.warmup, hold=settings.hold_fraction
        )
        self.set_rates(factor)
        self._last = batch = self.source.pixels(index, settings.batch_size)
        with engine.autocast():
            made, indices, terms = self.called(batch.read)
        made = made.float()
        difference = made - batch.wanted
        pixel = difference.abs() if settings.reconstruction == "l1" else difference.square()
        terms = {"reconstruction": pixel.mean(), **terms}
        if settings.edge_weight:
            terms["edges"] = edge_difference(difference)
        if settings.coarse_weight:
            terms["coarse"] = F.avg_pool2d(difference, 4).abs().mean()
        if self.perceptual is not None:
            with engine.autocast():
                terms["perceptual"] = self.perceptual(made, batch.wanted).float()
        joined = self.adversary is not None and place >= settings.adversarial_start
        if joined:
            assert self.adversary is not None
            self.adversary.requires_grad_(False)
            terms["adversarial"] = -self.adversary(made).mean()
            self.adversary.requires_grad_(True)
        weights = {
            "reconstruction": 1.0, "perceptual": settings.perceptual_weight,
            "codebook": settings.codebook_weight, "commitment": settings.commitment_weight,
            "entropy": settings.entropy_weight, "adversarial": settings.adversarial_weight,
            "edges": settings.edge_weight, "coarse": settings.coarse_weight,
        }  # fmt: skip
        loss = torch.stack([weights[name] * term for name, term in terms.items()]).sum()
        loss.backward()
        norm = self.clip()
        noted = {
            "loss": loss,
            **terms,
            "psnr": -10 * ((difference / 2).square().mean() + 1e-12).log10(),
        }
        values = self._numbers(noted)
        values |= {
            "gradient_norm": norm,
            "learning_rate": settings.learning_rate * factor,
            "codes_in_batch": float(indices.unique().numel()),
        }
        if joined:
            values["discriminator"] = self._judge(batch.wanted, made.detach(), factor)
        if self.update(norm, *values.values()) and self.compact:
            codes = self.model.codebook.embedding  # itself a moving average
            self.average.values["codebook.embedding"].copy_(codes)
        return values

    def _numbers(self, terms: dict[str, Tensor]) -> dict[str, float]:
        """Each term as its mean over all processes."""
        stacked = torch.stack([term.detach().float() for term in terms.values()])
        means = self.engine.total(stacked) / self.engine.world_size
        return dict(zip(terms, means.tolist(), strict=True))

    def _judge(self, real: Tensor, made: Tensor, factor: float) -> float:
        """A step of the discriminator; its loss."""
        assert self.adversary is not None
        scores = self.judged(torch.cat([real, made]))
        loss = hinge_loss(*scores.chunk(2))
        loss.backward()
        norm = clip_gradients(list(self.adversary.parameters()), self.settings.gradient_limit)
        value = self._numbers({"discriminator": loss})["discriminator"]
        if math.isfinite(norm) and math.isfinite(value):
            for group in self.adversary_optimizer.param_groups:
                group["lr"] = self.adversary_rate * factor
            self.adversary_optimizer.step()
        self.adversary_optimizer.zero_grad(set_to_none=True)
        return value

    @torch.no_grad()
    def _start_codebook(self, index: int) -> None:
        assert isinstance(self.model, CompactVQ)
        wanted = KMEANS_VECTORS * self.model.codebook_size
        found: list[Tensor] = []
        while sum(len(vectors) for vectors in found) < wanted:
            pixels = self.source.pixels(index + len(found), self.batch_size).read
            vectors = F.normalize(self.model.encoder(pixels), dim=1)
            found.append(vectors.movedim(1, -1).flatten(0, 2))  # (M, C)
        self.model.codebook.start(torch.cat(found))

    def last_batch(self) -> list[int]:
        return [] if self._last is None else self._last.names

    def more_state(self) -> dict[str, Any]:
        state: dict[str, Any] = {}
        if isinstance(self.model, CompactVQ):
            state["codebook"] = self.model.codebook.training_state()
        if self.adversary is not None:
            state["adversary"] = self.adversary.state_dict()
            state["adversary_optimizer"] = self.adversary_optimizer.state_dict()
        return state

    def load_state_dict(self, state: dict) -> None:
        super().load_state_dict(state)
        if isinstance(self.model, CompactVQ):
            for key, value in self.model.codebook.training_state().items():
                value.copy_(state["codebook"][key])
        if self.adversary is not None:
            if "adversary" not in state:
                raise ValueError("the checkpoint has no discriminator; start in another folder")
            load_module(self.adversary, state["adversary"], self.engine)
            load_optimizer(self.adversary_optimizer, state["adversary_optimizer"], self.engine)

    @torch.no_grad()
    def show(self) -> dict[str, Image]:
        """Pictures above their reconstructions by the current weights."""
        if not self.engine.is_main:
            return {}
        self.model.eval()
        batch = self.source.shown(SHOWN)
        if self.compact and not self.model.codebook.started:
            made = self.model(batch.read)[0]
        else:
            made = self.model.decode(self.model.encode(batch.read))
        half = -(-len(made) // 2)
        rows = [
            part for s in (slice(half), slice(half, None)) for part in (batch.wanted[s], made[s])
        ]
        return {"reconstructions": sheet(from_pixels(torch.cat(rows)), columns=half)}
