"""Which pose somebody is drawn in: of what they ride, what they are on, what they do."""

from __future__ import annotations

from maskgil.nano.world.arranging.carrying import AT_FACE, figure
from maskgil.nano.world.arranging.pairs import SEATS
from maskgil.nano.world.nouns import PEOPLE, Noun, noun
from maskgil.nano.world.scene import ACTIONS, TOUCHING, Scene

_BY_STATE = {
    "balancing": "balancing", "climbing": "climbing", "crouching": "kneeling", "diving": "diving",
    "floating": "floating", "flying": "flying", "hanging": "hanging", "jumping": "jumping",
    "running": "running", "skating": "skating", "walking": "walking",
}  # fmt: skip
_PLUNGES = ("swimming pool", "sea", "lake", "river", "underwater")
"""Settings into whose water who dives goes head first."""
_RIDDEN = {
    **dict.fromkeys(("bicycle", "tricycle", "unicycle"), "cycling"),
    **dict.fromkeys(("motorcycle", "scooter", "snowmobile", "jet ski", "broom", "rocking horse",
                     "dinosaur", "dragon"), "astride"),
    "flying carpet": "cross-legged",
}  # fmt: skip
_NARROW = ("tightrope", "balance beam")
_ON_LAND = {
    "swimmer": "svg:lifeguard", "woman swimming": "svg:lifeguard",
}  # fmt: skip
"""Who is drawn in the water -> whose drawing is theirs where they are not in it yet."""
_LEAPING = ("jumping", "diving")
_MOUNTS = ("animal", "marine")
_PUSHED = ("wheelbarrow", "wheelchair", "stroller", "shopping cart", "lawn mower", "cart")
_FIGURES = ("~", "_", "=", "a", "c", "s", "k")
"""Kinds of drawings whose heads are put on other bodies."""
_AS_THEY_ARE = ("skeleton", "gnome", "monster", "yeti", "werewolf", "minotaur", "mummy")
_HANDS_FULL = (*(each for each in ACTIONS if each != "kicking"), *TOUCHING, "on the shoulders of")


def pose_in(scene: Scene, index: int) -> str:
    """The pose of a thing of a scene, as of poses.tsv; "" for one as it is drawn."""
    thing = scene.things[index]
    one = noun(thing.noun)
    if not may_pose(one) or (one.name in _ON_LAND and thing.state not in _LEAPING):
        return ""
    mine = [each for each in scene.relations if each.subject == index]
    for each in scene.relations:
        if each.name in _HANDS_FULL and index in (each.subject, *each.objects):
            return ""
    for each in mine:
        other = scene.things[each.objects[0]].noun
        if each.name == "riding" or (each.name == "on" and other in _RIDDEN):
            beast = noun(other).category in _MOUNTS
            return _RIDDEN.get(other, "astride" if beast else "")
        if each.name == "holding" and other in AT_FACE:
            return ""
        if each.name == "on" and other in _NARROW and thing.state in (None, "walking"):
            return "balancing"
        if each.name == "kicking":
            return "kicking"
        if each.name in ("on", "in") and other in SEATS:
            return ""
        if each.name == "next to" and other in _PUSHED and thing.state == "walking":
            return "pushing"
    plunges = ("jumping", "diving") if one.name in _ON_LAND else ("diving",)
    if thing.state in plunges and scene.setting in _PLUNGES:
        return "plunging"
    return _BY_STATE.get(thing.state or "", "")


def body_of(one: Noun) -> str:
    """The drawing whose head and colours somebody in a pose has."""
    return _ON_LAND.get(one.name, one.art[0])


def may_pose(one: Noun) -> bool:
    """Whether somebody stands in their drawing, so that their head may be put on another body."""
    code = body_of(one)
    drawn = code.startswith("svg:") and one.category in PEOPLE
    return one.category in PEOPLE and one.name not in _AS_THEY_ARE and (
        figure(code) in _FIGURES or (drawn and figure(code) is None)
    )  # fmt: skip
