"""aMUSEd (Patil et al. 2024), a public masked-token model of photographs, as an ImageGenerator.

Its parts come from diffusers, an optional dependency; how tokens are drawn is ours, so previews,
editing and equal pictures for equal seeds hold here too. It has no autoregressive twin.

Shapes: B batch, N = h · w image tokens, V codebook size, M masked tokens of the batch, L caption
tokens, D width of the caption's features.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import torch
from torch import Tensor

from maskgil.checkpoints import CheckpointError
from maskgil.models.conditioning import CaptionCondition, Prefix
from maskgil.pipelines.image_generator import ImageGenerator
from maskgil.sampling.config import SamplingConfig
from maskgil.utils.command_line import first_line

HUB_ID = "amused/amused-512"
SAMPLING = SamplingConfig(
    num_steps=12, guidance_scale=10.0, schedule="cosine", choice_temperature=2.0
)  # as published: noise from 2 to 0, cosine mask
AESTHETIC_SCORE = 6.0
REQUIREMENTS = "pip install -r requirements-photo.txt"
PROBE = "scheduler/scheduler_config.json"  # the smallest file, without which nothing is drawn
HUB_SECONDS = 3.0  # for the hub's answer whether it has the weights


@dataclass(frozen=True)
class PhotoConfig:
    """What the rest of the code asks of a model's configuration."""

    mask_id: int
    codebook_size: int
    max_grid_size: tuple[int, int]
    condition: Literal["caption"] = "caption"
    null_keeps_mask: bool = True  # the empty caption is a caption like any other


class PhotoTokenizer:
    """diffusers' VQModel as a Tokenizer."""

    def __init__(self, vqvae: Any) -> None:
        self.vqvae = vqvae.eval()
        self.codebook_size: int = vqvae.config.num_vq_embeddings
        self.downsample_factor: int = 2 ** (len(vqvae.config.block_out_channels) - 1)

    @torch.inference_mode()
    def encode(self, pixels: Tensor) -> Tensor:
        """Pixels (B, 3, H, W) in [-1, 1] to indices (B, h, w)."""
        latents = self.vqvae.encode((pixels.to(self.vqvae.dtype) + 1) / 2).latents  # (B, C, h, w)
        indices = self.vqvae.quantize(latents)[2][2]
        return indices.reshape(len(pixels), *latents.shape[-2:])  # (B, h, w)

    @torch.inference_mode()
    def decode(self, indices: Tensor) -> Tensor:
        """Indices (B, h, w) to pixels (B, 3, H, W) in [-1, 1]."""
        shape = (*indices.shape, self.vqvae.config.latent_channels)
        pixels = self.vqvae.decode(indices, force_not_quantize=True, shape=shape).sample
        return (pixels.clamp(0, 1) * 2 - 1).float()


class PhotoEncoder:
    """CLIP's text model: a caption's hidden states, and its projection as one more row."""

    def __init__(self, tokenizer: Any, model: Any) -> None:
        self.tokenizer, self.model = tokenizer, model.eval()
        self.dim: int = model.config.hidden_size
        if model.config.projection_dim != self.dim:
            raise CheckpointError(
                f"the text encoder projects to {model.config.projection_dim}, not to its width "
                f"{self.dim}, as aMUSEd's does"
            )

    @torch.inference_mode()
    def encode(self, texts: Sequence[str]) -> CaptionCondition:
        """Captions to embeds (B, L + 1, D), the last row the pooled projection."""
        length = self.tokenizer.model_max_length
        tokens = self.tokenizer(
            list(texts), padding="max_length", truncation=True, max_length=length,
            return_tensors="pt",
        ).input_ids.to(self.model.device)  # (B, L)  # fmt: skip
        found = self.model(tokens, output_hidden_states=True)
        rows = [found.hidden_states[-2], found.text_embeds[:, None]]
        return CaptionCondition(torch.cat(rows, dim=1))  # (B, L + 1, D)


class PhotoModel:
    """diffusers' UVit2DModel, answering as our bidirectional Transformer does."""

    def __init__(self, transformer: Any, mask_id: int, null: Tensor, factor: int) -> None:
        self.transformer = transformer.eval()
        size = transformer.config.sample_size
        self.config = PhotoConfig(mask_id, transformer.config.codebook_size, (size, size))
        self.token_embedding = transformer.embed.embeddings
        self._null = null  # (1, L + 1, D), the empty caption
        self._factor = factor

    @property
    def mask_id(self) -> int:
        return self.config.mask_id

    def embed_condition(
        self, condition: CaptionCondition, batch_size: int, *, drop: Tensor | None = None
    ) -> Prefix:
        """The captions' features (B, L + 1, D); rows of `drop` (B,) become the empty caption's."""
        embeds = condition.embeds
        assert len(embeds) == batch_size
        if drop is not None:
            embeds = torch.where(drop[:, None, None], self._null.to(embeds), embeds)
        return Prefix(embeds, None)

    def logits(
        self,
        tokens: Tensor,
        prefix: Prefix,
        *,
        grid_size: tuple[int, int] | None = None,
        where: Tensor | None = None,
    ) -> Tensor:
        """Logits (B, N, V), or (M, V) of the tokens `where` (B, N) is True."""
        rows, columns = grid_size or self.config.max_grid_size
        features = prefix.tokens.to(self.transformer.dtype)
        # Width and height in pixels, where the picture was cropped, and how pleasing it is.
        size = (columns * self._factor, rows * self._factor)
        conditions = torch.tensor([*size, 0, 0, AESTHETIC_SCORE], device=tokens.device)
        logits = self.transformer(
            tokens.view(-1, rows, columns),
            encoder_hidden_states=features[:, :-1],
            pooled_text_emb=features[:, -1],
            micro_conds=conditions.to(features.dtype).expand(len(tokens), -1),
        )  # (B, V, h, w)
        logits = logits.flatten(2).movedim(1, -1).float()  # (B, N, V)
        return logits if where is None else logits[where]


class PhotoGenerator(ImageGenerator):
    """aMUSEd's parts as an ImageGenerator; `ar_ratio` above 0 is refused."""

    def __init__(
        self,
        transformer: Any,
        vqvae: Any,
        text_encoder: Any,
        text_tokenizer: Any,
        *,
        mask_id: int,
        sampling: SamplingConfig = SAMPLING,
    ) -> None:
        tokenizer = PhotoTokenizer(vqvae)
        encoder = PhotoEncoder(text_tokenizer, text_encoder)
        null = encoder.encode([""]).embeds
        model = PhotoModel(transformer, mask_id, null, tokenizer.downsample_factor)
        self.tokenizer, self.encoder = tokenizer, encoder  # type: ignore[assignment]
        self.masked, self.config = model, model.config  # type: ignore[assignment]
        self.causal = self.source = None
        self.device = model.token_embedding.weight.device
        self.grid_size = model.config.max_grid_size
        self.sampling = sampling
        self.reader = self.drafter = None  # CLIP knows words enough


def check_photo(weights: str | Path | None = None) -> None:
    """Raise ValueError in one line when diffusers, or what `weights` names, is missing.

    A hub id is looked up in the cache, then once on the hub: who is offline is told at once.
    """
    from importlib.util import find_spec

    if find_spec("diffusers") is None:
        raise ValueError(f"preset 'photo' needs diffusers: {REQUIREMENTS}")
    if weights is not None and Path(weights).is_dir():
        parts = ("transformer", "vqvae", "text_encoder", "tokenizer", "scheduler")
        lacking = [name for name in parts if not (Path(weights) / name).is_dir()]
        if lacking:
            raise CheckpointError(f"{weights} lacks {', '.join(lacking)}, as {HUB_ID} has them")
    else:
        _check_hub(str(weights or HUB_ID))


def _check_hub(source: str) -> None:
    from huggingface_hub import get_hf_file_metadata, hf_hub_url, try_to_load_from_cache

    try:
        if isinstance(try_to_load_from_cache(source, PROBE), str):
            return
        get_hf_file_metadata(hf_hub_url(source, PROBE), timeout=HUB_SECONDS)
    except Exception as error:  # the hub's errors share no class: its HTTP library has its own
        raise CheckpointError(
            f"no aMUSEd weights in {source}: none in the cache, and the hub says: "
            f"{first_line(error)}"
        ) from error


def load_photo(weights: str | Path | None = None, *, device: str = "cpu") -> PhotoGenerator:
    """aMUSEd from a folder in diffusers' layout or a hub id; by default `HUB_ID`.

    In float16 on a GPU (the VQ decoder in float32), in float32 on a CPU. ValueError in one line
    when there are no weights.
    """
    check_photo(weights)
    from diffusers import AmusedScheduler, UVit2DModel, VQModel
    from transformers import CLIPTextModelWithProjection, CLIPTokenizer

    source = str(weights or HUB_ID)
    dtype = torch.float32 if torch.device(device).type == "cpu" else torch.float16

    def part(kind: Any, name: str, dtype: torch.dtype) -> Any:
        return kind.from_pretrained(source, subfolder=name, torch_dtype=dtype).to(device)

    try:
        scheduler = AmusedScheduler.from_pretrained(source, subfolder="scheduler")
        return PhotoGenerator(
            part(UVit2DModel, "transformer", dtype),
            part(VQModel, "vqvae", torch.float32),
            part(CLIPTextModelWithProjection, "text_encoder", dtype),
            CLIPTokenizer.from_pretrained(source, subfolder="tokenizer"),
            mask_id=scheduler.config.mask_token_id,
        )
    except (OSError, ValueError, RuntimeError) as error:
        raise CheckpointError(f"no aMUSEd weights in {source}: {first_line(error)}") from error
