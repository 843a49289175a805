"""What stands behind utterances."""

from dataclasses import replace

from maskgil.nano.dialogue.interpreter import interpret
from maskgil.nano.reader.reader import read_scene
from maskgil.nano.scene_prompts import located, somewhere
from maskgil.nano.world.captions import canonical
from maskgil.nano.world.implied import home, without_doubles


def outcome_of(wish: str, *texts: str):
    """What the last of some utterances comes to, and the scene that stands then."""
    scene, focus, last = somewhere(read_scene(wish).scene), (), None
    for text in texts:
        outcome = interpret(text, scene, focus, last)
        if outcome.action == "change":
            last, focus, scene = outcome.change, outcome.focus, outcome.change.after
    return outcome, scene


def check(wish, said, stands):
    outcome, scene = outcome_of(wish, *said)
    assert outcome.action == "change", outcome
    meant = read_scene(stands).scene
    if meant.setting is None:  # it stays where the first was at home
        meant = replace(meant, setting=home(read_scene(wish).scene))
    meant = located(without_doubles(meant))
    assert sorted(map(str, scene.things)) == sorted(map(str, meant.things)), canonical(scene)
    told = [(s.setting, s.time, s.weather, s.style) for s in (scene, meant)]
    assert told[0] == told[1]
    pairs = [{(each.name, s.things[each.subject].noun) for each in s.relations}
             for s in (scene, meant)]  # fmt: skip
    assert pairs[0] == pairs[1]


def change_of(wish: str, *texts: str):
    """The change that the last of some utterances makes."""
    scene, focus, change = read_scene(wish).scene, (), None
    for text in texts:
        outcome = interpret(text, scene, focus)
        assert outcome.action == "change", (text, outcome)
        change, focus = outcome.change, outcome.focus
        scene = change.after
    return change
