"""ImageGenerator: captions or class labels to a stream of previews and a picture.

Shapes: B batch, N image tokens, H W pixels.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import torch
from torch import Tensor

from maskgil import checkpoints
from maskgil.conditioning import CaptionCondition, Condition
from maskgil.config import SamplingConfig
from maskgil.decoding import causal_share, decode_hybrid, halton_order
from maskgil.guided import GuidedLogits, GuidedNext
from maskgil.sampling import row_generators
from maskgil.text_encoder import TextEncoder, load_text_encoder
from maskgil.tokenizers.base import Tokenizer
from maskgil.transformer import Transformer

if TYPE_CHECKING:
    from PIL.Image import Image

Prompts = str | Sequence[str] | Sequence[int]


@dataclass(frozen=True)
class Preset:
    """Names of the parts of a generator; `encoder` is None for class-driven ones."""

    tokenizer: str
    masked: str
    causal: str
    encoder: str | None
    sampling: SamplingConfig


PRESETS: dict[str, Preset] = {
    "nano": Preset(
        "nano-tokenizer",
        "maskgil-nano",
        "ar-nano",
        "minilm",
        SamplingConfig(
            guidance_scale=3.0,
            guidance_schedule="linear",
            temperature=0.6,
            choice_temperature=1.0,
        ),
    ),
}


@dataclass(frozen=True)
class Preview:
    """The picture so far: `tokens` (B, N) hold `mask_id` where nothing is written yet.

    `stage`: "ar" or "masked" while drawing, "done" for the last. `images`: one a row; empty before
    "done" when previews are off.
    """

    step: int
    num_steps: int
    tokens: Tensor
    stage: Literal["ar", "masked", "done"]
    images: list[Image]


class ImageGenerator:
    """A tokenizer, a masked model, optionally its autoregressive twin and a text encoder.

    Same seed, same picture, whatever the batch: all noise of a row comes from its own generator.
    """

    def __init__(
        self,
        tokenizer: Tokenizer,
        masked: Transformer | None,
        causal: Transformer | None = None,
        encoder: TextEncoder | None = None,
        *,
        sampling: SamplingConfig | None = None,
    ) -> None:
        model = masked if masked is not None else causal
        if model is None:
            raise ValueError("a generator needs a masked or an autoregressive model")
        for other in (masked, causal):
            if other is not None and other.config.codebook_size != tokenizer.codebook_size:
                raise ValueError(
                    f"the model's codebook has {other.config.codebook_size} codes, "
                    f"the tokenizer's {tokenizer.codebook_size}"
                )
        if model.config.condition == "caption" and encoder is None:
            raise ValueError("this model is driven by captions: it needs a text encoder")
        if encoder is not None and encoder.dim != model.config.caption_dim:
            raise ValueError(
                f"the text encoder's features are {encoder.dim} wide, "
                f"the model expects {model.config.caption_dim}"
            )
        self.tokenizer, self.masked, self.causal, self.encoder = tokenizer, masked, causal, encoder
        self.config = model.config
        self.device = model.token_embedding.weight.device
        self.grid_size = model.config.max_grid_size
        self.sampling = sampling or SamplingConfig()

    @classmethod
    def load(
        cls, preset: str = "nano", *, device: str = "cpu", weights: str | Path | None = None
    ) -> ImageGenerator:
        """Build a generator from shipped weights.

        `weights` names a folder with tokenizer.safetensors, maskgil.safetensors and, for hybrid
        decoding, ar.safetensors; or one file that replaces the masked model. A missing
        autoregressive model is reported only when it is asked for.
        """
        if preset not in PRESETS:
            raise ValueError(f"unknown preset {preset!r}; choose one of {', '.join(PRESETS)}")
        parts = PRESETS[preset]
        names: dict[str, str | Path] = {
            "tokenizer": parts.tokenizer, "maskgil": parts.masked, "ar": parts.causal
        }  # fmt: skip
        if weights is not None:
            path = Path(weights).expanduser()
            if not path.exists():
                raise checkpoints.CheckpointError(f"no weights at {path}")
            if path.is_dir():
                names = {name: path / f"{name}.safetensors" for name in names}
            else:
                names["maskgil"] = path
        causal = None
        try:
            checkpoints.resolve(names["ar"])
        except checkpoints.CheckpointError:
            pass
        else:
            causal = checkpoints.load(names["ar"], device=device)
        return cls(
            checkpoints.load(names["tokenizer"], device=device),
            checkpoints.load(names["maskgil"], device=device),
            causal,
            None if parts.encoder is None else load_text_encoder(parts.encoder, device=device),
            sampling=parts.sampling,
        )

    @property
    def num_tokens(self) -> int:
        return self.grid_size[0] * self.grid_size[1]

    @property
    def mask_id(self) -> int:
        return self.config.mask_id

    @property
    def image_size(self) -> tuple[int, int]:
        """Height and width in pixels of the pictures, after the tokenizer's own enlargement."""
        factor = self.tokenizer.downsample_factor * self._output_scale
        return self.grid_size[0] * factor, self.grid_size[1] * factor

    @property
    def _output_scale(self) -> int:
        return getattr(getattr(self.tokenizer, "config", None), "output_scale", 1)

    def stream(
        self,
        prompts: Prompts,
        *,
        seed: int | Sequence[int] = 0,
        sampling: SamplingConfig | None = None,
        given: Tensor | None = None,
        grid_size: tuple[int, int] | None = None,
        previews: bool = True,
        preview_every: int = 1,
    ) -> Generator[Preview, None, None]:
        """Draw one picture a prompt; the last preview has stage "done".

        With `previews`, every `preview_every`-th step comes with pictures, and while the
        autoregressive model writes the end of each row of the grid. Without, every step comes
        bare and only the last has pictures.

        `prompts`: a caption, captions, or class labels. `seed`: one for every row, or one a row.
        `given` (B, N) or (N,) tokens that stay, `mask_id` elsewhere.
        """
        rows: list[Any] = [prompts] if isinstance(prompts, str) else list(prompts)
        if not rows:
            raise ValueError("there is nothing to draw: give at least one prompt")
        sampling = sampling or self.sampling
        rows_columns = self.grid_size if grid_size is None else (grid_size[0], grid_size[1])
        if preview_every < 1:
            raise ValueError(f"preview_every is {preview_every}; it must be at least 1")
        seeds = [seed] * len(rows) if isinstance(seed, int) else list(seed)
        if len(seeds) != len(rows):
            raise ValueError(f"{len(seeds)} seeds for {len(rows)} prompts; give one or one each")
        tokens = self._start(given, len(rows), rows_columns)
        condition = self._condition(rows)
        return self._steps(
            tokens, condition, seeds, sampling, rows_columns, previews, preview_every
        )

    @torch.inference_mode()
    def _steps(
        self,
        tokens: Tensor,
        condition: Condition,
        seeds: list[int],
        sampling: SamplingConfig,
        grid_size: tuple[int, int],
        previews: bool,
        preview_every: int,
    ) -> Generator[Preview, None, None]:
        batch, count = tokens.shape
        written = causal_share(sampling.ar_ratio, count)
        ar_steps = int((tokens[:, :written] == self.mask_id).any(0).sum())
        rest = int((tokens[:, written:] == self.mask_id).sum(-1).max()) if written < count else 0
        num_steps = ar_steps + min(sampling.num_steps, rest)
        next_fn = logits_fn = None
        if ar_steps:
            if self.causal is None:
                raise ValueError(
                    f"ar_ratio is {sampling.ar_ratio}, but there is no autoregressive model"
                )
            next_fn = GuidedNext(
                self.causal, condition, batch,
                sampling=sampling, num_tokens=written, grid_size=grid_size,
            )  # fmt: skip
        if rest:
            if self.masked is None:
                raise ValueError(f"ar_ratio is {sampling.ar_ratio}, but there is no masked model")
            logits_fn = GuidedLogits(
                self.masked, condition, batch, sampling=sampling, grid_size=grid_size
            )
        steps = decode_hybrid(
            next_fn,
            logits_fn,
            tokens,
            mask_id=self.mask_id,
            ar_ratio=sampling.ar_ratio,
            num_steps=sampling.num_steps,
            schedule=sampling.schedule,
            choice_temperature=sampling.choice_temperature,
            temperature=sampling.temperature,
            top_k=sampling.top_k,
            top_p=sampling.top_p,
            order=halton_order(*grid_size) if sampling.order == "halton" else None,
            generator=row_generators(seeds),
        )
        step = 0
        for step, tokens in enumerate(steps, start=1):
            if step == num_steps:
                break
            stage: Literal["ar", "masked"] = "ar" if step <= ar_steps else "masked"
            due = grid_size[1] if stage == "ar" else preview_every
            if not previews:
                yield Preview(step, num_steps, tokens, stage, [])
            elif step % due == 0:
                yield Preview(step, num_steps, tokens, stage, self.to_images(tokens, grid_size))
        yield Preview(step, num_steps, tokens, "done", self.to_images(tokens, grid_size))

    def generate(
        self,
        prompts: Prompts,
        *,
        seed: int | Sequence[int] = 0,
        sampling: SamplingConfig | None = None,
        given: Tensor | None = None,
        grid_size: tuple[int, int] | None = None,
    ) -> list[Image]:
        """The pictures of `stream`, without previews."""
        *_, last = self.stream(
            prompts, seed=seed, sampling=sampling, given=given, grid_size=grid_size, previews=False
        )
        return last.images

    def edit(
        self,
        image: Image,
        mask: Image,
        prompt: str | int,
        *,
        seed: int = 0,
        sampling: SamplingConfig | None = None,
    ) -> Image:
        """Draw `prompt` where `mask` is white; every token that the mask does not touch stays.

        `image` and `mask` of any size; both are fitted to the model's. Pixels of untouched cells
        are the original's.
        """
        from maskgil.pictures import cells_of, from_pixels, paste_cells, to_pixels

        factor = self.tokenizer.downsample_factor
        height, width = (side * factor for side in self.grid_size)
        pixels = to_pixels(image, (height, width)).to(self.device)  # (1, 3, H, W)
        tokens = self.tokenizer.encode(pixels).flatten(1)  # (1, N)
        hidden = cells_of(mask, self.grid_size).to(self.device)  # (N,)
        if not bool(hidden.any()):
            return from_pixels(to_pixels(image, self.image_size))[0]
        given = tokens.masked_fill(hidden[None], self.mask_id)
        prompts: Prompts = [prompt] if isinstance(prompt, str) else [int(prompt)]
        drawn = self.generate(prompts, seed=seed, sampling=sampling, given=given)[0]
        return paste_cells(drawn, image, hidden.cpu().view(self.grid_size))

    def to_images(self, tokens: Tensor, grid_size: tuple[int, int] | None = None) -> list[Image]:
        """Tokens (B, N) as pictures; a cell still masked borrows its nearest neighbour's code."""
        from maskgil.pictures import fill_unknown, from_pixels

        rows, columns = self.grid_size if grid_size is None else grid_size
        grid = tokens.view(-1, rows, columns)
        unknown = grid == self.mask_id  # (B, h, w)
        filled = fill_unknown(grid, unknown) if bool(unknown.any()) else grid
        with torch.inference_mode():
            # One row at a time: convolutions round differently in batches of other sizes.
            return [from_pixels(self.tokenizer.decode(row[None]))[0] for row in filled]

    def _start(self, given: Tensor | None, batch: int, grid_size: tuple[int, int]) -> Tensor:
        count = grid_size[0] * grid_size[1]
        if given is None:
            return torch.full((batch, count), self.mask_id, device=self.device)
        given = given.to(self.device).long()
        given = given[None] if given.ndim == 1 else given.flatten(1)
        if given.shape[1] != count or given.shape[0] not in (1, batch):
            raise ValueError(
                f"given tokens have shape {tuple(given.shape)}; expected ({batch}, {count})"
            )
        if bool(((given < 0) | (given > self.mask_id)).any()):
            raise ValueError(f"given tokens must be 0 to {self.mask_id} (the last is the mask)")
        return given.expand(batch, -1)

    def _condition(self, prompts: list) -> Condition:
        """Captions through the encoder, or labels (B,); an empty caption is the null condition."""
        if self.config.condition == "class":
            labels = torch.tensor([int(label) for label in prompts], device=self.device)
            if bool(((labels < 0) | (labels >= self.config.num_classes)).any()):
                raise ValueError(
                    f"class labels {labels.tolist()} must be 0 to {self.config.num_classes - 1}"
                )
            return labels
        if not all(isinstance(prompt, str) for prompt in prompts):
            raise ValueError("this model is driven by captions; class labels need a class model")
        assert self.encoder is not None
        caption: CaptionCondition = self.encoder.encode(list(prompts))
        return caption.to(self.device)
