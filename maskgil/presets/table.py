"""The table of presets, and locating their weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from shlex import quote

from maskgil import checkpoints
from maskgil.checkpoints import CheckpointError
from maskgil.sampling.config import SamplingConfig
from maskgil.utils.hub_cache import Say, check_files, is_hub_id, silent

TOKENIZER, MASKED, CAUSAL = "tokenizer.safetensors", "maskgil.safetensors", "ar.safetensors"
DRAWINGS = "drawings.zip"  # of nano's nouns, beside a masked model that reads drafts
PLACES = "places.npz"  # beside a masked model of nano's world: codes of places by its tokenizer
NOUN_FEATURES = "noun_features.npz"  # beside a masked model of nano's world
PUBLISHED = (".pt", ".pth", ".ckpt", ".bin")  # files that `convert` reads
LUMINA = "lumina"  # a folder in transformers' layout


@dataclass(frozen=True)
class Preset:
    """Names of the parts of a generator; `encoder` is None for class-driven ones.

    A name is one of the registry's, or of `text_encoder.ENCODERS`. Without a `masked` model the
    causal one writes all. `grid_size` is the default grid, if the model supports it (None: the
    model's largest). `missing` lists the files a folder must have if the weights are not public.
    `large`: bfloat16 on a GPU.
    """

    tokenizer: str
    masked: str | None
    causal: str
    encoder: str | None
    sampling: SamplingConfig
    grid_size: tuple[int, int] | None = None
    missing: str = ""
    large: bool = False

    @property
    def class_driven(self) -> bool:
        return self.encoder is None

    @property
    def published_grid(self) -> int:
        """Tokens per side of its published models."""
        return checkpoints.REGISTRY[self.masked or self.causal].grid


def _imagenet(size: str, weight: float, causal: str = "llamagen-b") -> Preset:
    """Halton-MaskGIT with LlamaGen's tokenizer and its authors' guidance `weight`."""
    return Preset(
        "llamagen-vq-f16", f"halton-maskgit-{size}", causal, None,
        SamplingConfig(
            num_steps=16, guidance_scale=1 + weight, ar_guidance_scale=2.0, order="halton",
        ),
    )  # fmt: skip


PRESETS: dict[str, Preset] = {
    "nano": Preset(
        "nano-tokenizer",
        "maskgil-nano",
        "ar-nano",
        "minilm",
        SamplingConfig(
            guidance_scale=1.0,
            ar_guidance_scale=1.0,
            schedule="cosine",
            temperature=0.4,
            choice_temperature=10.0,
            draft_strength=3.0,
            sweeps=2,
        ),
    ),
    "paper": Preset(
        "chameleon-vq",
        "maskgil-xl-text",
        "lumina-mgpt-7b-512",
        "gemma-2b",
        SamplingConfig(),
        grid_size=(32, 32),
        large=True,
        missing=(
            f"a folder with {TOKENIZER} (Chameleon-VQ, converted from Meta's vqgan.ckpt), {MASKED} "
            "(MaskGIL-XL text: no one has published it, train it), gemma-2b/ (google/gemma-2b; "
            f"else the hub's is used) and, for ar_ratio > 0, {LUMINA}/ "
            f"(Alpha-VLLM/Lumina-mGPT-7B-512) or {CAUSAL}"
        ),
    ),
    "imagenet": _imagenet("small", 1.0),
    "imagenet-tiny": _imagenet("tiny", 1.5),
    "imagenet-base": _imagenet("base", 0.7),
    "imagenet-large": _imagenet("large-384", 0.5, "llamagen-b-384"),
    "llamagen-t2i": Preset(
        "llamagen-vq-f16-text",
        None,
        "llamagen-xl-text-512",
        "flan-t5-xl",
        SamplingConfig(ar_ratio=1.0, guidance_scale=7.5, top_k=1000),
        grid_size=(32, 32),
        large=True,
    ),
}


@dataclass(frozen=True)
class GeneratorParts:
    """The name or path of each part; None for an absent model."""

    tokenizer: str | Path
    masked: str | Path | None
    causal: str | Path | None
    encoder: str | None


def find_parts(
    preset: str, weights: str | Path | None = None, *, causal: bool = True, say: Say = silent
) -> GeneratorParts:
    """Locate the parts of `preset`; ValueError names missing weights in one line.

    `weights`: a folder, the hub id "owner/name" of one, or one file that replaces the masked
    model. A missing autoregressive model is no error: it is reported when it is asked for. Without
    `causal` it is not looked for where there is a masked model. `say` hears one line before each
    download.
    """
    if preset not in PRESETS:
        raise ValueError(f"unknown preset {preset!r}; choose one of {', '.join(PRESETS)}")
    parts = PRESETS[preset]
    path = None if weights is None else _local(weights, parts)
    if path is not None and path.is_dir():
        return _from_folder(preset, path, causal)
    if parts.missing:
        raise CheckpointError(
            f"no weights for preset {preset!r}: they are not public as a whole, so weights= has to "
            f"name {parts.missing}"
        )
    masked: str | Path | None = parts.masked if path is None else path
    for name in (parts.tokenizer, parts.causal if masked is None else masked):
        checkpoints.resolve(name, say=say)
    wanted = _if_present(parts.causal, say) if causal or masked is None else None
    return GeneratorParts(parts.tokenizer, masked, wanted, parts.encoder)


def _local(weights: str | Path, preset: Preset) -> Path:
    """The file or folder `weights` names, fetched from the hub when it is an id."""
    path = Path(weights).expanduser()
    if path.exists():
        return path
    if not is_hub_id(weights):
        raise CheckpointError(f"no weights at {path}")
    from huggingface_hub import snapshot_download

    patterns = ["*.safetensors", "*.json", DRAWINGS, NOUN_FEATURES, PLACES, "SHA256SUMS"]
    try:
        folder = Path(snapshot_download(str(weights), allow_patterns=patterns))
    except Exception as error:  # the hub client raises many kinds
        wanted = f"; expected {preset.missing}" if preset.missing else ""
        raise CheckpointError(
            f"no weights at {path}, and the hub gives no repository of that name "
            f"({type(error).__name__}){wanted}"
        ) from error
    return check_files(folder)


def _from_folder(preset: str, folder: Path, with_causal: bool) -> GeneratorParts:
    parts = PRESETS[preset]
    needed = (TOKENIZER, CAUSAL if parts.masked is None else MASKED)
    lacking = [name for name in needed if not (folder / name).is_file()]
    if lacking:
        usual = f"{TOKENIZER}, {MASKED} and, for ar_ratio > 0, {CAUSAL}"
        wanted = parts.missing or (usual if parts.masked is not None else " and ".join(needed))
        hint = unconverted(folder, lacking)
        raise CheckpointError(
            f"{folder} lacks {' and '.join(lacking)}; {hint or f'expected {wanted}'}"
        )
    causal: str | Path | None = None
    if not with_causal and parts.masked is not None:
        pass
    elif (folder / CAUSAL).is_file():
        causal = folder / CAUSAL
    elif (folder / LUMINA / "config.json").is_file():
        causal = folder / LUMINA
    elif parts.causal in checkpoints.REGISTRY and checkpoints.REGISTRY[parts.causal].is_folder:
        causal = _downloaded(parts.causal)
    encoder = parts.encoder
    if encoder is not None and (folder / encoder / "config.json").is_file():
        encoder = str(folder / encoder)
    masked = None if parts.masked is None else folder / MASKED
    return GeneratorParts(folder / TOKENIZER, masked, causal, encoder)


def role_of_published(name: str) -> str | None:
    """The name of a published file in a folder of weights after conversion."""
    entries = (entry for entry in checkpoints.REGISTRY.values() if entry.file is not None)
    entry = next((each for each in entries if str(each.file).rpartition("/")[2] == name), None)
    if entry is None:
        return None
    if entry.role == "tokenizer":
        return TOKENIZER
    return MASKED if entry.role == "masked" else CAUSAL


def unconverted(folder: Path, lacking: Sequence[str]) -> str:
    """How to convert a folder's published files to the missing ones; empty without any."""
    files = sorted(path for path in folder.iterdir() if path.suffix in PUBLISHED)
    if not files:
        return ""
    roles = {role_of_published(path.name): path for path in files}
    command = "python -m maskgil convert"
    known = [(roles[name], folder / name) for name in lacking if name in roles]
    if known:
        lines = [f"`{command} {quote(str(a))} {quote(str(b))}`" for a, b in known]
        return f"convert its published files first: {' and '.join(lines)}"
    return (
        f"{files[0].name} is a published file: `{command} {quote(str(files[0]))} "
        f"{quote(str(folder / lacking[0]))}`, if it is that model, makes one of ours"
    )


def _downloaded(name: str) -> Path | None:
    """The folder of a Lumina-mGPT in the cache, if any."""
    from maskgil.pipelines.lumina.weights import resolve_lumina

    try:
        return resolve_lumina(name, download=False)
    except CheckpointError:
        return None


def _if_present(name: str, say: Say) -> str | None:
    try:
        checkpoints.resolve(name, say=say)
    except CheckpointError:
        return None
    return name
