"""Writer of references.npz: tokens of nano's drawings, for drafts in training.

python -m maskgil.presets.references --art pack --tokenizer TOKENIZER -o references.npz
"""

from __future__ import annotations

import argparse

from maskgil.checkpoints import load
from maskgil.nano.dataset import open_world
from maskgil.nano.drafts import references
from maskgil.presets.writer import run


def write(options: argparse.Namespace) -> str:
    renderer, tokenizer = open_world(options.art).renderer, load(options.tokenizer).eval()
    drawn = references.DrawnReferences(renderer, tokenizer.encode)
    return references.write(drawn, options.out)


if __name__ == "__main__":
    run("references", __doc__, "references.npz", write, tokenizer=True)
