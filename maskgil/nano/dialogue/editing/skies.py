"""Time, weather and background, as said of the sky or by themselves."""

from __future__ import annotations

from maskgil.nano.dialogue.commands import is_whole, leads
from maskgil.nano.dialogue.editing.attributes import attributes_of, is_sunny, of_the_sky, sky_of
from maskgil.nano.dialogue.editing.referents.missing import Missing
from maskgil.nano.dialogue.remarks import Remark
from maskgil.nano.world.nouns import noun
from maskgil.nano.world.settings import place

_DARKER = {"day": ("sunset", "night"), "dawn": ("night",), "sunset": ("night",)}
_WARM = ("spring", "summer", "autumn")
_OTHER_SEASONS, _SUMMERY = ("autumn forest", "spring park", "snow"), "park"


class Skies(Missing):
    """What is missing, and what the sky is like."""

    def _tells_sky(self, words: list[str]) -> bool:
        """ "Night", "a stormy sky", "the sky cloudy": time and weather, and clouds in the sky."""
        bare = words[leads(words, "only") :]
        if self._is_over(bare):
            return False  # "it is dry again", of what was wet
        if told := sky_of(bare):
            if told.get("weather") == "clear" and is_sunny(bare) and self._is_night():
                told["time"] = "day"
            if leads(bare[-1:], "summer") and self.edits.scenery["setting"] in _OTHER_SEASONS:
                told["setting"] = _SUMMERY
            if leads(bare[-1:], *_WARM) and self.edits.scenery["weather"] == "snow":
                told["weather"] = "clear"
            clouds = [i for i in self.edits.there if self.edits[i].noun.endswith("cloud")]
            for index in clouds if told.get("weather") == "clear" and "sky" in bare else ():
                self.edits.remove(index)
            self.edits.set(**told)
            return True
        if self._is_too_lit(bare):
            return True
        said = of_the_sky(bare) or bare[leads(bare, "pronoun") :]
        said = said[leads(said, "copula") :]
        if not is_whole(said, "clouds") or not self.has_sky():
            return False
        if any(noun(self.edits[index].noun).name == "cloud" for index in self.edits.there):
            self.edits.remarks.append(Remark("already"))
        else:
            self.merge(self.fragment(["clouds"]), ["clouds"])
        return True

    def _is_too_lit(self, words: list[str]) -> bool:
        """ "It's too dark", "too bright": another time or weather, else what time it is is told."""
        said = words[leads(words, "pronoun", "fresh", "it is") :]
        said = said[leads(said, "copula") :]
        length = leads(said, "contrary")
        is_dark = is_whole(said[length:], "gloom")
        if not length or not (is_dark or is_whole(said[length:], "glare")):
            return False
        time, weather = (self.edits.scenery[each] for each in ("time", "weather"))
        plain = self.edits.scenery["setting"] is None  # where it is night as in "make it night"
        times = [each for each in _DARKER.get(time or "day", ()) if self._may_be(each) or plain]
        if is_dark and time not in (None, "day") and self._may_be("day"):
            self.edits.set(time="day")
        elif is_dark and weather not in (None, "clear"):
            self.edits.set(weather="clear")
        elif not is_dark and times:
            self.edits.set(time=times[0])
        else:
            self.edits.remarks.append(Remark("around", time or "day", "time"))
        return True

    def _may_be(self, time: str) -> bool:
        return time in place(self.edits.scenery["setting"]).times

    def _is_night(self) -> bool:
        """Whether it is night where there may be day."""
        return self.edits.scenery["time"] == "night" and self._may_be("day")

    def _coloured_ground(self, words: list[str]) -> bool:
        """ "The background pink": what is behind everything, in a colour."""
        length = leads(words, "ground")
        rest = words[length:]
        while skip := leads(rest, "copula", "joint"):
            rest = rest[skip:]
        told = attributes_of(rest) if length and rest else None
        if told is None or told.is_scalar or set(told.told) != {"colour"}:
            return False
        self.edits.set(setting=f"{told.told['colour']} background")
        return True
