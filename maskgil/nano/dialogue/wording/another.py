"""Detection of descriptions of another picture instead of the current one."""

from __future__ import annotations

from collections.abc import Sequence

from maskgil.nano.dialogue.commands import DETERMINERS, tokens_of
from maskgil.nano.dialogue.editing.referents.kinds import is_same_kind
from maskgil.nano.dialogue.edits import AIRLESS
from maskgil.nano.dialogue.fragments import Fragment, roles_at
from maskgil.nano.reader.reader import read_scene
from maskgil.nano.scene_prompts import somewhere
from maskgil.nano.world.arranging.carried.carrying import MARKS
from maskgil.nano.world.nouns import PEOPLE, noun
from maskgil.nano.world.scene import Scene
from maskgil.nano.world.settings import place

_TOLD = {"det", "relation", "with", "count", "verb"}
_AROUND = ("setting", "time", "weather")
_RELATIVE = ("who", "that", "which")
_PARTICIPLES = ("ing", "ed", "en")


def is_another_picture(text: str, scene: Scene, found: Fragment) -> bool:
    """Whether a description without a verb of change is of another picture than what stands.

    It is where it is a scene of its own that has nothing of what stands: none of its things is
    there, nor is it said to be in the place that is there, and it tells of its things how they
    stand to each other, or where and when they are ("a lion on a rock", "a lion at sunset"), or of
    another place when it is ("a city at night"). What is alone is no scene, and may be to come: "a
    red boat", "a boy and a girl", "a beach". What goes on with the story is another picture only
    where it takes place elsewhere. One that says no more than what stands is wanted once more.
    Nobody asks of things at home where the scene is, and told without a time: they come along.
    """
    told = read_scene(text).scene
    if somewhere(told) == somewhere(scene):
        return True
    words = tokens_of(text)
    if not any(_TOLD & set(roles_at([word], 0)[1]) or word in "an" for word in words):
        return False  # "dog ball"
    if {thing.noun.split()[-1] for thing in scene.things} & {*words}:
        return False  # "the mountain" is a place, too
    if tells_on(words, found):
        return scene.setting is not None and "setting" in _new_around(found, scene)
    return has_scene(found, scene) and not _shares(found, [each.noun for each in scene.things])


def tells_on(words: Sequence[str], found: Fragment) -> bool:
    """Whether a description goes on with a story: a sentence, or one that knows what it names.

    "A wolf hides", "there stands a knight", "a bird on the tree"; not "a lion on a rock".
    """
    known = any(each.definite and noun(each.thing.noun).category != "celestial"
                for each in found.mentions)  # fmt: skip
    return known or any(is_finite(words, at) for at in range(1, len(words)))


def is_finite(words: Sequence[str], at: int) -> bool:
    """Whether a word is the verb of a sentence: "sits" of "a cat sits", no "sitting" or "held"."""
    word, before = words[at], words[at - 1]
    told = before in (*_RELATIVE, *DETERMINERS)
    if told or words[at + 1 : at + 2] == ["by"]:
        return False
    roles = roles_at(words, at)[1].keys()
    acts = roles & {"verb", "still"} and "noun" not in roles and not word.endswith(_PARTICIPLES)
    return bool(acts or "be" in roles)


def is_at_home(found: Fragment, setting: str | None) -> bool:
    """Whether all that others are not said of is at home in a place: a boat on a lake.

    On plain paper whatever is told of something else is: "a man with a dog".
    """
    if setting is None:
        placed = (found.mentions[i] for each in found.relations for i in each.objects)
        told = (noun(each.thing.noun).category for each in found.mentions)
        return any(each.thing.noun not in MARKS for each in placed) or all(
            each == "celestial" for each in told
        )
    where = place(setting)
    others = {index for each in found.relations for index in each.objects
              if each.name not in ("left of", "right of")}  # fmt: skip
    main = [each for at, each in enumerate(found.mentions) if at not in others] or found.mentions
    return all(
        set(where.tags) & set(told.settings)
        or ("w" in told.places and where.water)
        or (told.category == "celestial" and where.outdoors and where.name != "underwater")
        or ("t" in told.places and "table" in where.tags)
        or (told.category in PEOPLE and where.name not in AIRLESS)
        for told in (noun(mention.thing.noun) for mention in main)
    )


def has_scene(found: Fragment, scene: Scene) -> bool:
    """Whether a description is a scene of its own where another one stands."""
    said = found.scenery
    if said.get("setting") == scene.setting is not None:
        return False  # "a boat on the lake"
    new = _new_around(found, scene)
    if not found.mentions:
        return "setting" in new and len(said) > 1
    return bool(found.relations or new)


def _new_around(found: Fragment, scene: Scene) -> list[str]:
    """What of where and when a description tells is neither usual nor so where the scene is."""
    said = found.scenery
    has_sky = scene.setting is not None and place(scene.setting).outdoors
    if said.get("setting") == "sky" and has_sky:
        del said["setting"]
    return [
        name for name in _AROUND
        if said.get(name) not in (None, getattr(Scene(), name), getattr(scene, name))
    ]  # fmt: skip


def _shares(found: Fragment, there: Sequence[str]) -> bool:
    """Whether a thing of a description may be one that stands."""
    nouns = [mention.thing.noun for mention in found.mentions]
    return any(is_same_kind(known, name) for known in there for name in nouns)
