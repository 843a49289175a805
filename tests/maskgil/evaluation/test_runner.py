"""Feature networks, sets of pictures, and passes over them by any number of processes."""

import importlib.util
import io
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from maskgil.evaluation import feature_extractors as networks
from maskgil.evaluation.feature_extractors import (
    EfficientNetLite0,
    Inception,
    NetworkChoice,
    number_name,
)
from maskgil.evaluation.image_sets import (
    DrawnPictures,
    FolderPictures,
    Reconstructions,
    ScenePictures,
    load_tokenizer,
    whole_side,
)
from maskgil.evaluation.metrics import frechet_distance
from maskgil.evaluation.prompts import Prompts
from maskgil.evaluation.runner import EvaluationJob, FeatureRows, measure
from maskgil.nano.rendering.art import Art
from maskgil.nano.rendering.renderer import Renderer
from maskgil.nano.world.scene import Scene, Thing
from tests.helpers.tiny_evaluation import (
    ART,
    EFFICIENTNET,
    NOUNS,
    ROOT,
    Blots,
    tiny,
    write_pictures,
)


@pytest.fixture(scope="module")
def network() -> EfficientNetLite0:
    return EfficientNetLite0()


# Feature networks


def test_efficientnet_sees_and_is_never_called_fid(network):
    pictures = Blots(3, side=40).batch(0, 3).pictures
    vectors, logits = network(pictures)
    assert vectors.shape == (3, 1280) and logits.shape == (3, 1000)
    alone = network(pictures[1:2]).vectors
    assert torch.allclose(vectors[1:2], alone, atol=1e-4)
    assert float((vectors[0] - vectors[1]).norm()) > 0.1
    names = [number_name(q, network.info) for q in networks.OTHER_NAMES]
    assert names[:2] == ["fed-efficientnet", "rfed-efficientnet"]
    assert all("fid" not in name and name.endswith("-efficientnet") for name in names)
    with pytest.raises(ValueError, match="expected uint8"):
        network(pictures.float())


def test_efficientnet_knows_a_spider(network):
    """The weights are the trained ones and see pixels as they were trained to."""
    pixels = Renderer(Art(ART), size=192).draw(Scene((Thing("spider"),)))
    logits = network(torch.from_numpy(pixels).movedim(-1, 0)[None]).logits[0]
    arachnids = set(range(70, 80))  # of ImageNet: harvestman, scorpion, spiders, tick, centipede
    assert set(logits.topk(2).indices.tolist()) <= arachnids


@pytest.mark.parametrize("size", [(40, 70), (300, 200)])
def test_clean_resizing_is_pillows_in_floating_point(size):
    torch.manual_seed(0)
    picture = torch.randint(0, 256, (1, 3, *size), dtype=torch.uint8)
    made = networks.clean_resized(picture, 99)
    for channel, found in zip(picture[0], made[0], strict=True):
        plane = Image.fromarray(channel.float().numpy()).resize((99, 99), Image.Resampling.BICUBIC)
        wanted = np.asarray(plane).clip(0, 255)
        assert np.abs(found.numpy() - wanted).max() < 0.01
    assert torch.equal(
        networks.clean_resized(picture[..., :40, :40], 40).byte(), picture[..., :40, :40]
    )


def test_inception_with_clean_resizing_reads_clean_pictures_under_another_name(
    tmp_path, monkeypatch
):
    class Reads(torch.nn.Module):
        def __init__(self, *_):
            super().__init__()

        def forward(self, pictures):
            return pictures.float().mean((2, 3)), pictures

    monkeypatch.setattr(networks, "_inception_class", lambda: Reads)
    path = tmp_path / "inception.pth"
    torch.save({"a": torch.zeros(1)}, path)
    digest = networks.sha256_of(path)
    monkeypatch.setattr(networks, "INCEPTION_SHA256", digest[:8])
    choice = NetworkChoice("inception", str(path), resizing="clean")
    network, plain = choice.load(), NetworkChoice("inception", str(path)).load()
    pictures = Blots(2, side=32).batch(0, 2).pictures
    wanted = networks.clean_resized(pictures, 299).round().byte()
    assert torch.equal(network(pictures).logits, wanted)
    assert torch.equal(plain(pictures).logits, pictures)
    assert network.info.name != plain.info.name == "inception-2015-12-05"
    assert number_name("distance", network.info) == "fed-inception-clean"
    assert "clean-fid's way" in network.info.resizing


def inception_file(folder: Path) -> Path:
    """The Inception with random weights, as torch-fidelity stores it."""
    base = networks._inception_class()

    class Blank(base):
        def load_state_dict(self, state, strict=True):
            return None

    torch.manual_seed(0)
    buffer = io.BytesIO()
    torch.save({}, buffer)
    buffer.seek(0)
    blank = Blank("inception-v3-compat", ["2048"], buffer)
    path = folder / "inception.pth"
    torch.save(blank.state_dict(), path)
    return path


def test_inception_through_torch_fidelity(tmp_path, monkeypatch):
    if importlib.util.find_spec("torch_fidelity") is None:
        pytest.skip("torch-fidelity is not installed")
    path = inception_file(tmp_path)
    network = Inception(path)
    pictures = Blots(2, side=32).batch(0, 2).pictures
    vectors, logits = network(pictures)
    assert vectors.shape == (2, 2048) and logits.shape == (2, 1008)
    assert torch.equal(vectors, network.network(pictures)[0])
    digest = network.info.sha256
    assert number_name("distance", network.info) == f"fed-inception-{digest[:8]}"
    monkeypatch.setattr(networks, "INCEPTION_SHA256", digest[:8])
    published = Inception(path).info
    assert published.name == "inception-2015-12-05"
    assert [number_name(q, published) for q in ("distance", "score")] == ["fid", "inception_score"]
    torch.save({"fc.bias": torch.zeros(3)}, path)
    with pytest.raises(ValueError, match="does not hold the Inception"):
        Inception(path)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"name": "vgg"}, "auto, inception, efficientnet-lite0"),
        ({"resizing": "lanczos"}, "network, clean"),
        ({"name": "efficientnet-lite0", "weights": "x"}, "--inception-weights are given"),
        ({"name": "inception", "weights": "/none.pth"}, "no Inception weights at /none.pth"),
    ],
)
def test_bad_networks_are_refused(settings, said):
    with pytest.raises(ValueError, match=said):
        NetworkChoice(**settings).load()


def test_auto_takes_efficientnet_when_no_inception_is_at_hand(monkeypatch, tmp_path):
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    assert NetworkChoice().load().info.name == "efficientnet-lite0"
    with pytest.raises(ValueError, match="--inception-weights hub"):
        NetworkChoice("inception").load()


def test_weights_that_would_run_code_are_refused(tmp_path):
    class Evil:
        def __reduce__(self):
            return (os.system, (f"touch {tmp_path / 'ran'}",))

    torch.save({"a": Evil()}, tmp_path / "evil.pth")
    with pytest.raises(ValueError, match="not a readable file of weights"):
        Inception(tmp_path / "evil.pth")
    assert not (tmp_path / "ran").exists()


# Sets of pictures


def test_a_drawn_picture_depends_on_its_number_alone():
    whole = tiny(8).batch(0, 8).pictures
    other = tiny(20)
    assert torch.equal(torch.cat([other.batch(0, 3).pictures, other.batch(3, 8).pictures]), whole)
    assert not torch.equal(tiny(8, seed=6).batch(0, 8).pictures, whole)
    assert whole.dtype == torch.uint8 and whole.shape == (8, 3, 32, 32)


def test_drawn_pictures_resume_from_a_folder(tmp_path):
    whole = tiny(6).batch(0, 6).pictures
    kept = tiny(6, tmp_path)
    kept.batch(0, 4)
    (tmp_path / "000001.png").unlink()
    (tmp_path / "000002.png.part").write_bytes(b"half written")
    again = tiny(6, tmp_path)
    drawn = []
    monkeypatched = DrawnPictures.draw

    def watch(self, numbers):
        drawn.extend(numbers)
        return monkeypatched(self, numbers)

    DrawnPictures.draw = watch
    try:
        assert torch.equal(again.batch(0, 6).pictures, whole)
    finally:
        DrawnPictures.draw = monkeypatched
    assert drawn == [1, 4, 5]
    assert tiny(9, tmp_path).batch(6, 9).pictures.shape[0] == 3  # more of the same may follow
    with pytest.raises(ValueError, match="pictures of other settings"):
        tiny(6, tmp_path, seed=6)
    (tmp_path / "settings.json").unlink()
    with pytest.raises(ValueError, match=r"no settings\.json"):
        tiny(6, tmp_path)


def test_classes_come_evenly_and_prompts_in_turn(tmp_path):
    assert Prompts.classes(3, 7).values == (0, 1, 2, 0, 1, 2, 0)
    (tmp_path / "captions.txt").write_text("a cat\n\n a dog \n")
    (tmp_path / "captions.jsonl").write_text('{"prompt": "a cat"}\n{"prompt": "a dog"}\n')
    for name in ("captions.txt", "captions.jsonl"):
        assert Prompts.file(tmp_path / name).values == ("a cat", "a dog")
        assert Prompts.file(tmp_path / name, 3).values == ("a cat", "a dog", "a cat")
    (tmp_path / "bad.jsonl").write_text('{"text": "a cat"}')
    with pytest.raises(ValueError, match="JSON with a prompt"):
        Prompts.file(tmp_path / "bad.jsonl")
    (tmp_path / "empty.txt").write_text("\n")
    with pytest.raises(ValueError, match="no prompts"):
        Prompts.file(tmp_path / "empty.txt")


def test_folders_are_cut_and_bad_pictures_named(tmp_path):
    folder = write_pictures(tmp_path / "set", 3, side=30)
    assert FolderPictures(folder).batch(0, 3).pictures.shape == (3, 3, 30, 30)
    assert FolderPictures(folder, size=(16, 16), count=2).batch(0, 2).pictures.shape[-1] == 16
    plain = Blots(3, side=30).batch(1, 2).pictures
    assert torch.equal(FolderPictures(folder).batch(1, 2).pictures, plain)
    with pytest.raises(ValueError, match="holds 3 pictures; 4 were asked for"):
        FolderPictures(folder, count=4)
    (folder / "001.png").write_bytes(b"not a picture")
    with pytest.raises(ValueError, match=r"001\.png: not an image"):
        FolderPictures(folder).batch(0, 3)


def test_scenes_keep_to_their_nouns():
    scenes = ScenePictures(ART, count=6, side=48, nouns=NOUNS.split(","), first=3)
    for number, caption in enumerate(scenes.captions()):
        drawn = {thing.noun for thing in scenes._open().scene(3 + number).things}
        assert drawn <= set(NOUNS.split(",")), caption
    assert torch.equal(scenes.batch(2, 4).pictures, scenes.batch(0, 6).pictures[2:4])
    with pytest.raises(ValueError, match="at least two nouns"):
        ScenePictures(ART, count=2, nouns=["bench"])
    with pytest.raises(ValueError, match="unknown noun 'quasar'"):
        ScenePictures(ART, count=2, nouns=["bench", "quasar"])


def test_reconstructions_come_with_originals_and_codes():
    tokenizer = load_tokenizer("nano-tokenizer")
    side = whole_side(tokenizer)
    scenes = ScenePictures(ART, count=3, side=side, nouns=["bench", "vase"])
    made, originals, codes, size = Reconstructions(scenes, "nano-tokenizer").batch(0, 3)
    assert torch.equal(originals, scenes.batch(0, 3).pictures) and size == tokenizer.codebook_size
    assert codes.shape[0] == 3 and codes.shape[1] == codes.shape[2] > 1
    assert made.shape == originals.shape == (3, 3, side, side)
    error = (made.float() - originals.float()).square().mean()
    assert 10 * torch.log10(255**2 / error) > 18  # the shipped tokenizer, not noise
    with pytest.raises(ValueError, match="no tokenizer"):
        _ = Reconstructions(scenes, "maskgil-nano").model


# Passes


@pytest.mark.slow
def test_nothing_depends_on_the_processes(tmp_path):
    one, two = (
        measure(
            EvaluationJob(
                tiny(14, tmp_path / f"drawn-{n}"), EFFICIENTNET, 3, 2, tmp_path / f"features-{n}"
            ),
            n,
        )
        for n in (1, 2)
    )
    drawn = sorted((tmp_path / "drawn-1").glob("*.png"))
    assert len(drawn) == 14
    for path in drawn:
        assert path.read_bytes() == (tmp_path / "drawn-2" / path.name).read_bytes()
    assert one.vectors.count == two.vectors.count == 14 and one.size == (32, 32)
    assert torch.allclose(one.vectors.mean, two.vectors.mean, atol=1e-5)  # threads differ
    assert torch.allclose(one.vectors.covariance, two.vectors.covariance, atol=1e-5)
    assert one.score.compute() == pytest.approx(two.score.compute(), rel=1e-4)
    rows = [FeatureRows(found.feature_files, 1280)[0:14] for found in (one, two)]
    assert np.allclose(np.sort(rows[0], 0), np.sort(rows[1], 0), atol=1e-4)
    assert frechet_distance(one.vectors, two.vectors) == pytest.approx(0, abs=1e-3)


def test_errors_of_processes_are_the_users(tmp_path):
    with pytest.raises(ValueError, match="different sizes"):
        measure(EvaluationJob(Blots(6, odd=5), EFFICIENTNET, 1), 2)
    with pytest.raises(ValueError, match="processes is 0"):
        measure(EvaluationJob(Blots(2), EFFICIENTNET), 0)
    with pytest.raises(ValueError, match="batch_size is 0"):
        EvaluationJob(Blots(2), EFFICIENTNET, 0)


def test_feature_rows_are_one_array(tmp_path):
    rows = np.random.RandomState(0).randn(9, 4).astype(np.float32)
    paths = [tmp_path / name for name in ("a", "b", "c")]
    for path, part in zip(paths, (rows[:4], rows[4:4], rows[4:]), strict=True):
        path.write_bytes(part.tobytes())
    found = FeatureRows(paths, 4)
    assert found.shape == (9, 4)
    for start, stop in ((0, 9), (2, 6), (5, 7), (8, 20), (9, 10)):
        assert np.array_equal(found[start:stop], rows[start:stop])


@pytest.mark.slow
def test_memory_does_not_grow_with_the_set(tmp_path):
    """340 more pictures of 786 KB each, 267 MB: the process's peak stays within its noise."""

    def peak(count: int) -> int:
        code = (
            "import sys; sys.path.insert(0, 'tests')\n"
            "import resource\n"
            "from tiny_evaluation import *\n"
            "from maskgil.evaluation.runner import Job, collect\n"
            f"job = Job(Blots({count}, side=512), EFFICIENTNET, 8, splits=1,"
            f" features=Path({str(tmp_path)!r}))\n"
            "collect(job)\n"
            "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
        )
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return int(done.stdout.split()[-1])

    assert peak(400) < peak(60) + 120_000
