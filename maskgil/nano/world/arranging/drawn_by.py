"""Choice of a thing's drawing in its scene: seated, flying, moving, from the side."""

from __future__ import annotations

from dataclasses import replace

from maskgil.nano.world.arranging.carried.carrying import MARKS, RAISED, SHOULDERED, sits_on_head
from maskgil.nano.world.arranging.deeds.dining import on_tray_of, seated_at, served_at
from maskgil.nano.world.arranging.deeds.juggling import is_juggled
from maskgil.nano.world.arranging.deeds.leading import is_run_after, is_tied
from maskgil.nano.world.arranging.hollows import hollow_of
from maskgil.nano.world.arranging.pairs import COVERS, HUNG, SEATS
from maskgil.nano.world.arranging.people.anatomy import figure, lies_upright
from maskgil.nano.world.arranging.people.belongings import drawing_with, is_garment, is_shown_by
from maskgil.nano.world.arranging.people.poses import posed
from maskgil.nano.world.arranging.people.posing import body_of, is_keyed, may_pose, pose_in
from maskgil.nano.world.clusters import (
    LAID,
    SEATED,
    TURNED,
    UP,
    kind_of,
)
from maskgil.nano.world.drawn.by_place import drawing_there
from maskgil.nano.world.drawn.garments import fit_of
from maskgil.nano.world.nouns import ALIVE, PEOPLE, Noun, noun
from maskgil.nano.world.scene import (
    CARRIED,
    SPOTS,
    STRETCHING,
    Relation,
    Scene,
    Thing,
)

USED = {
    "wearing": {"scarf": "svg:scarf-2"}, "reading": {"book": "svg:book-2"},
    "holding": {"jump rope": "svg:jump-rope-2", "violin": "svg:violin-2", "plank": "svg:plank-2"},
    "eating": {"ice cream": "svg:ice-cream-with-two-scoops"},
}  # fmt: skip
"""What has another drawing where somebody wears it, reads it, skips with it."""
_LEVEL = {"plank": "svg:plank-2", "ladder": f"svg:ladder{LAID}"}
_UPRIGHT_ON = {"book": "svg:book-3"}
"""What has another drawing between those who carry it; where it stands on a shelf."""
_SHELVES = ("shelf", "bookshelf")
STIRS, SIDEWAYS = {"spoon": "svg:spoon-2"}, {"piano": "svg:piano-2"}
"""What has another drawing where it stirs something, where somebody plays it."""
_DIPPED = ("fork", "spoon", "teaspoon", "wooden spoon")
"""What is drawn handle down, and stands in a vessel handle up."""
_LAID_DOWN = {each: f"svg:{each}{LAID}" for each in ("surfboard", "snowboard")} | {
    "skis": "svg:skis-2"
}
_UPON = ("riding", "on", "under")
RIDDEN = {"broom": "svg:broom-2", **_LAID_DOWN}
"""What has another drawing where somebody rides on it, or is on it where it lies."""
_SEATED = {"man": "svg:sitting-man", "woman": "svg:sitting-woman", "person": "svg:sitting-man"}
_UPRIGHT = ("~", "_", "=", "a", "c", "s", "k")
"""Figures that stand, legs below."""
_FROM_THE_SIDE = {"train": "🚂"}
"""What is drawn from the front, by a drawing of its side where it crosses or enters something."""
_AT_BOARD = {"teacher": "svg:woman", "female teacher": "svg:woman", "male teacher": "svg:man"}
"""Who is drawn before a blackboard, by a drawing without one where there is another."""
_JUGGLERS = {"juggler": "svg:man", "woman juggling": "svg:woman"}
"""Who is drawn with balls in the air, by a drawing without them where others are."""
_WRITTEN_ON = ("blackboard",)
"""What nobody is on who is said to be: they write there."""
IN_FLIGHT = {"bird": "svg:bird"}
"""What stands on its feet, by its drawing with spread wings where it is above something."""
WINGED = (*IN_FLIGHT.values(), "svg:dragon", "svg:pegasus", "svg:griffin")
"""Drawings with spread wings."""
IN_MOTION = {
    "dog": "🐕", "puppy": "🐕", "cat": "🐈", "kitten": "🐈", "mouse": "🐁", "rabbit": "🐇",
    "bear": "svg:bear-2", "fox": "svg:fox-2", "hamster": "svg:hamster", "lion": "svg:lion-2",
    "baby": "svg:baby-2",
    "panda": "svg:panda-2", "raccoon": "svg:raccoon", "unicorn": "svg:unicorn-2",
    "wolf": "svg:wolf-2",
}  # fmt: skip
"""Who is drawn sitting, by the drawing of them on their feet where they run, walk or jump."""
AT_A_WALK = {"fox": "svg:fox", "lion": "svg:lion", "unicorn": "svg:unicorn"}
"""Who runs in the drawing of `IN_MOTION`, by the one that walks."""
STRETCHED = {"cat": "svg:cat-3", "kitten": "svg:cat-3"}
"""Who is drawn sitting, by the drawing of them with their head low and their paws ahead."""
ON_BELLY = {"penguin": "svg:penguin"}
"""Who is drawn upright, by the drawing of them on their belly where they lie or slide."""
DIGGING = dict.fromkeys(("dog", "puppy"), "svg:dog-3")
"""Who is drawn sitting, by the drawing of them with their paws in the earth."""
BALANCING = {"seal": "svg:seal"}
"""Who is drawn with the nose up where something is on it."""
CLINGING = {"koala": "svg:koala", "monkey": "svg:monkey"}
"""Who is drawn as they cling to a trunk, or hang by their arms."""
_CLUNG_TO = {"koala": ("hugging", "on", "in"), "monkey": ("hanging from", "below")}
_LONG = ("black panther", "goat", "leopard", "lizard", "rat", "tiger")
"""Who is drawn on four feet, head up where they climb; others who do are drawn upright."""
STANDING = {"horse": "svg:horse-2"}
"""Who is drawn galloping, by the drawing of them standing where they are behind or in something."""
_ON_FOOT = ("running", "walking", "jumping", "upside down")
_AT_REST = {"behind", "in", "on", "under", "in front of"}
_WINDOW = "in the window of"
_TAKEN = ("train", "bus", "school bus", "tram", "train wagon", "steam locomotive", "coach")
"""What passengers are in, who are said to be on it."""
_WAGONS = {"train": "train wagon"}
"""What has windows at its side, for what is seen from the front."""
_LEANT = ("ladder",)
"""What is drawn upright, and lies on a shoulder."""
_OPENED = {"box": "open box", "egg": "cracked egg", "hat": "upturned hat"}
"""What is drawn open where something is in it, as a noun of its own."""
BARE = {
    each: f"svg:{each.replace(' ', '-')}-2"
    for each in (
        "birdcage",
        "bucket",
        "clothesline",
        "coat rack",
        "crate",
        "nest",
        "pan",
        "refrigerator",
        "sack",
        "shelf",
        "toolbox",
        "trash can",
        "wardrobe",
    )
}
"""Another drawing where something is in it, or hangs from it: open, and with nothing in it."""
_ON_BARE = {"shelf": ("on",)}
"""How else something may be at one of these."""
_NESTS = ("nest", "nest with eggs")
_OPEN = {"boat": "svg:rowboat"}
"""Another drawing where somebody is in it: one that is open."""
_OPEN_BEDS = ("hammock", "puddle", "flower bed", "ripples")
_WILD = ("nature", "plant", "building", "structure", "outdoor")
"""In which who lies is seen all along; categories of what has no inside."""
_TOWERS, _WINDOW = ("tower", "lighthouse", "clock tower"), "in the window of"
"""In which who is alone looks out."""
_HOUSE = 5.0  # metres: a building of which no more than the outside is drawn


def as_drawn(scene: Scene) -> Scene:
    """The scene with relations adapted to drawings: on a boat as in it, in a house as before it."""
    relations, inside = [], set[int]()
    scene = seated_at(scene)
    for relation in scene.relations:
        target = noun(scene.things[relation.objects[0]].noun)
        teaches = relation.name == "in front of" and target.category in PEOPLE
        if teaches and scene.things[relation.subject].noun in _AT_BOARD:
            relation = replace(relation, name="behind")  # whose class stands before them
        elif _is_boarded(scene, relation):
            if relation.name == "in" and _is_building(target):
                alone = target.name in _TOWERS and scene.things[relation.subject].count == 1
                relation = replace(relation, name=_WINDOW if alone else "in front of")
            elif relation.name == "on" and "in" in dict(target.anchors) and (
                kind_of(target) == "w" or target.name in _NESTS
            ):  # fmt: skip
                relation = replace(relation, name="in")
            elif relation.name in ("on", "in") and _is_passenger(scene, relation):
                relation = replace(relation, name=_WINDOW)
                inside.add(relation.objects[0])
            elif relation.name == "on" and target.name in _WRITTEN_ON:
                relation = replace(relation, name="left of")
        if (
            relation.name in ("holding", "eating")
            and (table := served_at(scene, relation)) is not None
        ):
            relation = Relation(relation.objects[0], "on", (table,))
        if (
            relation.name in ("on the shoulder of", "on")
            and target.category in ALIVE
            and scene.things[relation.subject].noun in SHOULDERED
        ):
            relation = Relation(relation.objects[0], "holding", (relation.subject,))
        if relation.name == "on" and (waiter := on_tray_of(scene, relation)) is not None:
            relation = Relation(relation.subject, "on the arm of", (waiter,))
        if is_tied(relation, scene) and scene.things[relation.subject].noun in RAISED:
            relation = replace(relation, name="above")
        relations.append(relation)
    filled = {each.objects[0] for each in relations if each.name == "in"}
    things = tuple(
        replace(thing, noun=_WAGONS[thing.noun])
        if index in inside and thing.noun in _WAGONS
        else replace(thing, noun=_OPENED.get(thing.noun, thing.noun))
        if index in filled and thing.colour in (None, noun(thing.noun).colour) and not thing.texture
        else thing
        for index, thing in enumerate(scene.things)
    )
    return replace(scene, things=things, relations=tuple(relations))


def _is_tucked_in(scene: Scene, index: int) -> bool:
    """Whether somebody lies in what hides them up to their head: a bed, a tub, a basket."""
    mine = [r for r in scene.relations if r.subject == index]
    if any(r.name == "under" and scene.things[r.objects[0]].noun in COVERS for r in mine):
        return True
    held = [noun(scene.things[r.objects[0]].noun) for r in mine if r.name == "in"]
    return any(
        each.name not in (*_OPEN_BEDS, *SEATS)
        and hollow_of(each.name) is None
        and (each.category not in _WILD or "in" in dict(each.anchors))
        for each in held
    )


def _is_boarded(scene: Scene, relation: Relation) -> bool:
    """Whether somebody is on or in something."""
    crew = noun(scene.things[relation.subject].noun)
    return relation.name in ("on", "in") and crew.category in ALIVE


def code_of(thing: Thing, scene: Scene, index: int) -> str:
    """The code of a thing's drawing, for example one that can wear things."""
    art = noun(thing.noun).art
    boards = scene.setting == "classroom" or {each.noun for each in scene.things} & {*_WRITTEN_ON}
    if boards and thing.noun in _AT_BOARD:
        art = (_AT_BOARD[thing.noun],)
    if thing.noun in _JUGGLERS and any(
        index in each.objects and is_juggled(each, scene) for each in scene.relations
    ):
        art = (_JUGGLERS[thing.noun],)
    if code := drawing_with(scene, index):
        pose = pose_in(scene, index)
        return posed(code, pose) if pose else code
    lies = thing.state == "lying" and lies_upright(art[0])
    worn = [r for r in scene.relations if r.subject == index and is_garment(r, scene)]
    placed = {each.name for each in scene.relations if each.subject == index}
    moves = thing.state in _ON_FOOT or is_run_after(scene, index) or "catching" in placed
    walks = AT_A_WALK if thing.state == "walking" else IN_MOTION
    on_foot = walks.get(thing.noun, IN_MOTION.get(thing.noun, ""))
    dressed = bool(worn) and may_pose(noun(thing.noun))
    wears = any(
        r.name in CARRIED
        and r.subject == index
        and not ((dressed or (moves and fit_of(on_foot))) and r in worn)
        and scene.things[r.objects[0]].noun not in MARKS
        and not is_shown_by(r, scene, art[0])
        and not (moves and r.name == "holding" and thing.noun in IN_MOTION)
        and not (lies and r.name == "wearing" and sits_on_head(scene.things[r.objects[0]].noun))
        for r in scene.relations
    )
    looks_out = any(r.subject == index and r.name == _WINDOW for r in scene.relations)
    if wears or looks_out:
        art = tuple(code for code in art if figure(code)) or art
    if code := _as_used(scene, index, art[0], placed):
        return code
    if code := _as_it_does(scene, index, art[0], wears=wears):
        return code
    seated = thing.state == "sitting" or _is_seated(scene, index)
    clad = ("seated" if seated else "standing") if dressed else ""
    if pose := pose_in(scene, index) or clad:
        return posed(body_of(noun(thing.noun)), pose)
    if thing.state == "climbing" and not wears and climbs_on(scene, index):
        code = IN_MOTION.get(thing.noun, art[0])
        return f"{code}{UP}" if thing.noun in (*IN_MOTION, *_LONG) else art[0]
    if moves and thing.noun in IN_MOTION and not wears:
        walks = AT_A_WALK if thing.state == "walking" else IN_MOTION
        return walks.get(thing.noun, IN_MOTION[thing.noun])
    still = thing.state == "bending" or (placed & _AT_REST and not moves)
    if thing.noun in STANDING and still:
        return STANDING[thing.noun]
    if seated:
        upright = noun(thing.noun).category == "person" and figure(art[0]) in _UPRIGHT
        return _SEATED.get(thing.noun, f"{art[0]}{SEATED}" if upright else art[0])
    return art[0]


def _as_used(scene: Scene, index: int, plain: str, placed: set[str]) -> str:
    """The code of a drawing that shows what others do with a thing, or where it is; "" for none."""
    thing = scene.things[index]
    if thing.noun in _FROM_THE_SIDE and any(
        relation.subject == index and relation.name in ("on", "in") for relation in scene.relations
    ):
        return _FROM_THE_SIDE[thing.noun]
    if thing.noun in SHOULDERED and any(
        index in each.objects and each.name == "holding" for each in scene.relations
    ):
        return f"{plain}{LAID}" if thing.noun in _LEANT else plain
    if thing.noun in HUNG and any(
        index in each.objects and each.name in ("below", "hanging from", "on")
        for each in scene.relations
    ):
        return HUNG[thing.noun]
    for each in scene.relations:
        if index in each.objects and thing.noun in USED.get(each.name, {}):
            return USED[each.name][thing.noun]
        if index == each.subject and each.name == "in" and thing.noun in STIRS and any(
            behind.name == "behind" and behind.objects == each.objects for behind in scene.relations
        ):  # fmt: skip
            return STIRS[thing.noun]
        if index in each.objects and thing.noun in SIDEWAYS and is_keyed(scene, each):
            return SIDEWAYS[thing.noun]
        if index == each.subject and each.name == "between" and thing.noun in _LEVEL:
            return _LEVEL[thing.noun]
        shelved = each.name == "on" and scene.things[each.objects[0]].noun in _SHELVES
        if index == each.subject and shelved and thing.noun in _UPRIGHT_ON:
            return _UPRIGHT_ON[thing.noun]
    if thing.noun in _DIPPED and any(
        each.subject == index
        and each.name == "in"
        and noun(scene.things[each.objects[0]].noun).category in ("food", "kitchen")
        for each in scene.relations
    ):
        return f"{plain}{TURNED}"
    if thing.noun in RIDDEN and any(
        index in relation.objects
        and relation.name in (_UPON if thing.noun in _LAID_DOWN else ("riding",))
        for relation in scene.relations
    ):
        return RIDDEN[thing.noun]
    if thing.noun in _LAID_DOWN and any(
        index == each.subject
        and each.name == "on"
        and noun(scene.things[each.objects[0]].noun).category == "vehicle"
        for each in scene.relations
    ):
        return _LAID_DOWN[thing.noun]
    if thing.noun in IN_FLIGHT and ("above" in placed or (scene.setting == "sky" and not placed)):
        return IN_FLIGHT[thing.noun]
    if thing.noun in BARE and any(
        index in relation.objects
        and relation.name in ("in", "hanging from", *_ON_BARE.get(thing.noun, ()))
        for relation in scene.relations
    ):
        return BARE[thing.noun]
    if code := drawing_there(scene, index):
        return code
    if thing.noun in _OPEN and any(
        index in relation.objects and (relation.name == "in" or _is_boarded(scene, relation))
        for relation in scene.relations
    ):
        return _OPEN[thing.noun]
    if _is_beneath_a_car(scene, index):
        return f"{plain}{LAID}"
    return ""


def _as_it_does(scene: Scene, index: int, plain: str, *, wears: bool) -> str:
    """The code of a drawing that shows a thing lying, stretching, clinging …; "" for none."""
    thing = scene.things[index]
    if thing.state == "lying" and thing.noun in ON_BELLY and not wears:
        return ON_BELLY[thing.noun]
    if thing.state == "lying" and not wears and not _is_tucked_in(scene, index):
        return f"{plain}{LAID}"
    if thing.state == STRETCHING and thing.noun in STRETCHED and not wears:
        return STRETCHED[thing.noun]
    if thing.state == "digging" and thing.noun in DIGGING and not wears:
        return DIGGING[thing.noun]
    if thing.noun in BALANCING and any(
        index in each.objects and each.name == "on the nose of" for each in scene.relations
    ):
        return BALANCING[thing.noun]
    if thing.noun in CLINGING and _clings(scene, index):
        return CLINGING[thing.noun]
    return ""


def _clings(scene: Scene, index: int) -> bool:
    """Whether who clings or hangs does so to what grows, or to what people hang from."""
    ways = _CLUNG_TO[scene.things[index].noun]
    return any(
        each.subject == index
        and each.name in ways
        and (each.name in (*SPOTS, "below") or noun(scene.things[each.objects[0]].noun).grows)
        for each in scene.relations
    )


def climbs_on(scene: Scene, index: int) -> bool:
    """Whether a climber is on the thing it climbs."""
    return any(each.subject == index and each.name in ("on", "in") for each in scene.relations)


def _is_seated(scene: Scene, index: int) -> bool:
    """Whether somebody is on what is sat on."""
    seats = {
        scene.things[relation.objects[0]].noun
        for relation in scene.relations
        if relation.subject == index and relation.name in ("on", "in")
    }
    return bool(seats & SEATS)


def _is_beneath_a_car(scene: Scene, index: int) -> bool:
    """Whether a person is under something with wheels, where they lie."""
    person = noun(scene.things[index].noun).category in PEOPLE
    return person and any(
        each.subject == index
        and each.name == "under"
        and noun(scene.things[each.objects[0]].noun).category == "vehicle"
        for each in scene.relations
    )


def _is_passenger(scene: Scene, relation: Relation) -> bool:
    """Whether a person is said to be on or in a train, a bus: they are seen at a window."""
    who, target = (scene.things[n] for n in (relation.subject, relation.objects[0]))
    return noun(who.noun).category in PEOPLE and target.noun in _TAKEN


def _is_building(thing: Noun) -> bool:
    """Whether who is inside is not seen from outside."""
    return thing.category == "building" and thing.size >= _HOUSE
