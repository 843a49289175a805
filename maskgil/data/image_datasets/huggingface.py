"""Images of a Hugging Face dataset."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from maskgil.data.image_datasets.base import (
    CAPTION_COLUMNS,
    RawImage,
    SourceError,
    SourceOptions,
    Unusable,
    _named,
    as_caption,
    as_label,
    fingerprint_of,
    pick_column,
    read_file,
    stamp_of,
)
from maskgil.utils.command_line import first_line


class DatasetSource:
    """A Hugging Face dataset: saved with `save_to_disk`, a local folder, or by name on the hub.

    The image column is the first of that type, the label column "label", the caption column
    "caption" or "text", unless they are named. Of several captions the first is taken.
    """

    def __init__(self, path: str, options: SourceOptions) -> None:
        try:
            import datasets
        except ImportError:
            raise SourceError(
                "reading datasets needs the datasets library: pip install -r requirements-train.txt"
            ) from None
        self.notes: list[str] = []
        data = _load_dataset(path, options)
        features = data.features
        kinds = [n for n, feature in features.items() if isinstance(feature, datasets.Image)]
        image = pick_column(options.image_column, kinds, features, True, path)
        if image is None:
            columns = ", ".join(features)
            raise SourceError(f"{path} has no column of images; give --image-column of {columns}")
        if isinstance(features[image], datasets.Image):
            data = data.cast_column(image, datasets.Image(decode=False))
        label = pick_column(
            options.label_column, ("label",), features, options.wants("label"), path
        )
        caption = pick_column(
            options.caption_column, CAPTION_COLUMNS, features, options.wants("caption"), path
        )
        self._image, self._columns = image, {"label": label, "caption": caption}
        self.holds = tuple(name for name, column in self._columns.items() if column is not None)
        self._data = data.select_columns([image, *(c for c in (label, caption) if c is not None)])
        self._numbers: dict[Any, int] | None = None
        self.classes: tuple[str, ...] | None = None
        if label is not None:
            if isinstance(features[label], datasets.ClassLabel):
                self.classes = tuple(features[label].names)
            else:
                self._numbers = _named(_distinct(data, label, path))
                self.classes = None if self._numbers is None else tuple(map(str, self._numbers))
        self._files = [Path(file["filename"]) for file in data.cache_files]
        self.fingerprint = fingerprint_of([str(len(data)), repr(sorted(features.items())), path])

    def __len__(self) -> int:
        return len(self._data)

    def name(self, index: int) -> str:
        return f"row {index}"

    def stamp(self, index: int) -> str:
        """Of the whole dataset: its rows lie in a few files."""
        return stamp_of(*self._files)

    def read(self, index: int, limit: int = -1) -> RawImage:
        try:
            row = self._data[index]
        except Exception:  # damaged Arrow files fail in many ways
            raise Unusable("unreadable row") from None
        value = row[self._image]
        label = caption = None
        if "label" in self.holds:
            label = as_label(row[self._columns["label"] or ""], self._numbers)
        if "caption" in self.holds:
            caption = as_caption(row[self._columns["caption"] or ""])
        if isinstance(value, dict):  # of an Image column: encoded bytes, or a path
            data, path = value.get("bytes"), value.get("path")
            if data is None and path is not None:
                data = read_file(Path(path), 0, limit)
        else:
            data = value
        if not isinstance(data, bytes):
            raise Unusable("no image")
        return RawImage(data if limit < 0 else data[:limit], label, caption)


def _distinct(data: Any, column: str, path: str) -> list[Any]:
    try:
        return data.unique(column)
    except Exception:  # lists and other kinds that are no labels
        raise SourceError(f"column {column!r} of {path} holds no labels") from None


def _load_dataset(path: str, options: SourceOptions) -> Any:
    """The split of a dataset; SourceError, in one line, for whatever goes wrong."""
    import datasets

    folder = Path(path).expanduser()
    try:
        if (folder / "state.json").is_file() or (folder / "dataset_dict.json").is_file():
            data = datasets.load_from_disk(str(folder))
        else:
            where = str(folder) if folder.exists() else path
            data = datasets.load_dataset(where, options.config, split=options.split)
    except Exception as error:  # the library raises many kinds
        raise SourceError(f"cannot load the dataset {path}: {first_line(error)}") from error
    if isinstance(data, dict):
        if options.split not in data:
            raise SourceError(
                f"{path} has no split {options.split!r}; choose one of {', '.join(data)}"
            )
        data = data[options.split]
    return data
