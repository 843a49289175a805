"""Size buckets, and the models on every grid they ask for."""

import pytest
import torch

from maskgil.config import TransformerConfig
from maskgil.data.aspect_buckets import buckets, fit, grid_of, nearest_bucket, parse_size
from maskgil.models.transformer import Transformer
from maskgil.pipelines.image_generator import ImageGenerator
from maskgil.sampling.config import SamplingConfig
from maskgil.tokenizers.compact_vq import CompactVQ, CompactVQConfig

TALL = TransformerConfig(
    num_layers=2, num_heads=2, dim=16, codebook_size=32, max_grid_size=(64, 64), num_classes=3,
    hidden_multiple_of=8, qk_norm=True, post_norm=True,
)  # fmt: skip


def kept(size, bucket):
    """The share of a picture's area that is left when it covers `bucket` and is cropped."""
    scale = max(bucket[0] / size[0], bucket[1] / size[1])
    return bucket[0] * bucket[1] / (size[0] * scale * size[1] * scale)


@pytest.mark.parametrize(("side", "count"), [(512, 49), (768, 73), (1024, 97)])
def test_buckets_have_the_area_the_ratio_and_whole_steps(side, count):
    found = buckets(side)
    assert len(found) == len(set(found)) == count and (side, side) in found
    for height, width in found:
        assert height % 32 == width % 32 == 0
        assert height * width <= side * side
        assert (height + 32) * (width + 32) > side * side  # nothing is given away
        assert max(height, width) <= 4 * min(height, width)
        assert (width, height) in found
    assert found[0] == (side // 2, side * 2) and found[-1] == (side * 2, side // 2)


def test_buckets_of_other_steps_and_ratios():
    wide = ((32, 128), (32, 96), (32, 64))
    assert buckets(64) == (*wide, (64, 64), *((w, h) for h, w in reversed(wide)))
    assert buckets(512, max_ratio=1.0) == ((512, 512),)
    assert all(max(size) <= 1.5 * min(size) for size in buckets(512, max_ratio=1.5))
    for wrong in ({"side": 500}, {"side": 0}, {"side": 512, "max_ratio": 0.5}):
        with pytest.raises(ValueError, match="must be"):
            buckets(**wrong)


@pytest.mark.parametrize("size", [(1080, 1920), (3000, 2000), (7, 7), (1, 500), (768, 333)])
def test_the_nearest_bucket_keeps_the_most(size):
    best = nearest_bucket(size)
    assert kept(size, best) == pytest.approx(max(kept(size, bucket) for bucket in buckets()))
    assert nearest_bucket((size[1], size[0])) == (best[1], best[0])


def test_a_bucket_is_nearest_to_itself_and_its_multiples():
    for size in buckets():
        near = nearest_bucket((3 * size[0], 3 * size[1]))
        assert near[0] * size[1] == near[1] * size[0] and near[0] >= size[0]
    assert nearest_bucket((300, 300)) == (512, 512)


@pytest.mark.parametrize("size", [(1080, 1920), (513, 512), (33, 2000), (100, 99), (512, 512)])
def test_a_fit_covers_its_bucket_and_keeps_the_proportions(size):
    bucket, resize, (top, left, bottom, right) = fit(size)
    assert (bottom - top, right - left) == bucket
    assert 0 <= top <= bottom <= resize[0] and 0 <= left <= right <= resize[1]
    assert bucket[0] == resize[0] or bucket[1] == resize[1]
    assert resize[0] * size[1] == pytest.approx(resize[1] * size[0], rel=0.02)
    assert abs(2 * top - (resize[0] - bucket[0])) <= 1  # centred
    assert abs(2 * left - (resize[1] - bucket[1])) <= 1


def test_grids_are_whole_numbers_of_tokens():
    assert grid_of((512, 512)) == (32, 32) and grid_of((256, 1024)) == (16, 64)
    assert grid_of((96, 48), downsample_factor=8) == (12, 6)
    with pytest.raises(ValueError, match="512 x 500"):
        grid_of((512, 500))


def test_sizes_in_words():
    assert parse_size("768x320") == (320, 768) and parse_size("512") == (512, 512)
    for wrong in ("", "axb", "0x32", "1x2x3", "-3"):
        with pytest.raises(ValueError, match="WIDTHxHEIGHT"):
            parse_size(wrong)


def test_the_text_model_has_room_for_every_bucket():
    config = TransformerConfig.named("xl-text")
    with torch.device("meta"):
        model = Transformer(config.replace(num_layers=1))
    for side in (512, 1024):
        for size in buckets(side):
            rows, columns = grid_of(size)
            assert model.check_grid((rows, columns), rows * columns) == (rows, columns)


def test_rows_and_columns_of_a_wide_grid_are_told_apart():
    """Swapping RoPE's two axes in the weights is the same as transposing the picture."""
    torch.manual_seed(0)
    model, swapped = Transformer(TALL).eval(), Transformer(TALL).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.1)
        for block in model.blocks:
            block.attention.qk_weight.fill_(1.5)
    swapped.load_state_dict(model.state_dict())
    quarter = TALL.head_dim // 4
    halves = [torch.arange(start, start + quarter) for start in range(0, TALL.head_dim, quarter)]
    order = torch.cat([halves[1], halves[0], halves[3], halves[2]])
    with torch.no_grad():
        for block in swapped.blocks:
            weight = block.attention.qkv.weight.view(3, TALL.num_heads, TALL.head_dim, TALL.dim)
            weight[:2] = weight[:2][:, :, order]
    labels, tokens = torch.tensor([1]), torch.randint(0, 33, (1, 3, 8))
    wide = model.logits(tokens, labels).view(3, 8, -1)
    tall = swapped.logits(tokens.mT.contiguous(), labels).view(8, 3, -1)
    torch.testing.assert_close(tall.transpose(0, 1), wide, rtol=0, atol=1e-4)
    other = model.logits(tokens.mT.contiguous(), labels).view(8, 3, -1)
    assert (other.transpose(0, 1) - wide).abs().max() > 1e-2


@pytest.mark.parametrize("grid", [(32, 32), (16, 64), (64, 16), (18, 54)])
@pytest.mark.parametrize("ratio", [0.0, 0.03])
def test_pictures_of_every_shape_are_drawn(grid, ratio):
    torch.manual_seed(0)
    tokenizer = CompactVQ(
        CompactVQConfig(codebook_size=32, encoder_width=8, decoder_fine=4, decoder_coarse=8)
    ).eval()
    causal = Transformer(TALL.replace(causal=True)).eval()
    generator = ImageGenerator(tokenizer, Transformer(TALL).eval(), causal)
    sampling = SamplingConfig(num_steps=3, ar_ratio=ratio)
    image = generator.generate([1], grid_size=grid, sampling=sampling)[0]
    assert image.size == (8 * grid[1], 8 * grid[0])
