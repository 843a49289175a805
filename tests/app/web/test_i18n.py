"""The page's words: complete in every language, and chosen as the browser asks."""

import json
import re
from pathlib import Path

import pytest

from app.glossary.picture_book import ORDER
from app.i18n import Translations, tables, words_for
from app.web.components import SAMPLES
from app.web.stage.graph import SCENERY, WAYS
from maskgil.nano.reader.words import posed, table
from maskgil.nano.rendering.looks import PATTERNS, TEXTURES
from maskgil.nano.rendering.states import STATES
from maskgil.nano.world.arranging.carried.mouths import DRINKING
from maskgil.nano.world.arranging.sizes.sizing import SIZE_WORDS
from maskgil.nano.world.drawn.regions import RAINBOW, parts_told
from maskgil.nano.world.drawn.regions import WAYS as PART_WAYS
from maskgil.nano.world.marks import DOINGS
from maskgil.nano.world.paints import COLOURS, HALF
from maskgil.nano.world.scene import POSTURES

EDITS = ("add", "remove", "replace", "recolour", "pose", "resize", "count", "move")
LOOKS = {
    "state": {*STATES, *POSTURES, DRINKING, *DOINGS.values(), *posed().values(),
              *table("state").values(), *table("made so").values(), *table("piece").values()},
    "texture": {*TEXTURES, *PATTERNS, *table("texture").values(), *table("pattern").values()},
    "size": {*SIZE_WORDS, *table("size").values()},
}  # fmt: skip
"""All that is told of how a thing looks, as it is read and as it is drawn."""
STATIC = Path(__file__).parents[3] / "app" / "web" / "static"
APP = STATIC.parents[1]


@pytest.mark.parametrize("language", tables())
def test_every_language_says_everything(language):
    english = tables()["en"]
    assert tables()[language].keys() == english.keys()
    for key, text in tables()[language].items():
        assert text.strip(), key
        holes = [sorted(re.findall(r"\{(\w+)\}", words)) for words in (text, english[key])]
        assert holes[0] == holes[1], key


def test_every_word_that_is_asked_for_is_there_and_none_is_idle():
    sources = [*STATIC.glob("*.js"), *STATIC.glob("*.html"), *APP.rglob("*.py")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    named = {f"book.{chapter}" for chapter in ORDER} | {f"sample.{name}" for name in SAMPLES}
    named |= {f"colour.{colour}" for colour in (*COLOURS, RAINBOW, *PART_WAYS)}
    named |= looks_named()
    for kind, values in SCENERY.items():
        named |= {f"tell.{kind}", f"did.{kind}"}
        named |= {f"{kind}.{value or 'none'}".replace(" ", "-") for value in values}
    named |= {f"did.{kind}" for kind in EDITS} | {f"tell.{way}" for way in WAYS}
    assert named <= tables()["en"].keys()
    others = tables()["en"].keys() - named
    idle = [key for key in others if not re.search(rf"""["']{re.escape(key)}["']""", text)]
    assert idle == []
    asked = set(re.findall(r"""(?<![.\w])(?:say|said|words)\(\s*["']([a-z._]+)["']""", text))
    asked |= set(re.findall(r'data-(?:say|label)="([a-z._]+)"', text))
    assert asked - tables()["en"].keys() == set()


def looks_named() -> set[str]:
    """The keys of all states, textures and sizes; of a part, of half in all paints there is one."""
    told = [(kind, each.split()) for kind, values in LOOKS.items() for each in values]
    half = {f"{kind}.{each[0]}" for kind, each in told if f"{each[0]} " == HALF}
    return half | {
        f"{kind}.{each[1] if parts_told(' '.join(each)) else '-'.join(each)}"
        for kind, each in told
        if f"{each[0]} " != HALF
    }


@pytest.mark.parametrize("language", tables())
def test_every_state_texture_and_size_has_its_word(language):
    assert looks_named() <= tables()[language].keys()
    if language != "en":
        same = {key for key in looks_named() if tables()[language][key] == tables()["en"][key]}
        assert same == set()


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("fr-CA,fr;q=0.9,en;q=0.8", "fr"),
        ("it-IT,it;q=0.9,pt-BR;q=0.7,en;q=0.3", "pt"),
        ("ar-EG,en;q=0.3", "ar"),
        ("en;q=0.2, zh-TW", "zh"),
        ("ES", "es"),
        ("it", "en"),
        ("", "en"),
        (None, "en"),
        ("fr;q=x," * 500, "fr"),
    ],
)
def test_the_browsers_wish_is_followed(accepted, language):
    assert words_for(accepted).language == language


@pytest.mark.parametrize(
    ("accepted", "number", "percent"),
    [
        ("en-US", "1.5", "98%"),
        ("de-AT", "1,5", "98\N{NO-BREAK SPACE}%"),
        ("de-CH", "1.5", "98\N{NO-BREAK SPACE}%"),
        ("es-MX,es;q=0.9", "1.5", "98\N{NO-BREAK SPACE}%"),
        ("es-ES", "1,5", "98\N{NO-BREAK SPACE}%"),
        ("zh-Hant-TW", "1.5", "98%"),
        ("pt-BR", "1,5", "98%"),
    ],
)
def test_numbers_are_written_as_the_visitor_does(accepted, number, percent):
    words = words_for(accepted)
    assert (words.number(1.49), words.percent(0.98)) == (number, percent)
    assert words.number(12.0, 0) == "12"


def test_values_fill_the_holes():
    assert Translations("fr")("status.step", step=2, steps=8) == "Dessin, étape 2 sur 8"


def test_no_key_stands_twice():
    """Of two equal keys JSON keeps the second, and the first sentence is gone."""

    def once(pairs):
        names = [name for name, _ in pairs]
        assert len(set(names)) == len(names), sorted({n for n in names if names.count(n) > 1})
        return dict(pairs)

    text = (Path(__file__).parents[3] / "app/words.json").read_text(encoding="utf-8")
    assert json.loads(text, object_pairs_hook=once) == tables()
