"""Lumina-mGPT as the autoregressive half: a tiny random Chameleon on the path of the real one."""

import json
import shutil

import pytest
import torch
from safetensors.torch import load_file, save_file

from maskgil import checkpoints
from maskgil.checkpoints import CheckpointError
from maskgil.models.conditioning import CaptionCondition
from maskgil.models.transformer import Transformer
from maskgil.pipelines.image_generator import ImageGenerator
from maskgil.pipelines.lumina.model import LuminaSource
from maskgil.pipelines.lumina.vocabulary import GrammarError
from maskgil.pipelines.lumina.weights import load_lumina, per_head
from maskgil.pipelines.request import DrawRequest
from maskgil.sampling.config import SamplingConfig
from maskgil.sampling.logits import draw, filter_logits, guide, row_generators, uniform
from tests.helpers.tiny_paper import CODES, MASKED, compact_tokenizer, spread, write_lumina

GRID = (4, 6)
COUNT = GRID[0] * GRID[1]
PROMPTS = ["a red apple", "two cats in the snow", "a"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("weights") / "lumina"
    write_lumina(path)
    return path


@pytest.fixture(scope="module")
def source(folder) -> LuminaSource:
    return load_lumina(folder)


@pytest.fixture(scope="module")
def generator(source) -> ImageGenerator:
    torch.manual_seed(4)
    return ImageGenerator(
        compact_tokenizer(), spread(Transformer(MASKED)), source, Words(), grid_size=GRID
    )


class Words:
    """One feature vector a word: a text encoder without weights."""

    dim, max_length = 12, 8

    def encode(self, texts):
        words = [(text.split() or ["nothing"])[:8] for text in texts]
        length = max(map(len, words))
        embeds, mask = torch.zeros(len(texts), length, 12), torch.zeros(len(texts), length).bool()
        for row, spoken in enumerate(words):
            for column, word in enumerate(spoken):
                number = sum(map(ord, word))
                embeds[row, column] = torch.sin(number * torch.arange(1, 13) * 0.7)
                mask[row, column] = True
        return CaptionCondition(embeds, mask)


def last_tokens(generator, prompts, **options):
    *_, last = generator.stream(DrawRequest(prompts, previews=False, **options))
    return last.tokens


def plain_autoregression(source, prompt, seed, sampling):
    """Token by token, a whole forward pass each, written out."""
    tokens = torch.zeros(1, COUNT, dtype=torch.long)
    noise = row_generators([seed])
    for position in range(COUNT):
        conditional = source.logits([prompt], tokens, GRID)[:, position]
        unconditional = source.logits(None, tokens, GRID)[:, position]
        logits = guide(conditional, unconditional, sampling.guidance_scale)
        logits = filter_logits(logits, top_k=source.top_k)
        chance = uniform((1, 1), noise, torch.device("cpu"))[:, 0]
        tokens[:, position] = draw(logits, chance, temperature=sampling.temperature)
    return tokens


# The model


def test_the_context_is_the_request_the_turns_end_and_the_blocks_beginning(source):
    ids = source.prompt_ids("a red apple", (8, 16))
    names = {token: name for name, token in source.vocabulary.names.items()}
    assert names[ids[0]] == "<s>"
    assert [names[i] for i in ids[-7:]] == [
        "a", "red", "apple", "<reserved08706>",
        "<racm3:break>", "<reserved08804>", "<reserved08808>",
    ]  # fmt: skip
    assert [names[i] for i in ids[1:5]] == ["Generate", "an", "image", "of"]


def test_transformers_own_head_bans_what_ours_scores(source, folder):
    from transformers import ChameleonForConditionalGeneration

    model = write_lumina(folder.parent / "again")
    assert isinstance(model, ChameleonForConditionalGeneration)
    ids = torch.tensor([source.prompt_ids("a", GRID)])
    with torch.inference_mode():
        banned = model(input_ids=ids).logits[0, -1]
        hidden = model.model(input_ids=ids).last_hidden_state
        scores = (hidden @ model.lm_head.weight.T)[0, -1]
    codes = source.vocabulary.codes
    assert (banned[codes] == torch.finfo(banned.dtype).min).all()
    ours = source.logits(["a"], torch.zeros(1, COUNT, dtype=torch.long), GRID)[0, 0]
    torch.testing.assert_close(ours, scores[codes], rtol=0, atol=1e-4)
    assert ours.std() > 0.1


@pytest.mark.parametrize("chunks", [[0] + [1] * (COUNT - 1), [5, 1, 7, 10], [0, 6, 12], [23]])
@pytest.mark.parametrize("scale", [1.0, 3.0])
def test_cached_equals_uncached(source, chunks, scale, monkeypatch):
    monkeypatch.setattr(source, "top_k", None)
    tokens = torch.randint(0, CODES, (3, COUNT), generator=torch.Generator().manual_seed(1))
    expected = guide(source.logits(PROMPTS, tokens, GRID), source.logits(None, tokens, GRID), scale)
    sampling = SamplingConfig(guidance_scale=1.0, ar_guidance_scale=scale)
    next_fn = source.next_fn(PROMPTS, None, sampling=sampling, num_tokens=COUNT, grid_size=GRID)
    place = 0
    for chunk in chunks:
        found = next_fn(tokens[:, place : place + chunk])
        place += chunk
        torch.testing.assert_close(found, expected[:, place], rtol=0, atol=1e-4)


def test_only_the_likeliest_codes_are_left(source, monkeypatch):
    nothing = torch.zeros(2, 0, dtype=torch.long)
    options = {"sampling": SamplingConfig(), "num_tokens": 4, "grid_size": GRID}
    assert source.top_k == 2000
    everything = source.next_fn(PROMPTS[:2], None, **options)(nothing)
    monkeypatch.setattr(source, "top_k", 5)
    logits = source.next_fn(PROMPTS[:2], None, **options)(nothing)
    assert torch.isfinite(logits).sum(-1).tolist() == [5, 5]
    assert torch.equal(logits.topk(5).indices, everything.topk(5).indices)


def test_guidance_off_runs_no_second_context(source):
    rows = []
    handle = source.trunk.layers[0].register_forward_pre_hook(
        lambda module, inputs: rows.append(tuple(inputs[0].shape[:2]))
    )
    try:
        for scale in (1.0, 2.0):
            next_fn = source.next_fn(
                ["a"], None,
                sampling=SamplingConfig(guidance_scale=scale), num_tokens=9, grid_size=GRID,
            )  # fmt: skip
            next_fn(torch.zeros(1, 0, dtype=torch.long))
            next_fn(torch.zeros(1, 5, dtype=torch.long))
            next_fn(torch.zeros(1, 1, dtype=torch.long))  # ends a row: two ids
    finally:
        handle.remove()
    start = len(source.prompt_ids("a", GRID))
    assert rows == [(1, start), (1, 5), (1, 2), (2, start), (2, 5), (2, 2)]


def test_prompts_and_pictures_that_do_not_fit_are_named(source):
    options = {"sampling": SamplingConfig(), "num_tokens": 4}
    with pytest.raises(GrammarError, match="this model reads 4096"):
        source.next_fn(["apple " * 5000], None, grid_size=GRID, **options)
    with pytest.raises(GrammarError, match="must be even"):
        source.check_grid((3, 3))


# Drawing with it


def test_ratio_1_is_plain_autoregression_token_for_token(generator, source):
    sampling = SamplingConfig(ar_ratio=1.0, guidance_scale=3.0)
    drawn = last_tokens(generator, PROMPTS, seed=[7, 8, 9], sampling=sampling)
    for row, (prompt, seed) in enumerate(zip(PROMPTS, (7, 8, 9), strict=True)):
        assert torch.equal(
            drawn[row : row + 1], plain_autoregression(source, prompt, seed, sampling)
        )
    assert len(set(drawn.flatten().tolist())) > 5


def test_ratio_0_is_pure_maskgil(generator):
    alone = ImageGenerator(
        generator.tokenizer, generator.masked, None, generator.encoder, grid_size=GRID
    )
    sampling = SamplingConfig(ar_ratio=0.0)
    expected = last_tokens(alone, PROMPTS, seed=3, sampling=sampling)
    assert torch.equal(last_tokens(generator, PROMPTS, seed=3, sampling=sampling), expected)


@pytest.mark.parametrize("ratio", [0.1, 0.5, 0.75])
def test_its_first_tokens_are_maskgils_given_ones(generator, ratio):
    hybrid = SamplingConfig(ar_ratio=ratio, num_steps=4)
    previews = list(generator.stream(DrawRequest(PROMPTS, seed=5, sampling=hybrid, previews=False)))
    written = round(ratio * COUNT)
    stages = [preview.stage for preview in previews]
    assert stages == ["ar"] * written + ["masked"] * 3 + ["done"]
    pure = last_tokens(generator, PROMPTS, seed=5, sampling=SamplingConfig(ar_ratio=1.0))
    assert torch.equal(previews[-1].tokens[:, :written], pure[:, :written])
    assert not (previews[-1].tokens == generator.mask_id).any()


@pytest.mark.parametrize("ratio", [0.25, 1.0])
def test_the_same_seed_draws_the_same_picture_whatever_the_batch(generator, ratio):
    sampling = SamplingConfig(ar_ratio=ratio)
    batch = generator.generate(PROMPTS, seed=[4, 5, 6], sampling=sampling)
    for prompt, seed, image in zip(PROMPTS, (4, 5, 6), batch, strict=True):
        alone = generator.generate(prompt, seed=seed, sampling=sampling)[0]
        assert alone.tobytes() == image.tobytes()
    other = generator.generate(PROMPTS, seed=[4, 9, 6], sampling=sampling)
    assert [a.tobytes() == b.tobytes() for a, b in zip(batch, other, strict=True)] == [
        True, False, True,
    ]  # fmt: skip


def test_given_tokens_stay_and_are_read(generator):
    given = torch.full((COUNT,), generator.mask_id)
    given[[0, 1, 5, 6, 20]] = torch.tensor([3, 0, 31, 8, 9])
    sampling = SamplingConfig(ar_ratio=1.0)
    first = last_tokens(generator, "a", given=given, sampling=sampling)[0]
    given[6] = 11
    second = last_tokens(generator, "a", given=given, sampling=sampling)[0]
    assert first[[0, 1, 5, 6, 20]].tolist() == [3, 0, 31, 8, 9]
    assert second[[0, 1, 5, 6, 20]].tolist() == [3, 0, 31, 11, 9]
    assert torch.equal(first[:6], second[:6]) and not torch.equal(first[7:], second[7:])


def test_a_grid_without_a_block_is_refused_only_when_lumina_writes(generator):
    assert generator.generate("a", grid_size=(3, 5))[0].size == (40, 24)
    with pytest.raises(ValueError, match="must be even"):
        generator.generate("a", grid_size=(3, 5), sampling=SamplingConfig(ar_ratio=0.5))


def test_codebooks_have_to_agree(source):
    with pytest.raises(ValueError, match="32 codes, the tokenizer's 16"):
        tokenizer = compact_tokenizer()
        tokenizer.codebook_size = 16
        ImageGenerator(tokenizer, Transformer(MASKED.replace(codebook_size=16)), source, Words())


# Its weights


def test_norms_stored_once_or_per_head_load_alike(folder, tmp_path):
    model = write_lumina(tmp_path / "lumina")
    shutil.copytree(tmp_path / "lumina", tmp_path / "plain")
    model.save_pretrained(tmp_path / "plain")  # transformers' own layout
    tokens = torch.zeros(1, COUNT, dtype=torch.long)
    stored = load_file(tmp_path / "lumina" / "model.safetensors")
    plain = load_file(tmp_path / "plain" / "model.safetensors")
    key = "model.layers.0.self_attn.q_norm.weight"
    assert (stored[key].shape, plain[key].shape) == ((1, 8), (4, 8))
    ours = load_lumina(tmp_path / "lumina").logits(["a"], tokens, GRID)
    assert torch.equal(ours, load_lumina(tmp_path / "plain").logits(["a"], tokens, GRID))


def test_stored_settings_precision_shards_and_progress(tmp_path):
    model = write_lumina(tmp_path, rope_parameters={"rope_type": "default", "rope_theta": 500.0})
    tensors = {k: v.bfloat16() for k, v in load_file(tmp_path / "model.safetensors").items()}
    half = len(tensors) // 2
    for index, keys in enumerate((list(tensors)[:half], list(tensors)[half:])):
        save_file({k: tensors[k] for k in keys}, tmp_path / f"model-{index + 1}.safetensors")
    (tmp_path / "model.safetensors").unlink()
    heard = []
    source = load_lumina(tmp_path, progress=lambda done, total: heard.append((done, total)))
    assert source.trunk.embed_tokens.weight.dtype == torch.bfloat16
    assert not hasattr(source.trunk, "vqmodel")
    assert heard == sorted(heard) and 0 < heard[-1][0] <= heard[-1][1]
    assert torch.equal(source.trunk.rotary_emb.inv_freq, model.model.rotary_emb.inv_freq)
    assert source.trunk.rotary_emb.inv_freq[1] == pytest.approx(500.0**-0.25)
    logits = source.logits(["a"], torch.zeros(1, COUNT, dtype=torch.long), GRID)
    assert logits.dtype == torch.float32 and torch.isfinite(logits).all()


def test_faults_of_its_folder_are_named(tmp_path):
    write_lumina(tmp_path / "good")
    path = tmp_path / "good" / "model.safetensors"
    tensors = load_file(path)

    def refused(match, **changes):
        kept = {**tensors, **changes}
        save_file({k: v for k, v in kept.items() if v is not None}, path)
        with pytest.raises(CheckpointError, match=match) as caught:
            load_lumina(tmp_path / "good")
        assert "\n" not in str(caught.value)

    refused("missing key 'lm_head.weight'", **{"lm_head.weight": None})
    refused("unexpected key 'extra'", extra=torch.zeros(1))
    refused(r"model.norm.weight.*\(3,\).*\(32,\)", **{"model.norm.weight": torch.zeros(3)})
    path.unlink()
    with pytest.raises(CheckpointError, match=r"no \.safetensors files"):
        load_lumina(tmp_path / "good")
    config = json.loads((tmp_path / "good" / "config.json").read_text())
    (tmp_path / "good" / "config.json").write_text(json.dumps({**config, "model_type": "llama"}))
    with pytest.raises(CheckpointError, match="'llama', not 'chameleon'"):
        load_lumina(tmp_path / "good")
    with pytest.raises(CheckpointError, match="no Lumina-mGPT in"):
        load_lumina(tmp_path / "nowhere")


def test_the_7b_expects_the_tensors_that_chameleons_converter_writes():
    """Names and shapes at full size; norms as Lumina stores them are brought to the heads'."""
    from transformers import ChameleonConfig, ChameleonForConditionalGeneration

    config = ChameleonConfig(vocabulary_map={"<image>": 0})
    model = checkpoints.build_empty(ChameleonForConditionalGeneration, config)
    del model.model.vqmodel
    width, hidden, head = 4096, 11008, 128
    expected = {
        "model.embed_tokens.weight": (65536, width),
        "model.norm.weight": (width,),
        "lm_head.weight": (65536, width),
    }
    for layer in range(32):
        block = f"model.layers.{layer}."
        for name in ("q", "k", "v", "o"):
            expected[f"{block}self_attn.{name}_proj.weight"] = (width, width)
        for name in ("q_norm.weight", "q_norm.bias", "k_norm.weight", "k_norm.bias"):
            expected[f"{block}self_attn.{name}"] = (32, head)
        for name in ("gate", "up"):
            expected[f"{block}mlp.{name}_proj.weight"] = (hidden, width)
        expected[f"{block}mlp.down_proj.weight"] = (width, hidden)
        for name in ("input_layernorm", "post_attention_layernorm"):
            expected[f"{block}{name}.weight"] = (width,)
    found = {key: tuple(value.shape) for key, value in model.state_dict().items()}
    assert found == expected
    assert per_head(torch.zeros(1, head), (32, head)).shape == (32, head)


def test_the_registry_names_the_hub(monkeypatch):
    import huggingface_hub

    asked = []

    def snapshot(repo, **options):
        asked.append(repo)
        raise OSError("offline")

    monkeypatch.setattr(huggingface_hub, "snapshot_download", snapshot)
    for name in ("lumina-mgpt-7b-512", "Alpha-VLLM/Lumina-mGPT-7B-768"):
        with pytest.raises(CheckpointError, match="cannot get Alpha-VLLM"):
            checkpoints.load(name) if "/" not in name else load_lumina(name)
    assert asked == ["Alpha-VLLM/Lumina-mGPT-7B-512", "Alpha-VLLM/Lumina-mGPT-7B-768"]
