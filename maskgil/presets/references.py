"""Writer of references.npz: tokens of nano's drawings, for drafts in training.

python -m maskgil.presets.references --art pack --tokenizer TOKENIZER -o references.npz
"""

from __future__ import annotations

from pathlib import Path

from maskgil.nano.drafts.references import DrawnReferences, write


def main() -> None:
    import argparse
    import sys

    from maskgil.checkpoints import load
    from maskgil.nano.dataset import open_world

    parser = argparse.ArgumentParser(
        prog="python -m maskgil.presets.references", description=__doc__
    )
    parser.add_argument("--art", default="node_modules", help="npm packages, or a pack of them")
    parser.add_argument("--tokenizer", required=True)
    parser.add_argument("-o", "--out", type=Path, default=Path("references.npz"))
    options = parser.parse_args()
    try:
        renderer, tokenizer = open_world(options.art).renderer, load(options.tokenizer).eval()
        drawn = DrawnReferences(renderer, tokenizer.encode)
        sys.stdout.write(write(drawn, options.out) + "\n")
    except ValueError as error:
        parser.error(str(error))


if __name__ == "__main__":
    main()
