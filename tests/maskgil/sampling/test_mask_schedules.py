"""Mask schedules: shapes of the curves, whole counts, and the released sampler's table."""

import itertools
import json
from pathlib import Path

import pytest

from maskgil.sampling.config import SamplingConfig
from maskgil.sampling.mask_schedules import SCHEDULES, masked_counts, schedule_names

TABLE = json.loads((Path(__file__).parents[2] / "fixtures" / "schedules.json").read_text())


def settled(schedule, num_steps: int, num_tokens: int) -> list[int]:
    """Tokens settled in each step."""
    counts = (num_tokens, *masked_counts(schedule, num_steps, num_tokens))
    return [before - after for before, after in itertools.pairwise(counts)]


@pytest.mark.parametrize("name", SCHEDULES)
def test_schedules_fall_from_one_to_zero(name):
    schedule = SCHEDULES[name]
    points = [schedule(step / 64) for step in range(65)]
    assert points[0] == pytest.approx(1) and points[-1] == pytest.approx(0, abs=1e-12)
    assert all(a > b for a, b in itertools.pairwise(points))


@pytest.mark.parametrize("name", schedule_names())
def test_every_step_settles_a_token_and_none_is_left(name):
    for num_tokens in (1, 2, 7, 64, 144, 256):
        for num_steps in range(1, num_tokens + 1):
            counts = settled(name, num_steps, num_tokens)
            assert len(counts) == num_steps and sum(counts) == num_tokens
            assert min(counts) >= 1, (num_tokens, num_steps, counts)


@pytest.mark.parametrize("name", schedule_names())
def test_fewer_tokens_than_steps_end_early(name):
    assert settled(name, 8, 3) == [1, 1, 1, 0, 0, 0, 0, 0]
    assert masked_counts(name, 3, 0) == (0, 0, 0)


def test_counts_are_the_papers_ceiling():
    # ceil(cos(π/2 · t/8) · 256), by hand
    assert masked_counts("cosine", 8, 256) == (252, 237, 213, 182, 143, 98, 50, 0)
    # (1 - 0.7) · 10 is 3.0000000000000004 in floating point
    assert masked_counts("linear", 10, 10) == (9, 8, 7, 6, 5, 4, 3, 2, 1, 0)
    assert masked_counts("square", 4, 256) == (240, 192, 112, 0)
    assert masked_counts("root", 4, 256) == (128, 75, 35, 0)


def test_arccos_settles_few_tokens_first_and_many_last():
    counts = settled("arccos", 8, 256)
    assert counts[-1] == max(counts) and counts[0] < 256 / 8


def test_a_function_serves_as_a_schedule():
    assert masked_counts(lambda t: 1 - t, 4, 8) == masked_counts("linear", 4, 8)


@pytest.mark.parametrize("key", [key for key, row in TABLE.items() if min(row) > 0])
def test_released_schedules_match_the_authors_table(key):
    name, num_steps, num_tokens = key.split("/")
    assert settled(f"released-{name}", int(num_steps), int(num_tokens)) == TABLE[key]


def test_unknown_names_list_the_valid_ones():
    with pytest.raises(ValueError, match=r"'cubic'.*arccos.*released-root"):
        masked_counts("cubic", 8, 64)
    with pytest.raises(ValueError, match="cubic"):
        SamplingConfig(schedule="cubic")
    with pytest.raises(ValueError, match="num_steps"):
        masked_counts("cosine", 0, 64)


@pytest.mark.parametrize(
    "bad",
    [
        {"num_steps": 0},
        {"guidance_scale": -1.0},
        {"guidance_scale": float("nan")},
        {"guidance_scale": float("inf")},
        {"temperature": float("inf")},
        {"draft_strength": float("inf")},
        {"ar_guidance_scale": -1.0},
        {"guidance_schedule": "cosine"},
        {"guidance_interval": (0.5, 0.2)},
        {"temperature": -0.1},
        {"choice_temperature": -1.0},
        {"top_k": 0},
        {"top_p": 0.0},
        {"ar_ratio": 1.5},
        {"order": "spiral"},
        {"refresh_every": 0},
        {"guidance_every": 0},
    ],
)
def test_bad_sampling_settings_are_refused(bad):
    with pytest.raises(ValueError, match=next(iter(bad))):
        SamplingConfig(**bad)
