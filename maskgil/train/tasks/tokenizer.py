"""Training of tokenizers: reconstruction, perceptual, code and adversarial losses."""

# B batch, H W pixels, M vectors, C code width, V codebook size.

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from maskgil.tokenizers.base import ResidualBlock
from maskgil.tokenizers.compact_vq import CompactDecoder, CompactVQ
from maskgil.tokenizers.transformer_decoder import TransformerDecoder
from maskgil.train.batches import PixelBatch, PixelSource
from maskgil.train.distributed import Precision, Runtime
from maskgil.train.optim.ema import Average, clip_gradients, gathered, load_module, load_optimizer
from maskgil.train.optim.lr_schedules import Clock, cosine
from maskgil.train.optim.muon import Muon
from maskgil.train.tasks.quantizers import reconstructor_of
from maskgil.train.tasks.tokenizer_losses import (
    Discriminator,
    PerceptualLoss,
    edge_difference,
    hinge_loss,
)
from maskgil.utils.images import from_pixels, sheet

if TYPE_CHECKING:
    from PIL.Image import Image

KMEANS_VECTORS = 12  # a code, when the codebook is started
SHOWN = 16  # pictures of a sheet


@dataclass(frozen=True)
class TokenizerTraining:
    """Settings of `TokenizerTask`; each weight 0 leaves its term out.

    `codebook_weight` is for codebooks that learn by gradients (all but compact-vq),
    `entropy_temperature` and `entropy_bits` (bits a group, lookup-free codes) for their entropy.
    The adversary joins at step `adversarial_start`. `free_fraction`: the share of the steps before
    compact-vq's codebook is placed, by k-means. `token_noise`, for a decoder alone: the mean share
    of wrong tokens it has to mend. `edge_weight` is for L1 of the differences between neighbouring
    pixels, `coarse_weight` for L1 of the picture at a quarter of its size. Where `muon_rate` is not
    0, Muon trains the matrices of an attending decoder's blocks or the kernels of a compact one's.
    The rates stay up for the share `hold_fraction` of the steps, then fall.
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
        for name in ("steps", "batch_size", "entropy_bits"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; it must be at least 1")
        for name in (
            "perceptual_weight", "codebook_weight", "commitment_weight", "entropy_weight",
            "adversarial_weight", "adversarial_start", "edge_weight", "coarse_weight", "muon_rate",
        ):  # fmt: skip
            if not getattr(self, name) >= 0:
                raise ValueError(f"{name} is {getattr(self, name)}; it must be 0 or more")
        for name in ("entropy_temperature", "gradient_limit", "learning_rate"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} is {getattr(self, name)}; it must be above 0")
        for name in ("free_fraction", "hold_fraction", "average_decay"):
            if not 0 <= getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; it must be in [0, 1)")
        if not 0 <= self.token_noise <= 0.5:
            raise ValueError(f"token_noise is {self.token_noise}; it must be in [0, 0.5]")


def decoder_matrices(decoder: nn.Module | None) -> set[Tensor]:
    """The matrices of an attending decoder's blocks, or the kernels of a `CompactDecoder`'s."""
    if isinstance(decoder, TransformerDecoder):
        return {p for p in decoder.blocks.parameters() if p.ndim == 2}
    if not isinstance(decoder, CompactDecoder):
        return set()
    blocks = [one for one in decoder.layers if isinstance(one, ResidualBlock)]
    return {p for block in blocks for p in block.parameters() if p.ndim == 4}


class TokenizerTask:
    """Train a tokenizer on pictures. For `fit`.

    `decoder_only` freezes the encoder and the codebook of a `CompactVQ`: a decoder for larger
    pictures, say, that reads the tokens generators already write.
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
        self.engine, self.clock = engine or Runtime(), clock
        if getattr(self.engine, "sharded", False):
            raise ValueError("tokenizers are trained with DDP; FSDP2 is for generators")
        self.compact = isinstance(model, CompactVQ) and not decoder_only
        if self.compact and self.engine.world_size > 1:
            raise ValueError("compact-vq learns its codes in one process; start it without others")
        self.model, self.source, self.settings = model, source, settings
        self.decoder_only, self.batch_size = decoder_only, settings.batch_size
        self.start_step = round(settings.free_fraction * settings.steps)
        reconstructor = reconstructor_of(
            model, self.engine.mean, decoder_only=decoder_only,
            entropy=settings.entropy_weight > 0, temperature=settings.entropy_temperature,
            bits=settings.entropy_bits, noise=settings.token_noise,
        )  # fmt: skip
        if self.engine.device.type == "cuda":
            model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.called = self.engine.prepare(reconstructor)
        self.parameters: list[Tensor] = [p for p in model.parameters() if p.requires_grad]
        self.optimizer, self.muon = self._optimizers()
        self.average = Average(model, settings.average_decay)
        self.perceptual = (
            PerceptualLoss().to(self.engine.device) if settings.perceptual_weight else None
        )
        self.adversary: Discriminator | None = None
        if settings.adversarial_weight:
            self.adversary = Discriminator(settings.discriminator_width)
            self.judged = self.engine.prepare(self.adversary)
            rate = settings.discriminator_rate or settings.learning_rate
            self.adversary_optimizer = self._adam(list(self.adversary.parameters()), rate)
        self._last: PixelBatch | None = None

    def _optimizers(self) -> tuple[torch.optim.Optimizer, Muon | None]:
        """AdamW, and Muon for the matrices of the decoder's blocks if it has a rate."""
        rate, matrices = self.settings.muon_rate, set[Tensor]()
        if rate:
            matrices = decoder_matrices(getattr(self.model, "decoder", None))
            if not matrices:
                raise ValueError("muon_rate is for compact-vq's decoders")
        others = [p for p in self.parameters if p not in matrices]
        adam = self._adam(others, self.settings.learning_rate)
        if not matrices:
            return adam, None
        ordered = [p for p in self.parameters if p in matrices]
        muon = Muon(ordered, lr=rate, weight_decay=self.settings.weight_decay)
        muon.defaults["full_rate"] = rate
        return adam, muon

    def _adam(self, parameters: list[Tensor], rate: float) -> torch.optim.Optimizer:
        settings = self.settings
        optimizer = torch.optim.AdamW(
            parameters, lr=rate, betas=settings.betas, weight_decay=settings.weight_decay
        )
        optimizer.defaults["full_rate"] = rate
        return optimizer

    def step(self, index: int) -> dict[str, float]:
        settings, engine = self.settings, self.engine
        place = index if self.clock is None else self.clock.share() * settings.steps
        waiting = self.compact and not self.model.codebook.started  # type: ignore[union-attr]
        if waiting and place >= self.start_step:
            self._start_codebook(index)
        self.called.train(not self.decoder_only)
        factor = cosine(
            place, total=settings.steps, warmup=settings.warmup, hold=settings.hold_fraction
        )
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
        norm = clip_gradients(self.parameters, settings.gradient_limit)
        noted = {
            "loss": loss, **terms,
            "psnr": -10 * ((difference / 2).square().mean() + 1e-12).log10(),
        }  # fmt: skip
        values = self._numbers(noted)
        values |= {
            "gradient_norm": norm,
            "learning_rate": settings.learning_rate * factor,
            "codes_in_batch": float(indices.unique().numel()),
        }
        if joined:
            values["discriminator"] = self._judge(batch.wanted, made.detach(), factor)
        if math.isfinite(norm) and all(math.isfinite(value) for value in values.values()):
            self._update(self.optimizer, factor)
            if self.muon is not None:
                self._update(self.muon, factor)
            self.average.update(self.model)
            if self.compact:
                assert isinstance(self.model, CompactVQ)
                codes = self.model.codebook.embedding  # itself a moving average
                self.average.values["codebook.embedding"].copy_(codes)
        for parameter in self.parameters:
            parameter.grad = None
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
            self._update(self.adversary_optimizer, factor)
        self.adversary_optimizer.zero_grad(set_to_none=True)
        return value

    def _update(self, optimizer: torch.optim.Optimizer, factor: float) -> None:
        for group in optimizer.param_groups:
            group["lr"] = optimizer.defaults["full_rate"] * factor
        optimizer.step()

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

    def norms(self) -> dict[str, float]:
        return {}

    def state_dict(self) -> dict:
        state = {
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "average": self.average.state_dict(),
        }
        if isinstance(self.model, CompactVQ):
            state["codebook"] = self.model.codebook.training_state()
        if self.muon is not None:
            state["muon"] = self.muon.state_dict()
        if self.adversary is not None:
            state["adversary"] = self.adversary.state_dict()
            state["adversary_optimizer"] = self.adversary_optimizer.state_dict()
        return gathered(state, self.engine)

    def load_state_dict(self, state: dict) -> None:
        load_module(self.model, state["model"], self.engine)
        if isinstance(self.model, CompactVQ):
            for key, value in self.model.codebook.training_state().items():
                value.copy_(state["codebook"][key])
        load_optimizer(self.optimizer, state["optimizer"], self.engine)
        if self.muon is not None:
            if "muon" not in state:
                raise ValueError("the checkpoint is of another optimizer; start in another folder")
            load_optimizer(self.muon, state["muon"], self.engine)
        self.average.load_state_dict(state["average"], self.engine)
        if self.adversary is not None:
            if "adversary" not in state:
                raise ValueError("the checkpoint has no discriminator; start in another folder")
            load_module(self.adversary, state["adversary"], self.engine)
            load_optimizer(self.adversary_optimizer, state["adversary_optimizer"], self.engine)

    def averaged(self) -> nn.Module | None:
        """The tokenizer with averaged weights, on the CPU; None but in the main process."""
        if not self.engine.is_main:
            return None
        model = type(self.model)(self.model.config)  # type: ignore[call-arg, arg-type]
        model.load_state_dict({key: value.cpu() for key, value in self.average.values.items()})
        return model.eval()

    @torch.no_grad()
    def show(self) -> dict[str, Image]:
        """Pictures in rows above their reconstructions by the current weights."""
        if not self.engine.is_main:
            return {}
        self.model.eval()
        batch = self.source.shown(SHOWN)
        if self.compact and not self.model.codebook.started:  # type: ignore[union-attr]
            made = self.model(batch.read)[0]
        else:
            made = self.model.decode(self.model.encode(batch.read))  # type: ignore[operator]
        half = -(-len(made) // 2)
        rows = [
            part for s in (slice(half), slice(half, None)) for part in (batch.wanted[s], made[s])
        ]
        return {"reconstructions": sheet(from_pixels(torch.cat(rows)), columns=half)}
