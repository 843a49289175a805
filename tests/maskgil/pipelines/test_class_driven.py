"""Class-driven pictures from the command line: published files, converted, then drawn."""

import dataclasses

import numpy as np
import pytest
import torch
from PIL import Image

from maskgil.__main__ import main
from maskgil.checkpoints import from_llamagen_vq
from maskgil.config import SIZES, TransformerConfig
from maskgil.tokenizers import llamagen
from maskgil.utils.images import from_pixels
from tests.helpers.plain import tokenizers as plain_tokenizers
from tests.helpers.plain import transformers as plain_transformers
from tests.helpers.plain.tokenizers import Weights
from tests.maskgil.checkpoints.test_parity_other_sizes import C2I, greedy

GPT = {**C2I, "block_size": 16}
VQ = {
    "codebook_size": 30, "codebook_embed_dim": 6, "ch": 32, "z_channels": 20, "num_res_blocks": 1,
    "ch_mult": [1, 2],
}  # fmt: skip


def louder(weights: Weights) -> Weights:
    """With residual branches large enough that the condition and earlier tokens matter."""
    for key in weights.state:
        if key.endswith(("wqkv.weight", "wo.weight", "w2.weight")):
            weights.state[key] *= 3
    return weights


@pytest.fixture(scope="module")
def states() -> dict:
    """LlamaGen's tokenizer, LlamaGen and the released MaskGIL, tiny, as they are published."""
    tokenizer, causal, masked = Weights(seed=1), Weights(seed=2), Weights(seed=3)
    plain_tokenizers.llamagen(tokenizer, VQ, torch.rand(1, 3, 8, 8))
    tokens, labels = torch.zeros(1, 16, dtype=torch.long), torch.zeros(1, dtype=torch.long)
    plain_transformers.llamagen_gpt(causal, GPT, tokens, labels)
    plain_transformers.maskgil_released(masked, GPT, tokens, labels)
    return {"tokenizer": tokenizer, "ar": louder(causal), "maskgil": louder(masked)}


@pytest.fixture(scope="module")
def folder(states, tmp_path_factory):
    """--weights FOLDER, made by nothing but `python -m maskgil convert`."""
    path = tmp_path_factory.mktemp("weights")
    for name, weights in states.items():
        wrapper = "model_state_dict" if name == "maskgil" else "model"
        torch.save({wrapper: weights.state}, path / f"{name}.pt")
        words = ["convert", str(path / f"{name}.pt"), str(path / f"{name}.safetensors")]
        told = [] if name == "tokenizer" else ["--heads", "6", "--grid", "4"]
        assert main([*words, *told]) == 0
    return path


@pytest.fixture(autouse=True)
def tiny(monkeypatch):
    """Size b and its tokenizer at the size of these files."""
    small = TransformerConfig(
        num_layers=3, num_heads=6, dim=48, codebook_size=30, max_grid_size=(4, 4), num_classes=5,
        hidden_multiple_of=16,
    )  # fmt: skip
    monkeypatch.setitem(SIZES, "b", small)
    narrow = {"encoder_widths": (32,) * 5, "decoder_widths": (32,) * 5, "num_blocks": 1}
    shape = dataclasses.replace(llamagen.SIZES["llamagen-vq-f16"], stem_width=32, **narrow)
    monkeypatch.setitem(llamagen.SIZES, "llamagen-vq-f16", shape)


def sample(target, *words: str) -> Image.Image:
    assert main(["sample", "--size", "b", "-o", str(target), *words]) == 0
    return Image.open(target)


def test_llamagens_files_draw_what_its_plain_reading_writes(states, folder, tmp_path):
    """From the published pickles to the PNG: greedy tokens of a plain reading, decoded."""
    words = ["--classes", "4,1", "--weights", str(folder), "--ar-ratio", "1"]
    drawn = sample(tmp_path / "x.png", *words, "--temperature", "0", "--guidance", "2.5")
    tokens = greedy(states["ar"], GPT, torch.tensor([4, 1]), 2.5)
    assert not torch.equal(tokens[0], tokens[1])
    decoder = from_llamagen_vq(states["tokenizer"].state, VQ)
    pictures = from_pixels(decoder.decode(tokens.view(2, 4, 4)))
    assert drawn.size == (8 + 4 + 8, 8)
    for picture, left in zip(pictures, (0, 12), strict=True):
        part = np.asarray(drawn.crop((left, 0, left + 8, 8)), dtype=int)
        assert np.abs(part - np.asarray(picture, dtype=int)).max() <= 1  # of rounding
        assert part.std() > 1


@pytest.mark.parametrize("ratio", ["0", "0.5"])
def test_the_released_maskgil_draws_and_completes(folder, tmp_path, ratio):
    words = ["--weights", str(folder), "--ar-ratio", ratio, "--steps", "3"]
    one = sample(tmp_path / "x.png", "--classes", "0,2,4", *words)
    assert one.size == (2 * 8 + 4, 2 * 8 + 4)
    again = sample(tmp_path / "y.png", "--classes", "0,2,4", *words)
    other = sample(tmp_path / "z.png", "--classes", "1,3,0", *words)
    assert one.tobytes() == again.tobytes() != other.tobytes()


@pytest.mark.parametrize("ratio", ["0", "0.5"])
def test_random_weights_draw_a_grid_for_a_smoke_run(tmp_path, ratio):
    words = ["--random-weights", "--steps", "2", "--ar-ratio", ratio]
    picture = sample(tmp_path / "x.png", "--classes", "2,0,4", *words)
    assert picture.size == (2 * 64 + 4, 2 * 64 + 4)  # 4 x 4 tokens of LlamaGen-VQ's 16 pixels
    picture = sample(tmp_path / "x.png", "--classes", "2,0,4", *words, "--columns", "3")
    assert picture.size == (3 * 64 + 8, 64)


@pytest.mark.parametrize(
    ("size", "file"),
    [("b", "c2i_B_256.pt"), ("l", "c2i_L_256.pt"), ("xl", "c2i_XL_384.pt"),
     ("xxl", "c2i_XXL_384.pt")],
)  # fmt: skip
def test_without_weights_one_line_says_where_they_come_from(size, file, tmp_path, capsys):
    target = tmp_path / "x.png"
    words = ["sample", "--size", size, "--classes", "207,360,387", "-o", str(target)]
    assert main(words) == 2
    out, err = capsys.readouterr()
    assert not out and err.count("\n") == 1 and not target.exists()
    for part in (
        f"no weights for size {size}", "on no hub", "--weights", "vq_ds16_c2i.pt", file,
        "FoundationVision/LlamaGen", "maskgil convert", "maskgil train", "--random-weights",
    ):  # fmt: skip
        assert part in err


@pytest.mark.slow
def test_the_real_size_b_with_random_weights(tmp_path, monkeypatch):
    monkeypatch.undo()
    picture = sample(tmp_path / "x.png", "--classes", "207,360,387", "--random-weights")
    assert picture.size == (2 * 256 + 4, 2 * 256 + 4)
    assert np.asarray(picture).std() > 1


@pytest.mark.parametrize("ratio", ["0", "0.5"])
def test_weights_in_bfloat16_draw_too(folder, tmp_path, ratio):
    from maskgil.presets.choice import ModelChoice

    choice = ModelChoice(size="own", weights=str(folder), ar_ratio=float(ratio), dtype="bfloat16")
    generator = choice.load()
    assert generator.masked.token_embedding.weight.dtype == torch.bfloat16
    assert generator.tokenizer.codebook.weight.dtype == torch.float32
    words = ["sample", "--size", "own", "--weights", str(folder), "--classes", "0,1", "--dtype"]
    words += ["bfloat16", "--ar-ratio", ratio, "-o", str(tmp_path / "out.png")]
    assert main(words) == 0 and (tmp_path / "out.png").is_file()


def test_a_dtype_is_for_class_driven_models(tmp_path, capsys):
    words = ["sample", "a cat", "--dtype", "bfloat16", "-o", str(tmp_path / "x.png")]
    assert main(words) == 2 and "--dtype is for class-driven" in capsys.readouterr().err
