"""From raw images to a model that draws: scikit-learn's digits, on a CPU, in minutes.

    python examples/digits.py

renders 1,797 handwritten digits in colour, trains a tokenizer on them, turns them into tokens,
trains a class-driven MaskGIL, draws four pictures of each digit and measures them. Every step is
one of the package's commands, printed before it runs. A step that has run is not run again.
"""

from __future__ import annotations

import argparse
import os
import shlex
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
SIDE = 48
TEST = 297  # pictures that nothing is trained on
INKS = ((20, 40, 140), (170, 30, 30), (20, 110, 50), (90, 40, 120), (30, 30, 30))


def render(folder: Path) -> None:
    """Write train/DIGIT/N.png and test/DIGIT/N.png: ink of five colours on white, 48 x 48."""
    from sklearn.datasets import load_digits

    digits = load_digits()
    for index, (image, digit) in enumerate(zip(digits.images, digits.target, strict=True)):
        part = "test" if index >= len(digits.images) - TEST else "train"
        path = folder / part / str(digit) / f"{index:04d}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        inked(image, index * 7 % len(INKS)).save(path)


def inked(digit: np.ndarray, ink: int) -> Image.Image:
    """A digit of scikit-learn's (8, 8), 0 to 16, in one of `INKS` on white, 48 x 48."""
    grey = Image.fromarray((digit / 16 * 255).astype(np.uint8))
    amount = np.asarray(grey.resize((SIDE, SIDE), Image.Resampling.BICUBIC)) / 255.0
    pixels = 255 + amount[..., None] * (np.array(INKS[ink]) - 255)  # (H, W, 3)
    return Image.fromarray(pixels.round().astype(np.uint8))


def darkness(image: Image.Image) -> np.ndarray:
    """How dark each pixel is, whatever the ink, scaled to the darkest: a vector."""
    dark = 255.0 - np.asarray(image.convert("RGB"), np.float64).min(-1)
    return (dark / max(dark.max(), 1.0)).flatten()


def read_back(folder: Path, drawn: list[Image.Image], digits: list[int]) -> tuple[float, float]:
    """Shares of the held-out and of the drawn pictures that a classifier reads as their digit.

    Three nearest neighbours among the pictures of the training set.
    """
    from sklearn.neighbors import KNeighborsClassifier

    def pictures(part: str) -> tuple[list[np.ndarray], list[int]]:
        files = sorted((folder / part).glob("*/*.png"))
        return [darkness(Image.open(file)) for file in files], [int(f.parent.name) for f in files]

    classifier = KNeighborsClassifier(3).fit(*pictures("train"))
    return (
        float(classifier.score(*pictures("test"))),
        float(classifier.score([darkness(image) for image in drawn], digits)),
    )


def command(*arguments: object) -> None:
    """Run a command of the package as a process of its own, printed as one would type it."""
    words = [str(argument) for argument in arguments]
    print("\npython -m maskgil", shlex.join(words), flush=True)
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, "-m", "maskgil", *words], env={**os.environ, "PYTHONPATH": path}
    )
    if done.returncode:
        raise SystemExit(done.returncode)


def options_of(about: str, out: str) -> argparse.Namespace:
    """What the command line of an example says; `out` is where its files go without."""
    parser = argparse.ArgumentParser(description=about.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path(out), help="folder of all files")
    parser.add_argument("--steps", type=int, help="steps of the generator instead of the config's")
    parser.add_argument("--threads", type=int, default=1, help="CPU threads of training")
    return parser.parse_args()


def train(options: argparse.Namespace, config: str, *tokenizing: object) -> Path:
    """Tokenizer, tokens and generator out of the pictures; the folder of their weights."""
    out = options.out
    weights, pictures = out / "weights", out / "pictures"
    tokenizer, masked = weights / "tokenizer.safetensors", weights / "maskgil.safetensors"
    shared = ("--threads", options.threads)
    if not tokenizer.is_file():
        command(
            "train", ROOT / "configs/digits-tokenizer.yaml", "--data", pictures / "train",
            "--out", out / "tokenizer", "--export", tokenizer, *shared,
        )  # fmt: skip
    command(
        "tokenize", pictures / "train", out / "shards", "--tokenizer", tokenizer, "--size", SIDE,
        "--workers", 1, *tokenizing,
    )  # fmt: skip
    if not masked.is_file():
        steps = () if options.steps is None else ("--steps", options.steps)
        command(
            "train", ROOT / "configs" / config, "--data", out / "shards",
            "--tokenizer", tokenizer, "--out", out / "generator", "--export", masked,
            *shared, *steps,
        )  # fmt: skip
        if not masked.is_file():
            raise SystemExit("stopped before the last step; the same command goes on from there")
    return weights


def main() -> None:
    options = options_of(__doc__, "runs/digits")
    begun, out = time.monotonic(), options.out
    pictures = out / "pictures"
    if not (pictures / "test").is_dir():
        render(pictures)
    weights = train(options, "digits.yaml")
    trained = time.monotonic() - begun
    digits = [*range(10)] * 4  # a column each
    classes = ",".join(map(str, digits))
    model = ("--size", "own", "--weights", weights, "--guidance", 2.0, "--choice-temperature", 1.0)
    command("sample", *model, "--classes", classes, "--columns", 10, "-o", out / "samples.png")
    command(
        "evaluate", "fid", *model, "--reference", pictures / "test", "--num-samples", 300,
        "--features", "efficientnet-lite0", "--save-images", out / "drawn", "-o", out / "results",
    )  # fmt: skip
    files = sorted((out / "drawn").glob("*.png"))
    drawn = [Image.open(file) for file in files]
    real, made = read_back(pictures, drawn, [index % 10 for index in range(len(drawn))])
    print(f"\na classifier reads {real:.1%} of the held-out pictures as their digit,")
    print(f"and {made:.1%} of {len(drawn)} drawn ones as the digit that was asked for")
    print(f"{out / 'samples.png'} shows four of each; trained after {trained / 60:.1f} minutes,")
    print(f"{(time.monotonic() - begun) / 60:.1f} minutes in all")


if __name__ == "__main__":
    main()
