"""Training of nano's generators on scenes drawn, tokenised and captioned as they are needed."""

# B batch, N image tokens, T caption tokens.

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import torch
from torch import Tensor

from .conditioning import CaptionCondition
from .config import SamplingConfig
from .data.pictures import SceneSource, save_sheet
from .generator import ImageGenerator
from .losses import causal_cross_entropy, masked_cross_entropy, random_mask
from .optimizers import Muon
from .text_encoder import TextEncoder
from .tokenizers.base import Tokenizer
from .training import Average, gradient_norm, warmup_stable_decay
from .transformer import Transformer


@dataclass(frozen=True)
class GeneratorTraining:
    """Settings of `GeneratorTask`. Muon trains the blocks' matrices, AdamW everything else."""

    steps: int
    batch_size: int = 32
    muon_rate: float = 0.02
    adam_rate: float = 2.5e-3
    weight_decay: float = 0.01
    gradient_limit: float = 1.0
    warmup: int = 100
    decay_fraction: float = 0.25
    average_decay: float = 0.998
    optimizer: Literal["muon", "adamw"] = "muon"

    def __post_init__(self) -> None:
        if self.optimizer not in ("muon", "adamw"):
            raise ValueError(f"unknown optimizer {self.optimizer!r}; choose muon or adamw")


def split_parameters(model: Transformer) -> tuple[list[Tensor], list[Tensor]]:
    """The matrices inside the blocks, and all other parameters."""
    matrices: list[Tensor] = []
    others: list[Tensor] = []
    for name, parameter in model.named_parameters():
        in_block = name.startswith("blocks.") and parameter.ndim == 2
        (matrices if in_block else others).append(parameter)
    return matrices, others


@torch.no_grad()
def start_from_codebook(model: Transformer, codes: Tensor) -> None:
    """Start the embedding and the output rows of each token from its code vector, `codes` (V, C).

    A random projection keeps the angles of the codes, so that similar patches begin alike: what is
    learned of one code serves its neighbours, and colours carry over between objects.
    """
    generator = torch.Generator().manual_seed(0)
    size, width = codes.shape[0], model.config.dim
    for weight, scale in ((model.token_embedding.weight, 0.3), (model.head.weight, 1.0)):
        basis = torch.linalg.qr(torch.randn(width, codes.shape[1], generator=generator)).Q
        noise = torch.randn(size, width, generator=generator) * 0.1 * scale / width**0.5
        weight[:size] = scale * codes @ basis.T + noise  # (V, width)


def warm_start(model: Transformer, path: Path) -> None:
    """Start `model` from a run's checkpoint, or from exported weights, of its bidirectional twin.

    A causal model has no row for the mask token; all other weights are taken as they are.
    """
    if path.suffix == ".safetensors":
        from safetensors.torch import load_file

        state = load_file(path)
    else:
        state = torch.load(path, weights_only=True)["task"]["average"]["values"]
    rows = len(model.token_embedding.weight)
    state["token_embedding.weight"] = state["token_embedding.weight"][:rows].float()
    model.load_state_dict(state)


def padded(caption: CaptionCondition, multiple: int = 8) -> CaptionCondition:
    """Pad captions (B, T, C) to a multiple, so that compiled code meets few lengths."""
    embeds, mask = caption
    if mask is None:
        mask = torch.ones(embeds.shape[:2], dtype=torch.bool)
    extra = -embeds.shape[1] % multiple
    return CaptionCondition(
        torch.nn.functional.pad(embeds, (0, 0, 0, extra)),
        torch.nn.functional.pad(mask, (0, extra)),
    )


class GeneratorTask:
    """Train a `Transformer`, masked or causal as its config says, on fresh scenes. For `fit`."""

    def __init__(
        self,
        model: Transformer,
        tokenizer: Tokenizer,
        text_encoder: TextEncoder,
        scenes: SceneSource,
        settings: GeneratorTraining,
        *,
        prompts: tuple[str, ...] = (),
        compile_trunk: bool = False,
    ) -> None:
        self.model, self.tokenizer, self.text_encoder = model, tokenizer, text_encoder
        self.scenes, self.settings, self.prompts = scenes, settings, prompts
        matrices, others = split_parameters(model)
        if settings.optimizer == "adamw":
            matrices, others = [], matrices + others
        adam = torch.optim.AdamW(
            others, lr=settings.adam_rate, betas=(0.9, 0.95), weight_decay=settings.weight_decay
        )
        self.optimizers: list[torch.optim.Optimizer] = [adam]
        self.rates = [settings.adam_rate]
        if matrices:
            muon = Muon(matrices, lr=settings.muon_rate, weight_decay=settings.weight_decay)
            self.optimizers.append(muon)
            self.rates.append(settings.muon_rate)
        self.average = Average(model, settings.average_decay)
        if compile_trunk:
            model.trunk = torch.compile(model.trunk, dynamic=False)  # type: ignore[method-assign]

    def batch(self, index: int, size: int) -> tuple[Tensor, CaptionCondition]:
        """Tokens (B, N) and caption features of batch `index`."""
        pixels, captions = self.scenes.captioned(index, size)
        with torch.no_grad():
            tokens = self.tokenizer.encode(pixels).flatten(1)
            return tokens, padded(self.text_encoder.encode(captions))

    def loss(self, index: int, size: int, *, drop_share: float | None = None) -> Tensor:
        """The training loss on batch `index`; everything random comes from the index."""
        config = self.model.config
        generator = torch.Generator().manual_seed(index)
        tokens, caption = self.batch(index, size)
        share = config.condition_dropout if drop_share is None else drop_share
        drop = torch.rand(len(tokens), generator=generator) < share
        if config.causal:
            return causal_cross_entropy(self.model.logits(tokens, caption, drop=drop), tokens)
        hidden = random_mask(len(tokens), tokens.shape[1], generator=generator)
        shown = tokens.masked_fill(hidden, config.mask_id)
        logits = self.model.logits(shown, caption, drop=drop, where=hidden)
        return masked_cross_entropy(logits, tokens, hidden)

    def step(self, index: int) -> dict[str, float]:
        settings = self.settings
        self.model.train()
        factor = warmup_stable_decay(
            index, total=settings.steps, warmup=settings.warmup, decay=settings.decay_fraction
        )
        for optimizer, rate in zip(self.optimizers, self.rates, strict=True):
            for group in optimizer.param_groups:
                group["lr"] = rate * factor
        loss = self.loss(index, settings.batch_size)
        self.model.zero_grad(set_to_none=True)
        loss.backward()
        norm = gradient_norm(list(self.model.parameters()), settings.gradient_limit)
        for optimizer in self.optimizers:
            optimizer.step()
        self.average.update(self.model)
        return {"loss": loss.item(), "gradient": norm, "rate": factor}

    def state_dict(self) -> dict:
        return {
            "model": self.model.state_dict(),
            "optimizers": [optimizer.state_dict() for optimizer in self.optimizers],
            "average": self.average.state_dict(),
        }

    def load_state_dict(self, state: dict) -> None:
        self.model.load_state_dict(state["model"])
        for optimizer, saved in zip(self.optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(saved)
        self.average.load_state_dict(state["average"])

    @torch.no_grad()
    def show(self, folder: Path, index: int) -> None:
        """Draw the prompts with the averaged weights into samples_N.png."""
        if not self.prompts:
            return
        raw = {key: value.clone() for key, value in self.model.state_dict().items()}
        self.model.load_state_dict(self.average.values)
        self.model.eval()
        try:
            images = self.generator().generate(self.prompts, seed=range(len(self.prompts)))
        finally:
            self.model.load_state_dict(raw)
        save_sheet(images, folder / f"samples_{index:06d}.png")

    def generator(self) -> ImageGenerator:
        """What draws with the current weights: all masked, or all autoregressive."""
        causal = self.model.config.causal
        sampling = SamplingConfig(guidance_scale=3.0, ar_ratio=1.0 if causal else 0.0)
        masked, twin = (None, self.model) if causal else (self.model, None)
        return ImageGenerator(self.tokenizer, masked, twin, self.text_encoder, sampling=sampling)
