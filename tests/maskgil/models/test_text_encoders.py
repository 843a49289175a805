"""The frozen text encoders: real MiniLM, and the other kinds at tiny size."""

import shutil
from pathlib import Path

import pytest
import torch

from maskgil.models.text_encoders import load
from maskgil.models.text_encoders.load import TextEncoderError, load_text_encoder

SMAPS = Path("/proc/self/smaps")  # what of each mapped file is in memory


@pytest.fixture(scope="module")
def minilm():
    return load_text_encoder("minilm")


def test_features_are_one_a_token_with_padding_on_the_right(minilm):
    caption = minilm.encode(["a red apple", "two green trees next to a house"])
    assert (minilm.dim, minilm.max_length) == (384, 64)
    assert caption.embeds.shape == (2, 9, 384) and caption.mask.sum(-1).tolist() == [5, 9]
    assert caption.mask[0, :5].all() and not caption.embeds[0, 5:].any()
    assert not caption.embeds.requires_grad and not caption.embeds.is_inference()


def test_our_bert_equals_transformers(minilm):
    from transformers import AutoModel, AutoTokenizer

    folder, _ = load.resolve_encoder("minilm")
    reference = load.HuggingFaceEncoder(
        AutoModel.from_pretrained(folder), AutoTokenizer.from_pretrained(folder),
        max_length=64, padding_side="right",
    )  # fmt: skip
    texts = ["Two green trees next to a house.", "a cat", "çà et là: 北京 🍎", "apple " * 100, ""]
    ours, theirs = minilm.encode(texts), reference.encode(texts)
    assert torch.equal(ours.mask, theirs.mask)
    torch.testing.assert_close(ours.embeds, theirs.embeds, rtol=0, atol=1e-5)


@pytest.mark.skipif(not SMAPS.is_file(), reason="no Linux")
def test_little_of_the_weights_file_stays_in_memory(tmp_path):
    """The model has copies of all but the words' embeddings, and of these those that were said."""
    folder, _ = load.resolve_encoder("minilm")
    for name in ("config.json", "tokenizer.json", "model.safetensors"):
        shutil.copy(folder / name, tmp_path)
    encoder = load_text_encoder(str(tmp_path))
    assert encoder.encode(["a red apple"]).embeds.shape == (1, 5, 384)
    maps = SMAPS.read_text(encoding="utf-8").split(str(tmp_path / "model.safetensors"))[1:]
    resident = [int(each.split("Rss:")[1].split()[0]) << 10 for each in maps]  # bytes
    assert resident and sum(resident) < (tmp_path / "model.safetensors").stat().st_size / 8


def test_other_weights_under_the_pinned_name_are_refused(monkeypatch, tmp_path):
    folder, entry = load.resolve_encoder("minilm")
    for name in ("config.json", "tokenizer.json"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    (tmp_path / "model.safetensors").write_bytes(b"other")
    monkeypatch.setattr(load, "resolve_encoder", lambda name, **_: (tmp_path, entry))
    with pytest.raises(TextEncoderError, match="not the file pinned for 'minilm'"):
        load_text_encoder("minilm")


def test_a_caption_alone_equals_itself_in_a_batch(minilm):
    texts = ["a red apple", "two green trees next to a house", "a cat"]
    batch = minilm.encode(texts)
    for row, text in enumerate(texts):
        alone = minilm.encode([text]).embeds[0]
        torch.testing.assert_close(batch.embeds[row, : len(alone)], alone, rtol=0, atol=1e-4)


def test_long_captions_are_cut_at_the_limit(minilm):
    assert minilm.encode(["apple " * 500]).embeds.shape == (1, 64, 384)


def test_meaning_is_near_where_words_differ(minilm):
    caption = minilm.encode(["a puppy", "a small dog", "a red car"])
    mean = caption.embeds.sum(1) / caption.mask.sum(1, keepdim=True)
    likeness = torch.nn.functional.cosine_similarity(mean[0], mean[1:])
    assert likeness[0] > likeness[1] + 0.2


def test_the_hub_is_not_asked_when_the_package_is_there(monkeypatch):
    asked = []

    def hub(repo, *, local):
        asked.append(local)
        return None

    monkeypatch.setattr(load, "_hub_folder", hub)
    folder, entry = load.resolve_encoder("minilm")
    assert folder.name == "model" and entry is load.ENCODERS["minilm"]
    assert asked == [True]


def test_a_path_comes_first_and_missing_weights_are_named(monkeypatch, tmp_path):
    monkeypatch.setattr(load, "_hub_folder", lambda repo, *, local: None)
    with pytest.raises(TextEncoderError, match="google/gemma-2b"):
        load_text_encoder("gemma-2b")
    with pytest.raises(TextEncoderError, match=r"'bert'.*minilm"):
        load_text_encoder("bert")
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(TextEncoderError, match="cannot load") as caught:
        load_text_encoder(str(tmp_path))
    assert "\n" not in str(caught.value)


def _tokenizer(folder) -> None:
    """A word-level tokenizer in transformers' layout."""
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    words = ["<pad>", "</s>", "<unk>", "a", "red", "apple", "two", "cats"]
    inner = Tokenizer(models.WordLevel({w: i for i, w in enumerate(words)}, unk_token="<unk>"))
    inner.pre_tokenizer = pre_tokenizers.Whitespace()
    PreTrainedTokenizerFast(
        tokenizer_object=inner, pad_token="<pad>", eos_token="</s>", unk_token="<unk>"
    ).save_pretrained(folder)


@pytest.mark.parametrize("kind", ["t5", "gemma"])
def test_the_large_encoders_run_by_the_same_code_at_tiny_size(kind, tmp_path):
    import transformers

    torch.manual_seed(0)
    _tokenizer(tmp_path)
    if kind == "t5":
        config = transformers.T5Config(
            vocab_size=8, d_model=12, d_kv=4, d_ff=16, num_layers=1, num_heads=2
        )
        transformers.T5ForConditionalGeneration(config).save_pretrained(tmp_path)
    else:
        config = transformers.GemmaConfig(
            vocab_size=8, hidden_size=12, intermediate_size=16, num_hidden_layers=1,
            num_attention_heads=2, num_key_value_heads=1, head_dim=4,
        )  # fmt: skip
        transformers.GemmaForCausalLM(config).save_pretrained(tmp_path)
    side = "left" if kind == "t5" else "right"
    encoder = load_text_encoder(str(tmp_path), max_length=4, padding_side=side)
    caption = encoder.encode(["two cats", "a red apple", "a a a a a a a"])
    assert caption.embeds.shape == (3, 4, encoder.dim) and encoder.dim == 12
    assert caption.mask.sum(-1).tolist() == [2, 3, 4]
    padded = caption.mask[:, 0] if kind == "t5" else caption.mask[:, -1]
    assert padded.tolist() == [False, False, True]
    alone = encoder.encode(["two cats"])
    kept = caption.embeds[0, -2:] if kind == "t5" else caption.embeds[0, :2]
    torch.testing.assert_close(kept, alone.embeds[0], rtol=0, atol=1e-5)
