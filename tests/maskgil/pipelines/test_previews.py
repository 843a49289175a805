"""Previews: how many of a drawing's steps are shown for a share of its time."""

import pytest

from maskgil.pipelines.previews import PreviewBudget, PreviewClock


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def shown(step_seconds: float, preview_seconds: float, *, steps: int = 8, share=1 / 3) -> list[int]:
    """The steps shown of a second drawing, when the first has told what a preview costs."""
    time = Clock()
    clock = PreviewClock(time)

    def show() -> None:
        time.now += preview_seconds

    clock.shown(show, 144)
    budget = PreviewBudget(clock, num_steps=steps, num_tokens=144, share=share)
    return [step for step in range(1, steps) if budget.step(step_seconds)]


def test_the_first_drawing_shows_every_step():
    budget = PreviewBudget(PreviewClock(), num_steps=4, num_tokens=144)
    assert [budget.step(0.1) for _ in range(3)] == [True] * 3


@pytest.mark.parametrize("cost", [0.001, 0.02, 0.05, 0.2, 3.0])
def test_previews_take_no_more_than_their_share(cost):
    steps = shown(0.05, cost)
    assert len(steps) * cost <= 8 * 0.05 / 3 + 1e-9
    if cost <= 8 * 0.05 / 3:
        assert steps, "what can be afforded is shown"


def test_cheap_previews_come_with_every_step_and_dear_ones_are_spread():
    assert shown(0.05, 0.001) == [1, 2, 3, 4, 5, 6, 7]
    few = shown(0.05, 0.06)
    assert len(few) == 2 and 1 < few[0] < few[1] < 8
    assert shown(0.05, 9.0, share=None) == [1, 2, 3, 4, 5, 6, 7]


def test_a_step_that_cannot_be_shown_leaves_its_preview_to_a_later_one():
    budget = PreviewBudget(PreviewClock(), num_steps=144, num_tokens=144)
    rows = [step for step in range(1, 144) if budget.step(0.01, showable=step % 12 == 0)]
    assert rows == list(range(12, 144, 12))
