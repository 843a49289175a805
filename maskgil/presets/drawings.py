"""Writer of assets/nano/drawings.zip: the drawings of which nano's drafts are laid out.

python -m maskgil.presets.drawings --art node_modules -o drawings.zip
"""

from __future__ import annotations

from pathlib import Path

from maskgil.nano.drafts.references import drawings_of
from maskgil.nano.rendering.pack import write_drawings
from maskgil.nano.world.nouns import load_nouns


def main() -> None:
    import argparse
    import sys

    parser = argparse.ArgumentParser(prog="python -m maskgil.presets.drawings", description=__doc__)
    parser.add_argument("--art", default="node_modules", help="npm packages, or a pack of them")
    parser.add_argument("-o", "--out", type=Path, default=Path("drawings.zip"))
    options = parser.parse_args()
    codes = [code for noun in load_nouns() for code in drawings_of(noun)]
    try:
        sys.stdout.write(write_drawings(options.art, options.out, codes) + "\n")
    except ValueError as error:
        parser.error(str(error))


if __name__ == "__main__":
    main()
