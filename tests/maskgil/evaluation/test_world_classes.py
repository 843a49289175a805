"""GenEval's classes in the words of nano's world."""

import argparse
import json

import pytest
from PIL import Image

from maskgil.evaluation.commands import geneval
from maskgil.evaluation.geneval.scorer import OFFICIAL, Detection, parse_prompt, score
from maskgil.evaluation.geneval.world_classes import (
    ALSO,
    CLASSES,
    NO_PERSON,
    SEVERAL,
    ClassDetector,
    class_of,
    noun_of,
)
from maskgil.nano.world.nouns import load_nouns

NAMES = {noun.name for noun in load_nouns()}


def test_every_class_has_a_noun_of_the_world():
    assert len(set(CLASSES)) == 80
    assert {noun_of(label) for label in CLASSES} <= NAMES
    assert noun_of("tv") == "television"
    with pytest.raises(ValueError, match="none of GenEval's classes"):
        noun_of("unicorn")


def test_every_noun_that_counts_as_a_class_exists_and_counts_once():
    others = [noun for nouns in ALSO.values() for noun in nouns]
    assert {*others, *NO_PERSON, *SEVERAL} <= NAMES
    assert len(others) == len(set(others)) and not set(others) & {noun_of(c) for c in CLASSES}
    assert set(class_of()) <= NAMES and set(class_of().values()) == set(CLASSES)


def verdict(label: str, wanted: str, *, exclude: int | None = None, count: int = 1) -> bool:
    def detector(image):
        return [Detection(label, 0.95, (10.0 * i, 0, 10.0 * i + 8, 8)) for i in range(count)]

    row = {"tag": "single_object", "include": [{"class": wanted, "count": 1}], "prompt": "a"}
    if exclude is not None:
        row["exclude"] = [{"class": wanted, "count": exclude}]
    judge = ClassDetector(detector, OFFICIAL)
    return score(Image.new("RGB", (64, 64)), parse_prompt(row), judge, judge.rules)[0].correct


@pytest.mark.parametrize(
    ("drawn", "wanted", "correct"),
    [
        ("man", "person", True), ("woman", "woman", True), ("robot", "person", False),
        ("family", "person", False), ("television", "tv", True), ("mug", "cup", True),
        ("taxi", "car", True), ("car", "taxi", False), ("dog", "cat", False),
        ("soccer ball", "sports ball", True),
    ],
)  # fmt: skip
def test_finer_words_count_as_their_class(drawn, wanted, correct):
    assert verdict(drawn, wanted) is correct


def test_a_thing_counts_once_whatever_it_is_called():
    assert verdict("man", "person", count=2, exclude=3)
    assert not verdict("person", "person", count=2, exclude=2)
    assert verdict("person", "person", count=1, exclude=2)


def test_a_judge_of_the_world_is_asked_of_all_its_nouns(tmp_path):
    """With it no prompt of a file is left out, and the vocabulary's own are over the world's."""
    rows = [
        {"tag": "single_object", "include": [{"class": name, "count": 1}], "prompt": f"a {name}"}
        for name in ("parking meter", "cat")
    ]
    path = tmp_path / "prompts.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)) + "\n")
    asked = argparse.Namespace(
        metadata=path, detector=None, preset="nano", weights=None, prompt_seed=0, limit=None
    )
    prompts, origin = geneval._prompts(asked, True)
    assert [prompt.text for prompt in prompts] == ["a parking meter", "a cat"]
    assert "kept" not in origin
    asked.metadata = None
    prompts, origin = geneval._prompts(asked, True)
    assert len(prompts) == 553 and origin["nouns"] > 1000
