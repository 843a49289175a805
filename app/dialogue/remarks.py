"""Remarks: why something is not done, and answers, in a person's language."""

from __future__ import annotations

from collections.abc import Sequence

from app.dialogue.telling import label_of, scenery_label, shown
from app.i18n import Translations
from maskgil.nano.dialogue.remarks import EXAMPLES, Remark

_SENTENCES = {
    "not_here": "remark.not_here", "already": "remark.already", "absent": "remark.absent",
    "scenery": "remark.scenery", "only": "remark.only", "part": "remark.part",
    "full": "status.full",
    "counted": "remark.counted",
    "look": "remark.look", "where": "remark.look", "shows": "remark.shows", "help": "remark.help",
    "draws": "remark.draws", "photograph": "remark.photograph",
}  # fmt: skip


def remarked(remarks: Sequence[Remark], words: Translations) -> str:
    """Remarks as sentences, one after another."""
    return " ".join(_sentence(each, words) for each in remarks)


def _sentence(remark: Remark, words: Translations) -> str:
    if words.language == "en" and remark.kind not in ("help", "draws", "photograph"):
        line = remark.line
        return f"{line[:1].upper()}{line[1:]}."
    of = remark.of
    what = label_of(remark.what, words) if of == "noun" else scenery_label(of, remark.what, words)
    place = scenery_label("setting", (remark.scene and remark.scene.setting) or "", words)
    if remark.kind in ("shows", "full") and remark.scene is not None:
        what = shown(remark.scene, words)
    if remark.kind == "draws":
        what = ", ".join(label_of(each, words) for each in EXAMPLES)
    look = words(f"colour.{remark.look}") if remark.look and remark.kind == "look" else ""
    if remark.kind == "where":
        side = words(f"place.{remark.look}") if remark.look else ""
        where = place if remark.scene is not None and remark.scene.setting else ""
        look = " · ".join(filter(None, (side, where)))
    told = {
        "what": what, "place": place, "count": remark.count, "example": words("tell.example"),
        "look": look, "book": words("book"), "things": what,
    }  # fmt: skip
    kind = "shows" if remark.kind == "where" and not look else remark.kind
    return words(_SENTENCES[kind], **told)
