"""Photograph the running page for the docs: `python -m benchmarks.page_pictures [--weights DIR]`.

Starts `python app.py`, plays it a recording (or types --prompt) and writes docs/page.png, a
desktop, and docs/page_phone.png, a phone; and docs/page.webp, a sheet of the page before the first
picture on four screens, light and dark. With --samples it first draws the sample pictures of
assets/examples anew. Needs Debian's chromium and the package playwright.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import shutil
from pathlib import Path
from typing import Any, Literal

from app.config import WEIGHTS_VARIABLE
from benchmarks.common import ROOT
from benchmarks.load.clients import running_app

CLIP = ROOT / "assets" / "examples" / "es_flower.ogg"
PATIENCE = 300_000  # milliseconds for each step, on a machine that does other work
DEVICES: dict[str, dict[str, Any]] = {
    "page.png": {"viewport": {"width": 1280, "height": 900}},
    "page_phone.png": {
        "viewport": {"width": 390, "height": 844},
        "device_scale_factor": 2,
        "has_touch": True,
        "is_mobile": True,
    },
}

SCREENS = ((390, 844), (768, 1024), (1280, 900), (1920, 1080))
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
SAMPLE = 384  # pixels along a side of a sample picture
TALL, GAP = 330, 10  # pixels of a screen on the sheet, and between two


def photograph(
    address: str, target: Path, device: dict[str, Any], *, clip: Path, prompt: str, seed: int
) -> None:
    """Draw once on the page at `address`, as `device` sees it, and write what is seen."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        raise SystemExit("needs Chromium: apt install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        tab = browser.new_context(locale="en", color_scheme="light", **device).new_page()
        tab.set_default_timeout(PATIENCE)
        tab.goto(address, wait_until="domcontentloaded")
        tab.get_by_text("Ready when you are").wait_for()
        tab.locator(".expect.known").wait_for()
        tab.locator("#more > button").click()
        tab.locator("#seed input").fill(str(seed))
        tab.locator("#fresh input").uncheck()
        tab.locator("#more > button").click()
        if prompt:
            tab.locator("#prompt textarea").fill(prompt)
            tab.locator("#draw").click()
        else:
            tab.locator("#open-box input[type=file]").set_input_files(clip)
        tab.locator("#status .done").wait_for()
        tab.evaluate("document.activeElement?.blur(); scrollTo(0, 0)")
        tab.mouse.move(0, 0)
        tab.wait_for_timeout(1000)  # the tiles fade
        tab.screenshot(path=target)
        print(target, re.sub(r"\s+", " ", tab.locator("#status").inner_text()))
        browser.close()


def photograph_screens(address: str, target: Path) -> None:
    """Write a sheet of the page at `address` before the first picture, a row a colour scheme."""
    from PIL import Image
    from playwright.sync_api import sync_playwright

    rows: list[list[Image.Image]] = [[] for _ in SCHEMES]
    with sync_playwright() as playwright:
        chromium = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for width, height in SCREENS:
            size: Any = {"width": width, "height": height}
            tab = browser.new_context(locale="en", viewport=size, is_mobile=width < 500).new_page()
            tab.set_default_timeout(PATIENCE)
            tab.goto(address, wait_until="domcontentloaded")
            tab.locator(".expect.known").wait_for()
            for row, scheme in zip(rows, SCHEMES, strict=True):
                tab.emulate_media(color_scheme=scheme)
                tab.wait_for_timeout(500)
                image = Image.open(io.BytesIO(tab.screenshot())).convert("RGB")
                row.append(image.resize((round(width * TALL / height), TALL)))
        browser.close()
    wide = sum(image.width + GAP for image in rows[0]) + GAP
    sheet = Image.new("RGB", (wide, len(rows) * (TALL + GAP) + GAP), "#d6d3d1")
    for down, row in enumerate(rows):
        left = GAP
        for image in row:
            sheet.paste(image, (left, GAP + down * (TALL + GAP)))
            left += image.width + GAP
    sheet.save(target, "WEBP", quality=42, method=6)
    print(target, sheet.size, target.stat().st_size)


def draw_samples(seed: int) -> None:
    """Draw the page's sample pictures, of the wishes that stand under them."""
    from app.config import load_config
    from app.i18n import Translations
    from app.imaging.settings import DrawSettings
    from app.pipeline import SpeechToImage
    from app.types import PictureRequest, Prompt
    from app.web.components import EXAMPLES, SAMPLES

    pipeline, words = SpeechToImage(load_config("nano")), Translations("en")
    for name in SAMPLES:
        request = PictureRequest(Prompt(words(f"sample.{name}")), DrawSettings(seed=seed))
        *_, last = pipeline.paint(request)
        assert last.result is not None
        small = last.result.image.resize((SAMPLE, SAMPLE))
        small.save(EXAMPLES / f"{name}.webp", quality=80, method=6)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--weights", type=Path, help="a folder of weights; default: the shipped")
    parser.add_argument("--clip", type=Path, default=CLIP, help="what is said; default: Spanish")
    parser.add_argument("--prompt", default="", help="typed instead")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--samples", action="store_true", help="draw assets/examples/*.webp, too")
    parser.add_argument("-o", "--out", type=Path, default=ROOT / "docs", help="folder")
    options = parser.parse_args()
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    if options.weights is not None:
        os.environ[WEIGHTS_VARIABLE] = str(options.weights.resolve())
    if options.samples:
        draw_samples(options.seed)
    with running_app() as (address, _):
        photograph_screens(address, options.out / "page.webp")
        for name, device in DEVICES.items():
            photograph(
                address, options.out / name, device,
                clip=options.clip, prompt=options.prompt, seed=options.seed,
            )  # fmt: skip


if __name__ == "__main__":
    main()
