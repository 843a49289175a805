"""Remarks on the page: why something is not done, and answers, in the visitor's language."""

from __future__ import annotations

from collections.abc import Sequence

from app.web.i18n import Translations
from app.web.stage.graph import USUAL, label_of, listed, scenery_label
from maskgil.nano.dialogue.remarks import Remark
from maskgil.nano.world.scene import Scene

_SENTENCES = {
    "not_here": "remark.not_here", "already": "remark.already", "absent": "remark.absent",
    "scenery": "remark.scenery", "only": "remark.only", "counted": "remark.counted",
    "look": "remark.look", "where": "remark.look", "shows": "remark.shows", "help": "remark.help",
    "photograph": "remark.photograph",
}  # fmt: skip


def remarked(remarks: Sequence[Remark], words: Translations) -> str:
    """Remarks as sentences, one after another."""
    return " ".join(_sentence(each, words) for each in remarks)


def _sentence(remark: Remark, words: Translations) -> str:
    if words.language == "en" and remark.kind not in ("help", "photograph"):
        line = remark.line
        return f"{line[:1].upper()}{line[1:]}."
    of = remark.of
    what = label_of(remark.what, words) if of == "noun" else scenery_label(of, remark.what, words)
    place = scenery_label("setting", (remark.scene and remark.scene.setting) or "", words)
    if remark.kind == "shows" and remark.scene is not None:
        what = _shown(remark.scene, words)
    look = words(f"colour.{remark.look}") if remark.look and remark.kind == "look" else ""
    if remark.kind == "where":
        side = words(f"place.{remark.look}") if remark.look else ""
        where = place if remark.scene is not None and remark.scene.setting else ""
        look = " · ".join(filter(None, (side, where)))
    told = {
        "what": what, "place": place, "count": remark.count, "example": words("tell.example"),
        "look": look,
    }  # fmt: skip
    kind = "shows" if remark.kind == "where" and not look else remark.kind
    return words(_SENTENCES[kind], **told)


def _shown(scene: Scene, words: Translations) -> str:
    """What is in a scene: its things, where and when."""
    around = [
        scenery_label(kind, getattr(scene, kind) or "", words)
        for kind in ("setting", "time", "weather", "style")
        if getattr(scene, kind) != USUAL.get(kind)
    ]
    return " · ".join(filter(None, (listed(scene.things, words), *around)))
