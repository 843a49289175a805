"""Writer of places.npz: codes of nano's settings, used as sketches of scenery.

python -m maskgil.presets.places --art pack --tokenizer TOKENIZER -o places.npz
"""

from __future__ import annotations

import argparse

from maskgil.checkpoints import load
from maskgil.nano.dataset import open_world
from maskgil.nano.drafts import places
from maskgil.presets.table import PLACES
from maskgil.presets.writer import run


def write(options: argparse.Namespace) -> str:
    renderer, tokenizer = open_world(options.art).renderer, load(options.tokenizer).eval()
    return places.write(renderer, tokenizer.encode, options.out)


if __name__ == "__main__":
    run("places", __doc__, PLACES, write, tokenizer=True)
