"""Nano's corpus in a config, and the captions of sample images."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from maskgil.train.config import ConfigError, RunConfig, from_mapping

if TYPE_CHECKING:
    from maskgil.nano.dataset import WorldSource
    from maskgil.train.composed import Composers

SIDE = 192  # default side of a scene in pixels
SHOWN_PROMPTS = (
    "a red apple", "an orange cat", "three yellow stars", "a blue car next to a house",
    "a dog", "a pizza", "two green trees", "a purple guitar",
    "a rocket at night", "a fish in the sea", "a robot on a yellow background", "four red hearts",
    "a cat and a dog", "a banana above an apple", "a castle on the grass", "a pink cake",
    "a house to the left of a tree", "a yellow sun in the sky", "a black cat on a pink background",
    "a green frog", "two blue umbrellas", "a horse next to a bicycle", "a snowman in the snow",
    "a strawberry and a cup of coffee", "a puppy", "a crimson automobile",
    "a kitten beside a tree", "a moon and three stars", "a train", "a white rabbit on the grass",
    "an elephant", "a butterfly above a flower",
)  # fmt: skip


@dataclass(frozen=True)
class SceneSettings:
    """`seed` of the corpus; `side`: pixels of a picture that is tokenised.

    `crop`: tokenizers are trained on crops of so many patches a side (see `busy_crops`), 0 for
    whole pictures. `world`: must be true. `bank`: the number of scenes in the bank (see `banks`),
    filled by `workers` processes whose renderers each cache `kept` MB of drawings, sprites and
    scenery. `canonical`: the share of canonical captions in a bank; others are free. `references`:
    a file of references for drafts, for models with `drafts`. `scenery`: the share of scenes
    without things.
    """

    seed: int = 0
    side: int = SIDE
    crop: int = 0
    world: bool = True
    bank: int = 0
    workers: int = 0
    kept: int = 300
    canonical: float = 0.45
    references: str | None = None
    scenery: float = 0.0

    def __post_init__(self) -> None:
        if self.side < 96 or self.side % 96:
            raise ConfigError(f"scenes.side is {self.side}; it must be a multiple of 96")
        if not self.world:
            raise ConfigError("scenes.world is false; only scenes of nano's world are drawn")
        for name, value in (("bank", self.bank), ("workers", self.workers)):
            if value < 0:
                raise ConfigError(f"scenes.{name} is {value}; it must be at least 0")
        if self.workers and not self.bank:
            raise ConfigError(f"scenes.workers is {self.workers}; it must be 0 without bank")
        if self.references is not None and not self.bank:
            raise ConfigError("scenes.references is for scenes of a bank")
        if self.bank and self.crop:
            raise ConfigError("scenes.bank keeps whole pictures; leave crop out")
        if self.kept < 1 or not 0 <= self.canonical <= 1 or not 0 <= self.scenery <= 1:
            raise ConfigError(
                "scenes.kept must be at least 1, scenes.canonical and scenes.scenery from 0 to 1"
            )
        if not 0 <= self.crop <= self.side // 8:
            raise ConfigError(f"scenes.crop is {self.crop}; it must be 0 to {self.side // 8}")


def open_composers(config: RunConfig, art: str) -> Composers | None:
    """The composers of a config's bank; None without a bank.

    Call it before using a GPU, as processes are forked here.
    """
    settings = from_mapping(SceneSettings, config.scenes or {}, "scenes")
    if not settings.bank:
        return None
    from maskgil.train.composed import Composers

    words, drafts, scale = None, None, config.model.get("output_scale", 1)
    if config.kind == "generator":
        from tokenizers import Tokenizer

        from maskgil.models.text_encoders.load import resolve_encoder

        folder, _ = resolve_encoder(config.text_encoder or "minilm")
        words = Tokenizer.from_file(str(folder / "tokenizer.json"))
        if settings.references is not None:
            from maskgil.nano.drafts.draft import Drafts
            from maskgil.nano.drafts.references import StoredReferences

            drafts = Drafts(StoredReferences(Path(settings.references)))
    world = _open_world(settings, art, scale)
    return Composers(world, settings.workers, words=words, drafts=drafts)


def open_scenes(settings: SceneSettings, art: str, *, scale: int = 1) -> WorldSource:
    """The corpus rendered with the npm packages in folder `art`, at `scale` times its size."""
    return _open_world(settings, art, scale)


def _open_world(settings: SceneSettings, art: str, scale: int) -> WorldSource:
    from maskgil.nano.dataset import open_world

    return open_world(
        art, side=settings.side, scale=scale, seed=settings.seed, kept=settings.kept << 20,
        scenery=settings.scenery,
    )  # fmt: skip
