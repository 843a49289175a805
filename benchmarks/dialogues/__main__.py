"""Share of the turns of dialogues behind which the right scene graph stands; nothing is drawn.

python -m benchmarks.dialogues [--all] [--wrong] [--language fr]
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.dialogue.chat import laid_out
from app.dialogue.conversation import Conversation, Reply
from app.glossary.repair import Glossary
from maskgil.nano.dialogue.stage import Planner
from maskgil.nano.world.captions import canonical
from maskgil.nano.world.scene import Scene, Thing
from maskgil.nano.world.settings import place
from maskgil.presets.load import load_drafts

DIALOGUES = Path(__file__).with_name("dialogues.tsv")
TUNED = 8  # dialogues of a language by which the grammar was made; the others are reported
ACTIONS = ("save", "another", "enlarge", "restart")
WAYS = {"left": (0, -1), "right": (0, 1), "higher": (1, -1), "lower": (1, 1)}
PLAIN = {None, "day", "clear", "3d"}


@dataclass(frozen=True)
class Turn:
    """What is said, and what must stand then."""

    dialogue: str
    said: str
    expected: str

    @property
    def language(self) -> str:
        return self.dialogue[:2]

    @property
    def is_tuned(self) -> bool:
        return int(self.dialogue[2:]) <= TUNED


def read_turns() -> list[Turn]:
    """All turns of dialogues.tsv."""
    lines = DIALOGUES.read_text(encoding="utf-8").splitlines()
    return [Turn(*line.split("\t")) for line in lines if not line.startswith("#")]


def replies(turns: list[Turn], planner: Planner) -> Iterator[tuple[Turn, Reply, Reply | None]]:
    """Each turn with its answer and the one before it."""
    conversation, before, dialogue = None, None, ""
    for turn in turns:
        if conversation is None or turn.dialogue != dialogue:
            conversation, before = Conversation(planner, laid_out, Glossary.load()), None
            dialogue = turn.dialogue
        try:
            reply = conversation.say(turn.said)
        except ValueError as error:
            reply = Reply("error", turn.said, str(error), conversation.moment)
        yield turn, reply, before
        before = reply


def is_right(expected: str, reply: Reply, before: Reply | None) -> bool:
    """Whether the graph that stands is the one that must."""
    scene, old = _scene(reply), _scene(before)
    if expected == "?":
        return reply.action == "question" and scene == old
    head, colon, rest = expected.partition(": ")
    if colon:
        action, _, name = head.partition(" ")
        if action in WAYS:
            right = _moved(name, reply, before, *WAYS[action])
        else:
            right = reply.action == action
        return right and (scene == old if rest == "=" else _fits(scene, rest))
    return scene == old if expected == "=" else _fits(scene, expected)


def _scene(reply: Reply | None) -> Scene:
    return reply.moment.arrangement.scene if reply and reply.moment else Scene()


def _moved(name: str, reply: Reply, before: Reply | None, end: int, sign: int) -> bool:
    """Whether the thing of this name has gone to a side."""
    if before is None or before.moment is None or reply.moment is None:
        return False
    for index, thing in enumerate(_scene(reply).things):
        new, old = (one.moment.arrangement.boxes()[index] for one in (reply, before) if one.moment)
        if thing.noun in name.split("/") and new and old:
            return (new[end] + new[end + 2] - old[end] - old[end + 2]) * sign > 0
    return False


def _fits(scene: Scene, expected: str) -> bool:
    graph, _, relations = expected.partition("#")
    things, _, scenery = graph.partition("@")
    told = {part.strip() for part in scenery.split(",") if part.strip()}
    there = {scene.setting, scene.weather, scene.style} - PLAIN
    if len(place(scene.setting).times) > 1 or scene.setting is None:
        there |= {scene.time} - PLAIN  # it is always night in space
    options = [set(part.split("/")) for part in told]
    fits = len(options) == len(there) and all(option & there for option in options)
    wanted = [part.strip() for part in things.split(",") if part.strip()]
    left = list(scene.things)
    for want in wanted:
        found = next((thing for thing in left if _is_thing(want, thing)), None)
        if found is None:
            return False
        left.remove(found)
    return fits and not left and all(_holds(scene, each) for each in relations.split(",") if each)


def _is_thing(want: str, thing: Thing) -> bool:
    """Whether a thing is "2 red boat/ship"."""
    count, rest = 1, want
    first, _, others = want.partition(" ")
    if first.isdecimal():
        count, rest = int(first), others
    marks = rest.split()
    for size in range(1, len(marks) + 1):
        names = " ".join(marks[-size:]).split("/")
        told = marks[:-size]
        have = [m for m in (thing.colour, thing.texture, thing.size) if m]
        if thing.noun in names and thing.count == count and len(told) == len(have):
            return all(any(m in have for m in each.split("/")) for each in told)
    return False


def _holds(scene: Scene, relation: str) -> bool:
    """Whether "cat wearing hat" is so."""
    for each in scene.relations:
        for other in each.objects:
            for name in (scene.things[each.subject].noun,):
                words = f"{name} {each.name} {scene.things[other].noun}"
                if _alike(words, relation.strip()):
                    return True
    return False


def _alike(words: str, relation: str) -> bool:
    """Whether words are a relation, "/" between what is as right."""
    options = [[]]  # type: list[list[str]]
    for part in relation.split(" "):
        options = [[*known, one] for known in options for one in part.split("/")]
    return words in {" ".join(option) for option in options}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.dialogues", description=__doc__)
    parser.add_argument("--all", action="store_true", help="those for tuning, too")
    parser.add_argument("--tuning", action="store_true", help="those for tuning alone")
    parser.add_argument("--wrong", action="store_true", help="show the turns that go wrong")
    parser.add_argument("--language", help="en, fr, es, pt, de or zh alone")
    options = parser.parse_args()
    turns = [
        turn for turn in read_turns()
        if (options.all or turn.is_tuned == options.tuning)
        and options.language in (None, turn.language)
    ]  # fmt: skip
    counts: dict[str, list[bool]] = defaultdict(list)
    for turn, reply, before in replies(turns, Planner(load_drafts())):
        right = is_right(turn.expected, reply, before)
        counts[turn.language].append(right)
        if options.wrong and not right:
            stands = canonical(_scene(reply))
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
