"""Nano's corpus as a config describes it, and the captions that show how training goes."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from maskgil.nano.emoji.dataset import Scenes, SceneSource
from maskgil.train.config import ConfigError, RunConfig, from_mapping

if TYPE_CHECKING:
    from maskgil.nano.dataset import WorldSource
    from maskgil.train.composed import Composers

SIDE = 96  # pixels of a scene, where a config does not say
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
    """`styles` of drawing with their shares; `nouns` to draw, all without; `seed` of the corpus.

    `kinds`: shares of scenes of one thing, of many alike and of two, `single`, `count` and `pair`.
    `side`: pixels of a picture that is tokenised. `crop`: tokenizers are trained on the busier of
    two squares of so many patches of each picture, 0 for whole pictures. `world`: whole scenes of
    maskgil/nano, with their own nouns, styles and kinds, from the npm packages or a pack of them.
    `bank`: batches are drawn from the newest so many scenes of the world, kept in the device's
    memory, fresh ones first; `workers` processes fill it ahead of the step, each of whose renderers
    keeps `kept` MB of drawings, of sprites and of scenery. `canonical`: the share of a bank's
    captions that are canonical, the others are free ones. `references`: a file of them, of which a
    bank's scenes get drafts, for models with `drafts`.
    """

    styles: dict = field(default_factory=lambda: {"3d": 1.0})
    nouns: list | None = None
    seed: int = 0
    kinds: dict | None = None
    side: int = SIDE
    crop: int = 0
    world: bool = False
    bank: int = 0
    workers: int = 0
    kept: int = 300
    canonical: float = 0.45
    references: str | None = None

    def __post_init__(self) -> None:
        if self.side < 96 or self.side % 96:
            raise ConfigError(f"scenes.side is {self.side}; it must be a multiple of 96")
        if self.world and (self.nouns is not None or self.kinds is not None or self.side % 48):
            raise ConfigError("scenes.world takes no nouns or kinds, and a side divisible by 48")
        for name, holder in (("bank", "world"), ("workers", "bank")):
            value = getattr(self, name)
            if value < 0 or (value and not getattr(self, holder)):
                raise ConfigError(
                    f"scenes.{name} is {value}; it must be at least 0, and 0 without {holder}"
                )
        if self.references is not None and not self.bank:
            raise ConfigError("scenes.references is for scenes of a bank")
        if self.bank and self.crop:
            raise ConfigError("scenes.bank keeps whole pictures; leave crop out")
        if self.kept < 1 or not 0 <= self.canonical <= 1:
            raise ConfigError("scenes.kept must be at least 1, scenes.canonical from 0 to 1")
        if not 0 <= self.crop <= self.side // 8:
            raise ConfigError(f"scenes.crop is {self.crop}; it must be 0 to {self.side // 8}")


def open_composers(config: RunConfig, art: str) -> Composers | None:
    """What fills the bank of a config; None for one without.

    To be called before anything is on a GPU: processes are forked here.
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


def open_scenes(settings: SceneSettings, art: str, *, scale: int = 1) -> Scenes:
    """The corpus drawn with the npm packages in folder `art`, at `scale` times its size."""
    if settings.world:
        return _open_world(settings, art, scale)
    from maskgil.nano.emoji.renderer import Painter
    from maskgil.nano.emoji.sampler import KINDS, SceneSampler
    from maskgil.nano.emoji.sprites import ArtFolder, load_nouns

    wanted = settings.nouns
    nouns = tuple(noun for noun in load_nouns() if wanted is None or noun.name in wanted)
    if wanted is not None and len(nouns) != len(set(wanted)):
        unknown = set(wanted) - {noun.name for noun in nouns}
        raise ConfigError(f"scenes.nouns: {sorted(unknown)[0]!r} is not in nano's vocabulary")
    kinds = KINDS if settings.kinds is None else settings.kinds
    shares = [share for share in kinds.values() if isinstance(share, int | float) and share >= 0]
    if set(kinds) != set(KINDS) or len(shares) != len(KINDS) or not sum(shares):
        raise ConfigError(f"scenes.kinds wants a share from 0 on for each of {', '.join(KINDS)}")
    folder = ArtFolder(art)
    painter = Painter(folder, size=settings.side * scale)
    reader = Painter(folder, size=settings.side) if scale > 1 else None
    styles = tuple(settings.styles.items())
    sampler = SceneSampler(
        nouns=nouns, styles=styles, kinds=tuple((kind, kinds[kind]) for kind in KINDS)
    )
    return SceneSource(painter, sampler, reader=reader, seed=settings.seed)


def _open_world(settings: SceneSettings, art: str, scale: int) -> WorldSource:
    from maskgil.nano.dataset import open_world

    return open_world(
        art, side=settings.side, scale=scale, seed=settings.seed, kept=settings.kept << 20
    )
