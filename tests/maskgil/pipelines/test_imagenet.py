"""Preset imagenet: LlamaGen and Halton-MaskGIT on one tokenizer, and wishes as classes."""

import dataclasses
import json
import shutil

import pytest
import torch
from PIL import Image

from maskgil import checkpoints
from maskgil.__main__ import main
from maskgil.checkpoints import CheckpointError, from_halton_maskgit
from maskgil.checkpoints.registry import REGISTRY
from maskgil.config import TransformerConfig
from maskgil.models import adaln_transformer
from maskgil.models.adaln_transformer import AdaLNTransformer
from maskgil.models.bert import BertConfig, BidirectionalTransformer
from maskgil.models.transformer import Transformer
from maskgil.pipelines.image_generator import ImageGenerator
from maskgil.pipelines.request import DrawRequest
from maskgil.presets import load_generator
from maskgil.presets.choice import ModelChoice
from maskgil.presets.table import CAUSAL, MASKED, PRESETS, TOKENIZER
from maskgil.sampling.config import SamplingConfig
from maskgil.tokenizers import llamagen
from maskgil.tokenizers.llamagen import LlamaGenVQ
from maskgil.utils.command_line import status_of
from tests.helpers.plain.reference_files import read_reference
from tests.helpers.tiny_imagenet import CODES, GRID, HALTON, TWIN, VQ, write_imagenet


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Weights whose two models share a codebook and neither depth nor width."""
    return write_imagenet(tmp_path_factory.mktemp("imagenet"))


@pytest.mark.parametrize("ratio", ["0", "0.25", "1"])
@pytest.mark.parametrize("chosen", [["--preset", "imagenet"], ["--size", "own"]])
def test_two_sizes_in_one_folder_draw_at_every_ratio(folder, tmp_path, ratio, chosen):
    def sample(name: str, classes: str) -> bytes:
        target = tmp_path / name
        words = ["sample", *chosen, "--classes", classes, "--weights", str(folder)]
        steps = [] if ratio == "1" else ["--steps", "4"]  # of the masked model
        assert main([*words, "--ar-ratio", ratio, *steps, "-o", str(target)]) == 0
        return Image.open(target).tobytes()

    first = sample("x.png", "207,360")
    assert first == sample("y.png", "207,360") != sample("z.png", "360,207")


def test_a_generator_at_a_quarter_is_both_models(folder):
    generator = load_generator("imagenet", weights=folder)
    assert generator.has_ratio and generator.sampling == PRESETS["imagenet"].sampling
    sampling = dataclasses.replace(generator.sampling, ar_ratio=0.25)
    stages = [each.stage for each in generator.stream(DrawRequest([207, 360], 3, sampling))]
    assert stages.count("masked") and stages.count("ar") == 1 and stages[-1] == "done"


def test_captions_become_the_class_they_name(folder):
    generator = load_generator("imagenet", weights=folder)
    by_name = generator.generate(["a golden retriever on a beach"], seed=5)[0]
    assert by_name.tobytes() == generator.generate([207], seed=5)[0].tobytes()
    assert by_name.tobytes() != generator.generate([360], seed=5)[0].tobytes()
    drawn = generator.read("two Golden Retrievers!").drawn
    assert drawn.startswith("golden retriever (class 207; next: ") and drawn.count(",") == 2


@pytest.mark.parametrize("size", ["tiny", "bert"])
def test_other_sizes_draw_with_random_weights(size, tmp_path, monkeypatch):
    small = {"codebook_size": CODES, "max_grid_size": GRID}
    monkeypatch.setitem(adaln_transformer.SIZES, "tiny", HALTON)
    bert = BertConfig(num_layers=1, num_heads=2, dim=16, **small)
    monkeypatch.setattr("maskgil.models.bert.BertConfig", lambda: bert)
    monkeypatch.setattr(
        TransformerConfig, "named", classmethod(lambda cls, size: TWIN.replace(causal=False))
    )
    narrow = {"encoder_widths": (32,) * 5, "decoder_widths": (32,) * 5, "num_blocks": 1}
    shape = dataclasses.replace(llamagen.SIZES["llamagen-vq-f16"], stem_width=32, **narrow)
    monkeypatch.setitem(llamagen.SIZES, "llamagen-vq-f16", shape)
    words = ["sample", "--size", size, "--random-weights", "--classes", "1,2"]
    target = tmp_path / "x.png"
    assert main([*words, "--steps", "2", "--ar-ratio", "0.5", "-o", str(target)]) == 0
    assert Image.open(target).size == (2 * 64 + 4, 64)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--size", "small", "--classes", "1"], "--preset imagenet downloads them"),
        (["--size", "bert", "--classes", "1"], "nobody has published them"),
        (["--size", "huge", "--classes", "1"], "choose one of b, l, xl, xxl, bert, tiny"),
        (["--preset", "nano", "--classes", "1"], "--size or --preset imagenet"),
        (["--size", "tiny", "--random-weights", "--classes", "1", "--fast"], "--fast"),
    ],
)
def test_what_cannot_be_drawn_is_one_line(words, message, tmp_path, capsys):
    assert main(["sample", *words, "-o", str(tmp_path / "x.png")]) == 2
    err = capsys.readouterr().err
    assert message in err and err.count("\n") == 1


HUGE = "9" * 23


@pytest.mark.parametrize("chosen", [["--preset", "imagenet"], ["--size", "own"]])
@pytest.mark.parametrize(
    ("name", "other", "words", "message"),
    [
        (MASKED, CAUSAL, [], "maskgil.safetensors holds a model of kind 'transformer'"),
        (TOKENIZER, MASKED, [], "expected a tokenizer"),
        (CAUSAL, MASKED, ["--ar-ratio", "0.5"], "expected an autoregressive model"),
        (CAUSAL, None, ["--ar-ratio", "0.5"], CAUSAL),
        (None, None, ["--device", "foo"], "device is 'foo'"),
        (None, None, ["--device", "cuda:99"], "device is 'cuda:99'"),
        (None, None, ["--device", "meta"], "device is 'meta'"),
        (None, None, ["--seed", HUGE], f"seed is {HUGE}"),
        (None, None, ["--classes", HUGE], "must be 0 to 999"),
        (None, None, ["--classes", "-1"], "must be 0 to 999"),
    ],
)  # fmt: skip
def test_a_wrong_folder_device_or_number_is_one_line(
    folder, tmp_path, capsys, chosen, name, other, words, message
):
    """`name` of the folder is `other`'s file, or lacks."""
    shutil.copytree(folder, tmp_path / "x")
    if other is not None:
        shutil.copy(folder / other, tmp_path / "x" / name)
    elif name is not None:
        (tmp_path / "x" / name).unlink()
    target = tmp_path / "x.png"
    given = ["--weights", str(tmp_path / "x"), "--classes", "1", "-o", str(target)]
    assert main(["sample", *chosen, *given, *words]) == 2
    err = capsys.readouterr().err
    assert message in err and err.count("\n") == 1 and not target.exists()


def test_one_model_that_writes_all_knows_neither_fast_nor_a_share(folder, tmp_path, monkeypatch):
    generator = ImageGenerator(
        checkpoints.load(folder / TOKENIZER), None, checkpoints.load(folder / CAUSAL)
    )
    with pytest.raises(ValueError, match="--fast"):
        generator.generate([1], sampling=SamplingConfig().fast())
    choice = ModelChoice(preset="llamagen-t2i", ar_ratio=0.5)
    monkeypatch.setattr(ModelChoice, "_loaded", lambda self: generator)
    with pytest.raises(ValueError, match="one model writes all"):
        choice.load()


def test_a_download_is_said_once_and_without_a_hub_one_line_says_so(tmp_path, monkeypatch):
    """The hub's client is a folder here; its cache remembers what was fetched."""
    fetched = tmp_path / "ImageNet_256_tiny.pth"
    said: list[str] = []

    def download(repo, file):
        fetched.touch()
        return str(fetched)

    monkeypatch.setattr("huggingface_hub.hf_hub_download", download)
    monkeypatch.setattr(
        "huggingface_hub.try_to_load_from_cache",
        lambda repo, file: str(fetched) if fetched.exists() else None,
    )
    with pytest.raises(CheckpointError, match="cannot download the weights of halton-maskgit-tiny"):
        checkpoints.resolve("halton-maskgit-tiny")  # tests are offline
    monkeypatch.setattr("maskgil.checkpoints.files.hub_size", lambda repo, file: 280_000_000)
    for _ in range(2):
        assert checkpoints.resolve("halton-maskgit-tiny", say=said.append)[0] == fetched
    (line,) = said
    assert "ImageNet_256_tiny.pth of llvictorll/Halton-MaskGIT" in line and "0.3 GB" in line


def test_the_baseline_and_a_fixture_are_masked_models_for_the_generator():
    """What the generator needs, of each kind of masked model."""
    state, config, _ = read_reference("halton_maskgit")
    tokenizer = LlamaGenVQ(dataclasses.replace(VQ, codebook_size=config["codebook_size"])).eval()
    generator = ImageGenerator(tokenizer, from_halton_maskgit(state, config))
    assert generator.grid_size == (8, 8) and not generator.has_ratio
    generator.generate([3, 4], sampling=SamplingConfig(num_steps=2, order="halton"))
    bert = BertConfig(num_layers=1, num_heads=2, dim=16, codebook_size=CODES, max_grid_size=GRID)
    baseline = ImageGenerator(LlamaGenVQ(VQ).eval(), BidirectionalTransformer(bert).eval())
    assert len(baseline.generate([3], sampling=SamplingConfig(num_steps=2))) == 1


def test_presets_name_what_is_published():
    for name, preset in PRESETS.items():
        parts = [preset.tokenizer, preset.causal, *([preset.masked] if preset.masked else [])]
        assert all(part in REGISTRY for part in parts), name
    grids = {
        REGISTRY[PRESETS["imagenet-large"].causal].grid,
        REGISTRY["halton-maskgit-large-384"].grid,
    }
    assert grids == {24}


def test_the_causal_preset_writes_all(folder, tmp_path):
    generator = ImageGenerator(
        checkpoints.load(folder / TOKENIZER), None, checkpoints.load(folder / CAUSAL)
    )
    assert not generator.has_ratio
    last = [*generator.stream(DrawRequest([1], sampling=SamplingConfig(), previews=False))][-1]
    assert last.num_steps == 16 and not (last.tokens == generator.mask_id).any()
    metadata = checkpoints.read_metadata(folder / CAUSAL)
    assert json.loads(metadata["config"])["causal"]


def test_too_little_memory_is_one_line(capsys):
    assert status_of(lambda: torch.empty(2**50), "x") == 2  # a petabyte
    err = capsys.readouterr().err
    assert err.startswith("x: too little memory") and err.count("\n") == 1

    def broken():
        raise RuntimeError("a fault of the program")

    with pytest.raises(RuntimeError):
        status_of(broken, "x")


def refused(capsys, tmp_path, *words: str) -> str:
    """The one line on which `sample` ends."""
    assert main(["sample", *words, "-o", str(tmp_path / "x.png")]) == 2
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    return err


@pytest.mark.parametrize("preset", ["nano", "paper", "llamagen-t2i"])
def test_a_preset_driven_by_captions_names_weights_driven_by_classes(
    folder, tmp_path, capsys, preset
):
    err = refused(capsys, tmp_path, "a cat", "--preset", preset, "--weights", str(folder))
    file = CAUSAL if preset == "llamagen-t2i" else MASKED
    assert f"{file} is driven by classes, this preset's models by captions" in err


def test_preset_imagenet_names_weights_driven_by_captions(tmp_path, capsys):
    shipped = str(checkpoints.resolve("maskgil-nano")[0].parent)
    err = refused(capsys, tmp_path, "--preset", "imagenet", "--classes", "1", "--weights", shipped)
    assert f"{MASKED} is driven by captions, this preset's models by classes" in err


def test_a_share_whose_model_cannot_be_downloaded_names_its_file(folder, monkeypatch):
    alone = load_generator("imagenet", weights=folder, causal=False)
    monkeypatch.setattr(ModelChoice, "_loaded", lambda self: alone)
    with pytest.raises(ValueError, match=r"cannot download the weights of llamagen-b .*c2i_B_256"):
        ModelChoice("imagenet", ar_ratio=0.5).load()


def test_size_names_a_file_that_is_given_as_a_folder(folder, tmp_path, capsys):
    words = ("--size", "own", "--classes", "1", "--weights", str(folder / MASKED))
    assert "--weights is the file" in refused(capsys, tmp_path, *words)


@pytest.fixture(scope="module")
def large(folder, tmp_path_factory):
    """The same with models of 24 x 24 tokens, as those of 384 x 384 pixels have."""
    path = tmp_path_factory.mktemp("large")
    shutil.copy(folder / TOKENIZER, path)
    grid = {"max_grid_size": (24, 24)}
    checkpoints.save(AdaLNTransformer(HALTON.replace(**grid)), path / MASKED, dtype=None)
    checkpoints.save(Transformer(TWIN.replace(**grid)), path / CAUSAL, dtype=None)
    return path


@pytest.mark.parametrize("share", [[], ["--ar-ratio", "0.25"]])
def test_weights_of_another_size_name_their_preset(large, tmp_path, capsys, share):
    words = ["--classes", "1", *share]
    err = refused(capsys, tmp_path, "--preset", "imagenet", "--weights", str(large), *words)
    assert f"{MASKED} is of 24 x 24 tokens" in err and "--preset imagenet-large" in err
    small = tmp_path / "small"
    shutil.copytree(large, small)
    grid = HALTON.replace(max_grid_size=(16, 16))
    checkpoints.save(AdaLNTransformer(grid), small / MASKED, dtype=None)
    err = refused(capsys, tmp_path, "--preset", "imagenet-large", "--weights", str(small), *words)
    assert "16 x 16" in err and "--preset imagenet or imagenet-tiny or imagenet-base" in err


@pytest.mark.parametrize("chosen", [["--preset", "imagenet"], ["--size", "own"]])
def test_a_twin_of_another_grid_is_one_line(folder, large, tmp_path, capsys, chosen):
    mixed = tmp_path / "mixed"
    shutil.copytree(folder, mixed)
    shutil.copy(large / CAUSAL, mixed)
    words = [*chosen, "--classes", "1", "--weights", str(mixed), "--ar-ratio", "0.5"]
    err = refused(capsys, tmp_path, *words)
    assert f"{CAUSAL} is of 24 x 24 tokens" in err


@pytest.mark.parametrize("chosen", [["--preset", "imagenet"], ["--size", "own"]])
def test_published_files_in_a_folder_are_to_be_converted(folder, tmp_path, capsys, chosen):
    raw = tmp_path / "my weights"
    raw.mkdir()
    shutil.copy(folder / TOKENIZER, raw)
    (raw / "ImageNet_256_small.pth").touch()
    words = [*chosen, "--classes", "1", "--weights", str(raw)]
    err = refused(capsys, tmp_path, *words)
    source, target = (f"'{raw / name}'" for name in ("ImageNet_256_small.pth", MASKED))
    assert f"`python -m maskgil convert {source} {target}`" in err
    (raw / "ImageNet_256_small.pth").rename(raw / "mine.pt")
    err = refused(capsys, tmp_path, *words)
    assert f"mine.pt' {target}`, if it is that model" in err


RANDOM = ["--size", "tiny", "--random-weights"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--size", "small", "--preset", "photo"], "name two models"),
        (["--preset", "/some/where"], "weights are given by --weights"),
        ([*RANDOM, "--weights", "x"], "give one of them"),
        ([*RANDOM, "--ar-ratio", "1", "--steps", "4"], "--steps is of the masked model"),
        ([*RANDOM, "--ar-ratio", "1", "--fast"], "--fast is of the masked model"),
        ([*RANDOM, "--ar-ratio", "1", "--order", "halton"], "--order is of the masked model"),
        ([*RANDOM, "--ar-guidance", "3"], "--ar-guidance is of the share"),
        (["--preset", "llamagen-t2i", "--steps", "4"], "llamagen-t2i has none"),
        (["--preset", "photo", "--ar-ratio", "0.5"], "photo has no twin"),
        (["--preset", "photo", "--fast"], "photo has no features to keep"),
        ([*RANDOM, "--draft-strength", "2"], "--draft-strength is of models that read drafts"),
        (["--preset", "imagenet", "a cat"], "either --classes 207,360,387 or captions"),
    ],
)
def test_an_option_that_would_do_nothing_is_told(words, message, tmp_path, capsys):
    assert message in refused(capsys, tmp_path, "--classes", "1", *words)


def test_a_class_driven_model_has_one_size(folder, tmp_path, capsys):
    words = ["--preset", "imagenet", "--classes", "1", "--weights", str(folder), "--steps", "1"]
    err = refused(capsys, tmp_path, *words, "--image-size", "8x4")
    assert "--image-size is 8x4; this model draws 8x8 only" in err
    assert main(["sample", *words, "--image-size", "8x8", "-o", str(tmp_path / "y.png")]) == 0
    assert "draws classes: give either" in refused(capsys, tmp_path, "--preset", "imagenet")


def test_evaluation_tells_an_option_that_would_do_nothing(folder, tmp_path, capsys):
    words = ["fid", "--preset", "imagenet", "--weights", str(folder), "--reference", str(tmp_path)]
    given = ["--ar-ratio", "1", "--steps", "4", "-o", str(tmp_path / "out")]
    assert main(["evaluate", *words, *given]) == 2
    err = capsys.readouterr().err
    assert "--steps is of the masked model" in err and not (tmp_path / "out").exists()
