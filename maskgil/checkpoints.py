"""The one way in to weights: a registry with hashes, strict loading, and saving.

A checkpoint is a safetensors file whose metadata says what it holds: `kind` (a key of `KINDS`),
`config` (JSON of the config's fields) and `format`.
"""

from __future__ import annotations

import dataclasses
import hashlib
import importlib
import json
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from maskgil.registry import REGISTRY, Entry

CONVERTERS: dict[str, str] = {  # published layout -> module of its converter, re-exported here
    "from_llamagen_gpt": "maskgil.converters",
    "from_maskgil_released": "maskgil.converters",
    "from_taming_vq": "maskgil.tokenizer_converters",
    "from_llamagen_vq": "maskgil.tokenizer_converters",
    "from_open_magvit2": "maskgil.tokenizer_converters",
}
ASSETS = Path(__file__).resolve().parents[2] / "assets"
FORMAT = "maskgil-1"
LARGE = 100_000_000  # bytes; the reading of larger files is logged
logger = logging.getLogger(__name__)
Progress = Callable[[int, int], None]  # bytes loaded, bytes in all


class CheckpointError(ValueError):
    """Weights that are missing, damaged, not what their hash says, or of the wrong shape."""


@dataclass(frozen=True)
class Kind:
    """Where a kind's model and config classes live, imported only when needed.

    `on_meta`: every tensor of the model is in its state dict, so it can be built without memory.
    """

    module: str
    model: str
    config: str
    config_module: str | None = None
    on_meta: bool = False

    def classes(self) -> tuple[type, type]:
        """(model class, config class)."""
        module = importlib.import_module(self.module)
        configs = importlib.import_module(self.config_module or self.module)
        return getattr(module, self.model), getattr(configs, self.config)


KINDS: dict[str, Kind] = {
    "transformer": Kind(
        "maskgil.transformer", "Transformer", "TransformerConfig", "maskgil.config", on_meta=True
    ),
    "bert": Kind("maskgil.bert", "BidirectionalTransformer", "BertConfig", on_meta=True),
    "compact-vq": Kind("maskgil.tokenizers.compact", "CompactVQ", "CompactVQConfig"),
    "detector": Kind("maskgil.evaluation.detector", "DetectorNet", "DetectorConfig"),
    "taming-vq": Kind("maskgil.tokenizers.taming", "TamingVQ", "TamingVQConfig", on_meta=True),
    "llamagen-vq": Kind(
        "maskgil.tokenizers.llamagen", "LlamaGenVQ", "LlamaGenVQConfig", on_meta=True
    ),
    "open-magvit2": Kind(
        "maskgil.tokenizers.magvit2", "OpenMagvit2", "OpenMagvit2Config", on_meta=True
    ),
}


def kind_of(model: nn.Module) -> str:
    """The key of `KINDS` that builds `model`."""
    for name, kind in KINDS.items():
        if type(model).__module__ == kind.module and type(model).__name__ == kind.model:
            return name
    raise ValueError(f"{type(model).__name__} is no kind of checkpoint; known: {', '.join(KINDS)}")


def sha256_of(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def write_hashes(folder: str | Path) -> Path:
    """Write SHA256SUMS of the safetensors files of `folder`, as `sha256sum -c` reads it."""
    folder = Path(folder)
    lines = [f"{sha256_of(path)}  {path.name}\n" for path in sorted(folder.glob("*.safetensors"))]
    target = folder / "SHA256SUMS"
    target.write_text("".join(lines), encoding="ascii")
    return target


def _listed_hash(path: Path) -> str | None:
    """The hash of `path` in the SHA256SUMS of its folder, if there is one."""
    sums = path.parent / "SHA256SUMS"
    if not sums.is_file():
        return None
    for line in sums.read_text(encoding="ascii").splitlines():
        digest, _, name = line.partition("  ")
        if name.strip() == path.name:
            return digest.strip()
    return None


def save(
    model: nn.Module,
    path: str | Path,
    metadata: Mapping[str, str] | None = None,
    *,
    dtype: torch.dtype | None = torch.float16,
    state: Mapping[str, Tensor] | None = None,
) -> Path:
    """Write `model` as safetensors with its kind and config in the metadata.

    Floating tensors are stored as `dtype` (None: as they are). `state` replaces the model's own
    state dict, e.g. by averaged weights.
    """
    from safetensors.torch import save_file

    kind = kind_of(model)
    tensors = {}
    for key, value in (state if state is not None else model.state_dict()).items():
        value = value.detach().cpu()
        if dtype is not None and value.is_floating_point():
            value = value.to(dtype)
        tensors[key] = value.contiguous()
    header = {
        **(metadata or {}),
        "format": FORMAT,
        "kind": kind,
        "config": json.dumps(dataclasses.asdict(model.config)),  # type: ignore[call-overload]
    }
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    save_file(tensors, partial, metadata=header)
    partial.replace(path)
    return path


def resolve(path_or_name: str | Path) -> tuple[Path, str | None]:
    """File and expected sha256 of a path or a name of `REGISTRY`."""
    entry = REGISTRY.get(str(path_or_name))
    if entry is None:
        path = Path(path_or_name).expanduser()
        if path.is_file():
            return path, None
        if path.suffix or path.parent != Path("."):
            raise CheckpointError(f"no weights at {path}")
        raise CheckpointError(
            f"no weights named {str(path_or_name)!r}; give a file or one of {', '.join(REGISTRY)}"
        )
    if entry.asset is not None:
        path = ASSETS / entry.asset
        if not path.is_file():
            raise CheckpointError(f"the weights of {entry.name} are missing: {path} does not exist")
        return path, entry.sha256 or _listed_hash(path)
    if entry.loader is not None:
        raise CheckpointError(f"{entry.name} is a whole folder, {entry.repo} on the hub: load it")
    if entry.repo is None or entry.file is None:
        raise CheckpointError(f"the weights of {entry.name} are not published; {entry.note}")
    return _from_hub(entry), entry.sha256


def _from_hub(entry: Entry) -> Path:
    from huggingface_hub import hf_hub_download

    assert entry.repo and entry.file
    try:
        return Path(hf_hub_download(entry.repo, entry.file))
    except Exception as error:  # the hub client raises many kinds
        raise CheckpointError(
            f"cannot download the weights of {entry.name} from {entry.repo}/{entry.file}: "
            f"{type(error).__name__}"
        ) from error


def read_metadata(path: str | Path) -> dict[str, str]:
    """The metadata of a safetensors file; CheckpointError when it is not one."""
    with open_safetensors(Path(path)) as file:
        return file.metadata() or {}


def open_safetensors(path: Path) -> Any:
    """A mapped safetensors file as a context manager; CheckpointError when it is not one."""
    from safetensors import SafetensorError, safe_open

    if path.suffix in (".pt", ".pth", ".ckpt", ".bin"):
        raise CheckpointError(
            f"{path} is a pickled file; turn it into safetensors first: "
            f"python -m maskgil convert {path.name} {path.stem}.safetensors"
        )
    try:
        return safe_open(path, framework="pt")
    except (SafetensorError, OSError) as error:
        raise CheckpointError(f"{path} is not a readable safetensors file: {error}") from error


def check_state(expected: Mapping[str, Tensor], shapes: Mapping[str, tuple[int, ...]]) -> None:
    """CheckpointError naming the first missing, unexpected or misshaped key."""
    for key, tensor in expected.items():
        if key not in shapes:
            raise CheckpointError(f"missing key {key!r}, expected of shape {tuple(tensor.shape)}")
        if tuple(shapes[key]) != tuple(tensor.shape):
            raise CheckpointError(
                f"key {key!r} has shape {tuple(shapes[key])}, expected {tuple(tensor.shape)}"
            )
    for key, shape in shapes.items():
        if key not in expected:
            raise unexpected_key(key, shape, expected)


def unexpected_key(key: str, shape: Sequence[int], expected: Iterable[str]) -> CheckpointError:
    """The error for a key that is not among `expected`: says how many are, and the nearest."""
    import difflib

    names = list(expected)
    nearest = difflib.get_close_matches(key, names, n=1)
    hint = f", the nearest {nearest[0]!r}" if nearest else ""
    return CheckpointError(
        f"unexpected key {key!r} of shape {tuple(shape)}; expected {len(names)} others{hint}"
    )


class _NoInitialValues(TorchFunctionMode):
    """Skips torch.nn.init: on the meta device its random numbers cost an import of 900 modules."""

    def __torch_function__(
        self, func: Any, types: Any, args: tuple = (), kwargs: dict | None = None
    ) -> Any:
        kwargs = kwargs or {}
        if getattr(func, "__module__", None) == "torch.nn.init":
            return args[0] if args else kwargs["tensor"]
        return func(*args, **kwargs)


def build_empty(model_class: Callable[[Any], nn.Module], config: Any) -> nn.Module:
    """A model without memory: every tensor on the meta device, to be assigned later."""
    with torch.device("meta"), _NoInitialValues():
        return model_class(config)


def load(
    path_or_name: str | Path,
    *,
    device: str | torch.device = "cpu",
    dtype: torch.dtype | None = torch.float32,
    progress: Progress | None = None,
    **overrides: Any,
) -> Any:
    """Build the model a checkpoint holds, strictly and hash-checked, in eval mode.

    `dtype` of the floating tensors in memory, None as stored; `overrides` replace fields of the
    stored config. The model is built on the meta device and its tensors are mapped, not copied,
    where their dtype stays: memory is about the file's size. `progress` hears of each tensor; the
    log, of every tenth of a large file.
    Raises CheckpointError with one line when anything is wrong.
    """
    entry = REGISTRY.get(str(path_or_name))
    if entry is not None and entry.loader is not None:
        return _load_folder(entry, device, dtype, overrides)
    path, expected_hash = resolve(path_or_name)
    if expected_hash is not None and (found := sha256_of(path)) != expected_hash:
        raise CheckpointError(
            f"{path} has sha256 {found[:12]}…, expected {expected_hash[:12]}…: damaged or replaced"
        )
    if entry is not None and entry.asset is None:
        return _load_published(path, entry, device, dtype, overrides)
    with open_safetensors(path) as file:
        metadata = file.metadata() or {}
        kind = KINDS.get(metadata.get("kind", ""))
        if kind is None:
            raise CheckpointError(
                f"{path} names no known kind of model in its metadata "
                f"(found {metadata.get('kind')!r}; known: {', '.join(KINDS)}); a published file "
                "has to be converted first: python -m maskgil convert"
            )
        model_class, config_class = kind.classes()
        config = build_config(config_class, stored_config(metadata, path), overrides, path)
        model = build_empty(model_class, config) if kind.on_meta else model_class(config)
        keys = list(file.keys())
        shapes = {key: tuple(file.get_slice(key).get_shape()) for key in keys}
        try:
            check_state(model.state_dict(), shapes)
        except CheckpointError as error:
            raise CheckpointError(f"{path}: {error}") from None
        total, done, state = path.stat().st_size, 0, {}
        for key in keys:
            tensor = file.get_tensor(key)
            before, done = done, done + tensor.numel() * tensor.element_size()
            wanted = dtype if tensor.is_floating_point() else None
            state[key] = tensor.to(device=device, dtype=wanted)
            if progress is not None:
                progress(min(done, total), total)
            if total > LARGE and 10 * done // total > 10 * before // total:
                logger.info("%s: %d%% of %.2f GB", path.name, 100 * done // total, total / 1e9)
    model.load_state_dict(state, strict=True, assign=True)
    return model.to(device).eval()


def _load_folder(
    entry: Entry, device: str | torch.device, dtype: torch.dtype | None, overrides: dict
) -> Any:
    """A hub repository in transformers' layout, by the function its entry names."""
    assert entry.loader is not None
    if overrides:
        raise ValueError(f"{entry.name} takes no settings; found {', '.join(overrides)}")
    module, function = entry.loader.split(":")
    return getattr(importlib.import_module(module), function)(
        entry.name, device=device, dtype=dtype
    )


def _load_published(
    path: Path, entry: Entry, device: str | torch.device, dtype: torch.dtype | None, overrides: dict
) -> nn.Module:
    """A hub file in its publisher's layout."""
    from maskgil.convert import load_published

    if overrides:
        raise ValueError(
            f"{entry.name} is in its publisher's layout: convert it first to override "
            f"{', '.join(overrides)}"
        )
    return load_published(path, grid=entry.grid).to(device=device, dtype=dtype)


def stored_config(metadata: Mapping[str, str], path: Path) -> dict[str, Any]:
    """The settings in a file's metadata, empty where it states none."""
    try:
        config = json.loads(metadata.get("config", "{}"))
    except ValueError as error:
        raise CheckpointError(f"{path}: the config in its metadata is not JSON: {error}") from error
    if not isinstance(config, dict):
        raise CheckpointError(f"{path}: the config in its metadata is {config!r}, no settings")
    return config


def build_config(
    config_class: type, values: dict[str, Any], overrides: dict[str, Any], path: Path
) -> Any:
    """The stored config with overrides; lists become the tuples they were."""
    known = [field.name for field in dataclasses.fields(config_class)]
    for key in overrides:
        if key not in known:
            raise ValueError(f"unknown model setting {key!r}; valid: {', '.join(known)}")
    for key in values:
        if key not in known:
            raise CheckpointError(f"{path}: unknown setting {key!r} in the stored config")
    merged = {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in {**values, **overrides}.items()
    }
    try:
        return config_class(**merged)
    except TypeError as error:  # a setting is missing, or no number
        raise CheckpointError(f"{path}: its config does not fit: {error}") from error


def __getattr__(name: str) -> Any:
    """The converters, imported when first asked for."""
    if name in CONVERTERS:
        return getattr(importlib.import_module(CONVERTERS[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
