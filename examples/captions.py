"""From captioned pictures in a folder to a model that draws what is written, on a CPU, in minutes.

    python examples/captions.py

renders scikit-learn's 1,797 digits in five inks, each with its caption in a .txt beside it ("a red
seven"), trains a tokenizer, turns pictures and captions into tokens and features, trains a
text-driven MaskGIL and draws every digit in every ink. Ten of the fifty captions are left out of
the training: drawing them shows that the model reads words, not whole captions.
"""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
from digits import INKS, command, darkness, inked, options_of, train
from PIL import Image

WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
NAMES = ("blue", "red", "green", "purple", "black")  # of the inks
EACH = 10  # pictures drawn of each caption, to be measured


def caption(digit: int, ink: int) -> str:
    return f"a {NAMES[ink]} {WORDS[digit]}"


def held_out(digit: int, ink: int) -> bool:
    """One ink of each digit: those that training never shows."""
    return ink == digit % len(INKS)


def render(folder: Path) -> None:
    """Write train/N.png with N.txt, and held_out/N.png: ink on white, 48 x 48."""
    from sklearn.datasets import load_digits

    digits = load_digits()
    for index, (image, digit) in enumerate(zip(digits.images, digits.target, strict=True)):
        ink = index * 7 % len(INKS)
        path = folder / ("held_out" if held_out(digit, ink) else "train") / f"{index:04d}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        inked(image, ink).save(path)
        path.with_suffix(".txt").write_text(caption(digit, ink) + "\n", encoding="utf-8")


def read_ink(image: Image.Image) -> int:
    """The ink whose share of red, green and blue the dark pixels have; -1 where none is dark."""
    missing = 255 - np.asarray(image.convert("RGB"), np.float64).reshape(-1, 3)
    dark = missing[missing.max(-1) > 128]
    if not len(dark):
        return -1
    inks, seen = 255 - np.array(INKS, np.float64), dark.mean(0)
    return int((inks @ seen / np.linalg.norm(inks, axis=1)).argmax())


def read_back(folder: Path, drawn: list[Image.Image], asked: list[tuple[int, int]]) -> np.ndarray:
    """Whether each picture shows the digit and the ink asked for; the digit by its neighbours."""
    from sklearn.neighbors import KNeighborsClassifier

    files = sorted((folder / "train").glob("*.png"))
    words = [file.with_suffix(".txt").read_text(encoding="utf-8").split()[-1] for file in files]
    classifier = KNeighborsClassifier(3)
    classifier.fit([darkness(Image.open(file)) for file in files], list(map(WORDS.index, words)))
    digits = classifier.predict([darkness(image) for image in drawn])
    return np.array(
        [
            digit == wanted and read_ink(image) == ink
            for digit, image, (wanted, ink) in zip(digits, drawn, asked, strict=True)
        ]
    )


def main() -> None:
    options = options_of(__doc__, "runs/captions")
    begun, out = time.monotonic(), options.out
    pictures = out / "pictures"
    if not (pictures / "held_out").is_dir():
        render(pictures)
    weights = train(options, "captions.yaml", "--caption-features", "minilm")
    trained = time.monotonic() - begun
    asked = [(digit, ink) for ink in range(len(INKS)) for digit in range(10)]
    model = ("--weights", weights, "--guidance", 2.0, "--temperature", 1.0)
    model += ("--choice-temperature", 1.0)
    texts = [caption(*one) for one in asked]
    command("sample", *texts, *model, "--columns", 10, "-o", out / "samples.png")
    (out / "captions.txt").write_text("\n".join(texts * EACH) + "\n", encoding="utf-8")
    command(
        "evaluate", "fid", *model, "--prompts", out / "captions.txt",
        "--reference", pictures / "held_out", "--features", "efficientnet-lite0",
        "--save-images", out / "drawn", "-o", out / "results",
    )  # fmt: skip
    drawn = [Image.open(file) for file in sorted((out / "drawn").glob("*.png"))]
    right = read_back(pictures, drawn, asked * EACH)
    new = np.array([held_out(*one) for one in asked * EACH])
    print(
        f"\n{right[~new].mean():.1%} of {(~new).sum()} pictures show the digit and the ink asked,"
    )
    print(f"{right[new].mean():.1%} of {new.sum()} with captions that training never showed")
    print(f"{out / 'samples.png'} shows one of each; trained after {trained / 60:.1f} minutes,")
    print(f"{(time.monotonic() - begun) / 60:.1f} minutes in all")


if __name__ == "__main__":
    main()
