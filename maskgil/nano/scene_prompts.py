"""Prompt reader of nano: rewrites a description as the canonical caption of its scene graph."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from maskgil.nano.reader.reader import SceneReading, read_scene
from maskgil.nano.world.captions import canonical
from maskgil.nano.world.implied import PAPER, home, open_air, without_doubles
from maskgil.nano.world.nouns import noun
from maskgil.nano.world.scene import Scene
from maskgil.nano.world.settings import place
from maskgil.prompts import NothingKnownError, Reading

if TYPE_CHECKING:
    from torch import Tensor

    from maskgil.nano.drafts.collage import Collage
    from maskgil.nano.drafts.places import StoredPlaces
    from maskgil.nano.nearest_nouns import NearestNouns

BARE = ("field", "hill", "mountain")
"""Where there is nothing but snow that falls, and mountains."""
SNOWED_IN = {
    **dict.fromkeys(("forest", "autumn forest"), "snowy forest"),
    "village": "snowy village",
    "valley": "snowy valley",
    **dict.fromkeys(("forest path", "avenue"), "snowy path"),
}
"""Of these, those whose snow has scenery of its own."""
_AFLOAT = ("ripples", "waterfall", "dock", "pier")
SHORES = {"lake": "lakeside", "river": "riverside"}
"""Waters on which nothing is, and what is seen of them then: more of the near bank."""
LIT = {"dawn": "day", "sunset": "night"}  # light of rooms, which have neither
KEPT = 64  # prompts whose scenes are remembered


def somewhere(scene: Scene) -> Scene:
    """A scene as it is drawn first: in a place, without what that shows already."""
    return located(without_doubles(at_home(scene)))


def at_home(scene: Scene) -> Scene:
    """A scene of no place where those are at home who do something in it, if any do.

    In its light and weather where that has them; a room in the evening is lit.
    """
    where = home(Scene(scene.things, scene.relations))
    if where is None or scene.setting is not None or scene.style != "3d":
        return scene
    told = place(where)
    if scene.weather != "clear" and not told.outdoors:
        return scene
    at = scene.time if told.outdoors else LIT.get(scene.time, scene.time)
    at = told.times[0] if (at, scene.weather) == ("day", "clear") else at
    return replace(scene, setting=where, time=at) if at in told.times else scene


def located(scene: Scene) -> Scene:
    """A scene with a place where it tells the weather or the time of day: "an owl at night"."""
    if scene.setting is not None or (scene.time, scene.weather) == ("day", "clear"):
        return scene
    return replace(scene, setting=open_air(scene))


def behind(scene: Scene) -> Scene:
    """What is behind a scene's things: its place, light, weather and style, or paper.

    Falling snow lies on bare ground; dawn has mist of its own.
    """
    if (scene.time, scene.weather) == ("dawn", "fog"):
        scene = replace(scene, weather="clear")
    if scene.weather == "snow" and scene.setting in (*BARE, *SNOWED_IN):
        scene = replace(scene, setting=SNOWED_IN.get(scene.setting, "snow"))
    if scene.setting in SHORES and not any("w" in noun(t.noun).places for t in scene.things):
        inside = (thing.noun in _AFLOAT or "bridge" in thing.noun for thing in scene.things)
        ashore = bool(scene.things) and not any(inside)
        scene = replace(scene, setting=SHORES[scene.setting] if ashore else scene.setting)
    if scene.setting is None and scene == Scene(scene.things, scene.relations):
        scene = replace(scene, setting=PAPER)
    return replace(scene, things=(), relations=())


class ScenePromptReader:
    """Prompts for a model that was taught canonical captions of scenes.

    `nearest` tells which known things lie nearest where a prompt names none. With a `collage` it is
    a `Drafter` too, which sketches `places` where there are any.
    """

    def __init__(
        self,
        nearest: NearestNouns,
        collage: Collage | None = None,
        places: StoredPlaces | None = None,
    ) -> None:
        self.nearest, self.collage, self.places = nearest, collage, places
        self._scene = lru_cache(KEPT)(self._read)

    def read(self, prompt: str) -> Reading:
        """What of `prompt` is drawn, as a caption, and what is left out.

        Raises NothingKnownError where it names neither a thing nor a setting that is known.
        """
        if not prompt.strip():
            return Reading(prompt)  # the empty caption
        found = self._scene(prompt)
        scene = found.scene
        if not scene.things and scene.setting is None:
            unknown = [said for said in found.left_out if not said.startswith("minus ")]
            raise NothingKnownError(prompt, self.nearest(unknown))
        return Reading(canonical(scene), found.left_out, found.replaced)

    @property
    def pixels(self) -> int:
        """As of `Drafter`."""
        return 0 if self.collage is None else self.collage.renderer.cell

    def draft(self, prompt: str, seed: int, hole: Tensor) -> Tensor | None:
        """As of `Drafter`; `seed` arranges it."""
        if self.collage is None or not prompt.strip():
            return None
        scene = self._scene(prompt).scene
        if not scene.things:
            return None
        import torch

        return torch.from_numpy(self.collage.of(scene, seed, hole.cpu().numpy()))

    def scenery(self, prompt: str) -> str:
        """As of `Drafter`: the setting of a prompt, its time, weather and style, else paper."""
        return canonical(self._behind(prompt))

    def sketch(self, prompt: str, seed: int, share: float) -> Tensor | None:
        """As of `Drafter`; `seed` chooses one view of the place."""
        if self.places is None:
            return None
        found = self.places.sketch(self._behind(prompt), seed, share)
        if found is None:
            return None
        import torch

        return torch.from_numpy(found)

    def _behind(self, prompt: str) -> Scene:
        return behind(self._scene(prompt).scene if prompt.strip() else Scene())

    @staticmethod
    def _read(prompt: str) -> SceneReading:
        """The scene that is drawn, and what of the prompt is not in it."""
        found = read_scene(prompt)
        return replace(found, scene=somewhere(found.scene))
