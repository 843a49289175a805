"""docs/models.md and docs/converters.md say what the code says."""

from pathlib import Path

import pytest

from maskgil import checkpoints
from maskgil.checkpoints import build_empty
from maskgil.checkpoints.convert import HARMLESS, WRAPPERS
from maskgil.checkpoints.registry import REGISTRY
from maskgil.config import SIZES
from maskgil.models import multimodal_transformer as meissonic
from maskgil.models.bert import BertConfig, BidirectionalTransformer
from maskgil.profiling.components import gemma, lumina, minilm, whisper
from maskgil.profiling.flops import count_parameters
from maskgil.tokenizers import llamagen, magvit2, vqgan

DOCS = Path(__file__).parents[2] / "docs"
MODELS = (DOCS / "models.md").read_text(encoding="utf-8")
CONVERTING = (DOCS / "converters.md").read_text(encoding="utf-8")


def count(build, config) -> int:
    return sum(parameter.numel() for parameter in build_empty(build, config).parameters())


@pytest.mark.parametrize("size", SIZES)
def test_counts_of_our_sizes(size):
    assert f"| {sum(count_parameters(SIZES[size]).values()):,} " in MODELS


def test_counts_of_the_other_models():
    for module, build in (
        (vqgan, vqgan.TamingVQ), (llamagen, llamagen.LlamaGenVQ), (magvit2, magvit2.OpenMagvit2)
    ):  # fmt: skip
        for config in module.SIZES.values():
            assert f"{count(build, config):,}" in MODELS
    assert f"{count(BidirectionalTransformer, BertConfig()):,}" in MODELS
    for config in meissonic.SIZES.values():
        assert f"{count(meissonic.MultimodalTransformer, config):,}" in MODELS
    for part in (lumina((2, 2)), gemma(), minilm(), whisper("base"), whisper("medium")):
        assert f"| {part.parameters:,} |" in MODELS, part.name


def test_every_converter_has_a_section_with_its_table_and_command():
    sections = {part.split("\n", 1)[0]: part for part in CONVERTING.split("\n## ")[1:]}
    assert set(sections) == {name for name in checkpoints.__all__ if name.startswith("from_")}
    for name, text in sections.items():
        for part in ("**Source.**", "**Layout.**", "| theirs | ours |", "**Quirks"):
            assert part in text, (name, part)
        assert "python -m maskgil convert " in text


def test_published_files_and_what_is_read_of_them_are_named():
    for entry in REGISTRY.values():
        if entry.file:
            assert entry.file in CONVERTING and entry.repo in CONVERTING, entry.name
    for wrapper in WRAPPERS:
        assert f"`{wrapper}`" in CONVERTING
    for name in HARMLESS:
        assert name.rpartition(".")[2] in CONVERTING
