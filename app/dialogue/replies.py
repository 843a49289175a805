"""Replies: the action for an utterance, and the resulting picture and scene graph."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from maskgil.nano.dialogue.changes import Change
from maskgil.nano.dialogue.remarks import Remark
from maskgil.nano.dialogue.stage import Arrangement
from maskgil.nano.world.captions import canonical

if TYPE_CHECKING:
    import numpy as np
    from PIL.Image import Image

    from maskgil.nano.dialogue.outcome import Question


@dataclass(frozen=True)
class Picture:
    """A picture of a plan: its tokens (h, w) int64, and pixels where they are wanted.

    `details` (D² · N,): its finer tokens, of a generator with a second pass.
    """

    tokens: np.ndarray
    image: Image | None = None
    details: np.ndarray | None = None


@dataclass(frozen=True)
class Moment:
    """One state of the conversation.

    `focus`: places of the things that "it" means; `change`: what it came from.
    """

    arrangement: Arrangement
    picture: Picture
    seed: int
    focus: tuple[int, ...] = ()
    change: Change | None = None

    @property
    def caption(self) -> str:
        return canonical(self.arrangement.scene, bare=True)


@dataclass(frozen=True)
class Reply:
    """The answer to an utterance: what was done, in one line too, and what stands now.

    `english` is how a text in another `language` was understood. `remarks`: why something is not
    done, or what a question is answered; they stand in the line. `key`: of the words (`app.i18n`)
    that say the line where it is nothing else. `is_at_limit`: it is done as far as it can be drawn.
    `number`: which picture stands, where the one that was left shows the same. `replaced`: pairs of
    a word of the utterance and the thing that is drawn in its place.
    """

    action: str
    said: str
    line: str
    moment: Moment | None
    left_out: tuple[str, ...] = ()
    question: Question | None = None
    language: str = "en"
    english: str = ""
    remarks: tuple[Remark, ...] = ()
    key: str = ""
    is_at_limit: bool = False
    number: int = 0
    replaced: tuple[tuple[str, str], ...] = ()

    def summary(self, image: str | None) -> dict[str, Any]:
        """As one line of JSON; `image`: the file of the picture, if there is one."""
        question = self.question
        return {
            "said": self.said,
            "language": self.language,
            "english": self.english or self.said,
            "action": self.action,
            "changed": self.line,
            "drawn": self.moment.caption if self.moment else "",
            "graph": graph_of(self.moment.arrangement if self.moment else None),
            "left_out": list(self.left_out),
            "replaced": [list(pair) for pair in self.replaced],
            "question": question and {"text": question.text, "choices": list(question.choices)},
            "image": image,
        }


def graph_of(arrangement: Arrangement | None) -> dict[str, Any]:
    """A scene graph as JSON: things with their boxes, relations by places, and the scenery."""
    if arrangement is None:
        return {"things": [], "relations": [], "setting": None, "time": "day", "weather": "clear",
                "style": "3d"}  # fmt: skip
    scene = arrangement.scene
    things = []
    for thing, box in zip(scene.things, arrangement.boxes(), strict=True):
        told = asdict(thing)
        del told["variant"], told["unsaid"]
        things.append({**told, "box": box})
    relations = [[each.subject, each.name, list(each.objects)] for each in scene.relations]
    return {
        "things": things,
        "relations": relations,
        "setting": scene.setting,
        "time": scene.time,
        "weather": scene.weather,
        "style": scene.style,
    }
