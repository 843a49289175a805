"""nano's GenEval: its prompts, other files in its words, shares with intervals, tables, sheets."""

import json
import math
import random
import re

import pytest
from PIL import Image

from maskgil.__main__ import main
from maskgil.evaluation.geneval import report
from maskgil.evaluation.geneval.nano_prompts import (
    COUNTS,
    in_nanos_words,
    known_classes,
    nano_prompts,
)
from maskgil.evaluation.geneval.report import (
    CategoryShare,
    VerdictRow,
    failures,
    first_of_each,
    mean_of,
    read_rows,
    sections_of,
    share_of,
    summary,
    wilson,
    write_sheets,
)
from maskgil.evaluation.geneval.scorer import COLOURS, TAGS, Detection, judge, kept, parse_prompt
from maskgil.evaluation.geneval.world_classes import CLASSES
from maskgil.nano.world.nouns import load_nouns
from maskgil.nano.world.sampler import is_held_out
from maskgil.nano.world.scene import Scene, Thing

NOUNS = {noun.name: noun for noun in load_nouns()}
OWN = nano_prompts()


def of(tag):
    return [prompt for prompt in OWN if prompt.tag == tag]


# Prompts


def test_there_are_as_many_prompts_as_in_geneval():
    assert {tag: len(of(tag)) for tag in TAGS} == COUNTS and sum(COUNTS.values()) == 553
    assert len({(prompt.tag, prompt.text) for prompt in OWN}) == 553
    assert [prompt.tag for prompt in OWN] == [tag for tag in TAGS for _ in range(COUNTS[tag])]


def test_prompts_follow_from_their_seed_and_a_limit_takes_the_first():
    assert nano_prompts() == OWN != nano_prompts(seed=1)
    few = nano_prompts(limit=7)
    assert few == [prompt for tag in TAGS for prompt in of(tag)[:7]]
    with pytest.raises(ValueError, match="--limit is 0"):
        nano_prompts(limit=0)
    with pytest.raises(ValueError, match="too small for 80 prompts of single_object"):
        nano_prompts(load_nouns()[:6])


@pytest.mark.parametrize("tag", TAGS)
def test_held_out_prompts_are_what_training_never_shows(tag):
    """Every other prompt of two things, by the corpus's own rule."""
    for number, prompt in enumerate(of(tag)):
        scene = Scene(tuple(Thing(one.label) for one in prompt.include))
        assert prompt.raw["held_out"] == is_held_out(scene)
        assert prompt.raw["held_out"] == (len(prompt.include) == 2 and number % 2 == 1)


def test_single_objects_are_all_different_things_from_all_over_the_vocabulary():
    names = [prompt.include[0].label for prompt in of("single_object")]
    places = [list(NOUNS).index(name) for name in names]
    assert len(set(names)) == 80 and min(places) < 40 and max(places) > len(NOUNS) - 40


def test_prompts_say_what_their_clauses_ask():
    for prompt in OWN:
        for one in prompt.include:
            if one.count == 1:
                assert one.label in prompt.text
            if one.colour:
                assert f"{one.colour} {one.label}" in prompt.text and one.colour in COLOURS
                assert NOUNS[one.label].paintable or NOUNS[one.label].colour == one.colour
    for prompt in of("counting"):
        (one,), ((label, too_many),) = prompt.include, prompt.exclude
        assert prompt.text.startswith({2: "two", 3: "three", 4: "four"}[one.count])
        assert (label, too_many) == (one.label, one.count + 1)
    for prompt in of("position"):
        target, placed = prompt.include
        relation, number = placed.position
        assert number == 0 and f" {relation} " in prompt.text
        assert prompt.text.index(placed.label) < prompt.text.rindex(target.label)
    for prompt in of("color_attr"):
        first, second = prompt.include
        assert first.colour != second.colour and first.label != second.label


def test_prompts_are_judged_by_the_rules():
    """A picture that holds what a prompt asks for is right, one with a thing less is not."""
    for tag in TAGS:
        prompt = of(tag)[0]
        boxes = {"left of": 30, "right of": -30, None: 30}
        found = []
        for place, one in enumerate(prompt.include):
            relation = one.position[0] if one.position else None
            down = {"above": -60, "below": 60}.get(relation, 0)
            across = 0 if down else place * -boxes.get(relation, 30) * 2
            for copy in range(one.count):
                left, top = 100 + across + 20 * copy, 100 + down
                box = (left, top, left + 10.0, top + 10.0)
                found.append(Detection(one.label, 0.95, box, one.colour))
        assert judge(prompt, kept(found, tag)).correct, prompt.text
        assert not judge(prompt, kept(found[1:], tag)).correct
        if tag == "counting":
            assert not judge(prompt, kept([*found, found[0]], tag)).correct


# Other files


def row(*classes, **more):
    include = [{"class": name, "count": 1} for name in classes]
    return parse_prompt({"tag": "t", "include": include, "prompt": " and ".join(classes), **more})


def test_prompts_of_others_are_kept_where_nano_knows_their_objects():
    prompts = [
        row("cell phone"), row("dog", "TV"), row("quasar"), row("Puppy", "car"),
        row("dog", exclude=[{"class": "pulsar", "count": 1}]),
    ]  # fmt: skip
    found, unknown = in_nanos_words(prompts, load_nouns())
    assert [[one.label for one in prompt.include] for prompt in found] == [
        ["cell phone"], ["dog", "tv"], ["puppy", "car"],
    ]  # fmt: skip
    assert [prompt.text for prompt in found] == ["cell phone", "dog and TV", "Puppy and car"]
    assert unknown == ["pulsar", "quasar"]
    pair = Scene((Thing("dog"), Thing("television")))
    assert found[1].raw["held_out"] == is_held_out(pair)


def test_classes_mean_themselves_and_other_words_their_noun():
    words = known_classes(load_nouns())
    assert all(words[name] == name for name in NOUNS)
    assert set(CLASSES) <= words.keys() and words["person"] == "person" and words["tv"] == "tv"
    assert words["phone"] == "cell phone"
    assert "cell phone" not in known_classes([NOUNS["dog"]])


# Shares


def rows_of(*prompts, tag="t", held_out=None):
    """Each prompt a text of 1 and 0, one a picture."""
    return [
        VerdictRow(tag, f"{tag} {n}", f"{tag}/{held_out}/{n}", mark == "1", "why", held_out, None)
        for n, marks in enumerate(prompts)
        for mark in marks
    ]


def test_wilsons_interval_is_the_textbooks():
    assert wilson(0.5, 10) == pytest.approx((0.2366, 0.7634), abs=1e-4)
    assert wilson(1.0, 20) == pytest.approx((0.8389, 1.0), abs=1e-4)


def test_pictures_that_go_with_their_prompt_count_once():
    alike = share_of(rows_of(*["1111"] * 10, *["0000"] * 10))
    mixed = share_of(rows_of(*["1100"] * 20))
    assert alike.value == mixed.value == 0.5 and alike.pictures == 80 and alike.prompts == 20
    assert (alike.low, alike.high) == pytest.approx(wilson(0.5, 20), abs=0.01)
    assert (mixed.low, mixed.high) == pytest.approx(wilson(0.5, 80))
    right = share_of(rows_of(*["1111"] * 20))
    assert (right.low, right.high) == pytest.approx(wilson(1.0, 20))


def test_intervals_hold_the_true_share_about_as_often_as_they_say():
    rng, held = random.Random(0), 0
    for _ in range(300):
        chances = [0.98 if rng.random() < 0.7 else 0.2 for _ in range(80)]
        marks = ["".join("1" if rng.random() < c else "0" for _ in range(4)) for c in chances]
        share = share_of(rows_of(*marks))
        held += share.low <= 0.7 * 0.98 + 0.3 * 0.2 <= share.high
    assert 0.92 < held / 300 < 0.99


def test_the_mean_of_shares_has_the_interval_of_independent_ones():
    one = CategoryShare(0.8, 0.7, 0.9, 40, 10)
    mean = mean_of([one] * 4)
    assert mean.value == pytest.approx(0.8)
    assert (mean.low, mean.high) == pytest.approx((0.75, 0.85))
    assert mean.pictures == 160
    assert mean_of([one]).low == pytest.approx(0.7) and math.isclose(mean_of([one]).high, 0.9)


def test_seen_and_held_out_apart():
    rows = rows_of("11", "11", tag="single_object", held_out=False)
    rows += rows_of("11", "01", tag="two_object", held_out=False)
    rows += rows_of("00", "01", tag="two_object", held_out=True)
    found = summary(rows)
    assert list(found) == ["single_object", "two_object", "overall"]
    assert found["two_object"]["seen"].value == 0.75
    assert found["two_object"]["held out"].value == 0.25 and found["two_object"]["all"].value == 0.5
    assert found["overall"]["all"].value == 0.75 and found["overall"]["seen"].value == 0.875
    assert found["overall"]["held out"].value == 0.25  # single things are never held out
    text = "\n".join(sections_of(rows, found))
    assert "| single object | 1.000 [" in text and "| – | 4 |" in text
    assert "- two_object 0 (held out): 2 of 2 wrong; why" in text
    assert [one["wrong"] for one in failures(rows)] == [2, 1, 1]


def test_results_without_groups_make_one_column(tmp_path):
    path = tmp_path / "results.jsonl"
    lines = [
        {"tag": "a", "prompt": "p", "metadata": json.dumps({"prompt": "p"}), "correct": True},
        {"tag": "a", "prompt": "q", "metadata": json.dumps({"prompt": "q"}), "correct": False},
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    rows = read_rows(path)
    assert [row.held_out for row in rows] == [None, None] and rows[0].file is None
    table = sections_of(rows, summary(rows))[0]
    assert table.splitlines()[0] == "| category | all | pictures |"
    path.write_text('{"tag": "a", "metadata": "x", "correct": true}')
    with pytest.raises(ValueError, match="line 1: expected JSON"):
        read_rows(path)
    path.write_text("")
    with pytest.raises(ValueError, match="holds no results"):
        read_rows(path)


# The command


@pytest.mark.timeout(300)
def test_one_command_draws_judges_and_reports(tmp_path, capsys, small_pictures):
    """Two prompts a category by the shipped models, judged by the shipped detector."""
    words = ["evaluate", "geneval", "--limit", "2", "--seeds", "1", "--steps", "1"]
    assert main([*words, "--batch-size", "5", "-o", str(tmp_path)]) == 0
    assert "| overall |" in capsys.readouterr().out
    record = json.loads((tmp_path / "geneval.json").read_text())
    assert record["scored_by"] == "world-detector" and record["measured"]["complete"]
    assert record["shares"]["two_object"]["held out"]["pictures"] == 1
    assert "held out" not in record["shares"]["counting"]
    wrong = sum(one["wrong"] for one in record["failures"])
    rows = [json.loads(line) for line in (tmp_path / "results.jsonl").open()]
    assert len(rows) == 12 and wrong == sum(not row["correct"] for row in rows)
    assert {f"sheet-{tag}.png" for tag in TAGS} <= {p.name for p in tmp_path.iterdir()}


@pytest.mark.timeout(300)
def test_files_of_others_are_drawn_where_nano_knows_their_objects(tmp_path, capsys):
    path = tmp_path / "metadata.jsonl"
    lines = [
        {"tag": "single_object", "include": [{"class": name, "count": 1}], "prompt": f"a {name}"}
        for name in ("car", "quasar", "dog")
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    words = ["evaluate", "geneval", "--metadata", path, "--seeds", "1", "--steps", "2", "-o"]
    assert main([*map(str, words), str(tmp_path / "out")]) == 0
    origin = json.loads((tmp_path / "out" / "geneval.json").read_text())["origin"]
    assert origin["rows"] == 3 and origin["kept"] == 2
    assert origin["unknown_classes"] == ["quasar"]
    text = (tmp_path / "out" / "geneval.md").read_text()
    assert re.search(r"Of 3 prompts nano knows the objects of 2 .*it does not know quasar\.", text)
    path.write_text(json.dumps(lines[1]))
    assert main([*map(str, words), str(tmp_path / "none")]) == 2
    assert "nano knows the objects of none of its prompts" in capsys.readouterr().err


# Sheets and tables


def test_near_misses_count_as_right_when_they_are_called_wrong():
    def rows(tag, verdicts):
        return [
            VerdictRow(tag, f"p{i}", f"p{i}", v, "", None, None) for i, v in enumerate(verdicts)
        ]

    table = report.judged_table(
        {"real": (rows("counting", [True, True]), rows("counting", [False, True]))}
    )
    assert table.splitlines()[0] == "| category | real | real, near misses |"
    assert "| counting | 1.000 [" in table and "| 0.500 [" in table


def test_words_of_a_sheet_leave_room_for_the_dot():
    from PIL import ImageFont

    font = ImageFont.load_default(11)
    for indent, room in ((False, report.PICTURE), (True, report.PICTURE - 9)):
        lines = report._wrapped(
            "a brown puzzle piece and a purple one", font, indent=indent
        ).splitlines()
        assert len(lines) == 2 and font.getlength(lines[0]) <= room
    assert report._wrapped("", font) == ""


def test_sheets_show_the_first_picture_of_each_prompt_and_whether_it_is_right(tmp_path):
    rows = []
    for number in range(12):
        path = tmp_path / f"{number}.png"
        Image.new("RGB", (64, 64), (0, 0, 200) if number % 2 == 0 else (200, 200, 0)).save(path)
        name = f"prompt {number // 2} with quite a few more words than one line can hold"
        rows.append(VerdictRow("colors", name, name, number < 6, "", number > 3, str(path)))
    assert [row.file for row in first_of_each(rows)] == [str(tmp_path / f"{n}.png") for n in
                                                         range(0, 12, 2)]  # fmt: skip
    (path,) = write_sheets(rows, tmp_path)
    assert path.name == "sheet-colors.png"
    with Image.open(path) as image:
        sheet = image.convert("RGB")
    side = report.PICTURE + report.MARGIN
    assert sheet.size[0] == 6 * side + report.MARGIN
    centres = [sheet.getpixel((report.MARGIN + n * side + 80, 80)) for n in range(6)]
    assert all(blue > 150 and red < 60 for red, _, blue in centres)
    frames = [sheet.getpixel((report.MARGIN + n * side + 80, 5)) for n in range(6)]
    assert [green > red for red, green, _ in frames] == [True] * 3 + [False] * 3
    assert write_sheets([row._replace(file="/none.png") for row in rows], tmp_path) == []
