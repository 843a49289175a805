"""Replicas by Ray Serve: what is drawn in one batch; and two real replicas, one of them killed."""

import asyncio
from dataclasses import replace

import pytest
import torch

from app.backends import schema
from app.backends.ray_driver import RayBackend
from app.backends.ray_serve import WAITING, Served, groups
from app.backends.replica import Replica
from benchmarks.load.on_ray import ray_load
from maskgil.pipelines.request import DrawRequest
from maskgil.presets.table import PRESETS

SAMPLING = replace(PRESETS["nano"].sampling, num_steps=2)


def drawing(prompt: str | tuple, seed: int | tuple, **changes) -> DrawRequest:
    return DrawRequest(prompt, seed, **{"sampling": SAMPLING} | changes)


def test_what_is_drawn_together():
    other = replace(SAMPLING, num_steps=3)
    given = torch.zeros((1, 144), dtype=torch.long)
    requests = [
        drawing("a", 1),
        drawing("b", 2, sampling=other),
        drawing("c", 3),
        drawing("d", 4, given=given),
        drawing("e", 5, given=given),
        drawing("f", 6, sampling=other),
        drawing("g", 7, previews=False),
    ]
    assert groups(requests) == [[0, 2], [1, 5], [3], [4], [6]]


@pytest.fixture(scope="module")
def served(pipeline):
    """With the models of all tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Replica, "warm_up", lambda self: None)
        served = Served(pipeline.config)
    replica = served.replica
    replica._generator, replica._translator = pipeline._generator, pipeline._translator
    return served


def told(served: Served, bodies: list) -> list[list]:
    """Everything each of `bodies` is told, as Ray would pass it on."""

    async def listen() -> list[list]:
        heard: list[list] = [[] for _ in bodies]
        done = [False] * len(bodies)
        async for answers in served.together(bodies):
            assert len(answers) == len(bodies)
            for place, answer in enumerate(answers):
                done[place] |= answer is StopIteration
                if not done[place] and answer != WAITING:
                    heard[place].append(answer)
        return heard

    return asyncio.run(listen())


def test_a_batch_gives_everybody_their_own_picture(served, previews):
    requests = [
        drawing("a red apple", 3),
        drawing(("a dog", "a cat"), (4, 5)),
        drawing("a tree", 6, sampling=replace(SAMPLING, num_steps=1)),
    ]
    heard = told(served, [schema.pack_request(each) for each in requests])
    for request, messages in zip(requests, heard, strict=True):
        alone = [schema.unpack_preview(each) for each in served.replica.draw(request)]
        batch = [schema.unpack_preview(each) for each in messages]
        assert [each.step for each in batch] == [each.step for each in alone]
        for ours, theirs in zip(batch, alone, strict=True):
            assert torch.equal(ours.tokens, theirs.tokens)
            assert [i.tobytes() for i in ours.images] == [i.tobytes() for i in theirs.images]


def test_a_bad_request_in_a_batch_spoils_nobodys(served):
    wrong = drawing("b", 2, given=torch.ones((1, 3), dtype=torch.long))
    bodies = [{"prompts": 3}, schema.pack_request(drawing("a dog", 1)), schema.pack_request(wrong)]
    heard = told(served, bodies)
    assert list(heard[0][-1]) == ["error"] and "given tokens" in heard[2][-1]["error"]
    assert heard[1][-1]["stage"] == "done"


def test_the_names_of_backends():
    for wrong in ("ray://", "ray://host:10001", "ray://host/app"):
        with pytest.raises(ValueError, match="ray://APP"):
            RayBackend(wrong)


# The real thing.


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("killed", ["replica", "head"])
def test_what_is_killed_under_load_loses_no_request(killed):
    """One of two replicas; or the head, which comes back: the page's models draw meanwhile."""
    pytest.importorskip("ray", reason="Ray Serve is not installed: requirements-ray.txt")
    report = ray_load(killed, clients=6, requests=6)
    assert not report.lost and not report.mixed
    assert len(report.seconds) == report.asked == 40
