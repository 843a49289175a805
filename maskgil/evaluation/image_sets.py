"""Indexed sets of pictures: folders, composed scenes, generated, reconstructed.

A set is small, picklable and loads lazily, so that any number of processes can each process a share
of it. Picture i depends only on i.
"""

# B batch, H W pixels, h w token grid.

from __future__ import annotations

import dataclasses
import functools
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from maskgil import checkpoints
from maskgil.evaluation.prompts import Prompts
from maskgil.presets.choice import PHOTO, ModelChoice
from maskgil.utils.distributed import launched
from maskgil.utils.images import from_bytes, save_png, to_bytes

if TYPE_CHECKING:
    from PIL.Image import Image

    from maskgil.nano.dataset import WorldSource
    from maskgil.pipelines.image_generator import ImageGenerator

SETTINGS = "settings.json"


class ImageBatch(NamedTuple):
    """Pictures (B, 3, H, W) uint8; for reconstructions also the originals and codes (B, h, w)."""

    pictures: Tensor
    originals: Tensor | None = None
    codes: Tensor | None = None
    codebook_size: int = 0


class PictureSet(Protocol):
    """Pictures 0 to len - 1."""

    def __len__(self) -> int: ...

    def batch(self, start: int, stop: int) -> ImageBatch:
        """Pictures `start` to `stop` - 1. Raises ValueError in one line."""

    def describe(self) -> dict[str, Any]:
        """A JSON description of the set."""


class _Lazy:
    """Pickles without loaded state, that is, attributes with a leading underscore."""

    def __getstate__(self) -> dict[str, Any]:
        return {key: value for key, value in vars(self).items() if not key.startswith("_")}


def to_tensor(images: Sequence[Image]) -> Tensor:
    """Pictures of one size as uint8 (B, 3, H, W)."""
    arrays = [np.array(image.convert("RGB")) for image in images]
    if len({array.shape for array in arrays}) > 1:
        sizes = sorted({f"{a.shape[1]}x{a.shape[0]}" for a in arrays})
        raise ValueError(f"pictures of one set have different sizes: {', '.join(sizes)}")
    return torch.from_numpy(np.stack(arrays)).movedim(-1, 1)


class FolderPictures(_Lazy):
    """The pictures of a folder, a Hugging Face dataset on disk or tar shards, in their own order.

    `size`: resize and centre-crop to this height and width; None keeps the original. `count`: only
    the first ones. An unreadable picture is an error, as skipping it would change the set.
    """

    def __init__(
        self, path: str | Path, *, size: tuple[int, int] | None = None, count: int | None = None
    ) -> None:
        self.path, self.size = str(path), size
        self.total = len(self._open())
        self.count = self.total if count is None else count
        if not 1 <= self.count <= self.total:
            raise ValueError(f"{path} holds {self.total} pictures; {self.count} were asked for")

    def _open(self) -> Any:
        if "_source" not in vars(self):
            from maskgil.data.image_datasets.base import SourceOptions
            from maskgil.data.image_datasets.open import open_source

            self._source = open_source(self.path, SourceOptions(condition="none"))
        return self._source

    def __len__(self) -> int:
        return self.count

    def check(self) -> None:
        """ValueError that names the first picture that cannot be read, a JPEG read coarsely."""
        from maskgil.data.image_loader import decode_for

        for index in range(self.count):
            self._decoded(index, lambda data: decode_for(data, ((8, 8),)))

    def _decoded(self, index: int, decode: Callable[[bytes], Any]) -> Any:
        from maskgil.data.image_datasets.base import Unusable

        source = self._open()
        try:
            return decode(source.read(index).data)
        except Unusable as error:
            raise ValueError(f"{self.path}: {source.name(index)}: {error.reason}") from None

    def _read(self, index: int) -> Image:
        from PIL import Image as images_of

        from maskgil.data.image_loader import cut_out, decode

        image: Image = self._decoded(index, decode)
        if self.size is None:
            return image
        return images_of.fromarray(cut_out(image, self.size))

    def batch(self, start: int, stop: int) -> ImageBatch:
        return ImageBatch(to_tensor([self._read(index) for index in range(start, stop)]))

    def describe(self) -> dict[str, Any]:
        return {"pictures": self.path, "count": self.count, "size": self.size}


class ScenePictures(_Lazy):
    """Composed scenes of nano's world, from index `first` on, with this `seed`.

    `nouns`: only scenes of these; None for the whole vocabulary. `art`: npm folder, or a pack.
    """

    def __init__(
        self,
        art: str | Path,
        *,
        count: int,
        side: int = 192,
        seed: int = 0,
        first: int = 0,
        nouns: Sequence[str] | None = None,
    ) -> None:
        self.art, self.count, self.side = str(art), count, side
        self.seed, self.first = seed, first
        self.nouns = None if nouns is None else tuple(nouns)
        if count < 1:
            raise ValueError(f"{count} scenes were asked for; at least 1 is needed")
        if self.nouns is not None and len(set(self.nouns)) < 2:
            raise ValueError(f"scenes of {', '.join(self.nouns)}: at least two nouns are needed")
        self._open()

    def _open(self) -> WorldSource:
        if "_scenes" not in vars(self):
            from maskgil.nano.dataset import WorldSource
            from maskgil.nano.rendering.art import Art
            from maskgil.nano.rendering.renderer import Renderer
            from maskgil.nano.world.sampler import SceneSampler

            sampler, renderer = (
                SceneSampler(nouns=self.nouns),
                Renderer(Art(self.art), size=self.side),
            )
            self._scenes = WorldSource(renderer, sampler, seed=self.seed)
        return self._scenes

    def __len__(self) -> int:
        return self.count

    def captions(self) -> list[str]:
        return [self._open().caption(self.first + n) for n in range(self.count)]

    def batch(self, start: int, stop: int) -> ImageBatch:
        pixels = np.stack([self._open().example(self.first + n).pixels for n in range(start, stop)])
        return ImageBatch(torch.from_numpy(pixels).movedim(-1, 1))

    def describe(self) -> dict[str, Any]:
        return {
            "pictures": "scenes", "count": self.count, "side": self.side, "seed": self.seed,
            "first": self.first, "nouns": "all" if self.nouns is None else len(self.nouns),
        }  # fmt: skip


@functools.lru_cache(maxsize=1)
def _loaded(choice: ModelChoice) -> ImageGenerator:
    """The generator of a choice, cached."""
    return choice.load()


class DrawnPictures:
    """Generated pictures: picture i from prompt i with seed `seed` + i.

    `changes`: overrides of the generator's sampling settings. `folder`: a cache of PNG files.
    Raises ValueError if it has pictures of other settings.
    """

    def __init__(
        self,
        choice: ModelChoice,
        prompts: Prompts,
        *,
        seed: int = 0,
        changes: dict[str, Any] | None = None,
        folder: str | Path | None = None,
        weights: dict[str, str] | None = None,
    ) -> None:
        self.choice, self.prompts, self.seed = choice, prompts, seed
        self.changes = dict(changes or {})
        self.weights = weights if weights is not None else weights_of(choice)
        self.folder = None if folder is None else Path(folder)
        if self.folder is not None:
            self.claim(self.folder)

    def claim(self, folder: Path) -> None:
        """Write these settings to `folder`. Raises ValueError if it has pictures of others."""
        folder.mkdir(parents=True, exist_ok=True)
        if launched()[0]:
            return  # done by the first process
        settings = json.loads(json.dumps({**self.describe(), "count": None}))
        path = folder / SETTINGS
        if path.is_file():
            if json.loads(path.read_text(encoding="utf-8")) != settings:
                raise ValueError(
                    f"{folder} holds pictures of other settings (see {SETTINGS} there); "
                    "give another folder or empty it"
                )
        elif any(folder.glob("*.png")):
            raise ValueError(f"{folder} holds pictures, but no {SETTINGS} says which; empty it")
        else:
            path.write_text(json.dumps(settings, indent=1) + "\n", encoding="utf-8")

    def __len__(self) -> int:
        return len(self.prompts.values)

    def draw(self, numbers: Sequence[int]) -> list[Image]:
        """The pictures of these indices, as one batch."""
        generator = _loaded(self.choice)
        values: list[Any] = [self.prompts.values[number] for number in numbers]
        sampling = dataclasses.replace(generator.sampling, **self.changes)
        seeds = [self.seed + number for number in numbers]
        return generator.generate(values, seed=seeds, sampling=sampling)

    def batch(self, start: int, stop: int) -> ImageBatch:
        numbers = range(start, stop)
        if self.folder is None:
            return ImageBatch(to_tensor(self.draw(numbers)))
        from PIL import Image as images_of

        paths = [self.folder / f"{number:06d}.png" for number in numbers]
        missing = [(n, path) for n, path in zip(numbers, paths, strict=True) if not path.is_file()]
        if missing:
            drawn = self.draw([number for number, _ in missing])
            for image, (_, path) in zip(drawn, missing, strict=True):
                save_png(image, path)
        return ImageBatch(to_tensor([images_of.open(path) for path in paths]))

    def describe(self) -> dict[str, Any]:
        model = {key: value for key, value in vars(self.choice).items() if key != "device"}
        return {
            "pictures": "drawn", "count": len(self), "seed": self.seed, "model": model,
            "sampling": self.changes, "prompts": self.prompts.origin, "weights": self.weights,
        }  # fmt: skip


def weights_of(choice: ModelChoice) -> dict[str, str]:
    """File and sha256 of every weights file a choice loads; empty for untrained models."""
    from maskgil.presets.table import CAUSAL, MASKED, TOKENIZER, find_parts

    if choice.random_weights:
        return {}
    if choice.size is None and choice.preset == PHOTO:
        folder = Path(choice.weights or "")
        parts_of = sorted(folder.rglob("*.safetensors")) if choice.weights else []
        return {
            path.relative_to(folder).as_posix(): checkpoints.sha256_of(path) for path in parts_of
        }
    found: list[str | Path | None]
    if choice.size is not None:
        own = Path(choice.weights or "")
        found = [own / name for name in (TOKENIZER, MASKED, CAUSAL)]
    else:
        parts = find_parts(choice.preset, choice.weights, causal=choice.ar_ratio > 0)
        found = [parts.tokenizer, parts.masked, parts.causal]
    files = {}
    for part in found:
        if part is None:
            continue
        path = checkpoints.resolve(part)[0] if part in checkpoints.REGISTRY else Path(part)
        if path.is_file():
            files[path.name] = checkpoints.sha256_of(path)
    return files


class Reconstructions(_Lazy):
    """Reconstructions of a set by a tokenizer, with originals and codes.

    A tokenizer with larger output than input (`output_scale`) reads downsampled originals; its
    output is compared with the originals.
    """

    def __init__(self, originals: PictureSet, tokenizer: str, device: str = "cpu") -> None:
        self.originals, self.tokenizer, self.device = originals, tokenizer, device

    @property
    def model(self) -> Any:
        """Loaded on first use."""
        if "_model" not in vars(self):
            self._model = load_tokenizer(self.tokenizer, self.device)
        return self._model

    def __len__(self) -> int:
        return len(self.originals)

    @torch.inference_mode()
    def batch(self, start: int, stop: int) -> ImageBatch:
        originals = self.originals.batch(start, stop).pictures
        pixels = from_bytes(originals.to(self.device))  # (B, 3, H, W)
        scale = output_scale(self.model)
        codes = self.model.encode(F.avg_pool2d(pixels, scale) if scale > 1 else pixels)
        # One picture at a time: convolutions round differently in batches of other sizes.
        made = torch.cat([self.model.decode(row[None]) for row in codes])
        return ImageBatch(to_bytes(made).cpu(), originals, codes.cpu(), self.model.codebook_size)

    def describe(self) -> dict[str, Any]:
        path = checkpoints.resolve(self.tokenizer)[0]
        return {
            "pictures": "reconstructions", "count": len(self), "tokenizer": self.tokenizer,
            "sha256": checkpoints.sha256_of(path), "originals": self.originals.describe(),
        }  # fmt: skip


def load_tokenizer(name: str, device: str = "cpu") -> Any:
    """A tokenizer by path or name; ValueError when it is something else."""
    from maskgil.tokenizers.base import Tokenizer

    model = checkpoints.load(name, device=device)
    if not isinstance(model, Tokenizer):
        raise ValueError(f"{name} holds a {type(model).__name__}, which is no tokenizer")
    return model


def output_scale(tokenizer: Any) -> int:
    """The ratio of a tokenizer's output size to its input size."""
    return getattr(getattr(tokenizer, "config", None), "output_scale", 1)


def whole_side(tokenizer: Any, default: int = 256) -> int:
    """The usual side of a tokenizer's output in pixels."""
    side = getattr(getattr(tokenizer, "config", None), "image_size", None)
    return (side or default) * output_scale(tokenizer)
