"""Our own causal model as a source, with the text encoders of the paper's models at toy size."""

import pytest
import torch

from maskgil.config import TransformerConfig
from maskgil.models.text_encoders import load
from maskgil.models.text_encoders.load import ENCODERS, load_text_encoder
from maskgil.models.transformer import Transformer
from maskgil.pipelines.ar_model import AutoregressiveModel, TransformerSource, as_source
from maskgil.pipelines.image_generator import ImageGenerator
from maskgil.pipelines.request import DrawRequest
from maskgil.sampling.config import SamplingConfig
from tests.helpers.tiny_paper import compact_tokenizer, spread
from tests.maskgil.models.test_text_encoders import _tokenizer

MASKED = TransformerConfig(
    num_layers=2, num_heads=2, dim=16, codebook_size=32, max_grid_size=(4, 4),
    condition="caption", caption_dim=12, max_caption_length=256, hidden_multiple_of=8,
    qk_norm=True, post_norm=True,
)  # fmt: skip
LLAMAGEN = MASKED.replace(
    causal=True, caption_dim=20, max_caption_length=120, null_length=120, null_keeps_mask=True,
    zero_condition_rope=True, qk_norm=False, post_norm=False,
)  # fmt: skip
PROMPTS = ["two cats", "a red apple"]


@pytest.fixture(scope="module")
def encoders(tmp_path_factory):
    """Gemma and Flan-T5 built from their configs, loaded by name as the real ones are."""
    import transformers

    torch.manual_seed(0)
    gemma, t5 = tmp_path_factory.mktemp("gemma"), tmp_path_factory.mktemp("t5")
    for folder in (gemma, t5):
        _tokenizer(folder)
    transformers.GemmaForCausalLM(
        transformers.GemmaConfig(
            vocab_size=8, hidden_size=12, intermediate_size=16, num_hidden_layers=1,
            num_attention_heads=2, num_key_value_heads=1, head_dim=4,
        )
    ).save_pretrained(gemma)  # fmt: skip
    transformers.T5ForConditionalGeneration(
        transformers.T5Config(
            vocab_size=8, d_model=20, d_kv=4, d_ff=16, num_layers=1, num_heads=2,
            feed_forward_proj="gated-gelu",
        )
    ).save_pretrained(t5)  # fmt: skip
    folders = {"gemma-2b": gemma, "flan-t5-xl": t5}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(load, "resolve_encoder", lambda name, **_: (folders[name], ENCODERS[name]))
        return {name: load_text_encoder(name) for name in folders}


def test_flan_t5_gives_120_features_at_most_at_the_right_end(encoders):
    t5 = encoders["flan-t5-xl"]
    caption = t5.encode(["a red apple", "cats " * 500])
    assert (t5.dim, t5.max_length, t5.padding_side) == (20, 120, "left")
    assert caption.embeds.shape == (2, 120, 20)
    assert caption.mask.sum(-1).tolist() == [3, 120]
    assert caption.mask[0, -3:].all() and not caption.embeds[0, :-3].any()
    assert type(t5.model).__name__ == "T5EncoderModel"


def test_gemma_gives_a_feature_a_token_at_the_left_end(encoders):
    gemma = encoders["gemma-2b"]
    caption = gemma.encode(["a red apple", "cats " * 500])
    assert (gemma.dim, gemma.max_length) == (12, 256)
    assert caption.mask.sum(-1).tolist() == [3, 256] and caption.mask[0, :3].all()
    assert caption.embeds.dtype == torch.float32 and not caption.embeds.requires_grad


def test_the_real_encoders_are_2048_wide():
    assert ENCODERS["gemma-2b"].dim == ENCODERS["flan-t5-xl"].dim == 2048
    assert TransformerConfig.named("xl-text").caption_dim == 2048
    assert TransformerConfig.named("xl-text").max_caption_length >= ENCODERS["gemma-2b"].max_length


@pytest.mark.parametrize("ratio", [0.0, 0.5, 1.0])
def test_gemma_drives_maskgil_while_flan_t5_drives_llamagen(encoders, ratio):
    torch.manual_seed(1)
    causal = spread(Transformer(LLAMAGEN))
    source = TransformerSource(causal, encoders["flan-t5-xl"])
    generator = ImageGenerator(
        compact_tokenizer(), spread(Transformer(MASKED)), source, encoders["gemma-2b"]
    )
    sampling = SamplingConfig(ar_ratio=ratio, num_steps=3)
    batch = generator.generate(PROMPTS, seed=[1, 2], sampling=sampling)
    alone = generator.generate(PROMPTS[0], seed=1, sampling=sampling)
    assert alone[0].tobytes() == batch[0].tobytes() != batch[1].tobytes()
    if ratio == 1.0:
        *_, last = generator.stream(DrawRequest(PROMPTS, seed=[1, 2], sampling=sampling))
        twin = ImageGenerator(
            compact_tokenizer(), None, causal, encoders["flan-t5-xl"], sampling=sampling
        )
        *_, same = twin.stream(DrawRequest(PROMPTS, seed=[1, 2]))
        assert torch.equal(last.tokens, same.tokens)


def test_what_cannot_be_a_source_is_named(encoders):
    with pytest.raises(ValueError, match="needs a causal model"):
        TransformerSource(Transformer(MASKED))
    with pytest.raises(ValueError, match="12 wide, the autoregressive model expects 20"):
        TransformerSource(Transformer(LLAMAGEN), encoders["gemma-2b"])
    source = as_source(Transformer(LLAMAGEN))
    assert isinstance(source, AutoregressiveModel) and as_source(source) is source
    with pytest.raises(ValueError, match="larger than this model's"):
        source.check_grid((5, 4))
