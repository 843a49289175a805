"""The same sentence spoken in five languages: what was understood, and what was drawn.

    python -m benchmarks.languages [--out docs/languages.png]

One row a sentence, one column a language, the first seed everywhere. Prints each prompt.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from PIL import Image, ImageDraw

from app.config import load_config
from app.imaging.settings import DrawSettings, clean_prompt
from app.pipeline import SpeechToImage
from app.types import PictureRequest
from benchmarks.common import CLIPS

LANGUAGES = ("en", "fr", "es", "pt", "zh")
SENTENCES = ("cat_apple", "stars", "flower")
SIDE, MARGIN, LINES = 224, 10, 40  # pixels


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("docs/languages.png"))
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    spoken = {
        Path(clip["file"]).stem: clip
        for clip in json.loads((CLIPS / "clips.json").read_text(encoding="utf-8"))
    }
    pipeline = SpeechToImage(load_config("nano"))
    cell = (SIDE + MARGIN, SIDE + LINES)
    page = Image.new("RGB", (cell[0] * len(LANGUAGES), cell[1] * len(SENTENCES)), "white")
    pen = ImageDraw.Draw(page)
    for row, sentence in enumerate(SENTENCES):
        for column, language in enumerate(LANGUAGES):
            clip = spoken[f"{language}_{sentence}"]
            heard = pipeline.listen(CLIPS / clip["file"])
            request = PictureRequest(clean_prompt(heard.prompt), DrawSettings(seed=options.seed))
            *_, last = pipeline.paint(request)
            left, top = column * cell[0] + MARGIN // 2, row * cell[1] + MARGIN // 2
            page.paste(last.images[0].resize((SIDE, SIDE), Image.Resampling.LANCZOS), (left, top))
            pen.text((left, top + SIDE + 4), f"{language}: {heard.prompt}"[:40], fill="black")
            print(f"{language}  {clip['text']}  ->  {heard.prompt}", flush=True)
    page.save(options.out)


if __name__ == "__main__":
    main()
