"""Reader: parses English into a scene graph of nano's world, and reports words left out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from maskgil.nano.reader.chunks import Chunker
from maskgil.nano.reader.graph.draft import Draft
from maskgil.nano.reader.graph.walk import Walk
from maskgil.nano.reader.graph.whereabouts import views
from maskgil.nano.reader.graph.whereabouts.scenery import ANY_ROOM, STANDS_FOR
from maskgil.nano.reader.graph.whereabouts.weathers import blow, fall, flash, rise, seen_from_within
from maskgil.nano.reader.items import Chunk, items_of
from maskgil.nano.reader.lexicon import Lexicon, lexicon, split
from maskgil.nano.reader.negation import negated
from maskgil.nano.reader.text import written_words
from maskgil.nano.reader.unseen import imagined, visible, without
from maskgil.nano.reader.words import has_part, pairs, shown_in, table, words_of_kind
from maskgil.nano.world.arranging.views import view_in
from maskgil.nano.world.implied import PAPER, home, open_air, room_of
from maskgil.nano.world.implied import imagined as with_implied
from maskgil.nano.world.nouns import UNPAINTED
from maskgil.nano.world.paints import PAINTS, halved
from maskgil.nano.world.scene import Relation, Scene, Thing
from maskgil.nano.world.settings import PLACES

KINDS = 8  # of things that are asked for in one scene
THINGS = 2 * KINDS  # entries of one scene: some are of one kind, some nobody asked for
ALIKE = 0.8  # likeness from which a noun may stand for a word that the world lacks
_TIED = ("animal", "party", "clothes", "toy")  # what has a bow of ribbon
_ASKED_AT_ONCE = 16
_GROVE = 3  # trees, houses on which snow lies in a whole forest, a village
_BUILT = ("village", "farm")  # settings that are known by what is built there
_GROUPED, _FEW = {"tree": 4, "house": 3}, 1
"""How many stand for a forest, a village, where there is nothing else."""

Nearest = Callable[[Sequence[str]], Sequence[tuple[str, float] | None]]
"""For each of some words the noun that is nearest in meaning, and how like they are, 0 to 1."""


@dataclass(frozen=True)
class SceneReading:
    """The reading of a text: its `scene`, words left out, and replacements.

    `left_out`: the words of the text. `replaced`: (word of the text, noun drawn instead).
    """

    scene: Scene
    left_out: tuple[str, ...] = ()
    replaced: tuple[tuple[str, str], ...] = ()


def read_scene(text: str, *, nearest: Nearest | None = None, imagine: bool = True) -> SceneReading:
    """Parse `text` into a scene. Never fails: a meaningless text is an empty scene.

    `nearest` may supply nouns for unknown words, which are otherwise left out. Without `imagine` no
    setting is implied.
    """
    walk, lost, replaced = walked(text, nearest=nearest)
    _add_stand_ins(walk)
    _build(walk)
    lost += _too_many(walk.draft)
    lost += _undrawn(walk.draft)
    drawn = {told.chunk.value for told in walk.draft.things}
    scene = scene_of(walk)
    if scene.setting == ANY_ROOM and not walk.scenery.settings:
        scene = replace(scene, setting=room_of(scene) or ANY_ROOM)  # "on the floor"
    pairs = tuple(pair for pair in replaced if pair[1] in (*drawn, scene.setting))
    if imagine and not walk.scenery.plain:
        scene = views.framed(walk, scene, walk.texts)
        if view_in(scene) is not None:
            lost = [each for each in lost if not views.shown(each[1])]
        else:
            scene = seen_from_within(walk, scene)
        scene = with_implied(scene, doers=walk.doers(), timeless=not walk.scenery.times)
        if scene.setting is None and walk.scenery.open_air:
            scene = replace(scene, setting=open_air(scene))
    elif imagine and home(scene) is not None:
        scene = replace(scene, setting=PAPER)  # "a dog next to a tree on plain paper"
    lost += walk.scenery.unseen(scene)
    lost = [each for each in lost if each[1] not in shown_in(scene.setting)]
    return SceneReading(scene, in_order(lost), pairs)


def walked(
    text: str, *, nearest: Nearest | None = None
) -> tuple[Walk, list[tuple[int, str]], tuple[tuple[str, str], ...]]:
    """The `Walk` of `text`, with its draft; words lost and replaced.

    Lost words have the index of their item.
    """
    known = lexicon()
    words = written_words(text)
    texts = [word.text for word in words]
    items = items_of(words, known)
    chunker = Chunker(items, negated(items), words, known)
    thought = imagined(items, known.nouns)
    chunks = without(chunker.chunks(), thought)
    ringed = _suit_company(chunks, known, chunker.left_out)
    replaced = _replaced(chunks, nearest, known)
    walk = Walk(chunks, known)
    walk.texts = texts
    walk.left_out += chunker.left_out + ringed
    walk.run()
    for at, item in chunker.modifiers:
        if item.text in words_of_kind("snowed on"):
            walk.scenery.put(
                "snow", said=(at, item.text)
            )  # it lies there; beside another place it falls
        elif item.kind == "wind":
            walk.windy.append((at, item.text))
        else:
            walk.scenery.add(item.kind, item.value, (at, item.text))
    blow(walk)
    fall(walk)
    rise(walk)
    flash(walk)
    nouns = [known.nouns[told.chunk.value] for told in walk.draft.things]
    lost = [
        (at, text)
        for at, text in walk.left_out
        if (at, text) not in walk.worn
        and not any(
            has_part(noun, text) and not (told.chunk.colour and text.partition(" ")[0] in PAINTS)
            for noun, told in zip(nouns, walk.draft.things, strict=True)
        )
    ]
    lost = visible(_unseen(walk.draft, lost), items, thought)
    return walk, lost, tuple(dict.fromkeys(replaced))


def _suit_company(
    chunks: list[Chunk], known: Lexicon, left_out: list[tuple[int, str]]
) -> list[tuple[int, str]]:
    """Gives words of two meanings the one that suits what is told with them: a mouse.

    But for boxers, who is "in a ring" is in no jewel: it is taken out, and told.
    """
    things = [chunk for chunk in chunks if chunk.kind == "thing"]
    for before, chunk in pairwise(things):
        if chunk.text == "glasses" and before.value in words_of_kind("drunk from"):
            chunk.value, chunk.count = "wine glass", max(2, chunk.count)  # "a tray with glasses"
    for at, chunk in enumerate(chunks):
        if chunk.kind == "thing" and chunk.text in ("bow", "bows") and _is_tied(chunks, at, known):
            chunk.value = "ribbon"  # "a girl with a bow in her hair"
    _turn_breath(chunks)
    animals = [chunk for chunk in things if known.nouns[chunk.value].category == "animal"]
    there = {chunk.value for chunk in things}
    senses = [sense.partition(" > ") for sense, company in pairs("company") if there & {*company}]
    meant = {word: other for word, _, other in senses}
    for before, chunk in pairwise(list(chunks)):
        if (before.kind, chunk.kind) == ("det", "verb") and chunk.text in meant:
            chunks.remove(before)  # "bread on a board"
            chunk.kind, chunk.value = "lost", chunk.text
    for at, chunk in reversed(list(enumerate(chunks))):
        circled = "circled" in (chunk.state, chunk.value)
        if circled and meant.get("ring") == "boxing ring":  # "boxers (fighting) in a ring"
            end, told = chunk.end, chunk.kind == "state"
            chunk.state = None
            ring = Chunk("thing", "boxing ring", end, end, "ring")
            within = [Chunk("relation", "in", end, end, "in"), ring]
            chunks[at + (not told) : at + 1] = within
            left_out[:] = [each for each in left_out if not told or each[0] != chunk.start]
        elif chunk.kind == "lost" and chunk.value in meant:
            chunk.value, chunk.said = meant[chunk.value], ""
            chunk.kind = "place" if chunk.value in PLACES else "thing"
            chunk.place = chunk.value if chunk.kind == "place" else None
        elif chunk.kind == "thing" and (chunk not in animals or len(animals) == 1):
            # not "a cat and a mouse on a keyboard"
            chunk.value = meant.get(chunk.value, chunk.value)
    ringed = []
    for before, chunk in pairwise(list(chunks)):
        if chunk.value == chunk.text == "ring" and before.text == "in":
            ringed.append((before.start, "in a ring"))
            chunks.remove(before)
            chunks.remove(chunk)
    return ringed


def _turn_breath(chunks: list[Chunk]) -> None:
    """Reads a compound participle as its clause: "a fire-breathing dragon" breathes fire."""
    for at, (breath, verb, who) in enumerate(zip(chunks, chunks[1:], chunks[2:], strict=False)):
        named = breath.kind == who.kind == "thing" and verb.value == "breathing"
        close = breath.end == verb.start and verb.end == who.start and not (verb.pause or who.pause)
        if named and close and breath.value in words_of_kind("breathed"):
            who.pause, breath.pause = breath.pause, 0
            for told in ("definite", "owned"):
                setattr(who, told, getattr(breath, told))
            for look in ("colour", "texture", "size"):
                setattr(who, look, getattr(who, look) or getattr(breath, look))
                setattr(breath, look, None)
            if breath.counted:
                who.count, who.counted = breath.count, True
                breath.count, breath.counted = 1, False
            chunks[at], chunks[at + 2] = who, breath


def _is_tied(chunks: list[Chunk], at: int, known: Lexicon) -> bool:
    """Whether a bow is one of ribbon: in somebody's hair, on a gift."""
    behind = {text for each in chunks[at + 1 : at + 4] for text in each.text.split()}
    before = next((each for each in reversed(chunks[:at]) if each.kind == "thing"), None)
    joined = at > 0 and chunks[at - 1].kind == "with" and before is not None
    ties = before is not None and known.nouns[before.value].category in _TIED
    return bool(behind & words_of_kind("tied")) or (joined and ties)


def _unseen(draft: Draft, lost: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """What is lost, without what other drawings show: many colours, a pumpkin's face."""
    kept = []
    for place, told in enumerate(list(draft.things)):
        if told.chunk.texture == "multicolored" and (told.chunk.many or told.chunk.count > 1):
            told.chunk.texture = None
            draft.vary(place, KINDS - len(draft.things) + 1)
    for at, text in lost:
        said = " ".join(split(text))
        before = [n for n, told in enumerate(draft.things) if told.chunk.start <= at]
        whose = before[-1] if before else None
        if whose is not None and said in words_of_kind("motley"):
            shown = draft.vary(whose, KINDS - len(draft.things) + 1)
        else:
            shown = whose is not None and said in words_of_kind("face") and draft.face(whose)
        kept += [] if shown else [(at, text)]
    return kept


def _replaced(
    chunks: list[Chunk], nearest: Nearest | None, known: Lexicon
) -> list[tuple[str, str]]:
    """Makes things of what has a noun of nearly the same meaning; the pairs of them."""
    pairs = [(chunk.asked.replace(" 's", "'s"), chunk.value) for chunk in chunks if chunk.asked]
    pairs += [
        (chunk.text, chunk.value)
        for chunk in chunks
        if chunk.kind == "place" and chunk.text in lexicon().unlike and chunk.text != chunk.value
    ]  # a zoo is a park
    for before, chunk in pairwise(chunks):
        if chunk.kind == "lost" and before.kind == "verb" and before.value == "reading":
            pairs.append((chunk.said, "book"))  # "reading a story"
            chunk.kind, chunk.value, chunk.text, chunk.said = "thing", "book", "book", ""
    lost = [chunk for chunk in chunks if chunk.kind == "lost" and chunk.value]
    asked = list(dict.fromkeys(chunk.value for chunk in lost))[:_ASKED_AT_ONCE]
    if nearest is None or not asked:
        return pairs
    found = dict(zip(asked, nearest(asked), strict=True))
    for chunk in lost:
        offer = found.get(chunk.value)
        if offer is not None and offer[1] >= ALIKE and offer[0] in known.nouns:
            pairs.append((chunk.value, offer[0]))
            chunk.kind, chunk.value, chunk.said = "thing", offer[0], ""
    return pairs


def _add_stand_ins(walk: Walk) -> None:
    """Things of the settings beside the chosen one, where there is room."""
    draft, scenery = walk.draft, walk.scenery
    for name in scenery.stand_ins():
        there = {told.chunk.value for told in draft.things}
        if len(there) < KINDS and name not in there | walk.forbidden:
            few = len(draft.things) < _FEW
            draft.add(
                Chunk("thing", name, 10**6, 10**6, name, count=_GROUPED.get(name, 1) if few else 1)
            )


def _build(walk: Walk) -> None:
    """What a village, a farm, a forest has, where snow covers their ground."""
    draft, setting = walk.draft, walk.scenery.setting()
    snows = walk.scenery.weather() == "snow"
    alone = not draft.things
    if not snows or setting not in (*_BUILT, "forest") or not (alone or setting in _BUILT):
        return
    name = STANDS_FOR[setting]
    built = any(draft.noun(i).category == "building" for i in range(len(draft.things)))
    if built or name in walk.forbidden or name in {told.chunk.value for told in draft.things}:
        return
    count = _GROVE if alone and name != "barn" else 1
    chunk = Chunk("thing", name, 10**6, 10**6, name, count=count)
    if name == "tree":
        chunk.value = "snowy fir"
    else:
        chunk.state = "snowy"
    if len(draft.things) < KINDS:
        draft.add(chunk)


def _too_many(draft: Draft) -> list[tuple[int, str]]:
    """Drops all but the first kinds of things, clothes aside; what they were called."""
    lost = [(chunk.start, chunk.asked or chunk.text) for chunk in draft.crowded]
    while (
        len(draft.things) > THINGS
        or sum(draft.noun(index).category != "clothes" for index in range(len(draft.things)))
        > KINDS
    ):
        chunk = draft.things[-1].chunk
        lost.append((chunk.start, chunk.asked or chunk.said or chunk.text))
        draft.drop(len(draft.things) - 1)
    return lost


def _of_two_colours(draft: Draft) -> None:
    """Makes things half of a colour, half of another: what is told with white is white in part."""
    for told in draft.things:
        chunk, noun = told.chunk, draft.lexicon.nouns[told.chunk.value]
        both = chunk.extra[0].split(" and ") if len(chunk.extra) == 1 else []
        if set(both) == set(table("own colors").get(noun.name, "").split(" and ")):
            continue
        free = not (chunk.colour or chunk.texture) and noun.category not in UNPAINTED
        if len(set(both)) == 2 and free:
            chunk.colour, chunk.texture = halved(*both)
            chunk.extra = []


def _undrawn(draft: Draft) -> list[tuple[int, str]]:
    """Several colours at once that are not the thing's own."""
    _of_two_colours(draft)
    lost = []
    for told in draft.things:
        noun = draft.lexicon.nouns[told.chunk.value]
        own = None if noun.paintable else noun.colour
        patterned = table("own colors").get(noun.name, "").split(" and ")
        lost += [
            (told.chunk.start, colours)
            for colours in told.chunk.extra
            if own not in colours.split(" and ") and set(patterned) != set(colours.split(" and "))
        ]
    return lost


def scene_of(walk: Walk) -> Scene:
    """The scene of a walk."""
    draft, scenery = walk.draft, walk.scenery
    things = tuple(things_of([told.chunk for told in draft.things]))
    relations = tuple(Relation(s, name, tuple(others)) for s, name, others in draft.relations)
    return Scene(
        things,
        relations,
        scenery.setting(),
        scenery.time(),
        scenery.weather(),
        scenery.style(),
    )


def things_of(chunks: Sequence[Chunk]) -> list[Thing]:
    """The things that chunks name; `unsaid` is what has no words of its own."""
    spans = [(chunk.start, chunk.end) for chunk in chunks]
    return [
        replace(
            Thing.told(noun_of(chunk), chunk.count, chunk.looks),
            unsaid=chunk.start == chunk.end or spans[at] in spans[:at],
        )
        for at, chunk in enumerate(chunks)
    ]


def noun_of(chunk: Chunk) -> str:
    """The noun of a chunk; of one colour it may be another: of many colours is no "red ball"."""
    return table("colored").get(chunk.text, chunk.value) if chunk.colour else chunk.value


def in_order(lost: Iterable[tuple[int, str]]) -> tuple[str, ...]:
    """Lost words in order, without duplicates."""
    said = [text for _, text in sorted(lost, key=lambda each: each[0]) if text.strip()]
    around = zip(said, [*said[1:], ""], ["", *said], strict=False)
    kept = (a for a, after, before in around if not _within(a, after) and not _within(a, before))
    return tuple(dict.fromkeys(kept))


def _within(text: str, longer: str) -> bool:
    return text != longer and f" {text} " in f" {longer} "
