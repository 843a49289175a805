"""GenEval's rules against verdicts of the official scorer, its prompts and its scores."""

import json
from pathlib import Path

import pytest
from PIL import Image

from maskgil.evaluation.geneval.scorer import (
    TAGS,
    Detection,
    Rules,
    Tally,
    judge,
    kept,
    parse_prompt,
    read_prompts,
    relations,
    score,
)

RECORDED = json.loads(
    (Path(__file__).parents[2] / "fixtures" / "geneval_cases.json").read_text(encoding="utf-8")
)


def detections(rows):
    return [Detection(label, score, tuple(box), colour) for label, score, box, colour in rows]


@pytest.mark.parametrize("tag", TAGS)
def test_verdicts_equal_the_official_scorers(tag):
    cases = [case for case in RECORDED["cases"] if case["metadata"]["tag"] == tag]
    assert len(cases) == 60 and 20 < sum(case["correct"] for case in cases) < 40
    for case in cases:
        prompt, rules = parse_prompt(case["metadata"]), Rules(max_overlap=case["max_overlap"])
        objects = kept(detections(case["detections"]), prompt.tag, rules)
        assert {label: len(found) for label, found in objects.items()} == case["kept"]
        verdict = judge(prompt, objects, rules)
        assert verdict.correct == case["correct"], (case, verdict)
        assert len(verdict.reason.splitlines()) == case["reasons"]


def test_relations_equal_the_official_scorers():
    assert len(RECORDED["relations"]) == 200
    for first, second, expected in RECORDED["relations"]:
        assert sorted(relations(tuple(first), tuple(second))) == expected


CAT, DOG = ("cat", 0.8, (0, 0, 10, 10), "black"), ("dog", 0.7, (30, 0, 40, 10), "brown")


@pytest.mark.parametrize(
    ("include", "exclude", "found", "reason"),
    [
        ([{"class": "cat", "count": 1}], [], [CAT], ""),
        ([{"class": "cat", "count": 2}], [], [CAT], "expected cat>=2, found 1"),
        ([{"class": "cat", "count": 1}], [{"class": "dog", "count": 1}], [CAT, DOG], "dog<1"),
        ([{"class": "cat", "count": 1, "color": "black"}], [], [CAT], ""),
        ([{"class": "cat", "count": 1, "color": "white"}], [], [CAT], "0 white; and 1 black"),
        ([{"class": "cat", "count": 1, "color": "black"}], [], [(*CAT[:3], None)], "0 black; and "),
    ],
)
def test_verdicts_say_why(include, exclude, found, reason):
    prompt = parse_prompt({"tag": "x", "include": include, "exclude": exclude, "prompt": "p"})
    verdict, objects = score(Image.new("RGB", (50, 50)), prompt, lambda _: detections(found))
    assert verdict.correct == (reason == "") and reason in verdict.reason
    assert set(objects) == {row[0] for row in found}


def test_positions_are_seen_from_the_target():
    def ask(relation):
        clauses = [
            {"class": "cat", "count": 1},
            {"class": "dog", "count": 1, "position": [relation, 0]},
        ]
        prompt = parse_prompt({"tag": "position", "include": clauses, "prompt": "p"})
        return judge(prompt, kept(detections([CAT, DOG]), prompt.tag))

    assert ask("right of").correct
    assert ask("left of").reason == "expected dog left of target, found right of target"
    assert not ask("above").correct


def test_counting_wants_sure_detections():
    objects = kept(detections([CAT]), "counting")
    assert objects == {} and len(kept(detections([CAT]), "single_object")["cat"]) == 1


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "line 2: not JSON"),
        ("[]", "line 2: expected an object with a prompt"),
        ('{"prompt": "x"}', "neither a tag"),
        ('{"prompt": "x", "tag": "t", "include": [{"count": 1}]}', "no clause with a class"),
        ('{"prompt": "x", "tag": "t", "include": [{"class": "a", "count": 0}]}', "at least 1"),
        (
            '{"prompt": "x", "tag": "t", '
            '"include": [{"class": "a", "count": 1, "color": "mauve"}]}',
            "color is 'mauve'",
        ),
        (
            '{"prompt": "x", "tag": "t", "include": '
            '[{"class": "a", "count": 1, "position": ["above", 0]}]}',
            "earlier clause",
        ),
        (
            '{"prompt": "x", "tag": "t", "include": [{"class": "b", "count": 1}, '
            '{"class": "a", "count": 1, "position": ["near", 0]}]}',
            "expected one of left of",
        ),
    ],
)
def test_bad_metadata_is_named_by_line(tmp_path, line, said):
    path = tmp_path / "metadata.jsonl"
    path.write_text('{"prompt": "x", "tag": "t"}\n' + line)
    with pytest.raises(ValueError, match=said):
        read_prompts(path)


def test_prompts_of_geneval_2_are_read_but_not_judged(tmp_path):
    path = tmp_path / "geneval2.jsonl"
    row = {
        "prompt": "seven green croissants",
        "atom_count": 3,
        "vqa_list": [["How many croissants are in the image?", "seven"]],
        "skills": ["count"],
    }
    path.write_text(json.dumps(row) + "\n\n")
    (prompt,) = read_prompts(path)
    assert prompt.text == row["prompt"] and prompt.tag is None and prompt.raw == row
    with pytest.raises(ValueError, match="GenEval 2"):
        judge(prompt, {})
    path.write_text("\n")
    with pytest.raises(ValueError, match="holds no prompts"):
        read_prompts(path)


def test_scores_are_means_of_categories():
    tally = Tally()
    with pytest.raises(ValueError, match="no scored pictures"):
        tally.scores()
    for number, correct in enumerate((True, True, False, True)):
        tally.add("single_object", "a" if number < 2 else "b", correct)
    tally.add("counting", "c", False)
    scores = tally.scores()
    assert scores.tags == {"single_object": 0.75, "counting": 0.0}
    assert scores.overall == 0.375 and scores.images == 0.6
    assert scores.prompts == pytest.approx(2 / 3) and not scores.complete
    for tag in TAGS:
        tally.add(tag, tag, True)
    assert tally.scores().complete and list(tally.scores().tags) == list(TAGS)
