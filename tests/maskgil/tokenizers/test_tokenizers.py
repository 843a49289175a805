"""The published tokenizers in use: shapes, errors, saving, converting."""

from pathlib import Path

import pytest
import torch

from maskgil import checkpoints
from maskgil.__main__ import main
from maskgil.checkpoints import CheckpointError, files
from maskgil.checkpoints.convert import load_published
from maskgil.checkpoints.registry import REGISTRY, Entry
from maskgil.tokenizers import llamagen, magvit2, on_gpu, vqgan
from maskgil.tokenizers.base import Tokenizer, nearest_codes
from maskgil.tokenizers.compact_vq import CompactVQ, CompactVQConfig
from maskgil.tokenizers.on_gpu import reshape_decoder
from tests.helpers.plain.reference_files import read_reference
from tests.maskgil.checkpoints.test_parity_tokenizers import LAYOUTS, averaged

SMALL = {
    "taming": lambda: vqgan.TamingVQ(
        vqgan.TamingVQConfig(
            stem_width=32, encoder_widths=(32, 64), decoder_widths=(32, 64), encoder_attention=(1,),
            decoder_attention=(1,), num_blocks=1, latent_channels=8, codebook_size=20, code_dim=4,
        )
    ),
    "llamagen": lambda: llamagen.LlamaGenVQ(
        llamagen.LlamaGenVQConfig(
            stem_width=32, encoder_widths=(32, 32, 64), decoder_widths=(32, 32, 64),
            encoder_attention=(2,), decoder_attention=(2,), num_blocks=1, latent_channels=8,
            codebook_size=20, code_dim=4,
        )
    ),
    "magvit2": lambda: magvit2.OpenMagvit2(
        magvit2.OpenMagvit2Config(bits=6, stem_width=32, widths=(32, 32, 64), num_blocks=1)
    ),
}  # fmt: skip


def small(name):
    torch.manual_seed(0)
    return SMALL[name]().eval()


@pytest.mark.parametrize("name", SMALL)
def test_protocol_shapes_and_rows_on_their_own(name):
    model = small(name)
    assert isinstance(model, Tokenizer)
    factor = model.downsample_factor
    pixels = torch.rand(3, 3, 5 * factor, 3 * factor) * 2 - 1
    indices = model.encode(pixels)
    assert indices.shape == (3, 5, 3) and indices.dtype == torch.int64
    assert indices.min() >= 0 and indices.max() < model.codebook_size
    made = model.decode(indices)
    assert made.shape == pixels.shape and made.isfinite().all() and not made.requires_grad
    torch.testing.assert_close(model.decode(indices[1:2]), made[1:2], rtol=0, atol=1e-5)
    single = model.decode(indices[:1, :1, :1])
    assert single.shape == (1, 3, factor, factor) and single.isfinite().all()


@pytest.mark.parametrize("name", SMALL)
def test_wrong_input_is_said_in_one_line(name):
    model = small(name)
    factor, size = model.downsample_factor, model.codebook_size
    for pixels, message in [
        (torch.zeros(1, 3, factor, factor + 1), f"multiples of {factor}"),
        (torch.zeros(1, 1, factor, factor), r"shape \(1, 1, .*expected \(B, 3, H, W\)"),
        (torch.zeros(3, factor, factor), "expected"),
    ]:
        with pytest.raises(ValueError, match=message):
            model.encode(pixels)
    for indices, message in [
        (torch.full((1, 2, 2), size), f"from {size} to {size}; valid: 0 to {size - 1}"),
        (torch.full((1, 2, 2), -1), "from -1"),
        (torch.zeros(1, 4, dtype=torch.long), "integers"),
        (torch.zeros(1, 2, 2), "integers"),
    ]:
        with pytest.raises(ValueError, match=message):
            model.decode(indices)


@pytest.mark.parametrize(
    ("sizes", "build", "name", "millions", "codes", "factor"),
    [
        # As their authors count them: the README of Maskgit-pytorch, of LlamaGen (72M, 70M).
        (vqgan.SIZES, vqgan.TamingVQ, "maskgit-vq", 72.142, 1024, 16),
        (llamagen.SIZES, llamagen.LlamaGenVQ, "llamagen-vq-f16", 72, 16384, 16),
        (llamagen.SIZES, llamagen.LlamaGenVQ, "llamagen-vq-f8", 70, 16384, 8),
        # 4-byte weights and their averages fill files of 921 and 896 million bytes.
        (magvit2.SIZES, magvit2.OpenMagvit2, "open-magvit2-f16", 921 / 8, 2**18, 16),
        (magvit2.SIZES, magvit2.OpenMagvit2, "open-magvit2-f8", 896 / 8, 2**18, 8),
        (vqgan.SIZES, vqgan.TamingVQ, "chameleon-vq", 68.718, 8192, 16),
    ],
)
def test_named_sizes_have_the_published_number_of_parameters(
    sizes, build, name, millions, codes, factor
):
    with torch.device("meta"):
        model = build(sizes[name])
    counted = sum(parameter.numel() for parameter in model.parameters()) / 1e6
    assert counted == pytest.approx(millions, rel=3e-3 if millions in (70, 72) else 2e-4)
    assert (model.codebook_size, model.downsample_factor) == (codes, factor)
    assert name in REGISTRY and REGISTRY[name].repo


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (lambda: vqgan.TamingVQConfig(encoder_attention=(5,)), "names level 5; valid: 0 to 4"),
        (lambda: vqgan.TamingVQConfig(stem_width=100), "stem_width holds 100"),
        (lambda: vqgan.TamingVQConfig(decoder_widths=()), "decoder_widths is empty"),
        (lambda: llamagen.LlamaGenVQConfig(code_dim=0), "code_dim is 0"),
        (lambda: magvit2.OpenMagvit2Config(bits=0), "bits is 0; valid: 1 to 62"),
        (lambda: magvit2.OpenMagvit2Config(num_blocks=0), "num_blocks is 0"),
    ],
)
def test_configs_check_themselves(config, message):
    with pytest.raises(ValueError, match=message):
        config()


def test_signs_and_indices_are_each_others_inverse():
    indices = torch.arange(2**6).view(1, 8, 8)
    codes = magvit2.signs_from_indices(indices, 6, dtype=torch.float32)
    assert codes.unique().tolist() == [-1.0, 1.0]
    assert magvit2.indices_from_signs(codes).equal(indices)
    assert codes[0, :, 0, 1].tolist() == [1, -1, -1, -1, -1, -1]  # index 1: the first bit alone
    big = torch.tensor([[[2**18 - 1, 2**17]]])
    codes = magvit2.signs_from_indices(big, 18, dtype=torch.float16)
    assert magvit2.indices_from_signs(codes).equal(big)
    assert (magvit2.indices_from_signs(torch.zeros(1, 4, 1, 1)) == 0).all()  # zero is not positive


def test_lengths_do_not_matter_to_unit_codes_and_do_to_others():
    pixels = torch.rand(2, 3, 16, 16) * 2 - 1
    for name, same in (("llamagen", True), ("taming", False)):
        model = small(name)
        indices, made = model.encode(pixels), model.decode(torch.zeros(1, 2, 2, dtype=torch.long))
        with torch.no_grad():
            model.codebook.weight.mul_(torch.linspace(0.1, 9, 20)[:, None])
        assert model.encode(pixels).equal(indices) == same
        again = model.decode(torch.zeros(1, 2, 2, dtype=torch.long))
        assert torch.allclose(again, made, atol=1e-5) == same


@pytest.mark.parametrize("name", LAYOUTS)
def test_saved_models_load_and_do_the_same(name, tmp_path):
    state, config, reference = read_reference(name)
    model = LAYOUTS[name][0](state, config)
    path = checkpoints.save(model, tmp_path / "tokenizer.safetensors", dtype=None)
    loaded = checkpoints.load(path)
    assert type(loaded) is type(model) and loaded.config == model.config and not loaded.training
    assert loaded.encode(reference["pixels"]).equal(reference["indices"])
    assert loaded.decode(reference["indices"]).equal(model.decode(reference["indices"]))
    with pytest.raises(CheckpointError, match=r"key '.*' has shape .*, expected"):
        checkpoints.load(path, stem_width=64)
    half = checkpoints.load(checkpoints.save(model, tmp_path / "half.safetensors"), dtype=None)
    made = half.decode(half.encode(reference["pixels"].half()))
    assert made.dtype == torch.float16 and made.isfinite().all()


def published(name, state):
    """The contents of the files their authors publish."""
    noise = {"loss.discriminator.main.0.weight": torch.zeros(2)}
    return {
        "chameleon_vq": {"state_dict": {**state, **noise}, "epoch": 3, "optimizer_states": []},
        "llamagen_vq": {
            "model": {**state, "quantize.codebook_used": torch.zeros(65536)}, "steps": 9
        },
        "open_magvit2_lfq": {"state_dict": averaged(state), "global_step": 7},
    }[name]  # fmt: skip


@pytest.mark.parametrize("name", LAYOUTS)
def test_published_files_convert_without_being_told_what_they_are(name, tmp_path, monkeypatch):
    state, config, reference = read_reference(name)
    source, target = tmp_path / "last.ckpt", tmp_path / "tokenizer.safetensors"
    torch.save(published(name, state), source)
    assert main(["convert", str(source), str(target), "--dtype", "float32"]) == 0
    expected = LAYOUTS[name][0](state, config)
    loaded = checkpoints.load(target)
    assert loaded.config == expected.config
    assert loaded.encode(reference["pixels"]).equal(reference["indices"])
    assert checkpoints.read_metadata(target)["source"] == "last.ckpt"
    monkeypatch.setattr(files, "_from_hub", lambda entry, _say: source)
    monkeypatch.setitem(
        REGISTRY, "theirs", Entry("theirs", "MIT", repo="some/where", file="x.ckpt")
    )
    assert checkpoints.load("theirs").config == expected.config


@pytest.mark.parametrize("name", LAYOUTS)
def test_fixture_files_convert_with_the_settings_they_state(name):
    _, _, reference = read_reference(name)
    model = load_published(Path(__file__).parents[2] / "fixtures" / f"{name}.safetensors")
    assert model.encode(reference["pixels"]).equal(reference["indices"])


class Trap:
    def __reduce__(self):
        return (print, ("run!",))


def test_a_tokenizer_with_code_in_it_is_refused(tmp_path, capsys):
    state, _, _ = read_reference("chameleon_vq")
    torch.save({"state_dict": state, "callbacks": Trap()}, tmp_path / "last.ckpt")
    assert main(["convert", str(tmp_path / "last.ckpt"), str(tmp_path / "x.safetensors")]) == 2
    out, err = capsys.readouterr()
    assert "run!" not in out and "holds code" in err and err.count("\n") == 1


def test_the_search_is_exact_in_half_precision_too():
    generator = torch.Generator().manual_seed(0)
    book = torch.randn(700, 8, generator=generator).half()
    vectors = book[torch.randint(700, (50,), generator=generator)]
    assert nearest_codes(vectors, book).equal(torch.cdist(vectors.float(), book.float()).argmin(-1))


@pytest.mark.parametrize("name", [*SMALL, "nano", "nano of old"])
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_a_decoder_as_on_a_gpu_draws_the_same_to_what_its_precision_tells(name, dtype):
    """On a CPU here: that nothing of the path between indices and pixels minds the other layout."""
    torch.manual_seed(0)
    shapes = {"nano": {"attending_layers": 1}, "nano of old": {"decoder_stages": ((16, 1), (8, 1))}}
    if name in SMALL:
        model = small(name)
    else:
        model = CompactVQ(
            CompactVQConfig(codebook_size=20, image_size=32, encoder_width=16, **shapes[name])
        ).eval()
    pixels = torch.rand(2, 3, 32, 32) * 2 - 1
    indices = model.encode(pixels)
    exact = model.decode(indices)
    reshape_decoder(model.decoder, dtype)
    assert torch.equal(model.encode(pixels), indices)
    made = model.decode(indices)
    half = dtype == torch.bfloat16
    kinds = {weight.dtype for weight in model.decoder.parameters()}
    assert kinds == {torch.bfloat16 if half else torch.float32} and made.dtype == torch.float32
    matrices = [weight for weight in model.decoder.parameters() if weight.ndim == 4]
    assert all(each.is_contiguous(memory_format=torch.channels_last) for each in matrices)
    error = (made - exact).abs().mean() / exact.std()
    assert (1e-4 < error < 0.05) if half else error < 1e-4


def test_only_a_gpu_wants_another_decoder(monkeypatch):
    asked = []
    monkeypatch.setattr(on_gpu, "reshape_decoder", lambda *given: asked.append(given))
    model = small("llamagen")
    on_gpu.suit_gpu(model, "cpu", torch.bfloat16)
    assert not asked
    on_gpu.suit_gpu(model, "cuda:0", torch.bfloat16)
    assert asked == [(model.decoder, torch.bfloat16)]
