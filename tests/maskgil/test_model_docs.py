"""docs/models.md and docs/converters.md say what the code says."""

import re
from pathlib import Path

import pytest

from maskgil import checkpoints
from maskgil.checkpoints import build_empty
from maskgil.checkpoints.convert import HARMLESS, WRAPPERS
from maskgil.checkpoints.registry import REGISTRY
from maskgil.cli import SAMPLING
from maskgil.config import SIZES
from maskgil.models.bert import BertConfig, BidirectionalTransformer
from maskgil.models.multimodal_layers import SIZES as MEISSONIC
from maskgil.models.multimodal_transformer import MultimodalTransformer
from maskgil.pipelines.photo import MODELS as PHOTO_MODELS
from maskgil.presets.table import PRESETS
from maskgil.profiling.components import gemma, lumina, minilm, whisper
from maskgil.profiling.flops import count_parameters
from maskgil.tokenizers import llamagen, magvit2, vqgan

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
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
    for config in MEISSONIC.values():
        assert f"{count(MultimodalTransformer, config):,}" in MODELS
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


def test_tests_that_are_named_are_there():
    named = set(re.findall(r"\btests/[\w/*]+\.py", MODELS + CONVERTING))
    assert named and [path for path in named if not list(ROOT.glob(path))] == []


def test_every_preset_is_told_to_whoever_reads_what_there_is():
    serving = (DOCS / "serving.md").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for name in PRESETS:
        short = f"`-{name.rpartition('-')[2]}`"
        for text in (MODELS, serving, readme):
            assert name in text or short in text, name


@pytest.mark.parametrize("flag", SAMPLING)
def test_a_default_that_the_help_names_is_that_of_every_preset(flag):
    field, options = SAMPLING[flag]
    stated = re.search(r"\(default ([^)]+)\)|default: (\S+)$", options.get("help", ""))
    if stated is None or "preset" in stated[0]:
        return
    samplings = [preset.sampling for preset in PRESETS.values() if preset.masked is not None]
    for sampling in [*samplings, *(model.sampling for model in PHOTO_MODELS)]:
        value = getattr(sampling, field)
        said = " ".join(f"{x:g}" for x in value) if isinstance(value, tuple) else value
        assert (stated[1] or stated[2]) == (f"{said:g}" if isinstance(said, float) else str(said))
