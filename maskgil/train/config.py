"""Training configs: YAML files parsed into checked dataclasses, before any heavy import."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeVar

from maskgil.utils.checks import at_least
from maskgil.utils.command_line import first_line

KINDS = ("tokenizer", "decoder", "generator")
WORDS = {int: "a whole number", float: "a number", bool: "true or false", str: "text"}
Settings = TypeVar("Settings")


class ConfigError(ValueError):
    """An invalid config; the message is one line for the user."""


@dataclass(frozen=True)
class DataSettings:
    """Training data: token `shards` for generators, `images` for tokenizers.

    `images` is a folder, a dataset or tar shards; `source` its options (`SourceOptions`). They are
    cropped to squares of `size` pixels or, with `buckets`, to sizes of that area. `grid` and
    `caption_tokens` are used by a dry run; `grid` is checked against the shards.
    """

    shards: str | None = None
    images: str | None = None
    source: dict = field(default_factory=dict)
    size: int = 256
    buckets: bool = False
    crops: bool = True
    flip: bool = True
    seed: int = 0
    threads: int = 4
    grid: tuple[int, int] | None = None
    caption_tokens: int = 64

    def __post_init__(self) -> None:
        if (self.shards is None) == (self.images is None):
            raise ConfigError("data needs either shards (of tokens) or images")
        if self.grid is not None and (len(self.grid) != 2 or min(self.grid) < 1):
            raise ConfigError(f"data.grid is {list(self.grid)}; it must be [rows, columns]")


@dataclass(frozen=True)
class RunConfig:
    """A config file. `model` and `training` are parsed according to `kind`.

    Pictures come from either `scenes` (nano's corpus, rendered on demand) or `data`. `tokenizer`
    and `text_encoder` are names or files. Checkpoints are written every `save_every` steps and
    `save_minutes` minutes (0: off) and the newest `keep` are kept; samples are drawn every
    `show_every` steps (0: never). A loss above `explosion` times its lowest average ends the run
    (0: never). With `minutes`, the schedule of `training.steps` follows the clock, and the run ends
    in time. `parts`: MB of a checkpoint's files, 0 for a single file. `twin`: a causal model
    trained beside a masked one (`TwinSettings`).
    """

    kind: Literal["tokenizer", "decoder", "generator"]
    model: dict
    training: dict
    tokenizer: str | None = None
    text_encoder: str | None = None
    twin: dict | None = None
    scenes: dict | None = None
    data: DataSettings | None = None
    init_from: str | None = None
    save_minutes: float = 10.0
    save_every: int = 0
    keep: int = 2
    minutes: float = 0.0
    parts: int = 0
    log_every: int = 10
    show_every: int = 0
    explosion: float = 3.0
    tensorboard: bool = True
    wandb: str | None = None

    def __post_init__(self) -> None:
        if (self.scenes is None) == (self.data is None):
            raise ConfigError("a config needs either data or scenes")
        at_least(self, 1, "keep", "log_every")
        at_least(
            self, 0, "save_every", "show_every", "parts", "save_minutes", "minutes", "explosion"
        )
        if self.twin is not None and self.kind != "generator":
            raise ConfigError("twin is for kind: generator")


def read_yaml(path: Path) -> dict[str, Any]:
    """The settings in a YAML file. Raises ConfigError in one line."""
    import yaml

    try:
        values = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is not text: {error.reason}") from error
    except yaml.YAMLError as error:
        raise ConfigError(f"{path} is not YAML: {first_line(error)}") from error
    if not isinstance(values, dict):
        raise ConfigError(f"{path} holds no settings")
    return values


@contextmanager
def in_file(path: Path) -> Iterator[None]:
    """Add the file name to config errors raised within."""
    try:
        yield
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from None


def read_config(path: Path) -> RunConfig:
    """The config at `path`. Raises ConfigError in one line."""
    values = read_yaml(path)
    with in_file(path):
        if values.get("kind") not in KINDS:
            raise ConfigError(f"'kind' must be one of {', '.join(KINDS)}")
        if isinstance(values.get("data"), dict):
            values["data"] = from_mapping(DataSettings, values["data"], "data")
        return from_mapping(RunConfig, values)


def from_mapping(kind: type[Settings], values: Mapping[str, Any], where: str = "") -> Settings:
    """Build the dataclass `kind` from a config section. Raises ConfigError.

    Numbers may be strings that Python parses: YAML reads 1e-4 as text.
    """
    fields = {one.name: one for one in dataclasses.fields(kind)}  # type: ignore[arg-type]
    hints = typing.get_type_hints(kind)
    at = f"{where}." if where else ""
    for key in values:
        if key not in fields:
            raise ConfigError(f"unknown key {at + str(key)!r}; valid: {', '.join(fields)}")
    for name, one in fields.items():
        no_default = one.default is dataclasses.MISSING
        if no_default and one.default_factory is dataclasses.MISSING and name not in values:
            raise ConfigError(f"{at}{name} is missing")
    checked = {key: _fitted(value, hints[key], at + str(key)) for key, value in values.items()}
    try:
        return kind(**checked)
    except ConfigError:
        raise
    except ValueError as error:
        raise ConfigError(f"{where}: {error}" if where else str(error)) from error


def _fitted(value: Any, hint: Any, name: str) -> Any:
    """`value` converted to the type `hint`. Raises ConfigError."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        if value is None and type(None) in arguments:
            return None
        kinds = [kind for kind in arguments if kind is not type(None)]
        return _fitted(value, kinds[0], name) if len(kinds) == 1 else value
    if origin is Literal:
        if value not in arguments:
            choices = ", ".join(map(str, arguments))
            raise ConfigError(f"{name} is {value!r}; choose one of {choices}")
        return value
    if origin is tuple and isinstance(value, list | tuple):
        inner = [arguments[0]] * len(value) if arguments[-1] is Ellipsis else arguments
        if len(inner) != len(value):
            raise ConfigError(f"{name} is {value!r}; expected {len(inner)} values")
        return tuple(_fitted(one, kind, name) for one, kind in zip(value, inner, strict=True))
    if hint in (int, float) and isinstance(value, int | float | str):
        number = None if isinstance(value, bool) else _number(value)
        if number is not None and (hint is float or number.is_integer()):
            return hint(number)
    elif isinstance(hint, type) and isinstance(value, hint):
        return value
    raise ConfigError(f"{name} is {value!r}; expected {WORDS.get(hint, _kind(hint))}")


def _number(value: int | float | str) -> float | None:
    try:
        return float(value)
    except ValueError:
        return None


def _kind(hint: Any) -> str:
    if dataclasses.is_dataclass(hint):
        return f"a mapping of {', '.join(field.name for field in dataclasses.fields(hint))}"
    name = getattr(typing.get_origin(hint) or hint, "__name__", str(hint))
    return {"dict": "settings", "tuple": "a list"}.get(name, name)
