"""Image sources: folders, datasets and tars, what each reads and what it leaves out."""

import csv
import json
import os
import tarfile

import pytest

from maskgil.data.image_datasets.base import SourceError, SourceOptions, Unusable
from maskgil.data.image_datasets.open import open_source
from maskgil.data.image_loader import decode
from tests.helpers.painted_images import damaged, encoded, picture, reason


def write_folder(root, names, size=(48, 40)):
    for number, name in enumerate(names):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        kind = {"jpg": "JPEG", "webp": "WEBP"}.get(path.suffix[1:].lower(), "PNG")
        path.write_bytes(encoded(picture(number, size), kind))
    return root


def test_class_folders(tmp_path):
    names = ["dog/b.png", "cat/deep/a.webp", "cat/z.JPG", "cat/notes.txt", "cat/.hidden.png"]
    write_folder(tmp_path, names)
    (tmp_path / "cat/notes.txt").write_text("not a caption of any image")
    source = open_source(tmp_path)
    assert source.images == ["cat/deep/a.webp", "cat/z.JPG", "dog/b.png"]
    assert source.holds == ("label",) and source.classes == ("cat", "dog")
    assert [source.read(i).label for i in range(3)] == [0, 0, 1]
    assert decode(source.read(2).data).tobytes() == picture(0).tobytes()
    before = source.fingerprint
    write_folder(tmp_path, ["cat/new.png"])
    assert open_source(tmp_path).fingerprint != before
    (tmp_path / "cat/new.png").unlink()
    assert open_source(tmp_path).fingerprint == before


def test_captions_beside_the_images(tmp_path):
    write_folder(tmp_path, ["a.png", "sub/b.jpg", "c.png", "d.png"])
    (tmp_path / "a.txt").write_text(" a red apple \n")
    (tmp_path / "sub/b.txt").write_text("un chat à l’ombre", encoding="utf-8")
    (tmp_path / "c.txt").write_text("\n")
    source = open_source(tmp_path)
    assert source.holds == ("caption",)
    assert source.read(0).caption == "a red apple"
    assert source.read(3).caption == "un chat à l’ombre"
    assert reason(lambda: source.read(1)) == reason(lambda: source.read(2)) == "no caption"
    plain = open_source(tmp_path, SourceOptions(condition="none"))
    assert plain.holds == () and plain.read(1).caption is None


def test_links_are_followed_once(tmp_path):
    inside, outside = tmp_path / "photos", tmp_path / "elsewhere"
    write_folder(inside, ["cat/a.png", "dog/b.png"])
    write_folder(outside, ["c.png", "deep/d.png"])
    (inside / "cat/self").symlink_to(".")
    (inside / "again").symlink_to(inside)
    (inside / "apes").symlink_to("dog")  # before it in the alphabet, and yet its pictures are dogs
    (inside / "owl").symlink_to(outside)
    (outside / "back").symlink_to(inside)
    (inside / "gone.png").symlink_to("nowhere.png")
    source = open_source(inside)
    assert source.images == ["cat/a.png", "dog/b.png", "gone.png", "owl/c.png", "owl/deep/d.png"]
    assert source.classes == ("cat", "dog", "owl")
    plain = open_source(inside, SourceOptions(condition="none"))
    assert reason(lambda: plain.read(2)) == "missing file"


@pytest.mark.skipif(os.name != "posix", reason="makes pipes")
def test_pipes_are_skipped(tmp_path):
    write_folder(tmp_path, ["a.png", "b.png"])
    os.mkfifo(tmp_path / "pipe.png")
    os.mkfifo(tmp_path / "b.txt")
    (tmp_path / "a.txt").write_text("a pear")
    assert reason(lambda: open_source(tmp_path).read(1)) == "no caption"
    plain = open_source(tmp_path, SourceOptions(condition="none"))
    assert reason(lambda: plain.read(2)) == "no regular file"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("un château à l’ombre – “là”", "cp1252"), ("ein Mädchen", "latin-1"),
        ("un château", "utf-8-sig"), ("кот и собака", "utf-8"), ("кот и собака", "utf-16"),
        ("a cat", "utf-16-le"), ("a cat", "utf-16-be"), ("猫と犬", "utf-32"),
    ],
)  # fmt: skip
def test_captions_are_decoded_by_what_they_are(tmp_path, text, encoding):
    write_folder(tmp_path, ["a.png"])
    (tmp_path / "a.txt").write_bytes(text.encode(encoding))
    assert open_source(tmp_path).read(0).caption == text
    rows = json.dumps({"file_name": "a.png", "text": text}, ensure_ascii=False)
    (tmp_path / "metadata.jsonl").write_bytes(rows.encode(encoding))
    assert open_source(tmp_path).read(0).caption == text


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r", "gb18030", "shift-jis"])
def test_captions_that_cannot_be_told_are_skipped(tmp_path, encoding):
    text = "красный кот на траве" if encoding in ("cp1251", "koi8-r") else "一只红色的猫在草地上"
    if encoding == "shift-jis":
        text = "草の上の赤い猫"
    write_folder(tmp_path, ["a.png"])
    (tmp_path / "a.txt").write_bytes(text.encode(encoding))
    assert reason(lambda: open_source(tmp_path).read(0)) == "caption in an unknown encoding"


@pytest.mark.parametrize("kind", ["jsonl", "csv"])
def test_captions_and_labels_in_one_table(tmp_path, kind):
    write_folder(tmp_path, ["a.png", "x/b.png", "c.png"])
    rows = [
        {"file_name": "a.png", "text": "one, “two”", "label": "pear", "title": "A"},
        {"file_name": "x/b.png", "text": "three", "label": "apple", "title": "B"},
        {"file_name": "gone.png", "text": "nobody", "label": "pear", "title": "C"},
    ]
    table = tmp_path / f"metadata.{kind}"
    if kind == "csv":
        with table.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    else:
        table.write_text("".join(json.dumps(row) + "\n" for row in rows))
    source = open_source(tmp_path)
    assert source.holds == ("label", "caption") and source.classes == ("apple", "pear")
    read = {source.name(i): i for i in range(len(source))}
    assert list(read) == ["a.png", "c.png", "gone.png", "x/b.png"]
    raw = source.read(read["a.png"])
    assert (raw.label, raw.caption) == (1, "one, “two”")
    assert source.read(read["x/b.png"]).label == 0
    assert reason(lambda: source.read(read["c.png"])) == "no label"
    assert reason(lambda: source.read(read["gone.png"])) == "missing file"
    titled = open_source(tmp_path, SourceOptions(caption_column="title", condition="caption"))
    assert titled.holds == ("caption",) and titled.read(0).caption == "A"
    with pytest.raises(SourceError, match=r"no column 'colour'.*label, text, title"):
        open_source(tmp_path, SourceOptions(label_column="colour"))


def test_sources_that_cannot_be_used_say_so(tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    for path, options, message in (
        (tmp_path / "nowhere", {}, "--format datasets"),
        (empty, {}, "holds no images"),
        (empty / "a.tar", {}, "no .tar shards"),
        (empty, {"format": "datasets"}, "cannot load the dataset"),
    ):
        with pytest.raises(SourceError, match=message):
            open_source(path, SourceOptions(**options))
    write_folder(empty, ["a.png"])
    with pytest.raises(SourceError, match="has no captions"):
        open_source(empty, SourceOptions(condition="caption"))
    (empty / "metadata.jsonl").write_text('{"file_name": "a.png"}\n{"text": "no name"}\n')
    with pytest.raises(SourceError, match="row 2"):
        open_source(empty)
    with pytest.raises(ValueError, match=r"'zip'.*folder"):
        SourceOptions(format="zip")


@pytest.fixture(scope="module")
def saved_dataset(tmp_path_factory):
    datasets = pytest.importorskip("datasets")
    folder = tmp_path_factory.mktemp("datasets")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(datasets.config, "HF_DATASETS_CACHE", str(folder / "cache"))
        _save_datasets(datasets, folder)
        yield folder


def _save_datasets(datasets, folder):
    features = datasets.Features(
        {
            "kind": datasets.ClassLabel(names=["cat", "dog"]),
            "picture": datasets.Image(),
            "text": datasets.Value("string"),
            "lines": datasets.List(datasets.Value("string")),
            "word": datasets.Value("string"),
        }
    )
    images = [{"bytes": encoded(picture(i)), "path": None} for i in range(5)]
    images[3] = {"bytes": damaged("truncated"), "path": None}
    rows = {
        "kind": [1, 0, -1, 1, 0],
        "picture": images,
        "text": ["one", "two", "three", "four", " "],
        "lines": [["first", "second"], ["third"], ["x"], ["y"], ["z"]],
        "word": ["pear", "fig", "fig", "pear", "fig"],
    }
    data = datasets.Dataset.from_dict(rows, features=features)
    data.save_to_disk(folder / "one")
    datasets.DatasetDict({"train": data, "test": data.select([1])}).save_to_disk(folder / "two")
    data.to_parquet(folder / "parquet" / "train-00000.parquet")


def test_a_saved_dataset(saved_dataset):
    source = open_source(saved_dataset / "one", SourceOptions(label_column="kind"))
    assert len(source) == 5 and source.holds == ("label", "caption")
    assert source.classes == ("cat", "dog")
    raw = source.read(0)
    assert (raw.label, raw.caption) == (1, "one")
    assert decode(raw.data).tobytes() == picture(0).tobytes()
    assert reason(lambda: source.read(2)) == "no label"
    assert reason(lambda: source.read(4)) == "no caption"
    assert reason(lambda: decode(source.read(3).data)) == "damaged image"
    words = open_source(
        saved_dataset / "one", SourceOptions(label_column="word", caption_column="lines")
    )
    assert words.classes == ("fig", "pear")
    assert [words.read(i).label for i in range(5)] == [1, 0, 0, 1, 0]
    assert words.read(0).caption == "first"


def test_splits_and_folders_of_a_dataset(saved_dataset):
    assert len(open_source(saved_dataset / "two")) == 5
    assert len(open_source(saved_dataset / "two", SourceOptions(split="test"))) == 1
    with pytest.raises(SourceError, match="no split 'dev'; choose one of train, test"):
        open_source(saved_dataset / "two", SourceOptions(split="dev"))
    with pytest.raises(SourceError, match="no column 'photo'"):
        open_source(saved_dataset / "one", SourceOptions(image_column="photo"))
    with pytest.raises(SourceError, match=r"'lines'.*no labels"):
        open_source(saved_dataset / "one", SourceOptions(label_column="lines"))
    parquet = open_source(saved_dataset / "parquet", SourceOptions(format="datasets"))
    assert decode(parquet.read(1).data).tobytes() == picture(1).tobytes()


@pytest.fixture(scope="module")
def tars(tmp_path_factory):
    """Two tars as the webdataset library writes them."""
    webdataset = pytest.importorskip("webdataset")
    folder = tmp_path_factory.mktemp("tars")
    for tar in range(2):
        with webdataset.TarWriter(str(folder / f"part-{tar:03d}.tar")) as sink:
            for number in range(tar * 4, tar * 4 + 4):
                sink.write(
                    {
                        "__key__": f"group/{number:04d}",
                        "json": {"title": f"title {number}", "kind": number * 2},
                        "jpg" if number % 2 else "png": encoded(
                            picture(number), "JPEG" if number % 2 else "PNG"
                        ),
                        "cls": number % 3,
                        "txt": f"caption № {number}",
                    }
                )
    return folder


def test_tar_shards_as_the_webdataset_library_reads_them(tars):
    import webdataset

    source = open_source(tars)
    urls = [str(path) for path in sorted(tars.glob("*.tar"))]
    theirs = list(webdataset.WebDataset(urls, shardshuffle=False))
    assert len(source) == len(theirs) == 8 and source.holds == ("label", "caption")
    for index, sample in enumerate(theirs):
        raw = source.read(index)
        assert raw.data == (sample["jpg"] if "jpg" in sample else sample["png"])
        assert (raw.label, raw.caption) == (int(sample["cls"]), sample["txt"].decode())
        assert source.name(index) == f"part-{index // 4:03d}.tar:{sample['__key__']}"
    assert source.read(0, 10).data == source.read(0).data[:10]
    for pattern in ("part-{000..001}.tar", "part-*.tar"):
        assert open_source(tars / pattern).fingerprint == source.fingerprint
    assert len(open_source(tars / "part-001.tar")) == 4
    options = SourceOptions(caption_column="json.title", label_column="json.kind")
    titled = open_source(tars, options)
    assert (titled.read(5).caption, titled.read(5).label) == ("title 5", 10)
    for options, message in (
        ({"label_column": "json.nothing"}, "no label"), ({"image_column": "txt"}, None)
    ):  # fmt: skip
        other = open_source(tars, SourceOptions(**options))
        if message:
            assert reason(lambda other=other: other.read(0)) == message
        else:
            assert reason(lambda other=other: decode(other.read(0).data)) == "not an image"
    with pytest.raises(SourceError, match="no column 'npy'"):
        open_source(tars, SourceOptions(label_column="npy"))


def test_damaged_tars_are_read_as_far_as_they_go(tars, tmp_path):
    data = (tars / "part-000.tar").read_bytes()
    (tmp_path / "a.tar").write_bytes(data)
    with tarfile.open(tars / "part-000.tar") as tar:
        member = [m for m in tar.getmembers() if m.name.endswith(("jpg", "png"))][2]
    (tmp_path / "b.tar").write_bytes(data[: member.offset_data + member.size // 2])
    (tmp_path / "c.tar").write_bytes(b"")
    (tmp_path / "d.tar").write_bytes(damaged("text"))
    source = open_source(tmp_path, SourceOptions(condition="none"))
    assert [note.split(":")[0] for note in source.notes] == ["b.tar", "c.tar", "d.tar"]
    outcomes = []
    for index in range(len(source)):
        try:
            decode(source.read(index).data)
            outcomes.append("fine")
        except Unusable as error:
            outcomes.append(error.reason)
    assert outcomes[:4] == ["fine"] * 4 and outcomes.count("fine") == 6
    packed = tmp_path / "e.tar.gz"
    with tarfile.open(packed, "w:gz"):
        pass
    with pytest.raises(SourceError, match=r"plain \.tar"):
        open_source(packed, SourceOptions(format="webdataset"))
