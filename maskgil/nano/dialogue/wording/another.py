"""Another picture: which descriptions are of a scene of their own, and none that stands."""

from __future__ import annotations

from collections.abc import Sequence

from maskgil.nano.dialogue.commands import words_of
from maskgil.nano.dialogue.editing.referents.kinds import is_same_kind
from maskgil.nano.dialogue.fragments import Fragment, read_fragment, roles_at
from maskgil.nano.reader.reader import read_scene
from maskgil.nano.scene_prompts import somewhere
from maskgil.nano.world.scene import Scene
from maskgil.nano.world.settings import place

_TOLD = {"det", "relation", "with", "count", "verb"}
_AROUND = ("setting", "time", "weather")


def is_another_picture(text: str, scene: Scene) -> bool:
    """Whether a description without a verb of change is of another picture than what stands.

    It is where it is a scene of its own that has nothing of what stands: none of its things is
    there, nor is it said to be in the place that is there, and it tells of its things how they
    stand to each other, what they do, or where and when they are ("a lion on a rock", "a woman
    dances", "a lion at sunset"), or of another place when it is ("a city at night"). What is
    alone is no scene, and may be to come: "a red boat", "a boy and a girl", "a beach". One that
    says no more than what stands is wanted once more.
    """
    told = read_scene(text).scene
    if somewhere(told) == somewhere(scene):
        return True
    words = words_of(text)
    if not any(_TOLD & set(roles_at([word], 0)[1]) or word in "an" for word in words):
        return False  # "dog ball"
    found = read_fragment(text)
    return has_scene(found, scene) and not _shares(found, [each.noun for each in scene.things])


def has_scene(found: Fragment, scene: Scene) -> bool:
    """Whether a description is a scene of its own where another one stands."""
    said = found.scenery
    if said.get("setting") == scene.setting is not None:
        return False  # "a boat on the lake"
    under = scene.setting is not None and place(scene.setting).outdoors
    if said.get("setting") == "sky" and under:
        del said["setting"]
    new = [
        name for name in _AROUND
        if said.get(name) not in (None, getattr(Scene(), name), getattr(scene, name))
    ]  # fmt: skip
    if not found.mentions:
        return "setting" in new and len(said) > 1
    return bool(found.relations or new)


def _shares(found: Fragment, there: Sequence[str]) -> bool:
    """Whether a thing of a description may be one that stands."""
    nouns = [mention.thing.noun for mention in found.mentions]
    return any(is_same_kind(known, name) for known in there for name in nouns)
