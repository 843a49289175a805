"""PolyVoice's texts: the shipped ones, the rules, and nano's words."""

import re
from collections import Counter

import pytest

from maskgil.nano.reader.reader import read_scene
from maskgil.nano.world.scene import Scene
from polyvoice.dataset.nano_words import fault
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


SCENES = 100  # the last ones of nano's split are whole scenes


@pytest.mark.parametrize("split, count", [("nano", 200), ("scenes", 100)])
def test_shipped_texts_are_whole(split, count):
    rows = load_texts(split, languages=("cn", "pt", "fr", "es"))
    assert [row.id for row in rows] == [f"{split}-{i:03}" for i in range(1, count + 1)]
    assert len({row.seed for row in rows}) == count
    low, high = WORD_LIMITS[split]
    for row in rows:
        assert row.languages == LANGUAGES
        assert low <= len(row.english.split()) <= high
        assert row.text("cn") == row.text("zh")
    for language in LANGUAGES:
        assert len({row.text(language) for row in rows}) == count


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
    for split, most in (("scenes", 0.15), ("nano", 0.51)):
        words = [telling_words(row.english) for row in load_texts(split)]
        alike = max(likeness(a, b) for i, a in enumerate(words) for b in words[:i])
        assert 0 < alike < most


SIDES = {"left of", "right of", "above", "below", "on", "under"}


def kind_of(scene: Scene) -> str:
    if scene.things[0].count > 1:
        return "count"
    if len(scene.things) == 1:
        return "background" if (scene.setting or "").endswith("background") else "single"
    return "position" if {relation.name for relation in scene.relations} & SIDES else "pair"


def test_shipped_nano_texts_stay_in_the_vocabulary():
    rows = load_texts("nano")[:-SCENES]
    scenes = [read_scene(row.english, imagine=False).scene for row in rows]
    for row in rows:
        assert fault(row.english) == "", row.english
    assert Counter(map(kind_of, scenes)) == {
        "single": 25, "count": 20, "pair": 30, "position": 15, "background": 10,
    }  # fmt: skip
    things = [thing for scene in scenes for thing in scene.things]
    assert all(scene.things[0].colour for scene in scenes if kind_of(scene) == "single")
    assert len({thing.noun for thing in things}) == len(things) == 145
    assert len({thing.colour for thing in things if thing.colour}) == 11
    assert {thing.count for thing in things} == {1, 2, 3, 4}


def test_half_of_the_shipped_nano_texts_are_scenes():
    """What somebody does may be left out: it is drawn where a drawing shows it."""
    found = [read_scene(row.english) for row in load_texts("nano")[-SCENES:]]
    for each in found:
        assert not each.replaced and all(word.endswith("ing") for word in each.left_out)
    scenes = [each.scene for each in found]
    assert sum(len(scene.things) > 1 or bool(scene.setting) for scene in scenes) >= 98
    assert len({thing.noun for scene in scenes for thing in scene.things}) > 120
    assert len({scene.setting for scene in scenes}) > 20
    assert {scene.time for scene in scenes} >= {"day", "sunset", "night"}


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
        assert all(int(name.removeprefix("nano-")) > SCENES for name in differ), language
        assert len(differ) < 0.1 * SCENES, "of scenes some words have several right names"
    row = load_texts("nano")[1]
    assert glossary.repair("Une poire rouge.", row.english, "fr").prompt != row.english


# ---------------------------------------------------------------- nano's words


@pytest.mark.parametrize(
    "text, wrong",
    [
        ("A red kazoo in the sky.", "'red kazoo'"),
        ("A cat tickles a fish.", "'tickles'"),
        ("Twelve cats in the park.", "'twelve'"),
        ("A cat, a dog, a fish, a cow, a horse, a duck, a goat, a hen and a pig.", "'pig'"),
        ("In the sky, up in the sky.", "no thing"),
        ("A red apple on a red background.", "before red"),
    ],
)
def test_what_nano_cannot_draw_is_named(text, wrong):
    assert wrong in fault(text)


@pytest.mark.parametrize(
    "text", ["Two cats and a dog.", "A cat, a dog and a fish.", "A red apple on a blue background."]
)
def test_what_nano_draws_is_no_fault(text):
    assert fault(text) == ""


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
