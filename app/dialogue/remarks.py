"""Remarks and answers in the user's language."""

from __future__ import annotations

from collections.abc import Sequence

from app.dialogue.telling import label_of, looks_told, scene_described, scenery_label
from app.i18n import Translations
from maskgil.nano.dialogue.remarks import EXAMPLES, Remark
from maskgil.nano.world.paints import COLOURS
from maskgil.nano.world.scene import Thing

_SENTENCES = {
    "not_here": "remark.not_here", "already": "remark.already", "absent": "remark.absent",
    "scenery": "remark.scenery", "only": "remark.only", "part": "remark.part",
    "full": "status.full",
    "counted": "remark.counted", "these": "remark.shows", "row": "remark.row",
    "bigger": "remark.bigger", "around": "did.what",
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
    if of in ("noun", "colour"):
        what = label_of(remark.what, words) if of == "noun" else words(f"colour.{remark.what}")
    else:
        what = scenery_label(of, remark.what, words)
    place = scenery_label("setting", (remark.scene and remark.scene.setting) or "", words)
    if remark.kind in ("shows", "these", "row", "full") and remark.scene is not None:
        what = scene_described(remark.scene, words)
    if remark.kind == "draws":
        what = ", ".join(label_of(each, words) for each in EXAMPLES)
    look = _colour(remark.look, words) if remark.kind in ("look", "counted", "absent") else ""
    if remark.kind in ("counted", "absent") and remark.look:
        what, look = f"{what} ({look})", ""
    if remark.kind == "where":
        side = words(f"place.{remark.look}") if remark.look else ""
        where = place if remark.scene is not None and remark.scene.setting else ""
        look = " · ".join(filter(None, (side, where)))
    told = {
        "what": what, "place": place, "count": remark.count, "example": words("tell.example"),
        "look": look, "than": label_of(remark.said, words), "did": words(f"tell.{of}")
        if remark.kind == "around" else "", "book": words("book"), "things": what,
    }  # fmt: skip
    kind = "shows" if remark.kind == "where" and not look else remark.kind
    return words(_SENTENCES[kind], **told)


def _colour(look: str, words: Translations) -> str:
    """A colour or material; "" the colours that a thing has of its own."""
    if not look:
        return words("tell.own")
    return looks_told(
        Thing("", colour=look) if look in COLOURS else Thing("", texture=look), words
    )[0]
