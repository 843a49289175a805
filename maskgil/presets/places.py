"""Writer of places.npz: codes of nano's settings, used as sketches of scenery.

python -m maskgil.presets.places --art pack --tokenizer TOKENIZER -o places.npz
"""

from __future__ import annotations

from pathlib import Path


def main() -> None:
    import argparse
    import sys

    from maskgil.checkpoints import load
    from maskgil.nano.dataset import open_world
    from maskgil.nano.drafts.places import write
    from maskgil.presets.table import PLACES

    parser = argparse.ArgumentParser(prog="python -m maskgil.presets.places", description=__doc__)
    parser.add_argument("--art", default="node_modules", help="npm packages, or a pack of them")
    parser.add_argument("--tokenizer", required=True)
    parser.add_argument("-o", "--out", type=Path, default=Path(PLACES))
    options = parser.parse_args()
    try:
        renderer, tokenizer = open_world(options.art).renderer, load(options.tokenizer).eval()
        sys.stdout.write(write(renderer, tokenizer.encode, options.out) + "\n")
    except ValueError as error:
        parser.error(str(error))


if __name__ == "__main__":
    main()
