"""Image and Text CLIPScore, as the paper's tables use them.

Text CLIPScore = 100 · cos(picture, text); Image CLIPScore = cos(picture, picture), unscaled. Both
are raw cosines: nothing is clamped. Scores of different CLIP models have nothing to do with each
other, and those of clip-nano, this project's own, stand beside no published number.
"""

# D width of the shared space, H W pixels.

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import torch
from torch import Tensor

from maskgil.utils.command_line import first_line
from polyvoice.clip_nano.model import NAME as CLIP_NANO
from polyvoice.clip_nano.model import load

if TYPE_CHECKING:
    from PIL.Image import Image

    from maskgil.models.text_encoders.load import TextEncoder

OPENAI = ("clip-vit-large-patch14", "clip-vit-large-patch14-336", "clip-vit-base-patch32",
          "clip-vit-base-patch16")  # fmt: skip
TEXT_SCALE = 100.0
_MEAN = (0.48145466, 0.4578275, 0.40821073)  # of CLIP's training pictures
_SPREAD = (0.26862954, 0.26130258, 0.27577711)


class ScorerError(ValueError):
    """A CLIP model that cannot be had; the message is one line for the user."""


class Scorer(Protocol):
    """A dual encoder: pictures and texts to unit vectors (D,) of one space."""

    name: str

    def image(self, picture: Image) -> Tensor: ...

    def text(self, text: str) -> Tensor: ...


def text_clipscore(picture: Tensor, text: Tensor) -> float:
    """100 · cos of unit vectors (D,)."""
    return TEXT_SCALE * float(picture @ text)


def image_clipscore(picture: Tensor, other: Tensor) -> float:
    """cos of unit vectors (D,)."""
    return float(picture @ other)


def is_clip_nano(name: str) -> bool:
    """Whether `load_scorer` takes `name` for clip-nano: the shipped one, or a file of one."""
    return name == CLIP_NANO or name.endswith(".safetensors")


def load_scorer(
    name: str = CLIP_NANO, *, device: str = "cpu", encoder: TextEncoder | None = None
) -> Scorer:
    """A scorer by name: clip-nano, a path or a hub id of a CLIP model of transformers.

    OpenAI's may go without their owner. `encoder`: a loaded MiniLM for clip-nano to share.
    Raises ScorerError, or CheckpointError, in one line when the weights cannot be had.
    """
    if is_clip_nano(name):
        return ClipNanoScorer(name, encoder=encoder, device=device)
    return ClipScorer(f"openai/{name}" if name in OPENAI else name, device=device)


def to_square(picture: Image, side: int) -> Tensor:
    """Shortest side to `side` pixels (bicubic), centre cut out: (3, side, side) in [0, 1].

    What CLIP's own preparation does.
    """
    from PIL.Image import Resampling

    shortest = min(picture.size)
    size = (side * picture.width // shortest, side * picture.height // shortest)
    picture = picture.convert("RGB").resize(size, Resampling.BICUBIC)
    left, top = (size[0] - side) // 2, (size[1] - side) // 2
    picture = picture.crop((left, top, left + side, top + side))
    return torch.from_numpy(np.array(picture)).movedim(-1, 0).float() / 255  # (3, side, side)


class ClipScorer:
    """A CLIP model of transformers; texts longer than its 77 tokens are cut, the end token kept."""

    def __init__(self, name: str, *, device: str = "cpu") -> None:
        self.name, self.device = name, device
        from transformers import AutoTokenizer, CLIPModel
        from transformers.utils import logging

        shown = logging.is_progress_bar_enabled()
        logging.disable_progress_bar()
        try:
            model: Any = CLIPModel.from_pretrained(name)
            self.tokenizer: Any = AutoTokenizer.from_pretrained(name)
        except Exception as error:  # the hub client raises many kinds
            raise ScorerError(
                f"no CLIP weights for {name!r}: give a folder or a hub id of a CLIP model, or "
                f"--clip {CLIP_NANO} ({first_line(error)[:160]})"
            ) from None
        finally:
            if shown:
                logging.enable_progress_bar()
        self.model = model.to(device).eval().requires_grad_(False)
        self.side = int(self.model.config.vision_config.image_size)
        self.length = int(self.model.config.text_config.max_position_embeddings)
        self.mean = torch.tensor(_MEAN)[:, None, None]
        self.spread = torch.tensor(_SPREAD)[:, None, None]

    @torch.inference_mode()
    def image(self, picture: Image) -> Tensor:
        pixels = (to_square(picture, self.side) - self.mean) / self.spread
        return self._unit(self.model.get_image_features(pixel_values=pixels[None].to(self.device)))

    @torch.inference_mode()
    def text(self, text: str) -> Tensor:
        batch = self.tokenizer(
            [text], truncation=True, max_length=self.length, return_tensors="pt"
        ).to(self.device)
        return self._unit(
            self.model.get_text_features(
                input_ids=batch["input_ids"], attention_mask=batch["attention_mask"]
            )
        )

    @staticmethod
    def _unit(features: Any) -> Tensor:
        vector = getattr(features, "pooler_output", features)[0].float().cpu()  # (D,)
        return vector / vector.norm()


class ClipNanoScorer:
    """clip-nano: pictures of nano's domain, captions in its words."""

    def __init__(
        self, path: str = CLIP_NANO, *, encoder: TextEncoder | None = None, device: str = "cpu"
    ) -> None:
        from maskgil.models.text_encoders.load import load_text_encoder

        self.name = CLIP_NANO if path == CLIP_NANO else f"{CLIP_NANO} of {path}"
        self.device = device
        self.model = load(path).to(device)
        self.encoder = encoder or load_text_encoder("minilm")

    @torch.inference_mode()
    def image(self, picture: Image) -> Tensor:
        pixels = to_square(picture, self.model.image_tower.regions.side) * 2 - 1
        return self.model.image_tower(pixels[None].to(self.device))[0].cpu()

    @torch.inference_mode()
    def text(self, text: str) -> Tensor:
        caption = self.encoder.encode([text]).to(self.device)
        return self.model.text_head(caption)[0].cpu()
