"""The world's settings: what they are called, where things stand in them, who belongs there."""

from __future__ import annotations

import random
from dataclasses import dataclass


@dataclass(frozen=True)
class Setting:
    """A setting. Rows in cells from the top: `horizon`, and the rows in which things stand.

    `ground`, `water`: first and last row of a thing's foot; `floats`: nothing stands at all.
    `phrases`: how people say where it is. `tags`: words of the nouns' column `settings`.
    """

    name: str
    phrases: tuple[str, ...]
    tags: tuple[str, ...]
    horizon: int = 14
    ground: tuple[int, int] = (18, 23)
    water: tuple[int, int] | None = None
    floats: bool = False
    outdoors: bool = True
    times: tuple[str, ...] = ("day", "sunset", "night")

    @property
    def has_shore(self) -> bool:
        """Whether its water ends where the ground begins, before it."""
        return self.water is not None and self.water[1] < self.ground[0]

    @property
    def has_sky(self) -> bool:
        """Whether there is a sky above a ground."""
        return self.outdoors and self.deep < 24

    @property
    def deep(self) -> int:
        """How far apart feet may be: the ground's depth in cells, all 24 where there is none."""
        bare = self.floats or not self.name or self.name.endswith("background")
        return 24 if bare else 6


VARIANTS = 4  # of each setting's scenery


def view_of(seed: int | str) -> int:
    """Which variant of its scenery, below `VARIANTS`, a seed's picture shows."""
    return random.Random(f"{seed}").randrange(VARIANTS)


COLOURS: dict[str, str] = {
    "red": "#ee7873", "orange": "#fdba74", "yellow": "#fdec8c", "green": "#a0dc96",
    "blue": "#8cbefa", "purple": "#c8a5f0", "pink": "#fcc4dc", "brown": "#b48c69",
    "black": "#1c1c20", "white": "#fbfbfd", "gray": "#bec1c6",
}  # fmt: skip

_PAPER = Setting("", (), ("home", "food"), 11, (19, 22), outdoors=False, times=("day",))

_PLACES = (
    Setting("park", ("in the park", "in a park", "at the park"), ("park",)),
    Setting("garden", ("in the garden", "in a garden", "in the backyard"), ("garden",)),
    Setting("field", ("in a field", "in the meadow", "on the grass", "in a meadow", "in the grass"),
          ("field",), 12),
    Setting("forest", ("in the forest", "in the woods", "in a forest"), ("forest",), 14, (19, 23)),
    Setting("jungle", ("in the jungle", "in the rainforest"), ("jungle",), 14, (19, 23)),
    Setting("savanna", ("in the savanna", "on the african plain", "in africa"), ("savanna", "wild"),
          13),
    Setting("hill", ("on a hill", "on the hill", "on top of a hill", "in the hills"),
            ("hill",), 13),
    Setting("mountain", ("in the mountains", "with mountains behind", "on a mountain"),
          ("mountain",), 14),
    Setting("desert", ("in the desert", "in a desert"), ("desert",), 13),
    Setting("beach", ("on the beach", "at the beach", "on the sand"), ("beach", "island"), 9,
          (19, 23), (12, 15)),
    Setting("sea", ("on the sea", "at sea", "in the ocean", "in the sea"), ("sea",), 10, (20, 23),
          (15, 22)),
    Setting("underwater", ("underwater", "under the sea", "at the bottom of the sea"),
          ("underwater",), 24, (20, 23), floats=True, times=("day",)),
    Setting("lake", ("on the lake", "by the lake", "at a lake"), ("lake",), 10, (21, 23), (14, 18)),
    Setting("river", ("by the river", "at the river", "on the river"), ("river",), 11, (21, 23),
          (16, 18)),
    Setting("pond", ("on a pond", "by the pond", "in the pond"), ("pond",), 10, (21, 23), (15, 19)),
    Setting("road", ("on the road", "on a country road", "on the highway"), ("road",), 12,
            (19, 22)),
    Setting("street", ("in the street", "on the street", "on a street", "on the sidewalk"),
          ("street",), 13, (20, 23)),
    Setting("city", ("in the city", "downtown", "in front of a skyline"), ("city",), 15, (20, 23)),
    Setting("village", ("in a village", "in the village", "in a small town"), ("village",), 14),
    Setting("farm", ("on a farm", "at the farm", "in the barnyard"), ("farm",), 13),
    Setting("castle", ("in front of a castle", "at the castle", "near a castle"), ("castle",), 15,
          (20, 23)),
    Setting("railway", ("at the railway", "on the railway tracks", "by the railroad"), ("rail",),
            13,
          (20, 22)),
    Setting("kitchen", ("in the kitchen", "in a kitchen"), ("kitchen", "food"), 14, (19, 23),
          outdoors=False, times=("day", "night")),
    Setting("living room", ("in the living room", "in a room", "at home", "inside the house"),
          ("home",), 14, (19, 23), outdoors=False, times=("day", "night")),
    Setting("bedroom", ("in the bedroom", "in a bedroom"), ("bedroom",), 14, (19, 23),
          outdoors=False, times=("day", "night")),
    Setting("bathroom", ("in the bathroom", "in a bathroom"), ("bathroom",), 14, (19, 23),
          outdoors=False, times=("day",)),
    Setting("table top", ("on the table", "on a table", "on a wooden table"), ("table", "food"), 12,
          (18, 22), outdoors=False, times=("day",)),
    Setting("snow", ("in the snow", "on the snow", "in winter"), ("snow",), 13),
    Setting("sky", ("in the sky", "in the blue sky", "up in the air"), ("sky",), 24, (20, 23),
          floats=True),
    Setting("space", ("in space", "in outer space", "among the stars"), ("space",), 24, (20, 23),
          floats=True, times=("night",)),
    Setting("moon", ("on the moon", "on the surface of the moon"), ("moon",), 14, (19, 23),
          times=("night",)),
    *(
        Setting(name, phrases, (), horizon, (19, 23), outdoors=False, times=times)
        for name, phrases, horizon, times in (
            ("classroom", ("in the classroom", "in a classroom"), 14, ("day",)),
            ("office", ("in the office", "in an office", "at the office"), 14, ("day", "night")),
            ("library", ("in the library", "in a library"), 14, ("day", "night")),
            ("shop", ("in the shop", "in a store", "in the supermarket"), 14, ("day",)),
            ("restaurant", ("in the restaurant", "in a cafe"), 14, ("day", "night")),
            ("church", ("in the church", "in a church"), 14, ("day", "night")),
            ("stage", ("on the stage", "on stage", "in the theatre"), 15, ("day",)),
            ("hospital", ("in the hospital", "in a hospital"), 14, ("day", "night")),
            ("gym", ("in the gym", "in a gym"), 14, ("day",)),
            ("hallway", ("in the hallway", "in a corridor"), 14, ("day", "night")),
            ("throne room", ("in the throne room", "in a palace"), 14, ("day", "night")),
            ("laboratory", ("in the laboratory", "in a lab"), 14, ("day", "night")),
            ("workshop", ("in the workshop", "in the garage"), 14, ("day", "night")),
            ("cellar", ("in the cellar", "in the dungeon"), 14, ("day",)),
            ("cave", ("in the cave", "in a cave"), 15, ("day",)),
            ("dining room", ("in the dining room", "in a dining room"), 14, ("day", "night")),
            ("nursery", ("in the nursery", "in the children's room"), 14, ("day", "night")),
            ("greenhouse", ("in the greenhouse", "in a greenhouse"), 14, ("day", "night")),
            ("spaceship", ("in the spaceship", "in a spaceship"), 14, ("day",)),
            ("attic", ("in the attic", "in an attic"), 14, ("day", "night")),
            ("museum", ("in the museum", "in an art gallery"), 14, ("day",)),
            ("stable", ("in the stable", "in a barn"), 14, ("day", "night")),
        )
    ),
    Setting("playground", ("at the playground", "on a playground"), ()),
    Setting("platform", ("on the platform", "at the train station"), (), 14, (20, 23)),
    Setting("harbor", ("at the harbor", "in the port"), (), 9, (20, 23), (13, 17)),
    Setting("waterfall", ("by the waterfall", "at a waterfall"), (), 11, (21, 23), (16, 18)),
    Setting("swamp", ("in the swamp", "in a marsh"), (), 10, (21, 23), (15, 19)),
    Setting("stadium", ("in the stadium", "on the football pitch"), (), 12),
    Setting("swimming pool", ("at the swimming pool", "by the pool"), (), 8, (20, 23), (13, 18)),
    Setting("graveyard", ("in the graveyard", "in a cemetery"), (), 13),
    Setting("market", ("at the market", "on the market square"), (), 14, (20, 23)),
    Setting("fairground", ("at the fair", "in the amusement park"), (), 14, (19, 23)),
    Setting("porch", ("on the porch", "on the veranda"), (), 15, (20, 23)),
    Setting("canyon", ("in the canyon", "in a gorge"), (), 13),
    Setting("autumn forest", ("in the autumn forest", "in autumn"), ()),
    Setting("spring park", ("in the spring park", "in spring"), ()),
    Setting("flower field", ("in the flower field", "in a field of flowers"), (), 12),
    Setting("wheat field", ("in the wheat field", "in a cornfield"), (), 12),
    Setting("vineyard", ("in the vineyard", "among vines"), (), 13),
    Setting("rooftop", ("on the rooftop", "on a roof terrace"), (), 15, (20, 23)),
    Setting("pier", ("on the pier", "on the dock"), (), 9, (18, 23), (12, 15)),
    Setting("volcano", ("at the volcano", "by a volcano"), (), 14, (19, 23)),
    Setting("campsite", ("at the campsite", "in the camp"), (), 14, (19, 23)),
    Setting("construction site", ("at the construction site",), (), 14, (20, 23)),
    Setting("ruins", ("in the ruins", "among ruins"), (), 14, (19, 23)),
    Setting("airport", ("at the airport", "on the runway"), (), 12, (19, 23)),
)  # fmt: skip


def has_weather(name: str) -> bool:
    """Whether weather is seen in a setting."""
    where = PLACES[name]
    return where.outdoors and not where.floats and name != "moon"


def _a(word: str) -> str:
    return f"{'an' if word[0] in 'aeiou' else 'a'} {word}"


PLACES: dict[str, Setting] = {each.name: each for each in _PLACES}
PLACES |= {
    f"{colour} background": Setting(
        f"{colour} background",
        tuple(f"{way} {_a(colour)} background" for way in ("on", "against", "with")),
        (), 11, (19, 22), outdoors=False, times=("day",),
    )
    for colour in COLOURS
}  # fmt: skip


WITHIN: dict[str, str] = {
    "church": "church", "wedding chapel": "church", "shop": "shop", "department store": "shop",
    "restaurant": "restaurant", "cafe": "restaurant", "stage": "stage", "hospital": "hospital",
    "school": "classroom", "cave": "cave", "train station": "platform", "waterfall": "waterfall",
    "stadium": "stadium", "swimming pool": "swimming pool", "greenhouse": "greenhouse",
    "barn": "stable", "chicken coop": "stable", "pier": "pier", "dock": "pier", "quay": "pier",
    "volcano": "volcano", "campsite": "campsite",
}  # fmt: skip
"""Nouns of which there is a drawing -> the setting of who is in them and nowhere else."""
UPON = ("stage", "stadium", "pier", "volcano", "spaceship")
"""The settings of these on which somebody is, too."""


def place(name: str | None) -> Setting:
    """The setting of this name; plain paper for None. Raises ValueError for another."""
    if name is None:
        return _PAPER
    if name not in PLACES:
        raise ValueError(f"unknown setting {name!r}; choose from {', '.join(PLACES)}")
    return PLACES[name]
