"""Error attribution: the stage (hearing, translation, glossary, drawing) that loses a clip.

Whisper's English and the prompt are parsed by nano's reader and compared with the English text by
things, colours, counts, positions and setting. Only texts within nano's vocabulary can be compared.
"""

# N clips, M English texts, D width of the scorer's space.

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from maskgil.nano.reader.reader import read_scene
from maskgil.nano.scene_prompts import somewhere
from maskgil.nano.world.nouns import noun
from maskgil.nano.world.scene import Scene
from polyvoice.dataset.nano_words import fault
from polyvoice.scoring.results import ClipRow, EnglishRow

ASPECTS = ("things", "colours", "count", "position", "place")
STAGES = ("hearing", "translation", "glossary", "drawing")
_TURNED = {"right of": "left of", "below": "above"}  # said of the other thing
_ALIKE = {"on": "above", "under": "below"}  # interchangeable in translations


def _colours(scene: Scene) -> list[tuple[str, str]]:
    """Sorted pairs of noun and colour, without natural colours."""
    told = {(thing.noun, thing.colour) for thing in scene.things if thing.colour}
    return sorted((name, colour) for name, colour in told if noun(name).colour != colour)


def _positions(scene: Scene) -> set[tuple[str, str, str]]:
    """Relations with their nouns, except "next to"."""
    found = set()
    for relation in scene.relations:
        name = _ALIKE.get(relation.name, relation.name)
        for other in relation.objects:
            pair = scene.things[relation.subject].noun, scene.things[other].noun
            found.add((_TURNED[name], *pair[::-1]) if name in _TURNED else (name, *pair))
    return {one for one in found if one[0] != "next to"}


def _same_surroundings(want: Scene, have: Scene) -> bool:
    """Whether time, weather and setting agree; a white background is plain paper.

    Night or snow without a setting matches any setting.
    """
    anywhere = want.setting is None and somewhere(want).setting is not None
    places = [scene.setting or "white background" for scene in (want, somewhere(have))]
    same_air = (want.time, want.weather) == (have.time, have.weather)
    return same_air and (anywhere or places[0] == places[1])


def lost_aspects(english: str, said: str) -> list[str]:
    """The `ASPECTS` in which `said` and `english` differ."""
    want, have = (read_scene(text, imagine=False).scene for text in (english, said))
    wanted, there = _counts(want), _counts(have)
    same_things = wanted.keys() == there.keys()  # "a red apple apple" is an apple
    colours, others = _colours(want), _colours(have)
    places, those = _positions(want), _positions(have)
    same_counts, same_colours, same_position = wanted == there, colours == others, places == those
    if not same_things:  # with other things only these are compared
        same_counts = sorted(wanted.values()) == sorted(there.values())
        same_colours = sorted(c for _, c in colours) == sorted(c for _, c in others)
        same_position = {name for name, *_ in places} == {name for name, *_ in those}
    same = (same_things, same_colours, same_counts, same_position, _same_surroundings(want, have))
    return [aspect for aspect, kept in zip(ASPECTS, same, strict=True) if not kept]


def _counts(scene: Scene) -> dict[str, int]:
    """Counts by noun; the larger one if mentioned twice."""
    counts: dict[str, int] = {}
    for thing in scene.things:
        counts[thing.noun] = max(thing.count, counts.get(thing.noun, 0))
    return counts


def judge_row(
    row: ClipRow, *, repair: Callable[[str, str, str], str], understood: Callable[[str], str]
) -> None:
    """Fill in the losses of the translation, the prompt, and the prompt of a perfect transcript.

    `repair(text, translation, language)` is the glossary's prompt; `understood` what the generator
    draws a prompt by. Texts outside nano's words, and what was said in words not known, keep None.
    """
    row.caption = understood(row.prompt) if row.prompt else ""
    if not row.text or fault(row.english):
        return
    row.translation_lost = lost_aspects(row.english, understood(row.translation))
    row.prompt_lost = lost_aspects(row.english, row.caption)
    told = repair(row.text, row.translation, row.language)
    row.told_lost = lost_aspects(row.english, understood(told))


def blamed(row: ClipRow) -> str | None:
    """The stage that corrupted the prompt; None if it is right.

    Hearing: no speech detected, or the true transcript gives the right prompt. Glossary: Whisper's
    English was right. Translation: all else.
    """
    if not row.prompt_lost:
        return None
    if not row.heard or not row.told_lost:
        return "hearing"
    return "translation" if row.translation_lost else "glossary"


@dataclass(frozen=True)
class StageLine:
    """One language's losses, over the `clips` whose text is within nano's words.

    `translated`, `prompted`: in so many Whisper's English, and the prompt, say what they should.
    `clips_lost`, by stage: in so many it went wrong there; drawing: the prompt was right, and of
    the run's English texts another one lies nearer to the picture. `points_lost`, by stage: what
    these clips take off the Text CLIPScore, in its points (drawing: all clips of right prompts);
    together the language's `lost`. `translation_aspects`, `prompt_aspects`: clips by aspect lost.
    """

    clips: int
    translated: int
    prompted: int
    clips_lost: dict[str, int]
    points_lost: dict[str, float]
    translation_aspects: dict[str, int]
    prompt_aspects: dict[str, int]


def is_off(features: np.ndarray, id_: str, english: dict[str, EnglishRow]) -> bool:
    """Whether another text is nearer to a picture's vector (D,) than the text `id_`."""
    names = list(english)
    texts = np.stack([english[name].text_features for name in names])  # (M, D)
    cosines = texts.astype(np.float64) @ features.astype(np.float64)  # (M,)
    return bool(cosines.max() > cosines[names.index(id_)] + 1e-9)


def stage_line(rows: Sequence[ClipRow], english: dict[str, EnglishRow]) -> StageLine | None:
    """The losses of one language; None if no text is within the vocabulary."""
    read = [row for row in rows if row.prompt_lost is not None]
    if not read:
        return None
    clips: Counter[str] = Counter()
    points = dict.fromkeys(STAGES, 0.0)
    for row in read:
        stage = blamed(row)
        assert row.text_score is not None and row.features is not None
        points[stage or "drawing"] += english[row.id].text_score - row.text_score
        if stage or is_off(row.features, row.id, english):
            clips[stage or "drawing"] += 1
    return StageLine(
        clips=len(read),
        translated=sum(not row.translation_lost for row in read),
        prompted=sum(not row.prompt_lost for row in read),
        clips_lost={stage: clips[stage] for stage in STAGES},
        points_lost={stage: points[stage] / len(read) for stage in STAGES},
        translation_aspects=_by_aspect(row.translation_lost for row in read),
        prompt_aspects=_by_aspect(row.prompt_lost for row in read),
    )


def _by_aspect(lost: Iterable[list[str] | None]) -> dict[str, int]:
    counts = Counter(aspect for aspects in lost for aspect in aspects or ())
    return {aspect: counts[aspect] for aspect in ASPECTS}
