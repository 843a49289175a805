"""Sheet of everyday sentences, read and drawn as the app does, at one seed.

python -m benchmarks.everyday -o everyday.webp [--sentences FILE.jsonl] [--steps 8] [--seed 0]
"""

from __future__ import annotations

import argparse
import json
import textwrap
from pathlib import Path

from PIL import Image, ImageDraw

SENTENCES = Path(__file__).parents[1] / "tests" / "fixtures" / "reader" / "everyday.jsonl"
SIDE, TEXT = 192, 46  # pixels of a picture and of the words below it


def sentences(path: Path = SENTENCES) -> list[str]:
    """The "text" of each line."""
    return [json.loads(line)["text"] for line in path.open(encoding="utf-8")]


def main() -> None:
    from app.config import load_config
    from app.imaging.settings import DrawSettings
    from app.pipeline import SpeechToImage
    from app.types import PictureRequest, Prompt
    from maskgil.prompts import NothingKnownError

    parser = argparse.ArgumentParser(prog="python -m benchmarks.everyday", description=__doc__)
    parser.add_argument("-o", "--out", type=Path, default=Path("everyday.webp"))
    parser.add_argument("--sentences", type=Path, default=SENTENCES, help='lines with a "text"')
    parser.add_argument("--steps", type=int, default=8)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--columns", type=int, default=10)
    options = parser.parse_args()
    texts = sentences(options.sentences)
    pipeline, rows = SpeechToImage(load_config("nano")), -(-len(texts) // options.columns)
    sheet = Image.new("RGB", (options.columns * (SIDE + 4), rows * (SIDE + TEXT)), "white")
    pen = ImageDraw.Draw(sheet)
    for place, text in enumerate(texts):
        left = place % options.columns * (SIDE + 4)
        top = place // options.columns * (SIDE + TEXT)
        settings = DrawSettings(steps=options.steps, seed=options.seed)
        try:
            *_, last = pipeline.paint(PictureRequest(Prompt(text), settings))
        except NothingKnownError as error:
            drawn, told = "", str(error)
        else:
            result = last.result
            assert result is not None
            drawn, told = result.drawn, ", ".join(result.left_out)
            sheet.paste(result.image.resize((SIDE, SIDE), Image.Resampling.LANCZOS), (left, top))
        lines = textwrap.wrap(f"{place + 1}. {text}", 32) + textwrap.wrap(f"-> {drawn}", 32)
        pen.multiline_text((left + 2, top + SIDE), "\n".join(lines[:4]), fill="black", spacing=0)
        print(f"{place + 1}\t{text}\t{drawn}\t{told}", flush=True)
    sheet.save(options.out, quality=85)


if __name__ == "__main__":
    main()
