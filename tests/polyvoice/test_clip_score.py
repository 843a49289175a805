"""Scorers: CLIP of transformers at toy size, clip-nano, and the two scores."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from maskgil.checkpoints import save
from polyvoice.clip_nano.model import ClipNano, ClipNanoConfig
from polyvoice.scoring.clip_score import (
    ScorerError,
    image_clipscore,
    load_scorer,
    text_clipscore,
    to_square,
)


def picture(seed: int, size: tuple[int, int] = (64, 48)) -> Image.Image:
    noise = np.random.default_rng(seed).integers(0, 255, (size[1], size[0], 3), dtype=np.uint8)
    return Image.fromarray(noise)


@pytest.fixture(scope="module")
def toy_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A CLIP of transformers with random weights and a vocabulary of letters, as a folder."""
    from transformers import CLIPConfig, CLIPModel, CLIPTokenizer

    folder = tmp_path_factory.mktemp("clip")
    letters = "abcdefghijklmnopqrstuvwxyz,."
    words = [*letters, *(letter + "</w>" for letter in letters)]
    vocabulary = {word: i for i, word in enumerate([*words, "<|startoftext|>", "<|endoftext|>"])}
    (folder / "vocab.json").write_text(json.dumps(vocabulary))
    (folder / "merges.txt").write_text("#version: 0.2\n")
    end = len(vocabulary) - 1
    small = {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 2}
    config = CLIPConfig(
        text_config={
            **small, "num_attention_heads": 2, "vocab_size": len(vocabulary),
            "max_position_embeddings": 77, "eos_token_id": end, "bos_token_id": end - 1,
        },
        vision_config={**small, "num_attention_heads": 2, "image_size": 32, "patch_size": 16},
        projection_dim=8,
    )  # fmt: skip
    torch.manual_seed(0)
    CLIPModel(config).save_pretrained(folder)
    CLIPTokenizer(str(folder / "vocab.json"), str(folder / "merges.txt")).save_pretrained(folder)
    return folder


def test_clip_by_path_gives_transformers_features(toy_clip: Path) -> None:
    from transformers import AutoTokenizer, CLIPModel

    scorer = load_scorer(str(toy_clip))
    assert scorer.name == str(toy_clip)
    one = scorer.text("a red cat.")
    model, words = CLIPModel.from_pretrained(toy_clip), AutoTokenizer.from_pretrained(toy_clip)
    with torch.no_grad():
        said = model.text_model(**words(["a red cat."], return_tensors="pt")).pooler_output
        expected = model.text_projection(said)[0]
        square = to_square(picture(0), 32)
        mean = torch.tensor([0.48145466, 0.4578275, 0.40821073])[:, None, None]
        spread = torch.tensor([0.26862954, 0.26130258, 0.27577711])[:, None, None]
        seen = model.vision_model(pixel_values=((square - mean) / spread)[None]).pooler_output
        shown = model.visual_projection(seen)[0]
    torch.testing.assert_close(one, expected / expected.norm())
    torch.testing.assert_close(scorer.image(picture(0)), shown / shown.norm())


def test_long_texts_are_cut_and_keep_their_end_token(toy_clip: Path) -> None:
    scorer = load_scorer(str(toy_clip))
    long = "many cats " * 60
    batch = scorer.tokenizer([long], truncation=True, max_length=77)  # type: ignore[attr-defined]
    assert len(batch["input_ids"][0]) == 77
    assert batch["input_ids"][0][-1] == scorer.tokenizer.eos_token_id  # type: ignore[attr-defined]
    assert scorer.text(long).norm() == pytest.approx(1.0)


def test_preparation_is_clips_own(toy_clip: Path) -> None:
    transformers = pytest.importorskip("transformers")
    kind = getattr(transformers, "CLIPImageProcessorPil", None)
    if kind is None:
        pytest.skip("this transformers has no preparation without torchvision")
    prepare = kind(size={"shortest_edge": 32}, crop_size=32, do_normalize=False)
    for size in ((64, 48), (40, 90), (32, 32), (20, 30)):
        theirs = prepare(picture(1, size), return_tensors="pt")["pixel_values"][0]
        torch.testing.assert_close(to_square(picture(1, size), 32), theirs, atol=2 / 255, rtol=0)


def test_scores_are_raw_cosines() -> None:
    one, other = torch.tensor([1.0, 0.0]), torch.tensor([0.6, -0.8])
    assert text_clipscore(one, other) == pytest.approx(60.0)
    assert image_clipscore(one, other) == pytest.approx(0.6)
    assert text_clipscore(one, -one) == pytest.approx(-100.0)


def test_clip_nano_from_a_file(tmp_path: Path) -> None:
    torch.manual_seed(0)
    path = tmp_path / "toy.safetensors"
    config = ClipNanoConfig(width=32, mixer_layers=1, text_width=32, dim=16)
    save(ClipNano(config), path)
    scorer = load_scorer(str(path))
    assert scorer.name.startswith("clip-nano")
    shown, said = scorer.image(picture(0, (96, 96))), scorer.text("a red cat")
    assert shown.shape == said.shape == (16,)
    assert -1 <= image_clipscore(shown, said) <= 1
    torch.testing.assert_close(scorer.image(picture(0, (96, 96))), shown, rtol=0, atol=0)


def test_missing_weights_are_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    for name in (str(tmp_path), "clip-vit-base-patch32", "nobody/no-such-clip"):
        with pytest.raises(ScorerError, match="no CLIP weights for") as caught:
            load_scorer(name)
        assert "\n" not in str(caught.value)
        assert "--clip clip-nano" in str(caught.value)
