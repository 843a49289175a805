"""Chat: one answer row per utterance, for `python -m app --chat`."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import ReferenceType, ref

from app.dialogue.answering import in_its_language, not_understood
from app.dialogue.conversation import Conversation, Painter
from app.dialogue.refusals import refused_in
from app.dialogue.replies import Moment, Picture, Reply
from app.dialogue.telling import worded
from app.dialogue.translation import Utterance, heard_as
from app.errors import DamagedTextError, ForeignTextError, MissingClipError, SpeechError
from app.glossary.typed import likely_language
from app.i18n import words_in
from app.types import UnclearLanguageError

if TYPE_CHECKING:
    from app.config import AppConfig
    from app.glossary.repair import Glossary
    from app.imaging.settings import DrawSettings
    from app.pipeline import SpeechToImage
    from app.types import Heard
    from maskgil.nano.dialogue.stage import Plan, Planner

logger = logging.getLogger(__name__)

LOST = "\ufffd"  # stands for bytes that are no letters
ENLARGED = 2  # times as many pixels a side
CLIPS = (".wav", ".mp3", ".m4a", ".ogg", ".oga", ".opus", ".flac", ".webm", ".mp4", ".aac")


class Chat:
    """A conversation of lines: texts, or names of clips; pictures go to a `folder` if there is one.

    Raises ValueError for a preset that lays out no scenes.
    """

    def __init__(
        self,
        pipeline: SpeechToImage,
        settings: DrawSettings,
        folder: Path | None,
        *,
        language: str | None = None,
    ) -> None:
        config = pipeline.config
        self.pipeline, self.folder, self.language = pipeline, folder, language
        painter = laid_out if folder is None else painter_of(pipeline, settings)
        self.conversation = Conversation(
            planner_of(config), painter, pipeline.glossary, seed=settings.seed,
            nearest=pipeline.reading if folder is not None else None,
            speaks=[language] if language else config.speaks,
        )  # fmt: skip
        self.written = 0
        self.shown: list[tuple[ReferenceType[Moment], str]] = []

    def rows(self, lines: Iterable[str]) -> Iterator[tuple[dict[str, Any], str]]:
        """For each line that says something its row, and the same for a human."""
        for line in lines:
            if line.strip():
                yield self._answered(line.strip())

    def _answered(self, line: str) -> tuple[dict[str, Any], str]:
        self.conversation.answering = ""
        try:
            reply = in_its_language(self._said(line))
        except (ValueError, OSError, SpeechError) as error:
            moment = self.conversation.moment
            told = self._refusal(error)
            reply = Reply("none", line, told, moment)
            return reply.summary(self._file(reply)) | {"error": told}, told
        except Exception:
            logger.exception("a line of the chat failed")
            told = words_in(self.conversation.language or "en")("status.wrong")
            reply = Reply("none", line, told, self.conversation.moment)
            return reply.summary(self._shown(reply.moment)) | {"error": told}, told
        row = reply.summary(self._file(reply))
        return row, as_line(reply, row["image"])

    def _refusal(self, error: Exception) -> str:
        """Why nothing comes of a line, in its language, else in that of the lines before it."""
        talk = self.conversation
        usual = (talk.language, *talk.speaks)
        language = talk.answering or next(filter(None, usual), "")
        if isinstance(error, ForeignTextError) and not isinstance(error, DamagedTextError):
            language = likely_language(error.text, self.pipeline.glossary, usual)
        if isinstance(error, UnclearLanguageError):
            language = error.heard.transcript.language
        return refused_in(language, error)

    def _said(self, line: str) -> Reply:
        path = Path(line)
        if LOST in line:
            raise DamagedTextError(line)
        if path.suffix.lower() not in CLIPS:
            return self.conversation.say(line)
        if not path.is_file():
            raise MissingClipError(line)
        heard = self.pipeline.listen(
            path,
            language=self.language,
            expected=self.conversation.expected,
            ahead=self.folder is not None,
        )
        self.conversation.answering = heard.transcript.language
        said, utterance = heard_utterance(heard, self.pipeline.glossary)
        return self.conversation.say(said, spoken=utterance)

    def _file(self, reply: Reply) -> str | None:
        """The file of what stands; written where it was not yet, or is asked for."""
        moment = reply.moment
        if self.folder is None or moment is None or moment.picture.image is None:
            return None
        shown = self._shown(moment)
        if shown and reply.action not in ("save", "enlarge"):
            return shown
        from app.imaging.png import PictureError, save_png
        from app.imaging.upscale import enlarge

        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            reason = error.strerror or error
            raise PictureError(f"cannot write into {self.folder}: {reason}") from error
        self.written += 1
        name = {"save": "saved", "enlarge": "large"}.get(reply.action, "picture")
        path = self.folder / f"{name}-{self.written:03}.png"
        image = moment.picture.image
        if reply.action == "enlarge":
            sharp = self.pipeline.config.sharp_edges
            image = enlarge(image, ENLARGED * max(image.size), sharpen=sharp)
        save_png(image, path, {"prompt": moment.caption, "preset": "nano", "seed": moment.seed})
        if name == "picture":
            self.shown.append((ref(moment), str(path)))
        return str(path)

    def _shown(self, moment: Moment | None) -> str | None:
        """The file of a moment that was written already; moments that are gone are forgotten."""
        self.shown = [(known, path) for known, path in self.shown if known() is not None]
        return next((path for known, path in self.shown if known() is moment), None)


def heard_utterance(heard: Heard, glossary: Glossary) -> tuple[str, Utterance]:
    """What somebody was heard to say, and the same in English."""
    said = heard.transcript
    utterance = heard_as(said.text, said.language, heard.prompt, glossary)
    return said.text or heard.prompt, utterance


def as_line(reply: Reply, image: str | None) -> str:
    """A reply for a human; what was done has a name in English alone."""
    words = words_in(reply.language)
    is_english = words.language == "en"
    parts = [f"{reply.action}: {reply.line}" if is_english else reply.line]
    if reply.question is not None:
        parts.append(" / ".join(reply.question.choices))
    if is_english and reply.left_out:
        parts.append(f"not understood: {', '.join(reply.left_out)}")
    elif left := not_understood(reply):
        parts.append(words("status.not_understood", words=", ".join(left)))
    if reply.replaced:
        pairs = ", ".join(" → ".join(worded(each, words) for each in two) for two in reply.replaced)
        line = words("status.replaced", words=pairs)
        parts.append(f"{line[:1].lower()}{line[1:]}" if is_english else line)
    if image:
        parts.append(image)
    return " | ".join(parts)


def laid_out(plan: Plan, caption: str, seed: int, before: Picture | None) -> Picture:
    """A picture of no pixels: what is laid out, where nobody wants to see it."""
    return Picture(plan.hole.astype(int))


def planner_of(config: AppConfig) -> Planner:
    """What lays out a preset's scenes, and their changes. Raises ValueError where it has none."""
    from app.config import PHOTO
    from maskgil.nano.dialogue.stage import Planner
    from maskgil.presets.load import load_collage

    if config.generator == PHOTO:
        raise ValueError(f"preset {PHOTO!r} lays out no scenes; talk to pictures of nano")
    return Planner(load_collage(config.generator, weights=config.weights))


def painter_of(pipeline: SpeechToImage, settings: DrawSettings) -> Painter:
    """What draws plans with a pipeline."""
    from dataclasses import replace

    from app.imaging.canvas import Canvas
    from app.imaging.settings import Prompt
    from app.types import PictureRequest

    def paint(plan: Plan, caption: str, seed: int, before: Picture | None) -> Picture:
        canvas = marked = None
        if before is not None:
            rows, columns = plan.hole.shape
            tokens, details = before.tokens.ravel(), before.details
            canvas = Canvas(caption, tokens, (rows, columns), details=details)
            marked = plan.hole
        request = PictureRequest(
            Prompt(caption), replace(settings, seed=seed), canvas=canvas, marked=marked,
            draft=plan.draft,
        )  # fmt: skip
        *_, last = pipeline.paint(request)
        result = last.result
        assert result is not None and result.canvas is not None
        canvas = result.canvas
        return Picture(canvas.tokens.reshape(plan.hole.shape), result.image, canvas.details)

    return paint
