"""Choice of a person's pose, by what they ride, are on, or do."""

from __future__ import annotations

from maskgil.nano.world.arranging.carried.carrying import ARMFUL, RAISED
from maskgil.nano.world.arranging.carried.mouths import AT_FACE
from maskgil.nano.world.arranging.pairs import PLAYED, SEATS
from maskgil.nano.world.arranging.people.anatomy import figure
from maskgil.nano.world.arranging.people.belongings import armed, has_own
from maskgil.nano.world.drawn.garments import fits, garments
from maskgil.nano.world.nouns import ALIVE, PEOPLE, Noun, noun
from maskgil.nano.world.scene import ACTIONS, SPOTS, TOUCHING, Scene

_BY_STATE = {
    "balancing": "balancing", "climbing": "climbing", "crouching": "kneeling", "digging": "digging",
    "diving": "diving",
    "floating": "floating", "flying": "flying", "hanging": "hanging", "jumping": "jumping",
    "running": "running", "skating": "skating", "walking": "walking",
}  # fmt: skip
_PLUNGES = ("swimming pool", "sea", "lake", "river", "underwater")
"""Settings into whose water who dives goes head first."""
_RIDDEN = {
    **dict.fromkeys(("bicycle", "tricycle", "unicycle"), "cycling"),
    **dict.fromkeys(("motorcycle", "scooter", "snowmobile", "jet ski", "broom", "rocking horse",
                     "dinosaur", "dragon"), "astride"),
    **dict.fromkeys(("sled", "sleigh"), "astride"),
    "flying carpet": "cross-legged",
    **dict.fromkeys(("skateboard", "surfboard", "snowboard", "skis"), "surfing"),
}  # fmt: skip
_SWUNG = ("tennis racket", "badminton racket", "baseball bat", "golf club", "ice hockey stick",
          "field hockey stick", "cricket bat", "axe", "sword")  # fmt: skip
"""What who holds it hits with."""
_SWEPT = ("broom", "mop", "rake", "hoe", "scythe", "pitchfork", "shovel")
_LIFTED = ("trophy",)
_NARROW = ("tightrope", "balance beam")
_ON_LAND = {
    "swimmer": "svg:lifeguard", "woman swimming": "svg:lifeguard",
    "man doing a cartwheel": "svg:man", "woman doing a cartwheel": "svg:woman",
    "climber": "👷‍♂️_", "man climbing": "👷‍♂️_", "woman climbing": "👷‍♀️_",
}  # fmt: skip
"""Who is drawn in the water, at a rock -> whose drawing is theirs elsewhere."""
_HEIGHTS = ("mountain", "rock", "boulder", "snowy mountain", "cliff")
_LEAPING = {"jumping", "diving", "hanging", "climbing"}
_IDLE = ("clothes", "sport", "sound", "music", "vehicle", "toy", "symbol", *ALIVE)
"""Categories of what is held and not worked with."""
_HANDY = 1.6  # metres: what is worked with
_MOUNTS = ("animal", "marine")
_PUSHED = ("wheelbarrow", "wheelchair", "stroller", "shopping cart", "lawn mower", "cart")
_FIGURES = ("~", "_", "=", "a", "c", "s", "k")
"""Kinds of drawings whose heads are put on other bodies."""
_AS_THEY_ARE = (
    "skeleton",
    "gnome",
    "monster",
    "yeti",
    "werewolf",
    "minotaur",
    "mummy",
    "waiter",
    "waitress",
    "cheerleader",
    "man with arms up",
)
_AT_ODDS, _FIGHTS = {"fighting with": "boxing", "arguing with": "arguing"}, ("fighting with",)
"""Poses of those who turn against each other, with bare hands."""
_HANDS_FULL = (*(each for each in ACTIONS if each != "kicking"), *TOUCHING, "on the shoulders of")


def pose_in(scene: Scene, index: int) -> str:
    """The pose of a thing of a scene, as of poses.tsv; "" for one as it is drawn."""
    thing = scene.things[index]
    one = noun(thing.noun)
    mine = [each for each in scene.relations if each.subject == index]
    narrow = any(scene.things[each.objects[0]].noun in _NARROW for each in mine)
    atop = any(
        each.name == "on" and scene.things[each.objects[0]].noun in _HEIGHTS for each in mine
    )
    if atop and one.name in _ON_LAND:
        return "walking"
    as_drawn = one.name in _ON_LAND and thing.state not in _LEAPING and not narrow
    if as_drawn or not may_pose(one):
        return ""
    held = [scene.things[each.objects[0]].noun for each in mine if each.name == "holding"]
    if thing.state == "jumping" and any(noun(name).category in ARMFUL for name in held):
        return ""  # both arms are about what is held
    for each in scene.relations:
        if each.name in _AT_ODDS and index in (each.subject, *each.objects):
            return _at_odds(scene, index, each.name)
    for each in scene.relations:
        if each.name in _HANDS_FULL and index in (each.subject, *each.objects):
            return ""
    beside = any(each.name == "next to" for each in mine)
    for each in mine:
        other = scene.things[each.objects[0]].noun
        if each.name == "riding" or (each.name == "on" and other in _RIDDEN):
            beast = noun(other).category in _MOUNTS
            return _RIDDEN.get(other, "astride" if beast else "")
        groomed = beside and other in ("comb", "hairbrush")
        if each.name == "holding" and other in AT_FACE and not groomed:
            return ""
        if each.name == "holding" and other in _SWEPT and thing.state is None:
            return "" if has_own(one.name, other) else "digging"
        if each.name == "on" and other in _NARROW and thing.state in (None, "walking"):
            return "balancing"
        if each.name == "holding" and other in PLAYED and thing.state is None:
            return "playing"
        if each.name == "holding" and other in _LIFTED and thing.state is None:
            return "lifting"
        own = each.name == "holding" and has_own(one.name, other)
        if (
            each.name == "holding"
            and other in _SWUNG
            and thing.state is None
            and beside
            and not own
        ):
            return "lunging"
        if each.name == "holding" and beside and thing.state is None and _is_tool(other):
            return "working"
        if each.name == "kicking":
            return "kicking"
        if each.name == "on" and other == "trampoline" and thing.state is None:
            return "jumping"
        if each.name in ("on", "in") and other in SEATS:
            return ""
        if each.name == "next to" and other in _PUSHED and thing.state == "walking":
            return "pushing"
    plunges = ("jumping", "diving") if one.name in _ON_LAND else ("diving",)
    if thing.state in plunges and scene.setting in _PLUNGES:
        return "plunging"
    if thing.state is None and any(
        each.name == "next to"
        and index in each.objects
        and len(mine) == 0
        and scene.things[each.subject].state == "running"
        for each in scene.relations
    ):
        return "running"
    placed = any(each.name in ("on", "in", "below", "next to", *SPOTS) for each in mine)
    if thing.state == "climbing" and not placed:
        return "walking"  # up a hill that is scenery
    return _BY_STATE.get(thing.state or "", "")


def _at_odds(scene: Scene, index: int, name: str) -> str:
    """The pose of who argues, or fights: as drawn with what they fight with, else with that."""
    if name not in _FIGHTS:
        return _AT_ODDS[name]
    if armed(scene.things[index].noun):
        return ""
    held = [
        scene.things[each.objects[0]].noun
        for each in scene.relations
        if each.subject == index and each.name == "holding"
    ]
    return "lunging" if held and held[0] in _SWUNG else _AT_ODDS[name]


def _is_tool(name: str) -> bool:
    """Whether it is something with which something is done to what is before somebody."""
    one = noun(name)
    return one.category not in _IDLE and one.size <= _HANDY and name not in RAISED


def body_of(one: Noun) -> str:
    """The drawing whose head and colours somebody in a pose has."""
    return _ON_LAND.get(one.name, one.art[0])


def may_pose(one: Noun) -> bool:
    """Whether somebody stands in their drawing, so that their head may be put on another body."""
    code = body_of(one)
    drawn = code.startswith("svg:") and one.category in PEOPLE
    return (
        one.category in PEOPLE
        and one.name not in _AS_THEY_ARE
        and (figure(code) in _FIGURES or (drawn and figure(code) is None))
    )


def may_wear(one: Noun, clothes: str) -> bool:
    """Whether clothes are drawn on somebody's body, in any colour and pattern."""
    drawn = clothes in garments() and any(fits(clothes, code) for code in one.art)
    return drawn or (clothes in garments() and may_pose(one))
