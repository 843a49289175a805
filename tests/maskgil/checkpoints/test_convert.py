"""`python -m maskgil convert`, `describe` and `sample` from the command line."""

import json
import resource
from pathlib import Path

import pytest
import torch
from PIL import Image
from safetensors.torch import load_file

from maskgil import checkpoints
from maskgil.__main__ import main
from maskgil.checkpoints import files
from maskgil.checkpoints.convert import infer_config, layout_of, load_published, read_published
from maskgil.config import SIZES
from maskgil.profiling.command import describe
from maskgil.profiling.flops import count_parameters, forward_flops
from maskgil.utils.assets import ASSETS

FIXTURES = Path(__file__).parents[2] / "fixtures"
OURS = str(ASSETS / "nano" / "ar.safetensors")
NAMES = ["llamagen_gpt_c2i", "llamagen_gpt_t2i", "maskgil_released_c2i"]


def read(name):
    return read_published(FIXTURES / f"{name}.safetensors")


def same_shape(one, other) -> bool:
    """Equal configs, however the SwiGLU width is rounded to its value."""
    assert one.hidden_dim == other.hidden_dim
    return one.replace(hidden_multiple_of=1) == other.replace(hidden_multiple_of=1)


@pytest.mark.parametrize("name", NAMES)
def test_layouts_and_settings_are_found_from_the_tensors(name):
    state, config = read(name)
    layout = layout_of(state)
    assert layout == ("from_maskgil_released" if "released" in name else "from_llamagen_gpt")
    found = infer_config(
        state, layout, heads=config["n_head"], grid=round(config["block_size"] ** 0.5)
    )
    ours = getattr(checkpoints, layout)
    assert same_shape(ours(state, found).config, ours(state, config).config)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("wrapper", ["model", "module", None])
def test_pickled_files_convert_to_the_same_model(name, wrapper, tmp_path):
    state, config = read(name)
    wrapped = (
        {f"module.{key}": value for key, value in state.items()} if wrapper == "module" else state
    )
    content = {"model": wrapped, "steps": 3} if wrapper else wrapped
    torch.save(content, tmp_path / "published.pt")
    grid = round(config["block_size"] ** 0.5)
    target = tmp_path / "ours.safetensors"
    arguments = ["convert", str(tmp_path / "published.pt"), str(target), "--dtype", "float32"]
    assert main([*arguments, "--heads", "4", "--grid", str(grid)]) == 0
    loaded = checkpoints.load(target)
    expected = load_published(FIXTURES / f"{name}.safetensors")
    assert same_shape(loaded.config, expected.config)
    for key, value in expected.state_dict().items():
        assert torch.equal(loaded.state_dict()[key], value), key
    assert checkpoints.read_metadata(target)["source"] == "published.pt"


class Trap:
    def __reduce__(self):
        return (print, ("run!",))


def test_a_file_with_code_in_it_is_refused_and_not_run(tmp_path, capsys):
    torch.save({"model": {"a": torch.zeros(1)}, "trap": Trap()}, tmp_path / "trap.pt")
    target = tmp_path / "out.safetensors"
    assert main(["convert", str(tmp_path / "trap.pt"), str(target)]) == 2
    out, err = capsys.readouterr()
    assert "run!" not in out and "holds code" in err and err.count("\n") == 1
    assert not target.exists()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"hello, this is text", "not a readable PyTorch file"),
        ({"model": {}}, "holds no tensors"),
        ([1, 2], "holds a list"),
        ({"a.weight": torch.zeros(2)}, "no known layout"),
        ({"tok_emb.weight": torch.zeros(5, 10)}, r"recognised as MaskGIL .*, but it lacks key"),
        ({"last_norm.mlp.1.bias": torch.zeros(6)}, r"recognised as Halton-MaskGIT .*lacks key"),
        ({"first_layer.0.bias": torch.zeros(6)}, r"recognised as Maskgit-pytorch.*lacks key"),
        ({"encoder.mid.0.x": torch.zeros(6)}, r"recognised as LlamaGen's tokenizer .*lacks key"),
    ],
)
def test_files_that_are_not_weights_are_named(content, message, tmp_path):
    path = tmp_path / "x.pt"
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        torch.save(content, path)
    with pytest.raises(checkpoints.CheckpointError, match=message):
        load_published(path)


def test_unknown_widths_ask_for_heads():
    state, _ = read("llamagen_gpt_c2i")
    with pytest.raises(ValueError, match="--heads"):
        infer_config(state, "from_llamagen_gpt")


def test_unpublished_and_hub_names_say_so(monkeypatch):
    with pytest.raises(checkpoints.CheckpointError, match=r"not published.*maskgil train"):
        checkpoints.load("maskgil-xl-text")
    source = FIXTURES / "llamagen_gpt_c2i.safetensors"
    monkeypatch.setattr(files, "_from_hub", lambda entry, _say: source)
    model = checkpoints.load("llamagen-b")
    assert model.config.causal and model.config.zero_condition_rope


def test_describe_counts_what_is_built(capsys):
    from maskgil.models.transformer import Transformer

    for size in SIZES:
        model = checkpoints.build_empty(Transformer, SIZES[size])
        parts = count_parameters(SIZES[size])
        assert sum(parts.values()) == sum(p.numel() for p in model.parameters())
    assert main(["describe", "--size", "b", "--json"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    costs = json.loads(line)
    assert costs["parameters"] == pytest.approx(111e6, rel=0.02)
    assert len(costs["flops_per_step"]) == 8
    assert costs["seconds_per_image"] == pytest.approx(costs["flops_per_image"] / 0.06e12)
    assert main(["describe", "--preset", "paper"]) == 0
    assert "756.7 M" in capsys.readouterr().out


def test_flops_agree_with_torchs_own_counter():
    from torch.nn.attention import SDPBackend, sdpa_kernel
    from torch.utils.flop_counter import FlopCounterMode

    from maskgil.models.transformer import Transformer

    config = SIZES["nano"].replace(condition="class", num_layers=2, learned_positions=False)
    model = Transformer(config)
    # The counter knows the plain attention kernel only.
    kernel = sdpa_kernel(SDPBackend.MATH)
    with kernel, FlopCounterMode(display=False) as counter, torch.no_grad():
        model.logits(torch.zeros(1, 144, dtype=torch.long), torch.tensor([0]))
    assert forward_flops(config, 145, 144) == pytest.approx(counter.get_total_flops(), rel=0.01)


def test_guidance_doubles_and_steps_add_up():
    with_guidance = describe("b", tflops=1.0)
    from maskgil.sampling.config import SamplingConfig

    without = describe("b", tflops=1.0, sampling=SamplingConfig(guidance_scale=1.0))
    assert with_guidance["flops_per_image"] == 2 * without["flops_per_image"]
    with pytest.raises(ValueError, match="tflops"):
        describe("b", tflops=0)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["sample"], "give a caption"),
        (["sample", "--size", "b"], "--classes"),
        (["sample", "--size", "b", "--classes", "1,x"], "numbers with commas"),
        (["sample", "--size", "b", "--classes", "207"], "--random-weights for a smoke run"),
        (["sample", "--size", "nano", "--classes", "1", "--random-weights"], "choose one of b, l"),
        (["sample", "a cat", "--steps", "0"], "num_steps is 0"),
        (["sample", "a cat", "--weights", "/none"], "no weights at /none"),
        (["sample", "a cat", "-o", "x.jpg"], "must end in .png"),
        (["convert", "none.pt", "x.safetensors"], "no file at none.pt"),
        (["convert", "/tmp", "x.safetensors"], "is a folder; name the published file in it"),
        (["convert", OURS, "x.safetensors", "--grid", "24"], "--grid are for published files"),
        (["convert", OURS, "x.safetensors", "--heads", "3"], "--heads and --grid are for"),
        (["convert", "none.pt", "x.pt"], "must end in .safetensors"),
        (["sample", "a cat", "-o", "{file}/x.png"], "file"),
        (["sample", "a cat", "-o", "{folder}.png"], "a folder; it has to be a PNG file"),
        (["convert", "none.pt", "{folder}.safetensors"], "a folder; it has to be a safetensors"),
        (["describe", "--size", "giant"], "giant"),
        (["describe"], "--preset --size"),
    ],
)
def test_bad_input_is_one_line_and_exit_2(arguments, message, capsys, tmp_path):
    (tmp_path / "file").touch()
    for end in ("png", "safetensors"):
        (tmp_path / f"folder.{end}").mkdir()
    named = {"{file}": str(tmp_path / "file"), "{folder}": str(tmp_path / "folder")}
    for mark, path in named.items():
        arguments = [word.replace(mark, path) for word in arguments]
    try:
        status = main(arguments)
    except SystemExit as end:
        status = end.code
    assert status == 2
    err = capsys.readouterr().err
    assert message in err and err.count("\n") == 1


def test_a_folder_of_weights_draws_classes(tmp_path, monkeypatch, capsys):
    from maskgil.models.transformer import Transformer
    from maskgil.tokenizers.compact_vq import CompactVQ, CompactVQConfig

    small = SIZES["b"].replace(num_layers=1, dim=32, num_heads=2, codebook_size=64)
    monkeypatch.setitem(SIZES, "b", small)
    checkpoints.save(
        CompactVQ(CompactVQConfig(codebook_size=64)), tmp_path / "tokenizer.safetensors"
    )
    checkpoints.save(Transformer(small), tmp_path / "maskgil.safetensors")
    checkpoints.save(Transformer(small.replace(causal=True)), tmp_path / "ar.safetensors")
    target = tmp_path / "grid.png"
    arguments = ["sample", "--size", "b", "--classes", "207,360", "--weights", str(tmp_path)]
    assert main([*arguments, "--steps", "2", "--ar-ratio", "0.01", "-o", str(target)]) == 0
    assert Image.open(target).size == (2 * 128 + 4, 128)
    whole, limits = target.read_bytes(), resource.getrlimit(resource.RLIMIT_FSIZE)
    capsys.readouterr()
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))  # as a full disk would
    try:
        assert main([*arguments, "--steps", "1", "-o", str(target)]) == 2
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert f"File too large: '{target}'" in capsys.readouterr().err.splitlines()[-1]
    assert target.read_bytes() == whole and not list(tmp_path.glob("*.part"))
    (tmp_path / "maskgil.safetensors").unlink()  # LlamaGen's weights alone
    assert main([*arguments, "--ar-ratio", "1", "-o", str(target)]) == 0
    assert main([*arguments, "--ar-ratio", "0.9", "-o", str(target)]) == 2
    assert "no weights at" in capsys.readouterr().err
    monkeypatch.setitem(SIZES, "b", small.replace(num_layers=2))
    arguments += ["--ar-ratio", "1"]
    assert main([*arguments, "-o", str(target)]) == 2
    assert "is not of size b: it has 1 layers" in capsys.readouterr().err


@pytest.mark.parametrize("dtype", [None, "float16", "bfloat16"])
def test_converted_files_keep_their_precision_or_take_the_one_asked_for(dtype, tmp_path, capsys):
    source = FIXTURES / "llamagen_gpt_c2i.safetensors"
    target = tmp_path / "ours.safetensors"
    asked = [] if dtype is None else ["--dtype", dtype]
    assert main(["convert", str(source), str(target), *asked]) == 0
    expected = getattr(torch, dtype or "float32")
    assert {value.dtype for value in load_file(target).values()} == {expected}
    line = capsys.readouterr().out
    assert "transformer, 113,664 parameters, 2 layers, 4 heads, 64 wide, 4 x 4" in line


def test_the_tokenizer_is_taken_out_of_a_file_that_holds_more(tmp_path):
    """Janus: LlamaGen's tokenizer under a prefix, beside a language model."""
    state, config = read("llamagen_vq")
    whole = {f"gen_vision_model.{key}": value for key, value in state.items()}
    whole |= {
        "language_model.norm.weight": torch.zeros(2),
        "gen_head.vision_head.bias": torch.ones(1),
    }
    torch.save(whole, tmp_path / "pytorch_model.bin")
    tokenizer = load_published(tmp_path / "pytorch_model.bin")
    expected = checkpoints.from_llamagen_vq(state, config)
    for key, value in expected.state_dict().items():
        assert torch.equal(tokenizer.state_dict()[key], value), key
