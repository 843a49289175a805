"""API endpoints `/speak` and `/draw`, over HTTP and as tools of an MCP server."""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.blocks import Block
from gradio.exceptions import InvalidPathError
from pydantic import RootModel, ValidationError
from starlette.requests import Request

from app.errors import without_folders
from app.imaging.png import save_png
from app.imaging.settings import DrawSettings
from app.server.job_queue import FairQueue
from app.server.json_bodies import NOT_FETCHED, names_addresses
from app.server.presence import Asker, asker_of
from app.server.uploads import Uploads, moved_apart
from app.types import Heard, PictureRequest, Result
from app.web.api_parameters import language_of, quoted, settings_of, text_of
from app.web.controller import PageController
from app.web.conversations import Conversations
from app.web.queued_jobs import address_of, visitor_of
from app.web.stage.drawing import USER_ERRORS

logger = logging.getLogger(__name__)

LONGEST_LINE = 300  # characters
SESSION = "session"
AS_DATA = "a data URL, data:audio/ogg;base64,…"  # how MCP tools receive a file
Answer = tuple[str | None, dict[str, object]]


class Endpoints:
    """Endpoint handlers: each returns a picture and the JSON line of `python -m app --json`."""

    def __init__(self, controller: PageController, queue: FairQueue, uploads: Uploads) -> None:
        self.controller, self.queue, self.uploads = controller, queue, uploads
        self.talks = Conversations(controller.pipeline)

    def lay_out(self) -> None:
        """Add the endpoints to the page under construction; they have no visible components."""
        # Values arrive unparsed. Not queued by the web framework: its queue sees one
        # address for all MCP clients and hides the picture from them; our own queue is used
        # instead.
        model: dict[str, Any] = {"concurrency_limit": None, "preprocess": False, "queue": False}
        default = self.controller.pipeline.usual
        with gr.Row(visible=False):
            audio = gr.Audio(type="filepath", label="audio")
            prompt = gr.Textbox(label="prompt")
            language = gr.Textbox("auto", label="language")
            knobs: list[Block] = [
                gr.Number(default.ar_ratio, label="ar_ratio"),
                gr.Number(default.steps, label="steps"),
                gr.Number(default.guidance, label="guidance"),
                gr.Number(default.seed, label="seed"),
            ]
            session = gr.Textbox("", label=SESSION)
            answer = [
                gr.Image(format="png", type="filepath", label="picture"),
                gr.JSON(label="summary"),
            ]
            speak, draw = gr.Button(), gr.Button()
        speak.click(
            self.speak, [audio, language, *knobs, session], answer, api_name="speak", **model
        )
        draw.click(self.draw, [prompt, *knobs, session], answer, api_name="draw", **model)

    def speak(
        self,
        audio: Any,
        language: Any,
        ar_ratio: Any,
        steps: Any,
        guidance: Any,
        seed: Any,
        session: Any,
        request: gr.Request,
    ) -> Answer:
        """Hear what is said in an audio file, in any of Whisper's languages, and draw it.

        Args:
            audio: The recording: any audio file of at most two minutes. MCP clients send a data
            URL, data:audio/ogg;base64,…; nothing is fetched. language: The language spoken, a code
            such as fr, or auto to detect it. ar_ratio: Speed or quality: 0 is fastest, 1 writes one
            token after another. steps: Parallel steps, 1 to 64. guidance: Pull towards what was
            said; 1 is off. seed: The same seed gives the same picture. session: A name of your own,
            for a conversation: what is said changes its last picture.

        Returns:
            The picture as PNG, its settings inside, and what was heard as JSON; in a conversation
            what was done, and the scene graph.
        """
        path = audio.get("path") if isinstance(audio, dict) else None
        try:
            with self.uploads.taken(path):
                settings = settings_of(ar_ratio, steps, guidance, seed)
                told = language_of(language)
                named = text_of("session", session).strip()
                if not path:
                    raise ValueError("no recording given; send an audio file")
                with self._turn(request) as asker:
                    if named:
                        expected = self.talks.expected(address_of(request) or "", named)
                        heard = self.controller.pipeline.listen(
                            path, language=told, expected=expected
                        )
                        return self._told(named, "", settings, asker, request, heard)
                    updates = self.controller.pipeline.run(path, settings, language=told)
                    *_, last = asker.while_waiting(updates)
                return self._answer(last.result, request)
        except USER_ERRORS as error:
            raise Refusal(str(error)) from error

    def draw(
        self,
        prompt: Any,
        ar_ratio: Any,
        steps: Any,
        guidance: Any,
        seed: Any,
        session: Any,
        request: gr.Request,
    ) -> Answer:
        """Draw a description in English, or in any language of the glossary.

        Args:
            prompt: What to draw, as in "an orange cat and a red apple".
            ar_ratio: Speed or quality: 0 is fastest, 1 writes one token after another.
            steps: Parallel steps, 1 to 64.
            guidance: Pull towards the prompt; 1 is off.
            seed: The same seed gives the same picture.
            session: A name of your own, for a conversation: "add a boat", "make it night", "back".

        Returns:
            The picture as PNG, its settings inside, and how it was drawn as JSON; in a conversation
            what was done, and the scene graph.
        """
        try:
            settings = settings_of(ar_ratio, steps, guidance, seed)
            pipeline = self.controller.pipeline
            if named := text_of("session", session).strip():
                text = text_of("prompt", prompt)
                with self._turn(request) as asker:
                    return self._told(named, text, settings, asker, request)
            wanted, heard = pipeline.understand(text_of("prompt", prompt))
            wish = PictureRequest(wanted, settings, heard=heard)
            with self._turn(request) as asker:
                *_, last = asker.while_waiting(pipeline.paint(wish))
            return self._answer(last.result, request)
        except USER_ERRORS as error:
            raise Refusal(str(error)) from error

    def _told(
        self, name: str, text: str, settings: DrawSettings, asker: Asker, request: gr.Request,
        heard: Heard | None = None,
    ) -> Answer:  # fmt: skip
        """Apply an utterance within a conversation."""
        owner = address_of(request) or ""
        reply, image = self.talks.say(owner, name, text, settings, asker.check, heard=heard)
        if image is None or reply.moment is None:
            return None, reply.summary(None)
        pipeline, moment = self.controller.pipeline, reply.moment
        facts = {"prompt": moment.caption, "preset": pipeline.config.preset, "seed": moment.seed,
                 "scene": moment.arrangement.text()}  # fmt: skip
        path = self.controller.sessions.new_picture(visitor_of(request), moment.caption)
        save_png(image, path, facts)
        return str(path), reply.summary(path.name)

    @contextmanager
    def _turn(self, request: gr.Request) -> Iterator[Asker]:
        """Wait for a turn in the queue, as long as the caller is still connected."""
        asker = asker_of(request)
        with self.queue.turn(visitor_of(request), address_of(request), asker.check):
            yield asker

    def _answer(self, result: Result | None, request: gr.Request) -> Answer:
        assert result is not None
        path = self.controller.save(result, visitor_of(request))
        return str(path), result.summary(path.name)


class Refusal(gr.Error):
    """A one-line error for the caller, whether a browser or a program."""

    def __init__(self, line: str) -> None:
        shown = " ".join(without_folders(line).split())[:LONGEST_LINE]
        super().__init__(shown, print_exception=False)

    def __str__(self) -> str:
        return str(self.message)


def _is_tool_call(named: dict[str, Any]) -> bool:
    """Whether the caller is an MCP client: its request object is not the web framework's."""
    request = named.get("request")
    return isinstance(request, Request) and not isinstance(request, gr.Request)


def _as_text(part: Any) -> Any:
    """A summary as JSON; anything else as it is."""
    return json.dumps(part.root, ensure_ascii=False) if isinstance(part, RootModel) else part


def _is_worth_a_log(record: logging.LogRecord) -> bool:
    """False for the hundred-line tracebacks that the MCP server logs for malformed requests."""
    return not str(record.msg).startswith("Failed to validate")


def keep_tool_files_apart(blocks: gr.Blocks, uploads: Uploads) -> None:
    """Treat files sent by MCP clients like other uploads of `blocks`, which has started.

    By itself the web framework writes them to a path that equal files share and never deletes them.
    It also tells clients that URLs are fetched, which is disabled here, and names a tool that does
    not exist.
    """
    tools: Any = blocks.mcp_server_obj
    if tools is None:
        return
    logging.getLogger().addFilter(_is_worth_a_log)
    convert, describe = tools.convert_strings_to_filedata, tools.get_fn_description
    simplify = tools.simplify_filedata_schema

    def described(*given: Any) -> tuple[str, dict[str, str]]:
        text, parameters = describe(*given)
        return text.replace(tools._file_data_tool_description, ""), parameters

    def simplified(schema: dict[str, Any]) -> tuple[dict[str, Any], list[list[str | int]]]:
        plain, positions = simplify(schema)
        for name, *_ in positions:
            plain["properties"][name]["format"] = AS_DATA
            plain["properties"][name].pop("required", None)
        return plain, positions

    def converted(given: dict[str, Any], positions: list[list[str | int]]) -> dict[str, Any]:
        for name in (str(first) for first, *_ in positions):
            if isinstance(given.get(name), str) and not given[name].startswith("data:"):
                raise ValueError(f"{name} must be {AS_DATA}, not {quoted(given[name])}")
        files: dict[str, Any] = convert(given, positions)
        for name, value in given.items():
            file = files.get(name)
            if isinstance(value, str) and value.startswith("data:") and isinstance(file, dict):
                path = moved_apart(Path(file["path"]))
                uploads.arrived(path)
                file["path"] = str(path)
        return files

    tools.convert_strings_to_filedata = converted
    tools.get_fn_description = described
    tools.simplify_filedata_schema = simplified


def _is_no_file(value: Any) -> bool:
    """Whether a file value has neither a path nor a URL."""
    return value == "" or (
        isinstance(value, dict) and not value.get("path") and not value.get("url")
    )


def answer_in_one_line(blocks: gr.Blocks) -> None:
    """Reduce every error of `blocks` to one line: a bad request, or a fault of ours.

    Tools of the MCP server answer with JSON.
    """
    process: Callable[..., Awaitable[Any]] = blocks.process_api

    async def process_api(**named: Any) -> Any:
        try:
            sent, wanted = named["inputs"], named["block_fn"].inputs
            if names_addresses(sent):
                raise Refusal(NOT_FETCHED)
            if sent and getattr(wanted[-1], "label", "") == SESSION:  # an endpoint for programs
                sent += [part.value for part in wanted[len(sent) :]]  # as they are advertised
            if len(sent) < len(wanted):
                raise Refusal(f"{len(wanted)} values are needed, not {len(sent)}")
            for at, (part, value) in enumerate(zip(wanted, sent, strict=False)):
                if isinstance(part, gr.Audio) and _is_no_file(value):
                    sent[at] = None  # the endpoint reports the missing recording
            answer: dict[str, Any] = await process(**named)
            if _is_tool_call(named):
                answer["data"] = [_as_text(part) for part in answer["data"]]
            return answer
        except Refusal:
            raise
        except gr.Error as error:  # raised by the framework, which would log a traceback
            raise Refusal(str(error.message)) from None
        except (ValidationError, InvalidPathError):
            raise Refusal("that is no file that was uploaded here") from None
        except USER_ERRORS as error:
            raise Refusal(str(error)) from error
        except Exception as error:
            logger.exception("a request failed")
            raise Refusal("something went wrong here; please try again") from error

    blocks.process_api = process_api  # type: ignore[method-assign, assignment]
