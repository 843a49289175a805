"""Ray Serve: replicas that draw in batches, and a client of a deployed app.

Ray, an optional dependency, keeps replicas running, balances requests over them and collects those
that arrive together; compatible ones are drawn in one batch.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.backends import schema
from app.backends.protocol import SILENCE, Gone
from app.backends.schema import Json
from app.config import AppConfig
from maskgil.utils.command_line import first_line

if TYPE_CHECKING:
    from maskgil.pipelines.request import DrawRequest

APP = "speech-to-image"
BATCH = 4  # maximal requests of a batch
GATHER = 0.02  # seconds a request waits for others to join its batch
REQUIREMENTS = "pip install -r requirements-ray.txt"
WAITING: Json = {"wait": True}  # sent to requests of a later batch


def _ray() -> Any:
    """Ray with Serve, its usage reports off. ValueError in one line where it is not installed."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    try:
        import ray
        import ray.serve
    except ImportError as error:
        raise ValueError(f"a ray:// backend needs Ray Serve: {REQUIREMENTS}") from error
    return ray


def groups(requests: list[DrawRequest]) -> list[list[int]]:
    """Indices of `requests` grouped into batches that can be drawn together, in order."""
    together: dict[object, list[int]] = {}
    for place, each in enumerate(requests):
        key = (
            each.sampling, each.grid_size, each.previews, each.preview_every, each.part,
            each.arrangement,
        )  # fmt: skip
        alone = each.given is not None
        together.setdefault((key, place if alone else None), []).append(place)
    return list(together.values())


def merged(requests: list[DrawRequest]) -> DrawRequest:
    """Merge a group into one request."""
    return replace(
        requests[0],
        prompts=[prompt for each in requests for prompt in each.rows],
        seed=[seed for each in requests for seed in each.seeds],
    )


def shares(message: Json, counts: list[int]) -> Iterator[Json]:
    """Split a batch's preview by request, `counts` pictures each."""
    tokens, start = schema.unpack(message["tokens"]), 0
    for count in counts:
        rows = slice(start, start + count)
        start += count
        images = message["images"][rows]
        yield message | {"tokens": schema.pack(tokens[rows]), "images": images}


class Served:
    """The Ray deployment of a replica. Errors are sent as messages, so that Ray does not retry."""

    def __init__(self, config: AppConfig) -> None:
        from app.backends.replica import Replica

        self.replica = Replica(config)
        self.replica.warm_up()

    async def answer(self, what: str, body: Json) -> Json:
        """`Replica.answer`, or {"error": line}."""
        try:
            return {"answer": await asyncio.to_thread(self.replica.answer, what, body)}
        except ValueError as error:
            return {"error": str(error)}

    async def together(self, bodies: list[Json]) -> AsyncIterator[list[Any]]:
        """Messages for each of `bodies` at every step; StopIteration for finished ones."""
        answers: list[Any] = [WAITING] * len(bodies)
        known: dict[int, DrawRequest] = {}
        for place, body in enumerate(bodies):
            try:
                known[place] = schema.unpack_request(body)
            except ValueError as error:
                answers[place] = {"error": str(error)}
        yield list(answers)
        answers = [WAITING if place in known else StopIteration for place in range(len(bodies))]
        places = list(known)
        for group in groups([known[place] for place in places]):
            members = [places[index] for index in group]
            requests = [known[place] for place in members]
            counts = [len(each.rows) for each in requests]
            try:
                stream = self.replica.draw(merged(requests))
                while (message := await asyncio.to_thread(next, stream, None)) is not None:
                    for place, share in zip(members, shares(message, counts), strict=True):
                        answers[place] = share
                    yield list(answers)
            except ValueError as error:
                for place in members:
                    answers[place] = {"error": str(error)}
                yield list(answers)
            for place in members:
                answers[place] = StopIteration


def deploy(config: AppConfig, *, replicas: int = 1, name: str = APP, cpus: float = 1.0) -> None:
    """Deploy `replicas` replicas on the local Ray cluster or the one at RAY_ADDRESS.

    Returns when all are ready. `cpus` is reserved for each. Raises ValueError in one line without
    Ray or cluster.
    """
    ray = _ray()
    serve = ray.serve
    connect()

    class Replicas(Served):
        @serve.batch(max_batch_size=BATCH, batch_wait_timeout_s=GATHER)
        async def gathered(self, bodies: list[Json]) -> AsyncIterator[list[Any]]:
            async for answers in self.together(bodies):
                yield answers

        async def draw(self, body: Json) -> AsyncIterator[Json]:
            async for message in self.gathered(body):
                yield message

    environ = {"PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    options: dict[str, Any] = {"num_cpus": cpus, "runtime_env": {"env_vars": environ}}
    if config.device.startswith("cuda"):
        options["num_gpus"] = 1
    deployment = serve.deployment(
        Replicas, name="replica", num_replicas=replicas, ray_actor_options=options,
        max_ongoing_requests=4 * BATCH, health_check_period_s=2,
    )  # fmt: skip
    serve.start(proxy_location="Disabled")
    serve.run(deployment.bind(config), name=name, route_prefix=None)


def connect() -> None:
    """Join the running Ray cluster. Raises ValueError in one line if there is none."""
    ray = _ray()
    if ray.is_initialized():
        return
    try:
        ray.init(
            address=os.environ.get("RAY_ADDRESS", "auto"),
            namespace="serve",
            log_to_driver=False,
            logging_level="ERROR",
        )
    except (ConnectionError, RuntimeError, ValueError) as error:
        raise ValueError(
            "no Ray cluster here; start one with `ray start --head`, and the models in it with "
            "`python -m app.backends`"
        ) from error


class RayApp:
    """A `Backend` (see `app.backends.protocol`) over a deployed app's handle.

    This process becomes a driver of the cluster, and Ray kills it when that dies.
    """

    def __init__(self, name: str) -> None:
        ray = _ray()
        connect()
        try:
            self._handle = ray.serve.get_app_handle(name)
            found = ray.serve.status().applications[name].deployments["replica"].replica_states
        except (KeyError, ray.exceptions.RayError, ray.serve.exceptions.RayServeException) as error:
            raise ValueError(
                f"the Ray cluster runs no app {name!r}; start it with `python -m app.backends`"
            ) from error
        self._replicas = max(1, int(found.get("RUNNING", 1)))
        self._error = ray.exceptions.RayError

    @property
    def at_once(self) -> int:
        return 2 * self._replicas

    def ask(self, what: str, body: Json) -> Any:
        try:
            found = self._handle.answer.remote(what, body).result(timeout_s=SILENCE)
        except (self._error, TimeoutError) as error:
            raise Gone(first_line(error)) from error
        if "error" in found:
            raise ValueError(found["error"])
        return found["answer"]

    def draw(self, body: Json) -> Iterator[Json]:
        stream = self._handle.options(stream=True).draw.remote(body)
        try:
            for message in stream:
                if message != WAITING:
                    yield message
        except self._error as error:
            raise Gone(first_line(error)) from error
        finally:
            stream.cancel()
