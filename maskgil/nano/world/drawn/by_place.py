"""Other drawings of a thing by where it is: in a tunnel, on dry land, beneath somebody."""

from __future__ import annotations

from maskgil.nano.world.scene import Scene
from maskgil.nano.world.settings import place

ONCOMING = {"car": "🚘", "bus": "🚍", "taxi": "🚖", "police car": "🚔", "truck": "svg:truck-2"}
"""What is drawn from the side, by its drawing from the front where it is in a tunnel."""
ON_FEET = {"duck": "svg:duck"}
"""Who is drawn swimming, by the drawing of them on their feet where there is no water."""
SPREAD = {"blanket": "svg:blanket-2"}
"""What is drawn folded, by the drawing of it spread out where somebody is on it."""


def drawing_there(scene: Scene, index: int) -> str:
    """The code of a thing's drawing that shows it where it is; "" for none."""
    name, where = scene.things[index].noun, place(scene.setting)
    within = {scene.things[each.objects[0]].noun for each in scene.relations
              if each.subject == index and each.name == "in"}  # fmt: skip
    beneath = any(each.name == "on" and index in each.objects for each in scene.relations)
    if name in SPREAD and beneath:
        return SPREAD[name]
    if name in ONCOMING and "tunnel" in within:
        return ONCOMING[name]
    dry = where.name and where.water is None and not (where.floats or within)
    return ON_FEET.get(name, "") if dry else ""
