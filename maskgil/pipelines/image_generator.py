"""ImageGenerator: captions or class labels to a stream of previews and a picture.

Shapes: B batch, N image tokens, H W pixels.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from maskgil.checkpoints.codebooks import check_codebooks
from maskgil.models.conditioning import NO_CODE, CaptionCondition, Condition, Drafted
from maskgil.models.masked_model import MaskedModel
from maskgil.models.text_encoders.load import TextEncoder
from maskgil.models.transformer import Transformer
from maskgil.pipelines.ar_model import AutoregressiveModel, as_source
from maskgil.pipelines.conditions import check_encoder, labels_of
from maskgil.pipelines.drafting import SKETCH, Outline, Overlay, check_behind, drafts_of, on_rows
from maskgil.pipelines.previews import GAPS, Preview, PreviewBudget, PreviewClock
from maskgil.pipelines.request import DrawRequest, Prompts
from maskgil.pipelines.second_pass import SCALE, SecondPass, as_details, coarse_grid
from maskgil.prompts import Drafter, NothingKnownError, PromptReader, Reading
from maskgil.sampling.config import SamplingConfig
from maskgil.sampling.decoding import (
    DecodingStage,
    causal_share,
    hybrid_stages,
    masked_steps,
    unwritten,
)
from maskgil.sampling.guidance import GuidedLogits
from maskgil.sampling.logits import row_generators
from maskgil.tokenizers.base import Tokenizer

if TYPE_CHECKING:
    from PIL.Image import Image


class ImageGenerator:
    """A tokenizer, a masked model, optionally an autoregressive one and a text encoder.

    `causal` writes the first share of the tokens, or all of them without a masked model: our causal
    Transformer, or any `AutoregressiveModel` such as Lumina-mGPT. `reader` rewrites prompts in the
    models' vocabulary, or finds their classes; `drafter` lays out things. The same seed gives the
    same picture, whatever the batch: each row has its own noise generator. Previews take at most
    the share `preview_share` of the steps' time (None: no limit); of the masked model's steps at
    most each `preview_gap`-th is shown, by default the second on a GPU.
    """

    preview_share: float | None = None

    def __init__(
        self,
        tokenizer: Tokenizer,
        masked: MaskedModel | None,
        causal: Transformer | AutoregressiveModel | None = None,
        encoder: TextEncoder | None = None,
        *,
        sampling: SamplingConfig | None = None,
        grid_size: tuple[int, int] | None = None,
        reader: PromptReader | None = None,
        drafter: Drafter | None = None,
    ) -> None:
        if masked is None and not isinstance(causal, Transformer):
            raise ValueError("a generator needs a masked model or our autoregressive one")
        model: Any = causal if masked is None else masked
        self.source = None if causal is None else as_source(causal)
        sizes = [model.config.codebook_size]
        sizes += [] if self.source is None else [self.source.codebook_size]
        for size in sizes:
            if size != tokenizer.codebook_size:
                raise ValueError(
                    f"the model's codebook has {size} codes, "
                    f"the tokenizer's {tokenizer.codebook_size}"
                )
        check_codebooks(tokenizer, masked, causal)
        check_encoder(model.config, encoder)
        self.tokenizer, self.masked, self.causal, self.encoder = tokenizer, masked, causal, encoder
        self.config = model.config
        self.device = model.token_embedding.weight.device
        self.preview_gap = GAPS.get(self.device.type, 1)
        self.grid_size = model.config.max_grid_size if grid_size is None else grid_size
        model.check_grid(self.grid_size, self.grid_size[0] * self.grid_size[1])
        self.sampling = sampling or SamplingConfig()
        self.reader, self.drafter = reader, drafter

    @cached_property
    def _preview_clock(self) -> PreviewClock:
        return PreviewClock()

    def _overlay(self) -> Overlay:
        scenery = str if self.drafter is None else self.drafter.scenery
        return Overlay(
            self.tokenizer, self.mask_id, scenery, self._sketches, self._filling, self._outline,
            draws_behind=self.masked is not None,
        )  # fmt: skip

    @property
    def num_tokens(self) -> int:
        return self.grid_size[0] * self.grid_size[1]

    @property
    def mask_id(self) -> int:
        return self.config.mask_id

    @property
    def largest_grid(self) -> tuple[int, int]:
        """The largest grid of tokens (h, w) drawn in one pass."""
        if self.masked is None:
            return self.grid_size
        rows, columns = self.masked.config.max_grid_size
        return rows, columns

    @property
    def has_ratio(self) -> bool:
        """Whether `ar_ratio` can be chosen: there are both a masked and an autoregressive model."""
        return self.source is not None and self.masked is not None

    @property
    def drafts(self) -> bool:
        """Whether scenes are laid out as drafts before drawing."""
        return self.drafter is not None

    @property
    def detail(self) -> int:
        """D: tokens of the second pass along the side of one token; 1 without a second pass."""
        drawn = 0 if self.drafter is None else self.drafter.pixels
        return max(1, drawn // self.tokenizer.downsample_factor)

    @property
    def image_size(self) -> tuple[int, int]:
        """Height and width of the pictures in pixels, after the tokenizer's upscaling."""
        factor = self.tokenizer.downsample_factor * self._output_scale
        factor *= SCALE if self.detail > 1 else 1
        return self.grid_size[0] * factor, self.grid_size[1] * factor

    def _read_size(self, grid: tuple[int, int]) -> tuple[int, int]:
        """Height and width in pixels of what the encoder reads as a grid of tokens."""
        factor = self.tokenizer.downsample_factor
        return grid[0] * factor, grid[1] * factor

    @property
    def _output_scale(self) -> int:
        return getattr(getattr(self.tokenizer, "config", None), "output_scale", 1)

    def read(self, prompt: str) -> Reading:
        """The caption of `prompt` and what it omits; `prompt` itself if the model reads free text.

        Raises `NothingKnownError` if the model knows no word of it.
        """
        return self.reader.read(prompt) if self.reader is not None else Reading(prompt)

    def understood(self, prompt: str) -> str:
        """The caption drawn for `prompt`: itself, or its rewriting for a small model."""
        try:
            return self.read(prompt).drawn
        except NothingKnownError:
            return prompt

    def stream(self, request: DrawRequest) -> Generator[Preview, None, None]:
        """Draw one picture per prompt; the last preview has stage "done".

        Every step yields a preview; how many have pictures is limited by `preview_share`. Without
        previews only the last has pictures.
        """
        sampling, grid_size = request.sampling or self.sampling, request.grid_size or self.grid_size
        if self.masked is None:  # the causal model writes all
            if sampling.reuse_features:
                raise ValueError(
                    "reuse_features (--fast) is for masked models; this one writes token by token"
                )
            sampling = replace(sampling, ar_ratio=1.0)
        request = replace(request, sampling=sampling, grid_size=grid_size)
        tokens = self._start(request.given, len(request.rows), grid_size)
        check_behind(request.behind, tokens.shape[1], self.config.codebook_size)
        second = SecondPass(self.tokenizer, grid_size, self.detail)
        second.check(request.given_details, len(tokens), self.config.codebook_size)
        pixels = self.tokenizer.downsample_factor
        drafts = drafts_of(self.drafter, request, tokens == self.mask_id, pixels)
        return self._previews(request, tokens, drafts)

    def _stages(
        self, request: DrawRequest, tokens: Tensor, drafts: dict[int, Tensor], overlay: Overlay
    ) -> list[DecodingStage]:
        """The consecutive stages that fill `tokens` (B, N). Raises ValueError.

        Rows with `drafts` are drawn before the others.
        """
        stages: list[DecodingStage] = []
        laid, count = list(drafts), len(tokens)
        if laid:
            sheets = torch.stack(list(drafts.values()))
            some = overlay.stages(request.only(laid), tokens[laid], sheets)
            stages += on_rows(some, laid, count)
        bare = [row for row in range(count) if row not in drafts]
        if bare:
            asked, free = request.only(bare), (tokens[bare] == self.mask_id).all(-1)
            assert asked.sampling is not None
            share = 1.0 if asked.sampling.ar_ratio else SKETCH  # as the twin expects
            codes = self._sketches(asked, share, free)
            some = self._filling(asked, tokens[bare], codes)
            stages += on_rows(some, bare, count)
        return stages

    def _sketches(self, request: DrawRequest, share: float, free: Tensor) -> Tensor:
        """Initial codes (B, N) of the scenery, for a share of the cells of the rows `free` (B,)."""
        assert request.grid_size is not None
        codes = torch.full((len(free), *request.grid_size), NO_CODE, device=self.device)
        if self.drafter is None:
            return codes.flatten(1)
        for row in free.nonzero().flatten().tolist():
            sketch = self.drafter.sketch(request.rows[row], request.seeds[row], share)
            if sketch is not None and sketch.shape == request.grid_size:
                codes[row] = sketch
        return codes.flatten(1)

    def _outline(self, request: DrawRequest, empty: Tensor) -> Outline:
        """The number of steps of each model for `empty` (B, N) tokens.

        Raises ValueError if a needed model is missing.
        """
        sampling, grid_size = request.sampling, request.grid_size
        assert sampling is not None and grid_size is not None
        ar_steps, rest = unwritten(empty, ar_ratio=sampling.ar_ratio)
        outline: Outline = {}
        if ar_steps:
            if self.source is None:
                raise ValueError(
                    f"ar_ratio is {sampling.ar_ratio}, but there is no autoregressive model"
                )
            self.source.check_grid(grid_size)
            outline["ar"] = ar_steps
        if rest:
            if self.masked is None:
                raise ValueError(f"ar_ratio is {sampling.ar_ratio}, but there is no masked model")
            outline["masked"] = masked_steps(sampling, rest)
        return outline

    def _filling(
        self, request: DrawRequest, tokens: Tensor, codes: Tensor | None = None
    ) -> list[DecodingStage]:
        """The stages that fill `tokens` (B, N), given `codes` (B, N) of a draft."""
        sampling, grid_size = request.sampling, request.grid_size
        assert sampling is not None and grid_size is not None
        outline = self._outline(request, tokens == self.mask_id)
        condition = self._condition(request.rows)
        if self.drafts and isinstance(condition, CaptionCondition):
            codes = torch.full_like(tokens, NO_CODE) if codes is None else codes
            condition = Drafted(condition, codes)
        batch, count = tokens.shape
        next_fn = logits_fn = None
        if "ar" in outline and self.source is not None:
            written = causal_share(sampling.ar_ratio, count)
            next_fn = self.source.next_fn(
                request.rows, condition, sampling=sampling, num_tokens=written, grid_size=grid_size
            )
        if "masked" in outline and self.masked is not None:
            logits_fn = GuidedLogits(
                self.masked, condition, batch, sampling=sampling, grid_size=grid_size
            )
        return hybrid_stages(
            next_fn, logits_fn, tokens, sampling, mask_id=self.mask_id, grid_size=grid_size,
            generator=row_generators(request.seeds),
        )  # fmt: skip

    @torch.inference_mode()
    def _previews(
        self, request: DrawRequest, tokens: Tensor, drafts: dict[int, Tensor]
    ) -> Generator[Preview, None, None]:
        grid_size, num_tokens = request.grid_size, tokens.numel()
        assert grid_size is not None
        overlay, stays = self._overlay(), tokens != self.mask_id
        stages = self._stages(request, tokens, drafts, overlay)
        num_steps = sum(stage.num_steps for stage in stages)
        clock = self._preview_clock
        budget = PreviewBudget(
            clock, num_steps=num_steps, num_tokens=num_tokens, share=self.preview_share
        )
        step, started = 0, clock.clock()
        for name, _, decode in stages:
            every = grid_size[1] if name == "ar" else request.preview_every
            for done, tokens in enumerate(decode(tokens), 1):  # noqa: B020
                step += 1
                if step == num_steps:
                    break
                seconds = clock.clock() - started
                due, images = done % every == 0, []
                showable = due and (name == "ar" or not done % self.preview_gap)
                if request.previews and budget.step(seconds, showable=showable):
                    images = clock.shown(partial(self.to_images, tokens, grid_size), num_tokens)
                if due or not request.previews:
                    yield Preview(step, num_steps, tokens, name, images)
                started = clock.clock()
        second, details = SecondPass(self.tokenizer, grid_size, self.detail), None
        if self.detail > 1 and request.detailed:
            under = dict(zip(drafts, overlay.behind, strict=False))
            rows = range(len(tokens))
            details = second.details(tokens, [*map(drafts.get, rows)], [*map(under.get, rows)])
            if request.given_details is not None:
                details = second.kept(details, stays, request.given_details)
        images = self.to_images(tokens, grid_size, details) if request.pictures else []
        yield Preview(step, num_steps, tokens, "done", images, details)

    def generate(self, prompts: Prompts, **options: Any) -> list[Image]:
        """The pictures of `stream`, without previews; `options` are `DrawRequest`'s."""
        *_, last = self.stream(DrawRequest(prompts, previews=False, **options))
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
        """Inpaint `prompt` where `mask` is white; tokens that the mask does not touch are kept.

        `image` and `mask` are resized to the model's size. Untouched cells keep the original's
        pixels.
        """
        from maskgil.utils.images import cells_of, from_pixels, paste_cells, to_pixels

        tokens, codes = (
            self.tokenizer.encode(to_pixels(image, self._read_size(grid)).to(self.device)).flatten(
                1
            )
            for grid in (self.grid_size, coarse_grid(self.grid_size, self.detail))
        )
        details = as_details(codes, self.grid_size, self.detail)  # (1, D² · N)
        hidden = cells_of(mask, self.grid_size).to(self.device)  # (N,)
        if not bool(hidden.any()):
            return from_pixels(to_pixels(image, self.image_size))[0]
        given = tokens.masked_fill(hidden[None], self.mask_id)
        prompts: Prompts = [prompt] if isinstance(prompt, str) else [int(prompt)]
        drawn = self.generate(
            prompts, seed=seed, sampling=sampling, given=given, given_details=details
        )[0]
        return paste_cells(drawn, image, hidden.cpu().view(self.grid_size))

    def to_images(
        self,
        tokens: Tensor,
        grid_size: tuple[int, int] | None = None,
        details: Tensor | None = None,
    ) -> list[Image]:
        """Decode tokens (B, N) to pictures; a masked cell takes its nearest neighbour's code.

        With `details` (B, D² · N) the pictures are twice as large.
        """
        from maskgil.utils.images import fill_unknown, from_pixels

        rows, columns = self.grid_size if grid_size is None else grid_size
        if details is not None:
            with torch.inference_mode():
                second = SecondPass(self.tokenizer, (rows, columns), self.detail)
                return from_pixels(second.pictures(tokens, details))
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
            labels = labels_of(prompts, self.reader, self.config.num_classes)
            return torch.tensor(labels, device=self.device)
        if not all(isinstance(prompt, str) for prompt in prompts):
            raise ValueError("this model is driven by captions; class labels need a class model")
        assert self.encoder is not None
        caption: CaptionCondition = self.encoder.encode([self.understood(p) for p in prompts])
        return caption.to(self.device)
