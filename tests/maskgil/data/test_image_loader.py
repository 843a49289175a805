"""Images as pixels: decoded, cut, in batches of one bucket that can be taken up anywhere."""

import io

import numpy as np
import pytest
import torch
from PIL import Image, ImageOps

from maskgil.data.aspect_buckets import buckets, fit, nearest_bucket
from maskgil.data.image_datasets.open import open_source
from maskgil.data.image_loader import (
    CENTRE,
    Cut,
    ImageBatches,
    Skipped,
    View,
    cut_of,
    cut_out,
    decode,
    decode_for,
    image_size,
    views_of,
)
from tests.helpers.painted_images import damaged, encoded, picture, reason

SQUARE = ((32, 32),)


def test_pictures_of_every_mode_become_rgb():
    grey = Image.fromarray(np.arange(256, dtype=np.uint8).reshape(16, 16))
    deep = Image.fromarray((np.arange(256, dtype=np.uint16) * 257).reshape(16, 16))
    for image in (grey, deep):
        pixels = np.asarray(decode(encoded(image)))
        assert (pixels == np.arange(256).reshape(16, 16, 1)).all()
    glass = Image.new("RGBA", (8, 8), (255, 0, 0, 0))
    glass.putpixel((3, 4), (10, 20, 30, 255))
    shown = decode(encoded(glass))
    assert shown.getpixel((0, 0)) == (255, 255, 255) and shown.getpixel((3, 4)) == (10, 20, 30)
    palette = glass.convert("P")
    palette.info["transparency"] = palette.getpixel((0, 0))
    assert decode(encoded(palette, "GIF")).getpixel((0, 0)) == (255, 255, 255)
    cmyk = decode(encoded(Image.new("CMYK", (9, 9), (0, 255, 255, 0)), "JPEG")).getpixel((4, 4))
    assert cmyk[0] > 200 and max(cmyk[1:]) < 60


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_cameras_held_sideways(orientation):
    image = picture(3, (60, 30))
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = encoded(image, "JPEG", exif=exif, quality=95)
    turned = {1: 0, 3: 180, 6: 270, 8: 90}[orientation]
    expected = image.rotate(turned, expand=True)
    shown = decode(data)
    assert shown.size == expected.size and image_size(data) == (expected.height, expected.width)
    difference = np.asarray(shown).astype(int) - np.asarray(expected)
    assert np.abs(difference).mean() < 6


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("truncated", "damaged image"),
        ("truncated PNG", "damaged image"),
        ("text", "not an image"),
        ("empty", "empty file"),
    ],
)
def test_damaged_images_say_why(kind, expected):
    assert reason(lambda: decode(damaged(kind))) == expected
    assert reason(lambda: decode_for(damaged(kind), SQUARE)) == expected
    assert reason(lambda: decode(damaged("noise"))) in ("damaged image", "not an image")


def test_images_too_large_to_open_are_refused(monkeypatch):
    data = encoded(picture(1, (100, 100)))
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 4000)
    assert reason(lambda: decode(data)) == "too large"


def test_large_jpegs_are_decoded_small_and_look_the_same():
    image = picture(5, (1600, 1203))
    data = encoded(image, "JPEG", quality=95)
    small, bucket = decode_for(data, buckets(64))
    assert bucket == nearest_bucket((1203, 1600), buckets(64))
    assert small.width < 400 and small.width >= 2 * bucket[1] and small.height >= 2 * bucket[0]
    fast, slow = (cut_out(one, bucket).astype(int) for one in (small, decode(data)))
    assert np.abs(fast - slow).mean() < 1


@pytest.mark.parametrize("size", [(48, 40), (32, 32), (31, 200), (500, 20), (64, 64)])
def test_the_centre_is_resized_and_cut_as_the_buckets_say(size):
    image = picture(1, size)
    for bucket in ((32, 32), (32, 64)):
        plan = fit((image.height, image.width), (bucket,))
        whole = np.asarray(image.resize(plan.resize[::-1], Image.Resampling.BICUBIC))
        top, left, bottom, right = plan.crop
        found = cut_out(image, bucket)
        assert found.shape == (*bucket, 3)
        assert np.abs(found.astype(int) - whole[top:bottom, left:right]).max() <= 2
        assert (cut_out(image, bucket, flip=True) == found[:, ::-1]).all()


def test_a_sliver_takes_no_more_memory_than_a_picture():
    assert cut_out(Image.new("RGB", (60_000, 1)), (64, 64)).shape == (64, 64, 3)


def test_random_crops_stay_inside_and_belong_to_their_image():
    image = picture(2, (90, 60))
    corner = cut_out(image, (32, 32), Cut(1.5, 0.0, 0.0))
    larger = np.asarray(image.resize((72, 48), Image.Resampling.BICUBIC))
    assert np.abs(corner.astype(int) - larger[:32, :32]).max() <= 2
    opposite = cut_out(image, (32, 32), Cut(1.5, 1.0, 1.0))
    assert np.abs(opposite.astype(int) - larger[-32:, -32:]).max() <= 2
    cuts = [cut_of(View(1), seed=0, index=index, max_scale=1.2) for index in range(200)]
    assert len(set(cuts)) == 200 and cuts[7] == cut_of(View(1), seed=0, index=7, max_scale=1.2)
    assert cuts[7] != cut_of(View(2), seed=0, index=7, max_scale=1.2)
    assert cuts[7] != cut_of(View(1), seed=1, index=7, max_scale=1.2)
    scales = [cut.scale for cut in cuts]
    assert 1 <= min(scales) < 1.02 and 1.18 < max(scales) <= 1.2
    assert cut_of(View(0), seed=0, index=7, max_scale=1.2) == CENTRE
    assert views_of(2, flip=True) == (View(0), View(0, True), View(1), View(1, True))
    with pytest.raises(ValueError, match="crops is 0"):
        views_of(0)


SHAPES = [(48, 40), (120, 40), (40, 130), (64, 64), (100, 50), (33, 90)]


@pytest.fixture
def mixed_folder(tmp_path):
    for number in range(30):
        shape = SHAPES[number % len(SHAPES)]
        write = tmp_path / f"class{number % 3}" / f"{number:02d}.png"
        write.parent.mkdir(exist_ok=True)
        write.write_bytes(encoded(picture(number, shape)))
    return tmp_path


def test_batches_hold_the_images_of_one_bucket(mixed_folder):
    source = open_source(mixed_folder)
    images = ImageBatches(source, buckets(64))
    assert len(images) == 30 and len(images.members) >= 3
    seen = []
    for epoch in range(4):
        for batch in images.batches(4, seed=1, epoch=epoch):
            size = tuple(batch["pixels"].shape[2:])
            assert batch["pixels"].shape[:2] == (4, 3) and size in buckets(64)
            for row, index in enumerate(batch["source"].tolist()):
                raw = source.read(index)
                pixels = cut_out(decode(raw.data), size)
                assert nearest_bucket(image_size(raw.data), buckets(64)) == size
                expected = torch.tensor(pixels).movedim(-1, 0) / 127.5 - 1
                torch.testing.assert_close(batch["pixels"][row], expected, rtol=0, atol=1e-6)
                assert batch["label"][row] == raw.label
                seen.append(index)
    assert set(seen) == set(range(30))


def test_image_batches_resume_and_split_alike(mixed_folder):
    def fresh():
        return ImageBatches(
            open_source(mixed_folder), buckets(64), crops=True, flip=True, threads=3
        )

    whole = [b for epoch in range(3) for b in fresh().batches(4, seed=7, epoch=epoch)]
    assert len(whole) >= 15
    for step in (0, 3, len(whole) - 1):
        images = fresh()
        epoch, start = images.locate(step, 4)
        batch = next(images.batches(4, seed=7, epoch=epoch, start_batch=start))
        assert torch.equal(batch["pixels"], whole[step]["pixels"])
    ranks = [list(fresh().batches(4, seed=7, rank=rank, world_size=2)) for rank in range(2)]
    for number in range(len(ranks[0])):
        both = torch.cat([part[number]["pixels"] for part in ranks])
        assert torch.equal(both, whole[number]["pixels"])
    centred = ImageBatches(open_source(mixed_folder), buckets(64))
    first = next(centred.batches(4, seed=7))
    assert torch.equal(first["source"], whole[0]["source"])
    assert not torch.equal(first["pixels"], whole[0]["pixels"])  # crops and flips are at work


@pytest.mark.parametrize("sizes", [SQUARE, buckets(64)])
def test_damaged_images_are_replaced_and_counted(mixed_folder, sizes, caplog):
    (mixed_folder / "class0/00.png").write_bytes(damaged("truncated"))
    (mixed_folder / "class1/01.png").write_bytes(damaged("text"))
    (mixed_folder / "class1/04.png").write_bytes(b"")
    images = ImageBatches(open_source(mixed_folder), sizes)
    bad = {images.source.images.index(f"class{n % 3}/{n:02d}.png") for n in (0, 1, 4)}
    runs = []
    for attempt in range(2):
        again = ImageBatches(open_source(mixed_folder), sizes, threads=1 + attempt)
        runs.append(
            [b["source"].tolist() for epoch in range(3) for b in again.batches(5, epoch=epoch)]
        )
    assert runs[0] == runs[1] and all(len(batch) == 5 for batch in runs[0])
    assert not bad & {index for batch in runs[0] for index in batch}
    assert again.skipped.counts() == {"damaged image": 1, "not an image": 1, "empty file": 1}
    assert "class0/00.png" in again.skipped.summary()
    assert len([r for r in caplog.records if "skipping" in r.message]) == 2  # one a run


def test_a_bucket_of_damage_alone_is_an_error(tmp_path):
    (tmp_path / "a.png").write_bytes(b"")
    with pytest.raises(ValueError, match=r"none of the 1 images.*1 empty file \(a.png\)"):
        next(ImageBatches(open_source(tmp_path), SQUARE).batches(1))


def test_what_was_skipped_in_one_line():
    skipped = Skipped(shown=2)
    assert skipped.summary() == "0 images skipped"
    for index, (name, why) in enumerate((("a", "x"), ("b", "y"), ("c", "y"), ("d", "y"))):
        skipped.add(index, name, why)
        skipped.add(index, name, why)  # the same image once more
    assert skipped.summary() == "4 images skipped: 3 y (b, c, …), 1 x (a)"


def test_wrong_settings_of_batches(mixed_folder):
    source = open_source(mixed_folder)
    for wrong in ({"max_scale": 0.9}, {"threads": 0}):
        with pytest.raises(ValueError, match=f"{next(iter(wrong))} is"):
            ImageBatches(source, SQUARE, **wrong)
    with pytest.raises(ValueError, match="multiple of 3"):
        ImageBatches(source, SQUARE).batches(4, world_size=3)


def test_flips_are_mirror_images():
    image = picture(9, (50, 50))
    mirrored = cut_out(ImageOps.mirror(image), (32, 32))
    assert (cut_out(image, (32, 32), flip=True) == mirrored).all()


@pytest.mark.parametrize(
    ("values", "kind", "expected"),
    [
        ([0.0, 0.5, 1.0], np.float32, [0, 128, 255]),
        ([-1.0, 0.0, 1.0], np.float32, [0, 128, 255]),
        ([0.0, 128.0, 255.0], np.float32, [0, 128, 255]),
        ([0.0, 32896.0, 65535.0], np.float32, [0, 128, 255]),
        ([np.nan, 0.5, 1.0], np.float32, [0, 128, 255]),
        ([0, 32896, 65535], np.uint16, [0, 128, 255]),
        ([0, 1, 257], np.uint16, [0, 0, 1]),
        ([0, 128, 255], np.int32, [0, 128, 255]),
        ([0, 1 << 30, (1 << 31) - 1], np.int32, [0, 64, 128]),
    ],
)
def test_deep_tiffs_keep_their_range(values, kind, expected):
    file = io.BytesIO()
    Image.fromarray(np.tile(np.array(values, kind), (4, 1))).save(file, "TIFF")
    pixels = np.asarray(decode(file.getvalue()))
    assert pixels.shape == (4, 3, 3)
    assert np.abs(pixels[0, :, 0].astype(int) - expected).max() <= 1
