"""What `python -m maskgil tokenize` reads: captions, tars, datasets, images that have changed."""

import os

import pytest
import torch

from maskgil.__main__ import main
from maskgil.data.image_datasets.open import open_source
from maskgil.data.token_shards import TokenShards
from maskgil.models.text_encoders.load import load_text_encoder
from tests.helpers.painted_images import command, make_folder, png


def test_captions_and_their_features(tmp_path):
    source = make_folder(tmp_path / "source", 7, captions=True)
    target = tmp_path / "out"
    words = ("--size", 32, "--caption-features", "minilm", "--shard-size", 4)
    assert main(command(source, target, *words)) == 0
    shards, encoder = TokenShards(target), load_text_encoder("minilm")
    assert shards.holds == ("caption", "caption_embeds") and shards.caption_dim == 384
    images = open_source(source)
    for index in range(7):
        item = shards[index]
        assert item["caption"] == images.read(item["source"]).caption
        alone = encoder.encode([item["caption"]]).embeds[0]
        assert item["caption_embeds"].shape == alone.shape
        torch.testing.assert_close(item["caption_embeds"].float(), alone, rtol=1e-2, atol=2e-3)
    batch = next(shards.batches(7))
    lengths = batch["caption_mask"].sum(1).tolist()
    assert len(set(lengths)) > 1 and max(lengths) == batch["caption_embeds"].shape[1]


def test_tars_and_datasets_give_the_same_tokens_as_a_folder(tmp_path):
    datasets, webdataset = (pytest.importorskip(name) for name in ("datasets", "webdataset"))
    source = open_source(make_folder(tmp_path / "folder", 6))
    with webdataset.TarWriter(str(tmp_path / "a.tar")) as sink:
        for index in range(6):
            raw = source.read(index)
            sink.write({"__key__": f"{index:03d}", "png": raw.data, "cls": raw.label})
    rows = [source.read(index) for index in range(6)]
    features = datasets.Features(
        {"image": datasets.Image(), "label": datasets.ClassLabel(names=list(source.classes))}
    )
    datasets.Dataset.from_dict(
        {
            "image": [{"bytes": raw.data, "path": None} for raw in rows],
            "label": [raw.label for raw in rows],
        },
        features=features,
    ).save_to_disk(tmp_path / "saved")
    made = []
    for name in ("folder", "a.tar", "saved"):
        assert main(command(tmp_path / name, tmp_path / "out" / name, "--size", 32)) == 0
        made.append(TokenShards(tmp_path / "out" / name))
    for index in range(6):
        first, *others = (shards[index] for shards in made)
        for other in others:
            assert torch.equal(first["tokens"], other["tokens"])
            assert first["label"] == other["label"]
    assert made[0].classes == made[2].classes and made[1].classes is None
    assert all(shards.num_classes == 3 for shards in made)


def test_changed_pictures_and_captions_are_named_and_made_again(tmp_path, caplog, capsys):
    """By size and time of their files, with --verify by their contents."""
    source, target = make_folder(tmp_path / "source", 8, captions=True), tmp_path / "out"
    words = command(source, target, "--size", 32, "--shard-size", 2)
    assert main(words) == 0
    made = {path: path.stat().st_mtime_ns for path in target.glob("shard-*.safetensors")}
    assert main(words) == 0 and not caplog.text
    caption = source / "red/003.txt"
    caption.write_text("a new thing")
    (source / "blue/002.png").write_bytes(png(77))
    assert main(words) == 0
    assert "2 images or captions have changed since (blue/002.png, red/003.png)" in caplog.text
    assert "4 images in this run" in capsys.readouterr().out
    shards = TokenShards(target)
    shards.verify()
    assert "a new thing" in {shards[index]["caption"] for index in range(8)}
    kept = [path for path, time in made.items() if path.stat().st_mtime_ns == time]
    assert len(kept) == 2 and len(made) == 4
    caplog.clear()
    about = caption.stat()
    caption.write_text("a sad thing")  # as long, and at the same time: its contents alone tell
    os.utime(caption, ns=(about.st_atime_ns, about.st_mtime_ns))
    os.utime(source / "green/001.png")  # only touched
    assert main([*words, "--verify"]) == 0
    assert "1 images or captions have changed since (red/003.png)" in caplog.text
    shards = TokenShards(target)
    assert "a sad thing" in {shards[index]["caption"] for index in range(8)}


def test_pictures_that_came_and_went_are_named(tmp_path, capsys):
    source, target = make_folder(tmp_path / "source", 8, captions=True), tmp_path / "out"
    words = command(source, target, "--size", 32, "--shard-size", 2)
    assert main(words) == 0
    (source / "blue/new.png").write_bytes(png(77))
    (source / "blue/new.txt").write_text("a new thing")
    assert main(words) == 2
    said = capsys.readouterr().err
    assert "begun with 8 images, now there are 9" in said
    assert "1 images are new or changed (blue/new.png);" in said and "gone" not in said
    for suffix in ("png", "txt"):
        (source / f"red/003.{suffix}").unlink()
    assert main(words) == 2
    said = capsys.readouterr().err.splitlines()[-1]
    assert "(blue/new.png) and 1 of its own are gone or changed; delete " in said
