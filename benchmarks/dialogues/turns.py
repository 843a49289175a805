"""Turns of dialogues and single utterances: what is said, and the expected scene graph."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from maskgil.utils.assets import table_rows

FOLDER = Path(__file__).parent
KEPT_APART = (*range(9, 13), *range(30, 33))  # numbers of the dialogues that nobody tuned on


@dataclass(frozen=True)
class DialogueTurn:
    """What is said, and what must stand then."""

    dialogue: str
    said: str
    expected: str

    @property
    def language(self) -> str:
        return self.dialogue[:2]

    @property
    def is_tuned(self) -> bool:
        return int(self.dialogue[2:]) not in KEPT_APART


def read_turns() -> list[DialogueTurn]:
    """All turns of dialogues.tsv."""
    return [DialogueTurn(*row) for row in table_rows(FOLDER / "dialogues.tsv")]


def read_utterances() -> list[tuple[str, DialogueTurn]]:
    """Of utterances.tsv each way to say something, with what stands before it."""
    return [
        (stage, DialogueTurn(f"{language}{number}", said, expected))
        for number, (stage, expected, *cells) in enumerate(table_rows(FOLDER / "utterances.tsv"), 1)
        for language, cell in zip(("en", "fr", "es", "pt", "zh"), cells, strict=True)
        for said in cell.split(" | ")
    ]
