"""Open the page: `python app.py`. With `--mic`, talk in the terminal instead."""

import sys

from app.launch import build_parser, main

__all__ = ["build_parser", "main"]

if __name__ == "__main__":
    sys.exit(main())
