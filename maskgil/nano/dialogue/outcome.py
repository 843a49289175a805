"""Outcome of an utterance: a change, a new prompt, a program command, or a question."""

from __future__ import annotations

from dataclasses import dataclass

from maskgil.nano.dialogue.changes import Change
from maskgil.nano.dialogue.remarks import Remark

ALL_STEPS = 1_000_000


@dataclass(frozen=True)
class Question:
    """A question with two `choices` and the outcome of each."""

    text: str
    choices: tuple[str, str]
    outcomes: tuple[Outcome, Outcome]


@dataclass(frozen=True)
class Outcome:
    """The outcome of an utterance.

    `action`: change, new, another, undo, redo, restart, save, enlarge, question or none. `wish`:
    the prompt of a new picture. `focus`: indices of the referents of "it" from now on. `steps`: the
    number of steps to undo or redo. `remarks`: reasons for anything not done.
    """

    action: str
    change: Change | None = None
    wish: str = ""
    question: Question | None = None
    left_out: tuple[str, ...] = ()
    focus: tuple[int, ...] = ()
    steps: int = 1
    remarks: tuple[Remark, ...] = ()


class DoubtError(Exception):
    """The referent is ambiguous between two things of the scene."""

    def __init__(self, first: int, second: int) -> None:
        super().__init__("which one")
        self.choices = (first, second)
