"""Spoken dialogues: synthesised by polyvoice's voices, transcribed as the app does."""

# S samples.

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import copy
from functools import lru_cache
from typing import TYPE_CHECKING

from app.dialogue.chat import heard_utterance, laid_out
from app.dialogue.conversation import Conversation
from app.dialogue.replies import Reply
from app.errors import SpeechError

if TYPE_CHECKING:
    from app.pipeline import SpeechToImage
    from benchmarks.dialogues.turns import DialogueTurn
    from maskgil.nano.dialogue.stage import Planner
    from polyvoice.tts.base import Voice


@lru_cache
def _voice(language: str) -> Voice:
    from polyvoice.tts.factory import load_voice

    return load_voice(language)


def has_voice(language: str) -> bool:
    """Whether the packaged voices speak a language."""
    from polyvoice.tts.kokoro_voices import KOKORO_LANGUAGES

    return language in KOKORO_LANGUAGES


def spoken_replies(
    turns: list[DialogueTurn],
    planner: Planner,
    pipeline: SpeechToImage,
    typed: Callable[[Conversation, DialogueTurn], Reply] | None = None,
) -> Iterator[tuple[DialogueTurn, Reply, Reply | None]]:
    """Each turn, spoken, with its answer and the one before it; the language is told.

    `typed`: goes on with the dialogue as if each turn had been typed, so that one that is misheard
    spoils no other. Raises VoiceError where the voices are not installed.
    """
    conversation, before, dialogue = None, None, ""
    for turn in turns:
        if conversation is None or turn.dialogue != dialogue:
            conversation, before = Conversation(planner, laid_out, pipeline.glossary), None
            dialogue = turn.dialogue
        hearer = conversation if typed is None else copied(conversation)
        reply = _answer(hearer, turn, pipeline)
        yield turn, reply, before
        before = reply if typed is None else typed(conversation, turn)


def copied(conversation: Conversation) -> Conversation:
    """One that goes on from the same pictures without changing the other."""
    other = copy(conversation)
    other.history = list(conversation.history)
    return other


def _answer(conversation: Conversation, turn: DialogueTurn, pipeline: SpeechToImage) -> Reply:
    voice = _voice(turn.language)
    clip = voice.sample_rate, voice.speak(turn.said)  # (S,)
    try:
        heard = pipeline.listen(
            clip, language=turn.language, expected=conversation.expected, ahead=False
        )
        said, utterance = heard_utterance(heard, pipeline.glossary)
        return conversation.say(said, spoken=utterance)
    except (ValueError, SpeechError) as error:
        return Reply("error", turn.said, str(error), conversation.moment)
