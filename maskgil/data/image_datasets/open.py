"""Opening an image dataset by path or name: folder, Hugging Face `datasets` or tar shards."""

from __future__ import annotations

from pathlib import Path

from maskgil.data.image_datasets.base import ImageSource, SourceError, SourceOptions
from maskgil.data.image_datasets.folder import FolderSource
from maskgil.data.image_datasets.huggingface import DatasetSource


def open_source(path: str | Path, options: SourceOptions | None = None) -> ImageSource:
    """The source at `path`, or of that name on the hub when `options.format` is "datasets"."""
    options = options or SourceOptions()
    kind = options.format if options.format != "auto" else _format_of(str(path))
    source: ImageSource
    if kind == "folder":
        source = FolderSource(path, options)
    elif kind == "datasets":
        source = DatasetSource(str(path), options)
    else:
        from maskgil.data.image_datasets.tar import TarSource

        source = TarSource(str(path), options)
    if options.condition in ("label", "caption") and options.condition not in source.holds:
        raise SourceError(f"{path} has no {options.condition}s")
    if not len(source):
        raise SourceError("; ".join([f"{path} holds no images", *source.notes]))
    return source


def _format_of(path: str) -> str:
    """The format of what lies at a local path."""
    folder = Path(path).expanduser()
    if path.endswith(".tar") or (".tar" in path and any(sign in path for sign in "{*?[")):
        return "webdataset"
    if not folder.is_dir():
        raise SourceError(
            f"no folder of images, saved dataset or .tar shards at {path}; "
            "for a dataset by its name on the hub, give --format datasets"
        )
    if (folder / "state.json").is_file() or (folder / "dataset_dict.json").is_file():
        return "datasets"
    return "webdataset" if any(folder.glob("*.tar")) else "folder"
