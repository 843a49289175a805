"""Writer of noun_features.npz: text features of nano's nouns, for nearest-noun search.

python -m maskgil.presets.noun_features -o assets/nano/noun_features.npz
"""

from __future__ import annotations

import argparse

from maskgil.models.text_encoders.load import load_text_encoder
from maskgil.nano import nearest_nouns
from maskgil.nano.world.nouns import load_nouns
from maskgil.presets.table import NOUN_FEATURES
from maskgil.presets.writer import run


def write(options: argparse.Namespace) -> str:
    return nearest_nouns.write(load_nouns(), load_text_encoder("minilm"), options.out)


if __name__ == "__main__":
    run("noun_features", __doc__, NOUN_FEATURES, write, art=False)
