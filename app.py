"""Open the page: `python app.py`. With `--mic`, talk in the terminal instead."""

import sys

from app.launch import build_parser, config_of, main, serving_of

__all__ = ["build_parser", "config_of", "main", "serving_of"]

if __name__ == "__main__":
    sys.exit(main())
