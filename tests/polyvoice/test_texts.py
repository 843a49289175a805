"""PolyVoice's texts: the shipped ones, the rules, and nano's words."""

import random
import re
from collections import Counter

import pytest

from maskgil.nano.emoji import caption_parser
from polyvoice.dataset.texts import (
    LANGUAGES,
    WORD_LIMITS,
    Seen,
    TextRow,
    TextsError,
    check_row,
    language_code,
    likeness,
    load_texts,
    parse_row,
    telling_words,
)


def one_line(error) -> str:
    message = str(error.value)
    assert message and "\n" not in message
    return message


# ---------------------------------------------------------------- shipped


@pytest.mark.parametrize("split", WORD_LIMITS)
def test_shipped_texts_are_whole(split):
    rows = load_texts(split, languages=("cn", "pt", "fr", "es"))
    assert len(rows) == 100
    assert [row.id for row in rows] == [f"{split}-{i:03}" for i in range(1, 101)]
    assert len({row.seed for row in rows}) == 100
    low, high = WORD_LIMITS[split]
    for row in rows:
        assert row.languages == LANGUAGES
        assert low <= len(row.english.split()) <= high
        assert row.text("cn") == row.text("zh")
    for language in LANGUAGES:
        assert len({row.text(language) for row in rows}) == 100


def test_shipped_translations_are_in_their_script():
    for split in WORD_LIMITS:
        for row in load_texts(split):
            assert not re.search("[A-Za-z]", row.text("zh")), row.id
            assert not re.search("[們個來說這]", row.text("zh")), row.id  # traditional
            for language in ("pt", "fr", "es"):
                assert not re.search("[\u3000-\u9fff]", row.text(language)), row.id
            assert row.text("en")[-1] == "." and row.text("zh")[-1] == "。"
            assert all(row.text(language)[-1] == "." for language in ("pt", "fr", "es"))


def test_shipped_texts_differ_far_more_than_the_rule_asks():
    for split, most in (("scenes", 0.15), ("nano", 0.45)):
        words = [telling_words(row.english) for row in load_texts(split)]
        alike = max(likeness(a, b) for i, a in enumerate(words) for b in words[:i])
        assert 0 < alike < most


def kind_of(reading: caption_parser.CaptionReading) -> str:
    from maskgil.nano.emoji.scene import PLAIN_BACKGROUNDS

    if reading.count > 1:
        return "count"
    if len(reading.nouns) == 1:
        return "background" if reading.ground in PLAIN_BACKGROUNDS else "single"
    places = ("left", "right", "above", "below", "under", "over", "top")
    return "position" if set(" ".join(reading.relations).split()) & set(places) else "pair"


def test_shipped_nano_texts_stay_in_the_vocabulary():
    readings = [caption_parser.read(row.english) for row in load_texts("nano")]
    for row in load_texts("nano"):
        assert caption_parser.fault(row.english) == "", row.english
    assert Counter(map(kind_of, readings)) == {
        "single": 25, "count": 20, "pair": 30, "position": 15, "background": 10,
    }  # fmt: skip
    assert all(reading.colours for reading in readings if kind_of(reading) == "single")
    assert all(reading.relations for reading in readings if len(reading.nouns) == 2)
    nouns = Counter(noun for reading in readings for noun in reading.nouns)
    assert len(nouns) == 145 and max(nouns.values()) == 1
    assert len({colour for reading in readings for _, colour in reading.colours}) == 11
    assert {reading.count for reading in readings} == {1, 2, 3, 4}


def test_shipped_nano_translations_say_the_same_to_the_glossary():
    """The glossary of the app knows nouns, colours and counts from CLDR, not from these texts."""
    from app.glossary.repair import Glossary

    glossary = Glossary.load()
    for language in LANGUAGES[1:]:
        differ = {
            row.id
            for row in load_texts("nano")
            if glossary.repair(row.text(language), row.english, language).prompt != row.english
        }
        assert not differ, language
    row = load_texts("nano")[1]
    assert glossary.repair("Une poire rouge.", row.english, "fr").prompt != row.english


# ---------------------------------------------------------------- nano's words


@pytest.mark.parametrize("form", ["plain", "free", "long"])
def test_reader_understands_the_corpus(form: str):
    """Captions of the corpus, read back: the same things, colours, counts, positions, grounds."""
    from maskgil.nano.emoji.captions import caption_scene
    from maskgil.nano.emoji.sampler import SceneSampler
    from maskgil.nano.emoji.sprites import load_nouns

    # As a bare word before another thing, "orange" cannot be told from the colour.
    sampler = SceneSampler(nouns=tuple(n for n in load_nouns() if n.name != "orange"))
    rng = random.Random(3)
    placed = 0
    for _ in range(1500 if form == "plain" else 500):
        scene = sampler.sample(rng)
        caption = caption_scene(scene, rng, form=form)
        reading = caption_parser.read(caption)
        said = {(t.noun.name, t.colour) for t in scene.things}
        colours = dict(reading.colours)
        assert {(noun, colours.get(noun)) for noun in reading.nouns} == said, caption
        assert reading.count == scene.things[0].count, caption
        assert reading.ground in (scene.background, "white"), caption
        if reading.placed or scene.layout == "stacked":
            side = {"beside": "left", "stacked": "above"}[scene.layout]
            names = (thing.noun.name for thing in scene.things)
            assert reading.placed == (side, *names), caption
            placed += 1
        if form == "plain":  # other words say nothing of the picture
            assert reading.unknown == (), caption
            assert caption_parser.fault(caption) == "", caption
    assert placed > 20


@pytest.mark.parametrize(
    "text, placed",
    [
        ("A cat beneath a dog.", ("above", "dog", "cat")),
        ("A cat, and below it a dog.", ("above", "cat", "dog")),
        ("A cat with a dog underneath it.", ("above", "cat", "dog")),
        ("On the right a cat, on the left a dog.", ("left", "dog", "cat")),
        ("A cat on the right, a dog on the left.", ("left", "dog", "cat")),
        ("A cat at the bottom and a dog at the top.", ("above", "dog", "cat")),
        ("A cat close to a dog on a red background.", None),
        ("A cat on the grass and a dog.", None),
    ],
)
def test_reader_knows_who_stands_where(text, placed):
    assert caption_parser.read(text).placed == placed


@pytest.mark.parametrize(
    "text, wrong",
    [
        ("A red zeppelin in the sky.", "'zeppelin'"),
        ("A cat eats a fish.", "'eats'"),
        ("A blue banana on the grass.", "blue banana"),
        ("A cat, a dog and a fish.", "not 3"),
        ("Two cats and a dog.", "counts only"),
        ("A cat next to a cat.", "counts only"),
        ("In the sky, up in the sky.", "not 0"),
        ("A red apple on a red background.", "before red"),
    ],
)
def test_reader_names_what_nano_cannot_draw(text, wrong):
    assert wrong in caption_parser.fault(text)


# ---------------------------------------------------------------- the rules

GOOD = load_texts("nano")[1]


def changed(**texts) -> TextRow:
    return TextRow(GOOD.id, GOOD.split, GOOD.seed, dict(GOOD.texts) | texts)


@pytest.mark.parametrize(
    "row, wrong",
    [
        (changed(fr=""), "no 'fr'"),
        (changed(en="Red apple."), "2 English words"),
        (changed(en=" ".join(["red"] * 13)), "13 English words"),
        (changed(es="Una imagen de 1 manzana roja."), "digits"),
        (changed(pt="Uma imagem\nde uma maçã."), "line breaks"),
        (changed(fr=GOOD.english.upper()), "is the English text"),
        (changed(zh="Yi zhang hong pingguo de tupian."), "no Chinese"),
        (changed(es="No."), "characters for"),
        (changed(es="Una imagen de una manzana. " * 9 + "Sí."), "characters for"),
        (TextRow("a", "tales", 1, GOOD.texts), "unknown split 'tales'"),
        (TextRow(" ", "nano", 1, GOOD.texts), "without an id"),
        (TextRow("a", "nano", -1, GOOD.texts), "seed is -1"),
    ],
)
def test_rules_name_what_is_wrong(row, wrong):
    check_row(GOOD)
    with pytest.raises(TextsError) as error:
        check_row(row)
    assert wrong in one_line(error)


@pytest.mark.parametrize(
    "line, wrong",
    [
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[1]", "not a JSON object"),
        ('{"id": "a", "split": "nano", "en": "b"}', "'seed' must be an integer"),
        ('{"id": "a", "split": "nano", "seed": true, "en": "b"}', "'seed' must be an integer"),
        ('{"id": 1, "split": "nano", "seed": 1, "en": "b"}', "'id' must be text"),
        ('{"id": "a", "split": "nano", "seed": 1}', "'en' must be text"),
        ('{"id": "a", "split": "nano", "seed": 1, "en": "b", "fr": 1}', "'fr' must be text"),
        ('{"id": "a", "split": "nano", "seed": 1, "en": "b", "xx": "c"}', "unknown language 'xx'"),
        ('{"id": "a", "split": "nano", "seed": 1, "en": "b", "zh": "c", "cn": "d"}', "two texts"),
    ],
)
def test_lines_that_are_no_rows(line, wrong):
    with pytest.raises(TextsError) as error:
        parse_row(line)
    assert wrong in one_line(error)


def test_rows_survive_their_json():
    for row in load_texts("nano"):
        assert parse_row(row.to_json()) == row
    with pytest.raises(TypeError):
        GOOD.texts["fr"] = "changed"


def test_files_that_cannot_be_loaded(tmp_path):
    def load(content: bytes, **options) -> str:
        file = tmp_path / "texts.jsonl"
        file.write_bytes(content)
        with pytest.raises(TextsError) as error:
            load_texts("nano", path=file, **options)
        return one_line(error)

    line = GOOD.to_json().encode()
    again = TextRow("nano-x", "nano", 1, GOOD.texts).to_json().encode()
    assert "line 2" in load(line + b"\n{\n")
    assert "two texts have the id" in load(line + b"\n" + line)
    assert "nearly the same as nano-002" in load(line + b"\n" + again)
    assert "no texts" in load(b"\n\n")
    assert "not UTF-8" in load(b"\xff")
    assert "no 'de'" in load(line, languages=["de"])
    assert "split 'scenes'" in load(load_texts("scenes")[0].to_json().encode())
    with pytest.raises(TextsError) as error:
        load_texts("nano", path=tmp_path / "none.jsonl")
    assert "none.jsonl" in one_line(error)
    with pytest.raises(TextsError) as error:
        load_texts("tales")
    assert "scenes, nano" in one_line(error)


def test_languages_by_alias_and_name():
    assert language_code("cn") == language_code("CN") == language_code("Chinese") == "zh"
    assert language_code("pt-BR") == "pt"
    assert GOOD.text("French") == GOOD.texts["fr"]
    with pytest.raises(TextsError) as error:
        language_code("klingon")
    assert "klingon" in one_line(error)
    with pytest.raises(TextsError) as error:
        GOOD.text("de")
    assert "no 'de'; choose from en, zh" in one_line(error)


def test_near_duplicates_are_known():
    seen = Seen("nano")
    seen.add(changed(en="A red apple next to a green pear."))
    assert seen.twin("A green pear beside the red apple.")
    assert seen.twin("There is a red apple and a green pear")
    assert seen.twin("A blue car next to a green pear.") is None
    scenes = Seen("scenes")
    first = load_texts("scenes")[0]
    scenes.add(first)
    words = first.english.split()
    assert scenes.twin(" ".join(words[: len(words) * 3 // 4])) == first.id
