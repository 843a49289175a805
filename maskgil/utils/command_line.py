"""Command lines: errors in one line."""

from __future__ import annotations

import argparse
from typing import NoReturn

BAD_INPUT = 2  # exit status where the input is at fault


class OneLineParser(argparse.ArgumentParser):
    """Says what is wrong in one line, without the usage in front."""

    def error(self, message: str) -> NoReturn:
        self.exit(BAD_INPUT, f"{self.prog}: {message}\n")
