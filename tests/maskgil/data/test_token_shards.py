"""Token shards: what is written is read back, and the order of batches."""

import json
import os
import pickle
from collections import Counter
from pathlib import Path

import pytest
import torch

from maskgil.data.bucket_sampler import BucketBatchSampler, mixed
from maskgil.data.token_shards import ShardError, ShardRow, TokenShards, save_rows

CODES = 32


def make_rows(grids, *, views=1, seed=0, label=True, caption=False, features=False, codes=CODES):
    """One row a grid, with contents that tell it from all others."""
    generator = torch.Generator().manual_seed(seed)
    rows = []
    for source, grid in enumerate(grids):
        tokens = torch.randint(codes, (views, *grid), generator=generator)
        length = 1 + source % 5
        rows.append(
            ShardRow(
                source, tokens,
                label=source % 7 if label else None,
                caption=f"picture № {source} " + "é" * (source % 4) if caption else None,
                features=torch.randn(length, 6, generator=generator) if features else None,
            )
        )  # fmt: skip
    return rows


MIXED = [(4, 4), (2, 8), (4, 4), (8, 2), (4, 4), (2, 8), (4, 4), (4, 4), (4, 4), (2, 8), (4, 4)]


@pytest.fixture
def everything(tmp_path):
    rows = make_rows(MIXED, views=3, caption=True, features=True)
    return rows, save_rows(tmp_path / "all", rows, codebook_size=CODES, shard_size=4)


def test_every_field_comes_back(everything):
    rows, folder = everything
    shards = TokenShards(folder)
    assert len(shards) == len(rows) == sum(shards.counts)
    assert shards.grids == ((2, 8), (4, 4), (8, 2)) and shards.counts == (3, 7, 1)
    assert (shards.num_views, shards.num_classes, shards.caption_dim) == (3, 7, 6)
    assert shards.holds == ("label", "caption", "caption_embeds")
    in_order = sorted(rows, key=lambda row: (row.grid, row.source))
    for index, row in enumerate(in_order):
        for view in range(3):
            item = shards.view(index, view)
            assert item["tokens"].dtype == torch.int64
            assert torch.equal(item["tokens"], row.tokens[view])
            assert (item["index"], item["source"], item["label"], item["caption"]) == (
                index, row.source, row.label, row.caption,
            )  # fmt: skip
            assert torch.equal(item["caption_embeds"], row.features.half())
    assert shards[-1]["index"] == len(rows) - 1
    for wrong in (len(rows), -len(rows) - 1):
        with pytest.raises(IndexError, match="11 pictures"):
            shards[wrong]
    with pytest.raises(IndexError, match="3 views"):
        shards.view(0, 3)


@pytest.mark.parametrize("codes", [1 << 15, 1 << 18])
def test_codes_of_any_codebook_fit(tmp_path, codes):
    tokens = torch.tensor([[[0, 1], [codes - 2, codes - 1]]])
    save_rows(tmp_path, [ShardRow(0, tokens)], codebook_size=codes)
    shards = TokenShards(tmp_path)
    assert torch.equal(shards[0]["tokens"], tokens[0]) and shards.holds == ()


def test_numbers_do_not_depend_on_the_size_of_the_shards(tmp_path):
    rows = make_rows(MIXED * 3, views=2)
    sets = [
        TokenShards(save_rows(tmp_path / str(size), rows, codebook_size=CODES, shard_size=size))
        for size in (1, 5, 100)
    ]
    for index in range(len(rows)):
        assert len({sets_item[index]["source"] for sets_item in sets}) == 1
    listed = [[b["index"].tolist() for b in shards.batches(4, seed=1)] for shards in sets]
    assert listed[0] == listed[1] == listed[2]


def test_a_batch_is_collated_from_its_pictures(everything):
    rows, folder = everything
    shards = TokenShards(folder)
    batches = list(shards.batches(2, seed=3, epoch=1))
    assert len(batches) == shards.num_batches(2, 1) >= 4
    by_index = sorted(rows, key=lambda row: (row.grid, row.source))
    views = set()
    for batch in batches:
        assert len({by_index[i].grid for i in batch["index"]}) == 1
        for place, index in enumerate(batch["index"].tolist()):
            row = by_index[index]
            same = [torch.equal(batch["tokens"][place], view) for view in row.tokens]
            assert sum(same) == 1
            views.add(same.index(True))
            assert batch["label"][place] == row.label
            assert batch["caption"][place] == row.caption
            mask = batch["caption_mask"][place]
            assert mask.sum() == len(row.features)
            assert mask[: len(row.features)].all()  # padding stands on the right
            assert torch.equal(batch["caption_embeds"][place][mask], row.features.half())
            assert not batch["caption_embeds"][place][~mask].any()
    assert views == {0, 1, 2}


def test_left_padding_is_kept(everything):
    _, folder = everything
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["caption_features"]["padding_side"] = "left"
    (folder / "manifest.json").write_text(json.dumps(manifest))
    batch = next(TokenShards(folder).batches(3))
    lengths = batch["caption_mask"].sum(1)
    assert len(set(lengths.tolist())) > 1
    for mask, length in zip(batch["caption_mask"], lengths, strict=True):
        assert mask[len(mask) - length :].all()


@pytest.mark.parametrize("world_size", [2, 3, 6])
def test_ranks_share_what_one_process_sees(everything, world_size):
    shards = TokenShards(everything[1])
    for epoch in range(4):
        alone = list(shards.batches(6, seed=5, epoch=epoch))
        ranks = [
            list(shards.batches(6, seed=5, epoch=epoch, rank=rank, world_size=world_size))
            for rank in range(world_size)
        ]
        assert {len(part) for part in ranks} == {len(alone)}
        for number, whole in enumerate(alone):
            parts = [part[number] for part in ranks]
            for key in ("tokens", "index", "label"):
                assert torch.equal(torch.cat([part[key] for part in parts]), whole[key])
            assert [text for part in parts for text in part["caption"]] == whole["caption"]


def test_a_run_resumes_at_any_batch(everything):
    shards = TokenShards(everything[1])
    whole = [
        batch["index"].tolist() + batch["tokens"].flatten().tolist()
        for epoch in range(5)
        for batch in shards.batches(3, seed=9, epoch=epoch)
    ]
    for step in range(len(whole)):
        fresh = TokenShards(everything[1])
        epoch, start = fresh.locate(step, 3)
        batch = next(fresh.batches(3, seed=9, epoch=epoch, start_batch=start))
        assert batch["index"].tolist() + batch["tokens"].flatten().tolist() == whole[step]


@pytest.mark.parametrize("counts", [(40,), (3, 17, 1), (5, 5), (1,)])
@pytest.mark.parametrize("size", [1, 4, 8])
def test_full_batches_and_equal_shares(counts, size):
    """Every batch is full; after any number of epochs no picture leads by more than a batch."""
    order = BucketBatchSampler(counts, size, seed=2)
    seen, epochs, batches = Counter(), 24, 0
    for epoch in range(epochs):
        for number in range(order.num_batches(epoch)):
            assert order.locate(batches) == (epoch, number)
            batch = order.batch(epoch, number)
            assert len(batch.positions) == size
            seen.update((batch.bucket, position) for position in batch.positions.tolist())
            batches += 1
    for bucket, count in enumerate(counts):
        shown = [seen[bucket, position] for position in range(count)]
        assert epochs - 1 - size // count <= min(shown) and max(shown) <= epochs
        assert sum(shown) == epochs * count // size * size


def test_orders_differ_by_seed_and_epoch():
    def listing(seed, epoch):
        order = BucketBatchSampler((64, 32), 8, seed=seed)
        return [order.batch(epoch, i).positions.tolist() for i in range(order.num_batches(epoch))]

    listings = [listing(seed, epoch) for seed in (0, 1) for epoch in (0, 1)]
    assert all(a != b for i, a in enumerate(listings) for b in listings[:i])
    assert listing(0, 0) == listings[0]
    buckets = [BucketBatchSampler((64, 32), 8).batch(0, i).bucket for i in range(12)]
    assert sorted(buckets) == [0] * 8 + [1] * 4 and buckets != sorted(buckets)
    assert len({mixed(1, 2), mixed(2, 1), mixed(12), mixed("1", 2), mixed(0)}) == 5


def test_wrong_settings_are_refused(everything):
    shards = TokenShards(everything[1])
    for wrong, message in (
        ({"batch_size": 0}, "batch_size is 0"),
        ({"batch_size": 4, "rank": 2, "world_size": 2}, "rank is 2 of 2"),
        ({"batch_size": 4, "world_size": 3}, "multiple of 3"),
        ({"batch_size": 4, "start_batch": 9}, "start_batch is 9"),
    ):
        with pytest.raises(ValueError, match=message):
            shards.batches(**wrong)


def test_damage_is_named_in_one_line(everything, tmp_path):
    folder = everything[1]
    TokenShards(folder).verify()
    with pytest.raises(ShardError, match="no finished token shards"):
        TokenShards(tmp_path / "nowhere")
    target = folder / "shard-000001.safetensors"
    data = target.read_bytes()
    target.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    with pytest.raises(ShardError, match=r"shard-000001.*damaged or replaced"):
        TokenShards(folder).verify()
    target.write_bytes(data[:-8])
    with pytest.raises(ShardError, match="bytes long"):
        TokenShards(folder)
    target.unlink()
    with pytest.raises(ShardError, match=r"shard-000001.* is missing"):
        TokenShards(folder)
    (folder / "manifest.json").write_text('{"format": "tar"}')
    with pytest.raises(ShardError, match="'tar'"):
        TokenShards(folder)


def test_shards_travel_to_other_processes_without_their_data(everything):
    shards = TokenShards(everything[1])
    before = [shards[i]["tokens"] for i in range(len(shards))]
    size = len(pickle.dumps(shards))
    other = pickle.loads(pickle.dumps(shards))
    assert size < 20_000
    assert all(torch.equal(other[i]["tokens"], tokens) for i, tokens in enumerate(before))


@pytest.mark.skipif(not os.path.exists("/proc/self/statm"), reason="reads Linux's /proc")
def test_files_are_mapped_not_read(tmp_path):
    rows = make_rows([(64, 64)] * 64, views=96, label=False)
    save_rows(tmp_path, rows, codebook_size=CODES, shard_size=16)  # 50 MB in four files
    del rows

    def anonymous():
        lines = Path("/proc/self/status").read_text().splitlines()
        fields = dict(line.split(":", 1) for line in lines)
        return int(fields["RssAnon"].split()[0]) / 1000

    shards = TokenShards(tmp_path)
    shards[0]
    before = anonymous()
    for _ in shards.batches(4):
        pass
    assert anonymous() - before < 10
