"""Conversations of API clients (HTTP, MCP), each identified by a name that its client chose."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import TYPE_CHECKING

from app.dialogue.answering import in_its_language
from app.dialogue.chat import heard_utterance, laid_out, painter_of, planner_of
from app.dialogue.conversation import Conversation
from app.dialogue.replies import Picture, Reply
from app.imaging.settings import SettingsError
from app.web.api_parameters import quoted

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL.Image import Image

    from app.dialogue.expected import Expected
    from app.imaging.settings import DrawSettings
    from app.pipeline import SpeechToImage
    from app.types import Heard
    from maskgil.nano.dialogue.stage import Plan

MOST = 64  # conversations kept
HELD = 1800.0  # seconds until an idle one is dropped
NAME = re.compile(r"[\w.:-]{1,100}")


@dataclass
class _Held:
    conversation: Conversation
    lock: threading.Lock = field(default_factory=threading.Lock)
    used: float = field(default_factory=monotonic)


class Conversations:
    """The newest `MOST` conversations, none idle beyond `HELD`; no images. Thread-safe.

    `check`, passed to `say`, raises once the caller has disconnected.
    """

    def __init__(self, pipeline: SpeechToImage) -> None:
        self.pipeline = pipeline
        self._lock = threading.Lock()
        self._held: OrderedDict[tuple[str, str], _Held] = OrderedDict()

    def expected(self, owner: str, name: str) -> Expected | None:
        """Likely next utterances of a conversation; None before its first picture."""
        with self._lock:
            held = self._held.get((owner, name))
        return None if held is None else held.conversation.expected

    def say(
        self, owner: str, name: str, text: str, settings: DrawSettings, check: Callable[[], None],
        *, heard: Heard | None = None,
    ) -> tuple[Reply, Image | None]:  # fmt: skip
        """Apply `text` to the conversation `name` of a client: its outcome and the current picture.

        The seed of `settings` is used for its first picture. Raises `SettingsError` for an invalid
        name, ValueError if the preset lays out no scenes, and whatever `Conversation.say` raises.
        """
        if not NAME.fullmatch(name):
            raise SettingsError(
                f"session must be 1 to 100 letters, digits, . : - or _, not {quoted(name)}"
            )
        spoken = None
        if heard is not None:
            text, spoken = heard_utterance(heard, self.pipeline.glossary)
        held = self._of(owner, name, settings.seed)
        drawn: list[Image] = []

        def paint(plan: Plan, caption: str, seed: int, before: Picture | None) -> Picture:
            check()
            picture = painter_of(self.pipeline, settings)(plan, caption, seed, before)
            assert picture.image is not None
            drawn.append(picture.image)
            return replace(picture, image=None)

        with held.lock:
            check()
            held.conversation.painter = paint
            try:
                reply = in_its_language(held.conversation.say(text, spoken=spoken))
            finally:
                held.conversation.painter = laid_out
                held.used = monotonic()
        if reply.moment is None:
            return reply, None
        if drawn:
            return reply, drawn[0]
        stands = reply.moment.picture
        return reply, self.pipeline.picture_of(stands.tokens, stands.details)

    def _of(self, owner: str, name: str, seed: int) -> _Held:
        key, now = (owner, name), monotonic()
        with self._lock:
            idle = [key for key, held in self._held.items() if now - held.used > HELD]
            for old in idle:
                if not self._held[old].lock.locked():
                    del self._held[old]
            if key not in self._held:
                pipeline = self.pipeline
                conversation = Conversation(
                    planner_of(pipeline.config), laid_out, pipeline.glossary, seed=seed,
                    nearest=pipeline.reading,
                )  # fmt: skip
                self._held[key] = _Held(conversation)
            self._held.move_to_end(key)
            while len(self._held) > MOST:
                self._held.popitem(last=False)
            return self._held[key]
