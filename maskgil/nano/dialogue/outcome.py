"""Outcome of an utterance: a change, a new prompt, a program command, or a question."""

from __future__ import annotations

from dataclasses import dataclass

from maskgil.nano.dialogue.changes import Change
from maskgil.nano.dialogue.remarks import Remark

ALL_STEPS = 1_000_000


@dataclass(frozen=True)
class Question:
    """Asked where two things may be meant: `choices`, and what each would come to."""

    text: str
    choices: tuple[str, str]
    outcomes: tuple[Outcome, Outcome]


@dataclass(frozen=True)
class Outcome:
    """What an utterance comes to.

    `action`: change, new, another, undo, redo, restart, save, enlarge, question or none. `wish`: of
    a new picture. `focus`: places of the things that "it" means from now on. `steps`: how many to
    undo, or to redo. `remarks`: why something of it is not done.
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
    """One of two things of the scene is meant."""

    def __init__(self, first: int, second: int) -> None:
        super().__init__("which one")
        self.choices = (first, second)
