"""Codebooks of one size are told apart, and a model of one is not drawn with another."""

import pytest
import torch

from maskgil import checkpoints
from maskgil.__main__ import main
from maskgil.checkpoints.codebooks import CodebookId, codebook_hash, codebook_of
from maskgil.checkpoints.registry import CODES_OF, REGISTRY, codes_of_file
from maskgil.config import TransformerConfig
from maskgil.models.transformer import Transformer
from maskgil.pipelines.image_generator import ImageGenerator
from maskgil.tokenizers.compact_vq import CompactVQ, CompactVQConfig
from maskgil.tokenizers.llamagen import LlamaGenVQ, LlamaGenVQConfig

CODES = 30
SMALL = {
    "codebook_size": CODES, "code_dim": 4, "stem_width": 32, "encoder_widths": (32, 32),
    "decoder_widths": (32, 32), "encoder_attention": (), "decoder_attention": (), "num_blocks": 1,
    "latent_channels": 8,
}  # fmt: skip
SHAPE = TransformerConfig(
    num_layers=1, num_heads=2, dim=16, codebook_size=CODES, max_grid_size=(4, 4), num_classes=5
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Two tokenizers of one size, and a model whose file says that it writes the first's codes."""
    path = tmp_path_factory.mktemp("codebooks")
    for seed in (0, 1):
        torch.manual_seed(seed)
        tokenizer = LlamaGenVQ(LlamaGenVQConfig(**SMALL))
        checkpoints.save(tokenizer, path / f"{seed}.safetensors", dtype=torch.float16)
    checkpoints.save(Transformer(SHAPE), path / "plain.safetensors")
    words = ["convert", str(path / "plain.safetensors"), str(path / "model.safetensors")]
    assert main([*words, "--tokenizer", str(path / "0.safetensors")]) == 0
    return path


def test_files_of_tokenizers_name_their_codebook_in_any_precision(folder, tmp_path):
    metadata = checkpoints.read_metadata(folder / "0.safetensors")
    tokenizer = checkpoints.load(folder / "0.safetensors")
    assert metadata["codebook"] == codebook_hash(tokenizer.codebook.weight)
    checkpoints.save(tokenizer, tmp_path / "32.safetensors", dtype=None)
    checkpoints.save(tokenizer, tmp_path / "8.safetensors", metadata, eight_bit=True)
    for name in ("32", "8"):
        again = checkpoints.load(tmp_path / f"{name}.safetensors")
        assert codebook_of(again).sha256 == metadata["codebook"], name
    other = checkpoints.read_metadata(folder / "1.safetensors")
    assert other["codebook"] != metadata["codebook"]


def test_a_model_of_another_codebook_is_refused_in_one_line(folder):
    model = checkpoints.load(folder / "model.safetensors")
    first, second = (checkpoints.load(folder / f"{name}.safetensors") for name in (0, 1))
    assert ImageGenerator(first, model).masked is model
    with pytest.raises(ValueError, match=r"was taught the codebook .*: both hold 30 codes") as told:
        ImageGenerator(second, model)
    assert "\n" not in str(told.value)
    unsaid = checkpoints.load(folder / "plain.safetensors")
    assert ImageGenerator(second, unsaid).masked is unsaid  # nothing is known of it


def test_published_files_are_known_by_name():
    assert codes_of_file("vq_ds16_c2i.pt") == codes_of_file("c2i_B_256.pt") == "llamagen-vq-f16"
    text = codes_of_file("t2i_XL_stage2_512.pt")
    assert text == codes_of_file("vq_ds16_t2i.pt") == "llamagen-vq-f16-text"
    assert codes_of_file("anything.pt") is None and codes_of_file("") is None
    assert set(CODES_OF.values()) <= set(REGISTRY)
    one, other = CodebookId(name="llamagen-vq-f16"), CodebookId(name=text)
    assert one.differs(other) and not one.differs(one) and not one.differs(CodebookId())
    assert not one.differs(CodebookId(sha256="ab")), "a name and a hash cannot be compared"


def test_a_tokenizer_that_does_not_fit_is_refused(folder, tmp_path, capsys):
    torch.manual_seed(0)
    small = CompactVQ(CompactVQConfig(codebook_size=8))
    checkpoints.save(small, tmp_path / "small.safetensors")
    words = ["convert", str(folder / "plain.safetensors"), str(tmp_path / "x.safetensors")]
    for file, message in (
        (tmp_path / "small.safetensors", "has 8 codes, the model 30"),
        (folder / "model.safetensors", "holds no tokenizer"),
    ):
        assert main([*words, "--tokenizer", str(file)]) == 2
        assert message in capsys.readouterr().err


def test_a_tokenizer_that_a_models_file_denies_is_refused(folder, tmp_path, capsys):
    words = ["convert", str(folder / "model.safetensors"), str(tmp_path / "x.safetensors")]
    assert main([*words, "--tokenizer", str(folder / "0.safetensors")]) == 0
    assert main([*words, "--tokenizer", str(folder / "1.safetensors")]) == 2
    err = capsys.readouterr().err
    assert "has the codebook" in err and "the model writes that of" in err
    assert err.count("\n") == 1
