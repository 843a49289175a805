"""The paper preset: what it says without weights, and a whole folder of tiny ones end to end."""

import shutil

import pytest
import torch

from maskgil import checkpoints
from maskgil.__main__ import main
from maskgil.models.transformer import Transformer
from maskgil.pipelines.image_generator import ImageGenerator
from maskgil.pipelines.lumina.model import LuminaSource
from maskgil.pipelines.request import DrawRequest
from maskgil.presets import PRESETS, load_generator
from maskgil.prompts import Reading
from maskgil.sampling.config import SamplingConfig
from tests.helpers.tiny_paper import chameleon_tokenizer, write_paper


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_paper(tmp_path_factory.mktemp("paper"))


@pytest.fixture(scope="module")
def generator(folder) -> ImageGenerator:
    return load_generator("paper", weights=folder)


@pytest.fixture(autouse=True)
def no_hub(monkeypatch):
    """Nothing here may depend on what this machine has downloaded."""
    import huggingface_hub

    def snapshot(repo, **options):
        raise OSError("offline")

    monkeypatch.setattr(huggingface_hub, "snapshot_download", snapshot)


def said(error) -> str:
    message = str(error.value)
    assert "\n" not in message
    return message


def test_without_weights_one_line_says_which_and_where():
    with pytest.raises(ValueError, match="no weights for preset 'paper'") as error:
        load_generator("paper")
    message = said(error)
    for part in (
        "not public", "weights=", "tokenizer.safetensors", "Chameleon-VQ", "maskgil.safetensors",
        "MaskGIL-XL text", "train it", "gemma-2b/", "lumina/", "Alpha-VLLM/Lumina-mGPT-7B-512",
    ):  # fmt: skip
        assert part in message


def test_a_folder_that_lacks_something_is_told_so(folder, tmp_path):
    shutil.copy(folder / "tokenizer.safetensors", tmp_path)
    with pytest.raises(ValueError, match=r"lacks maskgil\.safetensors; expected") as error:
        load_generator("paper", weights=tmp_path)
    assert "MaskGIL-XL text" in said(error)
    shutil.copy(folder / "maskgil.safetensors", tmp_path)
    with pytest.raises(ValueError, match="google/gemma-2b") as error:
        load_generator("paper", weights=tmp_path)
    said(error)
    with pytest.raises(ValueError, match="no weights at") as error:
        load_generator("paper", weights=str(tmp_path / "none"))
    with pytest.raises(ValueError, match="hub gives no repository") as error:
        load_generator("paper", weights="nobody/maskgil-xl-text")
    said(error)


def test_every_part_comes_from_the_folder(generator):
    assert isinstance(generator.causal, LuminaSource)
    assert generator.encoder.dim == 12 and generator.encoder.max_length == 256
    assert generator.encoder.padding_side == "right"
    assert generator.grid_size == (32, 32) and generator.num_tokens == 1024
    assert generator.sampling == PRESETS["paper"].sampling


def test_it_draws_with_every_share_and_shape(generator):
    sizes = []
    for ratio, grid in ((0.0, (32, 32)), (0.02, (16, 64)), (1.0, (4, 6))):
        sampling = SamplingConfig(num_steps=3, ar_ratio=ratio)
        previews = list(
            generator.stream(
                DrawRequest(
                    "a red apple", seed=1, sampling=sampling, grid_size=grid, previews=False
                )
            )
        )
        assert previews[-1].stage == "done" and not (previews[-1].tokens == 32).any()
        sizes.append(previews[-1].images[0].size)
    assert sizes == [(256, 256), (512, 128), (48, 32)]


def test_a_model_that_reads_freely_leaves_nothing_out(generator):
    for wish in ("five forks on a wooden table", "🍎", "asdfghjkl", "(red:1.4) cat without a hat"):
        assert generator.read(wish) == Reading(wish, ())


def test_the_same_seed_draws_the_same_picture(generator):
    sampling = SamplingConfig(num_steps=2, ar_ratio=0.3)
    prompts = ["a red apple", "two cats in the snow"]
    both = generator.generate(prompts, seed=[1, 2], sampling=sampling, grid_size=(4, 6))
    again = generator.generate(prompts[1], seed=2, sampling=sampling, grid_size=(4, 6))
    assert both[1].tobytes() == again[0].tobytes() != both[0].tobytes()


def test_without_lumina_only_a_share_above_0_is_refused(folder, tmp_path):
    for name in ("tokenizer.safetensors", "maskgil.safetensors"):
        shutil.copy(folder / name, tmp_path)
    shutil.copytree(folder / "gemma-2b", tmp_path / "gemma-2b")
    generator = load_generator("paper", weights=tmp_path)
    assert generator.causal is None
    assert generator.generate("a", grid_size=(4, 4), sampling=SamplingConfig(num_steps=1))
    with pytest.raises(ValueError, match="no autoregressive model"):
        generator.generate("a", grid_size=(4, 4), sampling=SamplingConfig(ar_ratio=0.5))
    twin = Transformer(generator.config.replace(causal=True))
    checkpoints.save(twin, tmp_path / "ar.safetensors")
    assert isinstance(load_generator("paper", weights=tmp_path).causal, Transformer)


def test_a_causal_model_in_the_masked_models_place_is_refused(folder, tmp_path):
    shutil.copytree(folder, tmp_path / "mixed")
    config = checkpoints.load(folder / "maskgil.safetensors").config
    twin = Transformer(config.replace(causal=True))
    checkpoints.save(twin, tmp_path / "mixed" / "maskgil.safetensors")
    with pytest.raises(ValueError, match="expected a masked model"):
        load_generator("paper", weights=tmp_path / "mixed")


def test_with_chameleons_tokenizer_sizes_are_in_units_of_32_pixels(folder, tmp_path):
    whole = tmp_path / "whole"
    shutil.copytree(folder, whole)
    checkpoints.save(chameleon_tokenizer(), whole / "tokenizer.safetensors", dtype=None)
    generator = load_generator("paper", weights=whole)
    assert generator.image_size == (512, 512) and generator.num_tokens == 1024
    sampling = SamplingConfig(num_steps=2, ar_ratio=0.5)
    picture = generator.generate("a red apple", grid_size=(2, 8), sampling=sampling)[0]
    assert picture.size == (128, 32)
    ids = generator.source.prompt_ids("a red apple", (2, 8))
    names = {token: name for name, token in generator.source.vocabulary.names.items()}
    assert [names[i] for i in ids[-2:]] == ["<reserved08801>", "<reserved08804>"]


def test_in_bfloat16_as_on_a_gpu(generator):
    masked = Transformer(generator.config).eval()
    masked.load_state_dict(generator.masked.state_dict())
    half = ImageGenerator(
        generator.tokenizer, masked.bfloat16(), generator.causal, generator.encoder
    )
    sampling = SamplingConfig(num_steps=2, ar_ratio=0.25)
    *_, last = half.stream(DrawRequest("a cat", sampling=sampling, grid_size=(4, 4)))
    assert not (last.tokens == half.mask_id).any()
    assert torch.isfinite(half.masked.head.weight).all()


def test_from_the_command_line(folder, tmp_path, capsys):
    target = tmp_path / "out.png"
    words = ["sample", "a red apple", "--preset", "paper", "-o", str(target)]
    assert main(words) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "MaskGIL-XL text" in line and "lumina/" in line and not target.exists()
    words += ["--weights", str(folder), "--steps", "2"]
    assert main([*words, "--image-size", "512x128", "--ar-ratio", "0.01"]) == 0
    from PIL import Image

    assert Image.open(target).size == (512, 128)  # 16 x 64 tokens of this toy's 8 pixels
    for size, message in (("700x300", "multiples of 8"), ("512x512", "larger"), ("?", "512x512")):
        assert main([*words, "--image-size", size]) == 2
        assert message in capsys.readouterr().err
