"""Writes the references of nano's drawings: their tokens, which its drafts are laid out of.

python -m maskgil.presets.references --art pack --tokenizer TOKENIZER -o references.npz

`--nouns` writes those of some drawings alone, which `references-newer.npz` beside `references.npz`
holds: what was drawn or painted anew since.
"""

from __future__ import annotations

from pathlib import Path

from maskgil.nano.drafts.references import DrawnReferences, write


def main() -> None:
    import argparse
    import sys

    from maskgil.checkpoints import load
    from maskgil.nano.dataset import open_world
    from maskgil.nano.world.nouns import noun

    parser = argparse.ArgumentParser(
        prog="python -m maskgil.presets.references", description=__doc__
    )
    parser.add_argument("--art", default="node_modules", help="npm packages, or a pack of them")
    parser.add_argument("--tokenizer", required=True)
    parser.add_argument("-o", "--out", type=Path, default=Path("references.npz"))
    parser.add_argument("--nouns", help="comma-separated; default: all of the world")
    options = parser.parse_args()
    try:
        renderer, tokenizer = open_world(options.art).renderer, load(options.tokenizer).eval()
        nouns = options.nouns and [noun(name.strip()) for name in options.nouns.split(",")]
        drawn = DrawnReferences(renderer, tokenizer.encode)
        sys.stdout.write(write(drawn, options.out, nouns or None) + "\n")
    except ValueError as error:
        parser.error(str(error))


if __name__ == "__main__":
    main()
