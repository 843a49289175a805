"""Choice of a person's pose, by what they ride, are on, or do."""

from __future__ import annotations

from collections.abc import Sequence

from maskgil.nano.world.arranging.carried.carrying import ARMFUL, RAISED, SHOULDERED
from maskgil.nano.world.arranging.carried.mouths import AT_FACE
from maskgil.nano.world.arranging.deeds.working import WORKTOPS, workers
from maskgil.nano.world.arranging.pairs import PLAYED, SEATS
from maskgil.nano.world.arranging.people.anatomy import figure
from maskgil.nano.world.arranging.people.belongings import armed, has_own
from maskgil.nano.world.drawn.garments import fits, garments
from maskgil.nano.world.nouns import ALIVE, PEOPLE, Noun, noun
from maskgil.nano.world.scene import ACTIONS, ARMS_UP, POINTING, SPOTS, TOUCHING, Relation, Scene

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
    "seesaw": "astride",
    **dict.fromkeys(("skateboard", "surfboard", "snowboard", "skis"), "surfing"),
}  # fmt: skip
_SWUNG = ("tennis racket", "badminton racket", "baseball bat", "golf club", "ice hockey stick",
          "field hockey stick", "cricket bat", "axe", "sword")  # fmt: skip
"""What who holds it hits with."""
_SWEPT = ("broom", "mop", "rake", "hoe", "scythe", "pitchfork", "shovel")
_NARROW = ("tightrope", "balance beam")
_ON_THE_GROUND = ("picnic blanket", "blanket")
_STIRRERS = ("spoon", "ladle", "teaspoon", "whisk")
KEYED = ("piano",)
_STRUCK = ("drum kit", "xylophone")
"""What who is behind it plays with sticks."""
_IN_BOTH_ARMS = ("box", "open box", "crate", "basket", "picnic basket", "laundry basket", "gift",
                 "whole cake", "birthday cake", "wedding cake", "pizza box", "pumpkin",
                 "watermelon", "television", "treasure chest", "pot", "cauldron", "fish bowl",
                 "aquarium", "birdcage", "pie", "rock", "boulder", "firewood",
                 "crystal ball")  # fmt: skip
"""What is carried before the body, by both hands."""
_BY_HELD = {
    **dict.fromkeys(("trophy", "lasso"), "lifting"),
    **dict.fromkeys(PLAYED, "playing"),
    "violin": "fiddling",
    **dict.fromkeys(_IN_BOTH_ARMS, "carrying"),
    **dict.fromkeys(SHOULDERED, "shouldering"),
    "jump rope": "skipping",
}
"""What somebody holds who does nothing else -> their pose."""
_ARMS_FREE = (ARMS_UP, POINTING, "waving", "lying", "dancing", "jumping")
"""States that are shown without sitting."""
_ON_LAND = {
    "swimmer": "svg:lifeguard", "woman swimming": "svg:lifeguard",
    "man doing a cartwheel": "svg:man", "woman doing a cartwheel": "svg:woman",
    "climber": "👷‍♂️_", "man climbing": "👷‍♂️_", "woman climbing": "👷‍♀️_",
}  # fmt: skip
"""Who is drawn in the water, at a rock -> whose drawing is theirs elsewhere."""
_SITTERS = {"sitting man": "svg:man", "sitting woman": "svg:woman"}
"""Who is drawn sitting on the ground -> who sits on a seat, at a table."""
_HEIGHTS = ("mountain", "rock", "boulder", "snowy mountain", "cliff")
_LEAPING = {"jumping", "diving", "hanging", "climbing"}
_IDLE = ("clothes", "sport", "sound", "music", "vehicle", "toy", "symbol", *ALIVE)
"""Categories of what is held and not worked with."""
_HANDY = 1.6  # metres: what is worked with
_MOUNTS = ("animal", "marine")
_PUSHED = (
    "wheelbarrow",
    "wheelchair",
    "stroller",
    "shopping cart",
    "shopping cart full of groceries",
    "lawn mower",
    "cart",
)
_FIGURES = ("~", "_", "=", "a", "c", "s", "k")
"""Kinds of drawings whose heads are put on other bodies."""
_AS_THEY_ARE = (
    "genie",
    "family",
    "family of four",
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
_BALL_GAMES = ("throwing", "catching", "hitting", "kicking")
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
    if not may_pose(one):
        return ""
    if (pose := _sitting(scene, index)) or one.name in _SITTERS:
        return pose
    as_drawn = one.name in _ON_LAND and thing.state not in _LEAPING and not narrow
    if as_drawn:
        return ""
    if pose := _behind(scene, index):
        return pose
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
        own = each.name == "holding" and has_own(one.name, other)
        filled = any(r.name == "in" and r.objects == each.objects for r in scene.relations)
        free = thing.state is None and not own and not filled
        if each.name == "holding" and other in _BY_HELD and free:
            return _BY_HELD[other]
        if (
            each.name == "holding"
            and other in _SWUNG
            and thing.state is None
            and beside
            and not own
        ):
            return "lunging"
        near = beside or index in workers(scene).values()
        if each.name == "holding" and near and thing.state is None and _is_tool(other):
            return "working"
        if each.name == "kicking":
            return "kicking"
        if each.name == "on" and other == "trampoline" and thing.state is None:
            return "jumping"
        if each.name in ("on", "in") and other in SEATS:
            return ""
        moved = thing.state == "walking" or scene.things[each.objects[0]].unsaid
        if each.name == "next to" and other in _PUSHED and moved:
            return "pushing"
    return _by_state(scene, index, mine)


def _by_state(scene: Scene, index: int, mine: Sequence[Relation]) -> str:
    """The pose of a state, and of whom somebody runs beside; "" for none."""
    thing, one = scene.things[index], noun(scene.things[index].noun)
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


def _sitting(scene: Scene, index: int) -> str:
    """The pose of who is on a seat, or at one side of a table."""
    state = scene.things[index].state
    if state in _ARMS_FREE or state in _BY_STATE:
        return ""
    mine = [each for each in scene.relations if index in (each.subject, *each.objects)]
    if any(each.name in (*TOUCHING, "on the shoulders of", *_BALL_GAMES) for each in mine):
        return ""
    for each in mine:
        first, other = (scene.things[n].noun for n in (each.subject, each.objects[0]))
        if each.name == "between" and first in WORKTOPS:
            return "at table"
        if each.name in ("on", "in") and each.subject == index and other in SEATS:
            return "cross-legged" if other in _ON_THE_GROUND else "seated"
    return ""


def is_keyed(scene: Scene, relation: Relation) -> bool:
    """Whether somebody alone plays a thing with keys, at whose side they sit."""
    who, what = (scene.things[n] for n in (relation.subject, relation.objects[0]))
    alone = who.count == what.count == 1 and may_pose(noun(who.noun))
    return relation.name == "behind" and what.noun in KEYED and alone


def _behind(scene: Scene, index: int) -> str:
    """The pose of who stirs, drums or plays what they are behind."""
    if any(each.subject == index and is_keyed(scene, each) for each in scene.relations):
        return "at table"
    behind = [each.objects[0] for each in scene.relations
              if each.subject == index and each.name == "behind"]  # fmt: skip
    if any(scene.things[n].noun in _STRUCK for n in behind):
        return "drumming"
    stirred = any(
        each.name == "in" and each.objects[0] in behind
        and scene.things[each.subject].noun in _STIRRERS
        for each in scene.relations
    )  # fmt: skip
    return "stirring" if stirred else ""


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
    return (_ON_LAND | _SITTERS).get(one.name, one.art[0])


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
