"""Writer of assets/nano/drawings.zip: the drawings of which nano's drafts are laid out.

python -m maskgil.presets.drawings --art node_modules -o drawings.zip
"""

from __future__ import annotations

import argparse

from maskgil.nano.drafts.references import drawings_of
from maskgil.nano.rendering.pack import write_drawings
from maskgil.nano.world.nouns import load_nouns
from maskgil.presets.writer import run


def write(options: argparse.Namespace) -> str:
    codes = [code for noun in load_nouns() for code in drawings_of(noun)]
    return write_drawings(options.art, options.out, codes)


if __name__ == "__main__":
    run("drawings", __doc__, "drawings.zip", write)
