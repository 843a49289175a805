"""The project's own drawings: each has a row, renders inside its margins and stays small."""

import csv
import io
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from maskgil.nano.reader.reader import read_scene
from maskgil.nano.world.captions import canonical
from maskgil.nano.world.nouns import load_nouns, noun
from maskgil.nano.world.settings import PLACES as PLACES_OF_SCENES
from maskgil.presets.load import load_collage

ART = Path(__file__).resolve().parents[4] / "assets" / "nano" / "art"
COLUMNS = ["file", "noun", "synonyms", "width_m", "height_m", "place", "colour", "paintable"]
PLACES = {"ground", "air", "water", "table", "wall", "wear"}
COLOURS = {"red", "orange", "yellow", "green", "blue", "purple", "pink", "brown", "black", "white"}
COLOURS |= {"gray", "none"}

with (ART / "art.tsv").open(encoding="utf-8", newline="") as table:
    ROWS = list(csv.DictReader(table, delimiter="\t"))


def rendered(path: Path) -> np.ndarray:
    """Opacity (H, W) of a drawing at one pixel a unit of its view box, 0..255."""
    resvg = pytest.importorskip("resvg_py")
    png = bytes(resvg.svg_to_bytes(svg_path=str(path), skip_system_fonts=True))
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGBA"))[..., 3]


def test_every_drawing_has_a_row_and_every_row_a_drawing():
    files = [row["file"] for row in ROWS]
    assert len(files) == len(set(files)) >= 1060
    assert set(files) == {path.name for path in ART.glob("*.svg")}


def test_rows_say_size_place_and_colour():
    assert list(ROWS[0]) == [*COLUMNS, "category", "settings"]
    tags = {tag for place in PLACES_OF_SCENES.values() for tag in place.tags} | {"people", "rail"}
    for row in ROWS:
        stem = re.sub(r"-\d$", "", row["file"].removesuffix(".svg")).replace("-", " ")
        assert row["noun"].replace("-", " ") == stem, row
        assert row["place"] in PLACES and row["colour"] in COLOURS, row
        assert row["paintable"] in ("yes", "no") and row["category"], row
        assert set((row["settings"] or "").split()) <= tags, row
        assert not (row["paintable"] == "yes" and row["colour"] == "none"), row


@pytest.mark.parametrize("row", ROWS, ids=[row["file"] for row in ROWS])
def test_drawing_is_small_and_fills_its_view_box_but_for_a_margin(row: dict[str, str]):
    path = ART / row["file"]
    text = path.read_text(encoding="utf-8")
    assert len(text) < 8_000
    assert not re.search(r"<(text|image|filter|style|script)\b", text)
    opacity = rendered(path)
    height, width = opacity.shape
    assert max(height, width) == 256
    rows, columns = (np.flatnonzero((opacity > 8).any(axis)) for axis in (1, 0))
    margins = (rows[0], height - 1 - rows[-1], columns[0], width - 1 - columns[-1])
    assert min(margins) >= 2
    longest = max(rows[-1] - rows[0], columns[-1] - columns[0]) + 1
    assert longest >= 244
    drawn = (rows[-1] - rows[0] + 1) / (columns[-1] - columns[0] + 1)
    real = float(row["height_m"]) / float(row["width_m"])
    assert real == pytest.approx(drawn, rel=0.12)


def test_words_of_every_day_lead_to_what_they_name():
    named = {word: one.name for one in load_nouns() for word in (*one.synonyms, one.name)}
    for word in ("king", "queen", "knight", "pirate", "soldier", "pumpkin", "branch", "sock"):
        assert named[word] == word
    assert (named["moon"], named["flag"], named["ball"], named["cherry"]) == (
        "full moon", "red flag", "sports ball", "cherries",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("said", "drawn"),
    [
        ("a goalie", "a goalkeeper"),
        ("a longship", "a viking ship"),
        ("a merry-go-round", "a carousel"),
        ("the aurora", "northern lights at night"),
        ("a genie lamp", "a magic lamp"),
        ("a tray of drinks", "a tray of drinks"),
        ("a tray", "a tray"),
        ("a labyrinth", "a maze"),
        ("an ice cream with three scoops", "an ice cream with three scoops"),
        ("a mailman", "a postman"),
        ("an archer", "an archer"),
        ("a goldfish", "a goldfish"),
        ("a stone well", "a well"),
        ("three red chillies", "three red chilies"),
        ("two unicycles", "two unicycles"),
        ("a unicycle", "a unicycle"),
        ("a man wearing a sombrero", "a man wearing a sombrero"),
        ("the coil of rope", "a rope"),
        ("the tanabata tree", "a tanabata tree"),
        ("fireworks", "fireworks"),
        ("a burst of fireworks", "fireworks"),
        ("a wizard's hat", "a pointed hat"),
        ("a coffee shop", "a cafe"),
        ("two plows", "two ploughs"),
        ("a dam of logs", "a beaver dam"),
        ("breadcrumbs", "two crumbs"),
        ("a goldfish bowl", "a fish bowl"),
        ("a bare stick", "a stick"),
        ("a pile of wood", "firewood"),
        ("a jar of strawberry jam", "a jam jar"),
        ("a moustache", "a mustache"),
        ("a suit of armour", "armor"),
        ("a blossoming cherry tree", "a cherry blossom tree"),
        ("a winged horse", "a pegasus"),
        ("a killer whale", "an orca"),
        ("the fire station", "a fire station"),
        ("a safe", "a safe"),
        ("a faucet", "a tap"),
        ("three daisies", "three daisies"),
        ("a plate of lasagna", "a lasagne"),
        ("dominoes", "two dominoes"),
        ("a soft-boiled egg", "an egg cup"),
        ("a tool shed", "a shed"),
        ("two moles", "two moles"),
        ("a partridge", "a pheasant"),
        ("a glass of tomato juice", "a tomato juice"),
        ("a gondola", "a gondola"),
        ("a wind sock", "a windsock"),
        ("a snow plough", "a snow plow"),
        ("a pair of earrings", "earrings"),
        ("a chef's hat", "a chef hat"),
        ("a lunch box", "a lunchbox"),
        ("a drum stick", "a drumstick"),
        ("a movie theater", "a cinema"),
        ("three daffodils", "three daffodils"),
        ("a priest", "a priest"),
        ("a praying mantis", "a praying mantis"),
        ("a stage light", "a spotlight"),
        ("a double decker", "a double decker bus"),
        ("a lioness", "a lioness"),
        ("two colts", "two foals"),
        ("a calf", "a calf"),
        ("a whale's tail", "a whale tail"),
        ("a rope ladder", "a rope ladder"),
        ("two dead trees", "two dead trees"),
        ("a block of flats", "an apartment building"),
        ("a pile of autumn leaves", "a leaf pile"),
        ("two cherry trees", "two cherry trees"),
        ("a rabbit hole", "a burrow"),
        ("a chocolate cake", "a chocolate cake"),
        ("a whole pizza", "a whole pizza"),
        ("a string of sausages", "a string of sausages"),
        ("a mug of cocoa", "a hot chocolate"),
        ("a can of cola", "a soda can"),
        ("an electricity pylon", "an electricity pylon"),
        ("a photocopier", "a photocopier"),
        ("a grand piano", "a grand piano"),
        ("a ship's wheel", "a ship wheel"),
        ("a penknife", "a pocket knife"),
        ("footprints", "footprints"),
        ("a high wire", "a tightrope"),
        ("a twister", "a tornado"),
        ("a nightstand", "a bedside table"),
        ("a statue of a man on a horse", "an equestrian statue"),
        ("a boat made of paper", "a paper boat"),
        ("a house made of gingerbread", "a gingerbread house"),
        ("a red sphere", "a red sphere"),
        ("clothes drying on a line", "a clothesline"),
        ("a four poster bed", "a four-poster bed"),
    ],
)
def test_a_thing_is_drawn_as_itself_and_not_as_something_like_it(said: str, drawn: str):
    reading = read_scene(said)
    assert canonical(reading.scene) == drawn
    assert not reading.left_out


@pytest.mark.parametrize(
    ("said", "things"),
    [
        ("a horse stamps on the ground", ["horse"]),
        ("a man drills a hole", ["man", "hole", "drill"]),
        ("the man saddles the horse", ["man", "horse"]),
        ("the chef whisks the eggs", ["chef", "egg"]),
        ("a boy ropes a cow", ["boy", "cow"]),
        ("a farmer ploughs the field with an ox", ["farmer", "ox"]),
        ("a woman taps on a window", ["woman", "window"]),
        ("a cat in a safe place", ["cat"]),
        ("a snake sheds its skin", ["snake"]),
        ("a man chisels a statue", ["man", "statue"]),
        ("a cat arches its back", ["cat"]),
        ("a boy hurdles the fence", ["boy", "fence"]),
    ],
)
def test_what_somebody_does_with_a_tool_is_not_the_tool(said: str, things: list[str]):
    assert [thing.noun for thing in read_scene(said).scene.things] == things


def test_bamboo_is_the_plant_that_grows():
    assert noun("bamboo").art[0] == "svg:bamboo"


def test_a_donkey_stands_on_four_legs():
    assert noun("donkey").art[0] == "svg:donkey"


def test_cereal_is_seen_in_its_bowl():
    code = next(iter(noun("bowl of cereal").art))
    drawing = load_collage().renderer.art.drawing(code)
    assert code == "svg:bowl-of-cereal"
    solid = drawing[drawing[..., 3] > 0.9]
    golden = (solid[:, 0] > 0.6) & (solid[:, 2] < 0.5) & (solid[:, 1] > solid[:, 2] + 0.1)
    assert golden.mean() > 0.1
