"""Preset photo with Meissonic: a published folder in small, drawn through the whole pipeline."""

from dataclasses import replace

import pytest
import torch
from PIL import Image

from maskgil.__main__ import main
from maskgil.checkpoints import CheckpointError
from maskgil.models.multimodal_layers import AESTHETIC_SCORE
from maskgil.pipelines.photo import MEISSONIC, load_photo
from maskgil.pipelines.request import DrawRequest
from maskgil.sampling.guidance import GuidedLogits
from tests.helpers.plain.meissonic import logits_of
from tests.helpers.tiny_photo import needs_diffusers, write_meissonic

pytestmark = needs_diffusers
GRID, SIDE, MASK = (4, 6), (64, 96), 39


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_meissonic(tmp_path_factory.mktemp("meissonic"))


@pytest.fixture(scope="module")
def generator(folder):
    """Drawing small wide pictures; the usual ones are 1,024 pixels square."""
    found = load_photo(folder)
    assert found.image_size == (1024, 1024) and found.grid_size == (64, 64)
    assert found.sampling == MEISSONIC.sampling
    found.grid_size = GRID
    found.sampling = replace(found.sampling, num_steps=5)
    return found


def tokens_of(generator, prompts, **options):
    return list(generator.stream(DrawRequest(prompts, previews=False, **options)))[-1].tokens


def test_previews_then_a_picture(generator):
    previews = list(generator.stream(DrawRequest("a red apple", seed=3)))
    assert [each.step for each in previews] == [1, 2, 3, 4, 5]
    assert previews[-1].stage == "done" and not (previews[-1].tokens == MASK).any()
    written = [int((each.tokens != MASK).sum()) for each in previews]
    assert written == sorted(written) and written[0] < 24
    assert all(each.images[0].size == SIDE[::-1] for each in previews)


def test_same_seed_same_picture_whatever_the_batch(generator):
    alone = tokens_of(generator, "a red apple", seed=7)
    batch = tokens_of(generator, ["a dog", "a red apple", "a tree"], seed=[1, 7, 9])
    assert torch.equal(batch[1], alone[0]) and not torch.equal(batch[0], alone[0])


def test_captions_matter(generator):
    one, other = (tokens_of(generator, each, seed=7) for each in ("a red apple", "zzz"))
    assert not torch.equal(one, other)


def test_it_is_told_step_size_and_score_as_the_published_sampler_tells(generator):
    """At every step: the guided logits of what is told by hand."""
    encoded = generator.encoder.encode(["a red apple", ""]).embeds
    sampling = replace(generator.sampling, num_steps=3)
    ours = GuidedLogits(
        generator.masked, generator._condition(["a red apple"]), 1, sampling=sampling,
        grid_size=GRID,
    )  # fmt: skip
    tokens = torch.full((1, 24), MASK)
    micro = torch.tensor([[96, 64, 0, 0, AESTHETIC_SCORE]]).expand(2, -1)
    for follow in (2, 1, 0):
        with torch.inference_mode():
            both = logits_of(
                generator.masked,
                tokens.view(1, *GRID).repeat(2, 1, 1), encoded[:, :-1], encoded[:, -1], micro,
                torch.tensor([follow]),
            )  # fmt: skip
            conditional, unconditional = both.flatten(2).mT
            expected = unconditional + 9.0 * (conditional - unconditional)
            masked = tokens[0] == MASK
            torch.testing.assert_close(ours(tokens), expected[masked], rtol=1e-4, atol=1e-3)
        tokens[0, 8 * (2 - follow) : 8 * (3 - follow)] = 5


def test_editing_keeps_what_is_not_marked(generator):
    picture = Image.effect_noise((96, 64), 80).convert("RGB")
    mask = Image.new("L", picture.size, 0)
    mask.paste(255, (0, 0, 48, 64))
    edited = generator.edit(picture, mask, "a dog", seed=2)
    right = (48, 0, 96, 64)
    assert edited.crop(right).tobytes() == picture.crop(right).tobytes()
    assert edited.tobytes() != picture.tobytes()


def test_it_has_neither_a_twin_nor_a_fast_mode(generator):
    with pytest.raises(ValueError, match="no autoregressive model"):
        generator.generate("a cat", sampling=replace(generator.sampling, ar_ratio=0.5))
    with pytest.raises(ValueError, match=r"--fast.* cannot"):
        generator.generate("a cat", sampling=generator.sampling.fast())


def test_bfloat16_weights_give_almost_the_same_logits(folder, generator):
    from maskgil.pipelines.meissonic import load_transformer

    half = load_transformer(folder / "transformer", dtype=torch.bfloat16, device="cpu")
    encoded = generator.encoder.encode(["a dog"])
    tokens = torch.randint(MASK, (1, 24), generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        exact = generator.masked.logits(tokens, encoded, grid_size=GRID)
        rounded = half.logits(tokens, encoded, grid_size=GRID)
    assert rounded.dtype == torch.bfloat16
    assert (rounded.float() - exact).abs().mean() < 0.05 * exact.std()


def test_from_the_command_line_in_any_shape(folder, tmp_path, capsys):
    words = ["sample", "a red apple", "--preset", "photo", "--weights", str(folder), "--steps", "2"]
    out = tmp_path / "apple.png"
    assert main([*words, "--image-size", "96x64", "-o", str(out)]) == 0
    assert Image.open(out).size == (96, 64)
    assert not capsys.readouterr().err
    for more, message in (
        (["--fast", "--image-size", "96x64"], "--fast"),
        (["--image-size", "48x64"], "both sides multiples of 2"),
    ):
        assert main([*words, *more, "-o", str(out)]) == 2
        line = capsys.readouterr().err
        assert message in line and line.count("\n") == 1


def test_a_tokenizer_of_another_scale_is_refused(folder, tmp_path):
    import shutil

    from tests.helpers.tiny_photo import write_vq

    shutil.copytree(folder, tmp_path / "other")
    shutil.rmtree(tmp_path / "other" / "vqvae")
    write_vq(tmp_path / "other", 32, 3)
    with pytest.raises(CheckpointError, match=r"no Meissonic weights.*is 4 pixels wide"):
        load_photo(tmp_path / "other")
