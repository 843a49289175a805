"""Dialogue accuracy: the share of turns after which the scene graph is right; nothing is drawn.

python -m benchmarks.dialogues [--all | --tuning | --utterances] [--spoken | --apart] [--wrong]
                               [--language L]
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterator

from app.dialogue.chat import laid_out
from app.dialogue.conversation import Conversation
from app.dialogue.replies import Reply
from app.glossary.repair import Glossary
from benchmarks.dialogues.judging import is_right, scene_of
from benchmarks.dialogues.turns import DialogueTurn, read_turns, read_utterances
from maskgil.nano.dialogue.stage import Planner
from maskgil.nano.world.captions import canonical
from maskgil.presets.load import load_collage

Played = Iterator[tuple[DialogueTurn, Reply, Reply | None]]


def replies(turns: list[DialogueTurn], planner: Planner) -> Played:
    """Each turn with its answer and the one before it."""
    conversation, before, dialogue = None, None, ""
    for turn in turns:
        if conversation is None or turn.dialogue != dialogue:
            conversation, before = Conversation(planner, laid_out, Glossary.load()), None
            dialogue = turn.dialogue
        reply = answer(conversation, turn)
        yield turn, reply, before
        before = reply


def answer(conversation: Conversation, turn: DialogueTurn) -> Reply:
    """What a turn comes to."""
    try:
        return conversation.say(turn.said)
    except ValueError as error:
        return Reply("error", turn.said, str(error), conversation.moment)


def single(utterances: list[tuple[str, DialogueTurn]], planner: Planner) -> Played:
    """Each utterance with its answer, said by one who spoke the language before."""
    for stage, turn in utterances:
        conversation = Conversation(planner, laid_out, Glossary.load())
        before = conversation.say(stage)
        conversation.language = turn.language
        yield turn, answer(conversation, turn), before


def spoken(turns: list[DialogueTurn], planner: Planner, *, apart: bool) -> Played:
    """Each turn, spoken, of the languages that there is a voice of.

    `apart`: each to the picture that the typed dialogue has.
    """
    from app.config import load_config
    from app.pipeline import SpeechToImage
    from benchmarks.dialogues.spoken import has_voice, spoken_replies

    voiced = [turn for turn in turns if has_voice(turn.language)]
    typed = answer if apart else None
    return spoken_replies(voiced, planner, SpeechToImage(load_config("nano")), typed)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.dialogues", description=__doc__)
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--all", action="store_true", help="those for tuning, too")
    which.add_argument("--tuning", action="store_true", help="those for tuning alone")
    which.add_argument("--utterances", action="store_true", help="single utterances, for tuning")
    parser.add_argument(
        "--spoken", action="store_true", help="spoken by polyvoice's voices, heard by Whisper"
    )
    parser.add_argument(
        "--apart", action="store_true", help="spoken, each turn to the typed dialogue's picture"
    )
    parser.add_argument("--wrong", action="store_true", help="show the turns that go wrong")
    parser.add_argument("--language", help="en, fr, es, pt, de or zh alone")
    options = parser.parse_args()
    planner = Planner(load_collage())
    if options.utterances:
        played = single(
            [each for each in read_utterances() if options.language in (None, each[1].language)],
            planner,
        )
    else:
        turns = [
            turn
            for turn in read_turns()
            if options.language in (None, turn.language)
            and (options.all or turn.is_tuned == options.tuning)
        ]
        heard = options.spoken or options.apart
        played = spoken(turns, planner, apart=options.apart) if heard else replies(turns, planner)
    report(played, wrong=options.wrong)


def report(played: Played, *, wrong: bool) -> None:
    """Writes how many turns are right, by language; those that are `wrong`, too."""
    counts: dict[str, list[bool]] = defaultdict(list)
    for turn, reply, before in played:
        right = is_right(turn.expected, reply, before)
        counts[turn.language].append(right)
        if wrong and not right:
            stands = canonical(scene_of(reply))
            sys.stdout.write(
                f"{turn.dialogue} {turn.said!r} = {reply.english!r}: {reply.action} ({reply.line}) "
                f"{stands!r}; expected {turn.expected!r}\n"
            )
    for language, rights in sorted(counts.items()):
        sys.stdout.write(f"{language} {sum(rights):3} of {len(rights):3}\n")
    every = [right for rights in counts.values() for right in rights]
    sys.stdout.write(f"all {sum(every)} of {len(every)}: {sum(every) / len(every):.1%}\n")


if __name__ == "__main__":
    main()
