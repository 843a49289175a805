"""Models in replicas, used as if they were here: through JSON, and when replicas fail."""

import json
import time
from dataclasses import asdict, replace

import numpy as np
import pytest
import torch

from app.backends import factory, remote
from app.backends.protocol import Gone, RemoteError
from app.backends.remote import RemoteGenerator
from app.backends.replica import Replica
from app.backends.schema import pack, pack_request, unpack, unpack_request
from app.imaging.settings import DrawSettings
from app.pipeline import SpeechToImage
from app.types import PictureRequest
from maskgil.pipelines.request import DrawRequest
from maskgil.presets import PRESETS
from maskgil.prompts import NothingKnownError


class InProcess:
    """A backend whose replica is in this process; what passes is JSON, as between machines.

    The first `failures` drawings break off after `after` messages, further ones do not.
    """

    at_once = 1

    def __init__(self, replica: Replica, *, failures: int = 0, after: int = 2) -> None:
        self.replica, self.failures, self.after = replica, failures, after

    def ask(self, what, body):
        return json.loads(json.dumps(self.replica.answer(what, json.loads(json.dumps(body)))))

    def draw(self, body):
        stream = self.replica.draw(unpack_request(json.loads(json.dumps(body))))
        try:
            for number, message in enumerate(stream):
                if self.failures and number == self.after:
                    self.failures -= 1
                    raise Gone("it died")
                yield json.loads(json.dumps(message))
        except ValueError as error:
            yield {"error": str(error)}
        finally:
            stream.close()


@pytest.fixture(scope="module")
def replica(pipeline):
    """With the models of all tests."""
    replica = Replica(pipeline.config)
    replica._generator, replica._translator = pipeline._generator, pipeline._translator
    return replica


@pytest.fixture(scope="module")
def generator(replica):
    return RemoteGenerator(InProcess(replica))


@pytest.fixture
def hasty(monkeypatch):
    monkeypatch.setattr(remote, "PATIENCE", 1.0)
    monkeypatch.setattr(remote, "PAUSE", 0.05)


def last_of(stream):
    *_, last = stream
    return last


def test_a_remote_picture_is_the_local_one(generator, replica, previews):
    options = {"seed": [3, 4], "sampling": replace(generator.sampling, num_steps=2)}
    here = list(replica.generator.stream(DrawRequest(["a red apple", "a dog"], **options)))
    there = list(generator.stream(DrawRequest(["a red apple", "a dog"], **options)))
    assert [each.stage for each in there] == [each.stage for each in here]
    for ours, theirs in zip(here, there, strict=True):
        assert torch.equal(ours.tokens, theirs.tokens)
        assert [i.tobytes() for i in ours.images] == [i.tobytes() for i in theirs.images]
    assert generator.image_size == replica.generator.image_size
    assert generator.largest_grid == replica.generator.largest_grid and generator.has_ratio
    tokens = here[-1].tokens
    shown, again = (each.to_images(tokens) for each in (replica.generator, generator))
    assert [i.tobytes() for i in shown] == [i.tobytes() for i in again]


def test_a_remote_reader_leaves_out_the_same(generator, replica):
    wish = "a red apple on a wooden spaceship"
    assert generator.read(wish) == replica.generator.read(wish)
    with pytest.raises(NothingKnownError) as here:
        replica.generator.read("democracy")
    with pytest.raises(NothingKnownError) as there:
        generator.read("democracy")
    assert str(there.value) == str(here.value)


def test_given_tokens_and_encoding(generator, replica):
    pixels = torch.rand(1, 3, 96, 96) * 2 - 1
    rounded = ((pixels + 1) * 127.5).round() / 127.5 - 1
    tokens = generator.tokenizer.encode(pixels)
    assert torch.equal(tokens, replica.generator.tokenizer.encode(rounded))
    given = tokens.flatten(1)
    given[:, 75:] = generator.mask_id
    quick = replace(generator.sampling, num_steps=2)
    last = last_of(
        generator.stream(DrawRequest("a cat", sampling=quick, given=given, previews=False))
    )
    assert torch.equal(last.tokens[:, :75], given[:, :75])


def test_errors_of_the_replica_are_those_of_the_generator(generator):
    with pytest.raises(ValueError, match="2 seeds for 1 prompts"):
        list(generator.stream(DrawRequest("a cat", seed=[1, 2])))
    with pytest.raises(ValueError, match="given tokens"):
        list(generator.stream(DrawRequest("a cat", given=torch.zeros(1, 3, dtype=torch.long))))


def test_a_stopped_drawing_stops_there_too(generator, replica, monkeypatch):
    steps = []
    stream = type(replica.generator).stream

    def counted(self, *given, **options):
        for preview in stream(self, *given, **options):
            steps.append(preview.step)
            yield preview

    monkeypatch.setattr(type(replica.generator), "stream", counted)
    drawing = generator.stream(
        DrawRequest("a cat", sampling=replace(generator.sampling, num_steps=64))
    )
    next(drawing), next(drawing)
    drawing.close()
    time.sleep(0.2)
    assert steps == [1, 2], "the replica draws on for nobody"


def test_the_whole_pipeline_over_there(replica, pipeline, clips, monkeypatch):
    monkeypatch.setattr(factory, "open_backend", lambda url: InProcess(replica))
    config = pipeline.config
    there = SpeechToImage(replace(config, backend="ray://there"))
    there.check_weights()
    spoken = clips["fr_cat_apple"]["path"]
    result = last_of(there.run(spoken, DrawSettings(steps=2), language="fr")).results[0]
    assert "cat" in result.prompt and result.heard.transcript.language == "fr"
    assert isinstance(there.generator, RemoteGenerator) and len(there.sizes()) > 1
    drawn = last_of(pipeline.paint(PictureRequest(result.prompt, DrawSettings(steps=2)))).results[0]
    assert result.image.tobytes() == drawn.image.tobytes()
    assert (result.drawn, result.left_out) == (drawn.drawn, drawn.left_out)
    assert there.reading("a lawyer eating").replaced == (("lawyer", "judge"),)
    with pytest.raises(ValueError, match="start it with --preset nano"):
        _ = SpeechToImage(replace(config, backend="ray://there", preset="photo")).generator


def test_a_replica_that_dies_in_the_middle_is_asked_again(replica, monkeypatch):
    monkeypatch.setattr(remote, "PAUSE", 0.05)
    backend = InProcess(replica, failures=2, after=2)
    generator = RemoteGenerator(backend)
    sampling = replace(generator.sampling, num_steps=4)
    seen = list(generator.stream(DrawRequest("a red apple", seed=5, sampling=sampling)))
    assert backend.failures == 0, "it died twice"
    assert [each.step for each in seen] == [1, 2, 3, 4], "no step is shown twice"
    local = last_of(replica.generator.stream(DrawRequest("a red apple", seed=5, sampling=sampling)))
    assert torch.equal(seen[-1].tokens, local.tokens)


def test_nobody_left_ends_in_one_line(replica, hasty):
    generator = RemoteGenerator(InProcess(replica, failures=10**6, after=0))
    with pytest.raises(RemoteError, match="no drawing server answers: it died"):
        list(generator.stream(DrawRequest("a dog")))


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("read", {}),
        ("show", {"tokens": {"shape": [2], "int32": "!"}, "grid_size": None}),
        ("encode", {"pixels": "!", "shape": [1]}),
        ("encode", {"pixels": "AAAA", "shape": [-5, 2]}),
        ("hear", {"samples": "AAAA", "shape": [1]}),
        ("hear", {"samples": None, "shape": None, "language": 1, "partial": 1}),
        ("dance", {}),
    ],
)
def test_nonsense_is_refused_by_the_replica(replica, what, body):
    with pytest.raises(ValueError):
        replica.answer(what, body)


def test_a_drawing_survives_the_wire():
    sampling = PRESETS["nano"].sampling
    given = torch.arange(6).reshape(2, 3)
    draft = torch.randint(256, (2, 3, 8, 8, 4), dtype=torch.uint8)
    drawing = DrawRequest(
        ("a", "b"), (1, 2**32 - 1), sampling, given, (2, 3), False, 4, "c", 7, draft,
        behind=given.flatten(),
    )  # fmt: skip
    again = unpack_request(pack_request(drawing))
    assert again.sampling == sampling and torch.equal(again.given, given)
    assert torch.equal(again.draft, draft) and again.draft.dtype == torch.uint8
    assert torch.equal(again.behind, drawing.behind)
    plain = {"given": None, "draft": None, "behind": None}
    assert replace(again, **plain) == replace(drawing, **plain)
    assert np.array_equal(unpack(pack(given.numpy())), given)
    for nonsense in ({}, {"prompts": 3}, pack_request(drawing) | {"sampling": 3}):
        with pytest.raises(ValueError, match="no request to draw"):
            unpack_request(nonsense)
    with pytest.raises(ValueError, match="nothing to draw"):
        DrawRequest((), (), sampling)
    with pytest.raises(ValueError, match="1000 pictures"):
        unpack_request(pack_request(drawing) | {"prompts": ["a"] * 1000})


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"prompts": ["a" * 10_001]}, "10001 characters"),
        ({"sampling": asdict(PRESETS["nano"].sampling) | {"num_steps": 10**12}}, "steps asked for"),
        ({"grid_size": [2, 257]}, "257 rows or columns"),
        ({"seeds": [float("inf")]}, "no request to draw"),
    ],
)
def test_what_would_take_for_ever_is_refused_by_the_replica(more, said):
    drawing = DrawRequest(("a",), (1,), PRESETS["nano"].sampling, None, None, False, 4, None, None)
    with pytest.raises(ValueError, match=said):
        unpack_request(pack_request(drawing) | more)


@pytest.mark.parametrize("url", ["http://a:1", "ray://", "ray://a/b", "a", "ray://a:1"])
def test_a_backend_is_the_name_of_an_app_on_ray(url):
    with pytest.raises(ValueError, match="ray://APP"):
        factory.open_backend(url)
