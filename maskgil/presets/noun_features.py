"""Writer of noun_features.npz: text features of nano's nouns, for nearest-noun search.

python -m maskgil.presets.noun_features -o assets/nano/noun_features.npz
"""

from __future__ import annotations

from pathlib import Path


def main() -> None:
    import argparse
    import sys

    from maskgil.models.text_encoders.load import load_text_encoder
    from maskgil.nano.nearest_nouns import write
    from maskgil.nano.world.nouns import load_nouns
    from maskgil.presets.table import NOUN_FEATURES

    parser = argparse.ArgumentParser(
        prog="python -m maskgil.presets.noun_features", description=__doc__
    )
    parser.add_argument("-o", "--out", type=Path, default=Path(NOUN_FEATURES))
    options = parser.parse_args()
    try:
        encoder = load_text_encoder("minilm")
        sys.stdout.write(write(load_nouns(), encoder, options.out) + "\n")
    except (ValueError, OSError) as error:
        parser.error(str(error))


if __name__ == "__main__":
    main()
