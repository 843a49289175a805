"""The commands of `evaluate` and the tables they write."""

import argparse
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from maskgil import checkpoints
from maskgil.__main__ import main
from maskgil.evaluation.commands import geneval
from maskgil.evaluation.commands.options import evaluations
from maskgil.evaluation.geneval.scorer import Detection
from maskgil.evaluation.image_sets import DrawnPictures
from maskgil.models.transformer import Transformer
from tests.helpers.tiny_evaluation import ART, ROOT, SCENES, TINY, write_pictures


def refused(capsys, *words) -> str:
    capsys.readouterr()
    assert main(["evaluate", *map(str, words)]) == 2
    out, line = capsys.readouterr()
    assert out == "" and len(line.splitlines()) == 1, line
    return line


def test_fid_of_a_folder_and_its_statistics(tmp_path, capsys):
    one, two = write_pictures(tmp_path / "one", 6), write_pictures(tmp_path / "two", 8, side=40)
    words = ["evaluate", "fid", "--images", one, "-o", tmp_path / "out", "--batch-size", 4]
    words += ["--features", "efficientnet-lite0", "--neighbours", 2]
    assert main([*map(str, words), "--reference", str(two), "--save-statistics",
                 str(tmp_path / "two.npz")]) == 0  # fmt: skip
    said = capsys.readouterr().out
    assert "resized to 224 × 224, bicubic" in said
    assert "| fed-efficientnet |" in said and f"written to {tmp_path}/out/fid.md" in said
    record = json.loads((tmp_path / "out" / "fid.json").read_text())
    measured = record["measured"]
    assert set(measured) == {
        "fed-efficientnet", "score-efficientnet", "precision-efficientnet", "recall-efficientnet",
    }  # fmt: skip
    assert record["count"] == 6 and record["reference"]["count"] == 8
    assert record["reference"]["size"] == [24, 24]
    assert not (tmp_path / "out" / "features").exists()
    assert any("not FID" in reason for reason in record["not_comparable_because"])
    markdown = (tmp_path / "out" / "fid.md").read_text()
    assert "fed-efficientnet" in markdown and "Not comparable with the paper" in markdown
    assert "Table 5" not in markdown  # nothing was drawn
    assert main([*map(str, words), "--reference", str(tmp_path / "two.npz")]) == 0
    again = json.loads((tmp_path / "out" / "fid.json").read_text())["measured"]
    assert again["fed-efficientnet"] == pytest.approx(measured["fed-efficientnet"], rel=1e-9)
    assert "recall-efficientnet" not in again  # statistics hold no single pictures
    # Pictures of several sizes are cut to squares when that is asked for.
    Image.new("RGB", (30, 20)).save(one / "wide.png")
    assert "different sizes" in refused(capsys, *words[1:], "--reference", two)
    assert main([*map(str, words), "--side", "24", "--reference", str(two)]) == 0
    assert json.loads((tmp_path / "out" / "fid.json").read_text())["count"] == 7
    (one / "wide.png").unlink()
    np.savez(tmp_path / "public.npz", mu=np.zeros(2048), sigma=np.eye(2048))
    line = refused(capsys, *words[1:], "--reference", tmp_path / "public.npz")
    assert "inception-2015-12-05" in line and "efficientnet-lite0" in line


@pytest.mark.slow  # each process loads torch: test_runner has two without the launcher
@pytest.mark.timeout(300)
def test_a_launcher_gives_the_same_numbers(tmp_path):
    """`torchrun` with two processes, one of which finds nothing to do, against one alone."""
    pictures = write_pictures(tmp_path / "pictures", 5)
    words = ["evaluate", "fid", "--images", pictures, "--reference", "scenes", *SCENES]
    words += ["--batch-size", 5, "--neighbours", 2, "--features", "efficientnet-lite0", "-o"]
    assert main([*map(str, words), str(tmp_path / "one")]) == 0
    launcher = [sys.executable, "-m", "torch.distributed.run", "--standalone"]
    launcher += ["--nproc-per-node", "2", "-m", "maskgil"]
    done = subprocess.run(
        [*launcher, *map(str, words), tmp_path / "two"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    one, two = (json.loads((tmp_path / name / "fid.json").read_text()) for name in ("one", "two"))
    assert two["measured"] == pytest.approx(one["measured"], rel=1e-9)
    assert two["count"] == 5 and two["reference"] == one["reference"]


def test_a_class_driven_model_of_any_shape(tmp_path):
    """`--size own`: its classes in turn, its shape from the file."""
    generator = TINY.load()
    weights = tmp_path / "weights"
    checkpoints.save(generator.masked, weights / "maskgil.safetensors")
    checkpoints.save(generator.tokenizer, weights / "tokenizer.safetensors")
    real = write_pictures(tmp_path / "real", 6, side=32)
    words = ["evaluate", "fid", "--size", "own", "--weights", weights, "--reference", real]
    words += ["--per-class", 2, "--steps", 2, "--features", "efficientnet-lite0"]
    words += ["--save-images", tmp_path / "drawn", "-o", tmp_path / "out"]
    assert main(list(map(str, words))) == 0
    assert len(list((tmp_path / "drawn").glob("*.png"))) == 12  # of 6 classes
    record = json.loads((tmp_path / "out" / "fid.json").read_text())
    assert record["steps"] == 2 and record["generated"]["prompts"] == {"classes": 6}
    assert set(record["generated"]["weights"]) == {"maskgil.safetensors", "tokenizer.safetensors"}


def test_ratios_of_two_models_in_one_table(tmp_path, capsys):
    """Table 5 of any masked model and its causal twin; a second run measures what is new."""
    generator = TINY.load()
    weights = tmp_path / "weights"
    checkpoints.save(generator.masked, weights / "maskgil.safetensors")
    checkpoints.save(generator.tokenizer, weights / "tokenizer.safetensors")
    twin = Transformer(generator.masked.config.replace(causal=True))
    checkpoints.save(twin, weights / "ar.safetensors")
    real = write_pictures(tmp_path / "real", 6, side=32)
    words = ["evaluate", "ratios", "--size", "own", "--weights", weights, "--reference", real]
    words += ["--num-samples", 6, "--steps", 2, "--features", "efficientnet-lite0"]
    words += ["-o", tmp_path / "out"]
    assert main([*map(str, words), "--ratios", "1,0"]) == 0
    said = capsys.readouterr().out
    assert "| AR share | steps | fed-efficientnet |" in said and "| 1 | 16 |" in said
    first = json.loads((tmp_path / "out" / "ratios.json").read_text())["rows"]
    assert main([*map(str, words), "--ratios", "1,0.5,0"]) == 0
    rows = json.loads((tmp_path / "out" / "ratios.json").read_text())["rows"]
    assert [rows[ratio]["steps"] for ratio in ("1", "0.5", "0")] == [16, 10, 2]
    assert rows["1"] == first["1"] and rows["0"] == first["0"]
    assert len({row["fed-efficientnet"] for row in rows.values()}) == 3
    assert "200" in (tmp_path / "out" / "ratios.md").read_text()  # the paper's steps
    assert "use --ratios" in refused(capsys, *words[1:], "--ar-ratio", 0.5)
    assert "--ratios is '2'" in refused(capsys, *words[1:], "--ratios", 2)


def test_steps_are_counted_on_the_grid_of_the_weights():
    options = argparse.Namespace(
        preset="nano", size=None, weights=None, steps=8, device="cpu", ar_ratio=0.0,
        random_weights=False,
    )  # fmt: skip
    assert evaluations(options, 0.0) == 8 and evaluations(options, 1.0) == 24 * 24
    options.preset, options.steps = "photo", None
    assert evaluations(options, 0.0) == 12


def test_photo_is_a_preset_of_evaluations(tmp_path, capsys):
    words = ["fid", "--preset", "photo", "--weights", tmp_path, "--reference", tmp_path]
    (tmp_path / "prompts.txt").write_text("a cat\na dog\n")
    words += ["--prompts", tmp_path / "prompts.txt", "-o", tmp_path / "out"]
    line = refused(capsys, *words)
    assert "unknown preset" not in line and ("diffusers" in line or str(tmp_path) in line), line


def test_rfid_of_the_shipped_tokenizer(tmp_path, capsys):
    words = ["evaluate", "rfid", "--images", "scenes", *SCENES, "--num-images", "4"]
    assert main([*words, "-o", str(tmp_path), "--features", "efficientnet-lite0"]) == 0
    measured = json.loads((tmp_path / "rfid.json").read_text())["measured"]
    assert measured["psnr"] > 18 and 0.5 < measured["ssim"] < 1
    assert 20 < measured["codes_used"] <= 576
    assert measured["codebook_usage"] == measured["codes_used"] / 8192
    assert measured["rfed-efficientnet"] > 0
    assert "rFID ↓" in (tmp_path / "rfid.md").read_text()
    said = capsys.readouterr().out
    assert "| PSNR, dB ↑ |" in said and "Not comparable" in said and f"{tmp_path}/rfid.md" in said


class SeesRed:
    """A detector of real pixels: one object where red prevails, as large as the red is."""

    def __call__(self, image):
        pixels = np.asarray(image.convert("RGB")).astype(int)
        red = (pixels[..., 0] > 140) & (pixels[..., 1:].max(-1) < 90)
        rows, columns = np.where(red)
        if len(rows) < 20:
            return []
        box = (columns.min(), rows.min(), columns.max(), rows.max())
        return [Detection("apple", 0.95, tuple(map(float, box)), "red")]


METADATA = [
    {"tag": "colors", "include": [{"class": "apple", "count": 1, "color": "red"}],
     "prompt": "a red apple"},
    {"tag": "single_object", "include": [{"class": "cat", "count": 1}], "prompt": "a cat"},
]  # fmt: skip


def write_metadata(folder: Path, rows=METADATA) -> Path:
    path = folder / "metadata.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


@pytest.mark.timeout(300)
def test_geneval_from_prompts_to_table(tmp_path, capsys, monkeypatch, small_pictures):
    """Two prompts by the shipped models, GenEval's folders, a detector, the tables."""
    monkeypatch.setitem(sys.modules, "detectors_for_test", argparse.Namespace(make=SeesRed))
    words = ["--metadata", write_metadata(tmp_path), "-o", tmp_path / "out"]
    words += ["--images-per-prompt", 2, "--steps", 2, "--detector", "detectors_for_test:make"]
    assert main(["evaluate", "geneval", *map(str, words)]) == 0
    images = tmp_path / "out" / "images"
    assert json.loads((images / "00001" / "metadata.jsonl").read_text()) == METADATA[1]
    samples = sorted(p.name for p in (images / "00000" / "samples").iterdir())
    assert samples == ["0000.png", "0001.png"]
    assert "| single object | 0.000 [0.000, " in capsys.readouterr().out
    record = json.loads((tmp_path / "out" / "geneval.json").read_text())
    measured = record["measured"]
    assert measured["single_object"] == 0.0 and measured["colors"] >= 0.5
    assert measured["overall"] == measured["colors"] / 2 and not measured["complete"]
    assert "colour attribution" in (tmp_path / "out" / "geneval.md").read_text()
    rows = [json.loads(row) for row in (tmp_path / "out" / "results.jsonl").open()]
    assert len(rows) == 4 and set(rows[0]) == {
        "filename", "tag", "prompt", "correct", "reason", "metadata", "details",
    }  # fmt: skip
    # The official scorer's results make the same table.
    results = ["--results", tmp_path / "out" / "results.jsonl", "-o", tmp_path / "again"]
    assert main(["evaluate", "geneval", *map(str, results)]) == 0
    again = json.loads((tmp_path / "again" / "geneval.json").read_text())
    assert again["measured"] == measured
    assert again["scored_by"].endswith("results.jsonl") and capsys.readouterr().out
    # Other settings are not mixed into the same folder.
    line = refused(capsys, "geneval", *words, "--seed", 7)
    assert "other settings" in line


def test_the_prompts_that_nano_can_draw_are_counted_by_category(tmp_path):
    path = write_metadata(tmp_path)
    rows = [
        {"tag": "single_object", "include": [{"class": "quasar", "count": 1}], "prompt": "x"},
        {"tag": "colors", "include": [{"class": "pulsar", "count": 1}], "prompt": "y"},
    ]
    path.write_text(path.read_text() + "".join(json.dumps(row) + "\n" for row in rows))
    options = argparse.Namespace(
        metadata=path, detector=None, preset="nano", weights=None, limit=None
    )
    prompts, origin = geneval._prompts(options, True)
    assert len(prompts) == 2 and origin["unknown_classes"] == ["pulsar", "quasar"]
    line = geneval._kept_line(origin)
    assert "Of 4 prompts nano knows the objects of 2" in line
    assert "colours 1 of 2, single object 1 of 2" in line and "pulsar, quasar" in line


@pytest.mark.timeout(300)
def test_schedules_grid_resumes(tmp_path, capsys, monkeypatch, small_pictures):
    monkeypatch.setitem(sys.modules, "detectors_for_test", argparse.Namespace(make=SeesRed))
    words = ["evaluate", "schedules", "-o", tmp_path, "--reference", "scenes", *SCENES]
    words += ["--num-samples", 2, "--batch-size", 2, "--features", "efficientnet-lite0"]
    words += ["--temperature", 3]  # so that chance shows which tokens are drawn together
    metadata = write_metadata(tmp_path, METADATA[:1])
    words += ["--metadata", metadata, "--detector", "detectors_for_test:make"]
    words += ["--images-per-prompt", 1]
    grid = ["--step-counts", "1,3", "--schedules", "cosine,arccos"]
    assert main([*map(str, words), "--step-counts", "1", "--schedules", "cosine"]) == 0
    first = json.loads((tmp_path / "schedules.json").read_text())["cells"]
    assert main([*map(str, words), *grid]) == 0
    record = json.loads((tmp_path / "schedules.json").read_text())
    cells = record["cells"]
    assert set(cells) == {"cosine-1", "cosine-3", "arccos-1", "arccos-3"}
    assert cells["cosine-1"] == first["cosine-1"]  # kept, seconds and all
    # One step is the same under every schedule; three, one of them for the things, are not.
    assert cells["cosine-1"]["fed-efficientnet"] == pytest.approx(
        cells["arccos-1"]["fed-efficientnet"], rel=1e-9
    )
    assert cells["cosine-3"]["fed-efficientnet"] != cells["arccos-3"]["fed-efficientnet"]
    assert record["best"]["fed-efficientnet"]["fed-efficientnet"] == min(
        cell["fed-efficientnet"] for cell in cells.values()
    )
    assert all(cell["geneval"] in (0.0, 1.0) for cell in cells.values())
    assert record["best"]["geneval"]["geneval"] == max(c["geneval"] for c in cells.values())
    assert len(list((tmp_path / "geneval" / "arccos-3").rglob("0000.png"))) == 1
    with Image.open(tmp_path / "schedules.png") as image:
        assert image.size[0] > 300
    assert "| 3 |" in (tmp_path / "schedules.md").read_text()
    said = capsys.readouterr().out
    assert said.count("| steps | cosine | arccos |") == 2 and f"{tmp_path}/schedules.md" in said
    assert "other settings" in refused(capsys, *words[1:], "--seed", 3)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["fid", "--reference", "/none", "--images", "/none"], "/none"),
        (["fid", "--reference", "x.npz", "--images", "{pictures}"], "no statistics at x.npz"),
        (["fid", "--reference", "scenes", "--images", "{pictures}"], "--art"),
        (["fid", "--reference", "scenes"], "give --art"),
        (["fid", "--reference", "scenes", "--images", "scenes"], "give --art"),
        (["fid", "--reference", "{pictures}", "--prompts", "/none.txt"], "none.txt"),
        (
            ["fid", "--reference", "{pictures}", "--size", "b", "--num-samples", "5"],
            "--random-weights",
        ),
        (["fid", "--reference", "{pictures}", "--size", "own"], "--size own needs --weights"),
        (
            ["fid", "--reference", "{pictures}", "--size", "own", "--weights", "/none"],
            "no weights at /none",
        ),
        (
            ["fid", "--reference", "{pictures}", "--size", "nano"],
            "choose one of b, l, xl, xxl, bert, tiny, small, base, large, own",
        ),
        (["fid", "--reference", "{pictures}", "--num-samples", "1"], "at least 2"),
        (
            ["fid", "--reference", "{pictures}", "--per-class", "2"],
            "--per-class is for class-driven",
        ),
        (
            ["fid", "--reference", "{pictures}", "--features", "vgg", "--images", "{pictures}"],
            "vgg",
        ),
        (["fid", "--reference", "{pictures}", "--preset", "mega", *SCENES], "nano, paper"),
        (["fid", "--reference", "{pictures}", *SCENES, "--steps", "0"], "num_steps is 0"),
        (
            ["fid", "--reference", "{pictures}", "--preset", "mega", "--prompts", "{prompts}"],
            "choose one of nano, paper, imagenet,",
        ),
        (["rfid", "--images", "{pictures}", "--tokenizer", "maskgil-nano"], "no tokenizer"),
        (["rfid", "--images", "{pictures}", "--tokenizer", "nothing"], "no weights named"),
        (["geneval", "--preset", "paper"], "give one of --metadata"),
        (["geneval", "--limit", "0"], "--limit is 0"),
        (["geneval", "--images", "{pictures}"], "--detector"),
        (["geneval", "--images", "{pictures}", "--detector", "none:x"], "MODULE:FUNCTION"),
        (["geneval", "--metadata", "/none.jsonl"], "none.jsonl"),
        (["geneval", "--results", str(ART / "@iconify-json/noto/chars.json")], "line 1"),
        (["geneval", "--results", "{pictures}/000.png"], "no text"),
        (
            ["schedules", "--reference", "{pictures}", *SCENES, "--step-counts", "a"],
            "--step-counts",
        ),
        (
            ["schedules", "--reference", "{pictures}", *SCENES, "--schedules", "sine"],
            "unknown schedule",
        ),
        (["schedules", "--reference", "{pictures}", *SCENES, "--steps", "4"], "--step-counts"),
        (["schedules", "--reference", "{pictures}", *SCENES, "--detector", "a:b"], "go together"),
    ],
)
def test_bad_commands_get_one_line(tmp_path, capsys, words, said):
    pictures = write_pictures(tmp_path / "pictures", 4)
    prompts = tmp_path / "prompts.txt"
    prompts.write_text(4 * "a cat\n", encoding="utf-8")
    words = [word.format(pictures=pictures, prompts=prompts) for word in words]
    assert said in refused(capsys, *words, "-o", tmp_path / "out")


@pytest.mark.parametrize("few", ["generated", "real"])
def test_too_few_pictures_for_precision_are_told_before_any_is_drawn(
    tmp_path, capsys, monkeypatch, few
):
    pictures = write_pictures(tmp_path / "pictures", 3 if few == "real" else 4)
    prompts = tmp_path / "prompts.txt"
    prompts.write_text("a cat\n" * (3 if few == "generated" else 4), encoding="utf-8")
    monkeypatch.setattr(DrawnPictures, "batch", lambda *_: pytest.fail("something was drawn"))
    words = ["fid", "--prompts", prompts, "--reference", pictures, "-o", tmp_path / "out"]
    assert f"3 {few} pictures are too few" in refused(capsys, *words)


@pytest.mark.parametrize("measure", ["fid", "ratios", "schedules"])
@pytest.mark.parametrize("damaged", [True, False])
def test_a_reference_that_cannot_be_read_is_told_before_anything_is_drawn(
    tmp_path, capsys, monkeypatch, measure, damaged
):
    pictures, prompts = tmp_path / "pictures", tmp_path / "prompts.txt"
    prompts.write_text("a cat\na dog\n", encoding="utf-8")
    if damaged:
        write_pictures(pictures, 2)
        (pictures / "broken.png").write_bytes((pictures / "000.png").read_bytes()[:60])
    monkeypatch.setattr(DrawnPictures, "batch", lambda *_: pytest.fail("something was drawn"))
    words = [measure, "--prompts", prompts, "--reference", pictures, "-o", tmp_path / "out"]
    assert ("broken.png" if damaged else str(pictures)) in refused(capsys, *words)


@pytest.mark.parametrize("measure", ["fid", "ratios"])
@pytest.mark.parametrize("left", [0, 9000, None])
def test_statistics_of_which_a_part_is_lost_are_told_before_weights_are_looked_for(
    tmp_path, capsys, measure, left
):
    """None: all of it is there, but some bytes are others."""
    path = tmp_path / "statistics.npz"
    np.savez(path, mu=np.zeros(2048), sigma=np.zeros((64, 64)))
    whole = path.read_bytes()
    path.write_bytes(whole[:8000] + b"x" * 100 + whole[8100:] if left is None else whole[:left])
    words = [measure, "--preset", "paper", "--reference", path, "-o", tmp_path / "out"]
    assert "is not a readable .npz file" in refused(capsys, *words)


def test_an_unknown_measure_gets_one_line(capsys):
    with pytest.raises(SystemExit) as stop:
        main(["evaluate", "beauty"])
    assert stop.value.code == 2
    assert "fid" in capsys.readouterr().err


@pytest.mark.parametrize("place", ["taken.png", "taken.png/within"])
@pytest.mark.parametrize("measure", ["fid", "ratios", "schedules"])
def test_a_file_where_the_results_go_is_told_before_anything_is_drawn(
    tmp_path, capsys, monkeypatch, measure, place
):
    pictures, prompts = write_pictures(tmp_path / "pictures", 4), tmp_path / "prompts.txt"
    prompts.write_text("a cat\n" * 4, encoding="utf-8")
    (tmp_path / "taken.png").touch()
    monkeypatch.setattr(DrawnPictures, "batch", lambda *_: pytest.fail("something was drawn"))
    words = [measure, "--prompts", prompts, "--reference", pictures, "-o", tmp_path / place]
    assert "taken.png is a file" in refused(capsys, *words)
