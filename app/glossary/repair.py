"""Glossary repair: puts back the things, colours and counts that a translation lost.

Whisper's small models write down well what was said and translate short phrases badly ("pomme"
becomes "thumb"). The glossary reads the transcript with words from Unicode CLDR and a hand-written
supplement, and compares. What the translation kept is left as it is; what it lost replaces the
misheard word, and where too much is lost the prompt is made anew from the transcript.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from app.glossary.homophones import SoundAlikes, read_syllables
from app.glossary.lexicon import BACKGROUND, DATA, GlossaryError, Lexicon, LexiconWords, load_words
from app.glossary.scene_parser import (
    English,
    Location,
    NounPhrase,
    ParsedScene,
    Phrase,
    read_scene,
    render_place,
)

__all__ = ["DATA", "Glossary", "GlossaryError", "Repair"]

MAX_UNKNOWN = 0.34  # share of words not understood up to which a prompt may be made anew
MAX_UNKNOWN_ALONE = 0.5  # the same where the translation has none of the things said


@dataclass(frozen=True)
class Repair:
    """The prompt to draw, and what was changed in the translation to get it."""

    prompt: str
    added: tuple[str, ...] = ()
    replaced: tuple[tuple[str, str], ...] = ()

    @classmethod
    def joined(cls, repairs: Sequence[Repair]) -> Repair:
        """Repairs of what was said one after another, a sentence each."""
        said = [repair for repair in repairs if repair.prompt]
        if len(said) == 1:
            return said[0]
        sentences = [repair.prompt.rstrip(" .") for repair in said]
        return cls(
            "".join(f"{sentence}. " for sentence in sentences).strip(),
            tuple(added for repair in said for added in repair.added),
            tuple(pair for repair in said for pair in repair.replaced),
        )


@dataclass(frozen=True)
class _Lost:
    phrases: tuple[int, ...]  # indices into the scene's phrases whose noun is gone
    worse: tuple[tuple[int, NounPhrase], ...]  # noun kept, colour or count lost
    places: tuple[int, ...]
    relations: tuple[int, ...]

    def __bool__(self) -> bool:
        return bool(self.phrases or self.worse or self.places or self.relations)


class Glossary:
    """Words of about ninety languages and their English."""

    def __init__(self, words: LexiconWords):
        self.words = words
        self._syllables = read_syllables(words.syllables)
        self._sounds: dict[str, SoundAlikes] = {}
        self._names, self._synonyms = words.names, words.synonyms
        self._background = words.background
        rows = list(words.rows_of("en"))
        colours = {w: row.english for row in rows if row.kind == "colour" for w in row.words}
        self._kept_words = {(row.kind, row.english): row.words for row in rows}
        self._english = English(words.english_nouns(colours), colours, words.names)

    @classmethod
    def load(cls) -> Glossary:
        """Read the data shipped in assets/glossary; loaded once a process.

        Raises:
            GlossaryError: a file is missing or damaged.
        """
        return _load()

    @property
    def languages(self) -> tuple[str, ...]:
        """Codes of the languages the glossary has words of."""
        return self.words.languages

    def lexicon(self, language: str) -> Lexicon:
        """All known words of a language; empty for an unknown one."""
        return self.words.lexicon(language)

    def repair(self, transcript: str, translation: str, language: str) -> Repair:
        """Return the prompt for what was said.

        Args:
            transcript: what was said, in `language`.
            translation: its English by Whisper.
            language: Whisper's code; English and languages without words are left alone.

        Returns:
            Repair: its prompt is `translation` itself when nothing was lost.
        """
        if language == "en" or language not in self.languages:
            return Repair(translation)
        lexicon = self.lexicon(language)
        if language not in self._sounds:
            self._sounds[language] = SoundAlikes(lexicon, self.words.drawn, self._syllables)
        items = self._sounds[language].mend(lexicon.scan(transcript))
        scene = read_scene(items, lexicon, self._background)
        if not scene.phrases and not scene.places:
            return Repair(translation)
        parsed = self._english.parse(translation)
        lost = self._compare(scene, parsed, translation)
        if not lost:
            return Repair(translation)
        complete = self._says_everything(scene)
        nothing = len(lost.phrases) == len(scene.phrases) and scene.known > 1
        unknown = MAX_UNKNOWN_ALONE if nothing else MAX_UNKNOWN
        understood = scene.unknown <= unknown * (scene.unknown + scene.known)
        in_place = self._replace(scene, parsed, translation, lost)
        if in_place is not None:
            mended = self._english.parse(in_place.prompt)
            plain = not complete or self._says_no_more(scene, in_place.prompt, mended)
            if plain and not self._compare(scene, mended, in_place.prompt):
                return in_place
        if understood and scene.phrases and not (scene.dangling and translation):
            return self._rebuild(scene, parsed, translation, lost, language)
        return self._append(scene, translation, lost)

    # -------------------------------------------------------- what was lost

    @staticmethod
    def _says_everything(scene: ParsedScene) -> bool:
        """Whether a prompt made of the scene alone leaves out no word of the transcript."""
        plain = any(p.where == BACKGROUND and p.colour is None for p in scene.places)
        return bool(scene.phrases) and not (scene.unknown or scene.dangling or plain)

    def _says_no_more(self, scene: ParsedScene, prompt: str, parsed: list[NounPhrase]) -> bool:
        """Whether an English text names the scene's things and places, plainly and alone."""
        if {*scene.joints} - {"and"} or len(parsed) != len(scene.phrases) + len(scene.places):
            return False
        known = {word for place in scene.places for word in self._place_words(place)}
        return all(
            p.preposition is not None
            and p.preposition[0] in _BEFORE_PLACES
            and {*map(_stem, p.unknown)} <= known
            if p.noun == self._background or self._is_place(p)
            else p.noun is not None and not p.unknown
            for p in parsed
        ) and all(p.colour is None or p.colour in prompt.lower() for p in parsed)

    def _place_words(self, place: Location) -> set[str]:
        options = self._kept_words.get(("place", place.where), ())
        return {_stem(word) for option in options for word in re.findall("[a-z]+", option)}

    def _compare(self, scene: ParsedScene, parsed: list[NounPhrase], translation: str) -> _Lost:
        free = list(parsed)
        gone, worse = [], []
        matches: dict[int, NounPhrase] = {}
        for exact in (True, False):
            for index, phrase in enumerate(scene.phrases):
                if index in matches:
                    continue
                for candidate in free:
                    if self._same_thing(phrase, candidate) and (
                        not exact or self._says_all(phrase, candidate)
                    ):
                        matches[index] = candidate
                        free.remove(candidate)
                        break
        words = Counter(_stem(w) for w in re.findall(r"[a-z]+", translation.lower()))
        for index, phrase in enumerate(scene.phrases):
            if index in matches:
                if not self._says_all(phrase, matches[index]):
                    worse.append((index, matches[index]))
            elif not self._mentioned(phrase, words):
                gone.append(index)
        places = [i for i, p in enumerate(scene.places) if not self._place_kept(p, parsed, words)]
        relations = []
        if len(scene.phrases) > 1 and not gone:
            relations = [
                i
                for i, joint in enumerate(scene.joints)
                if joint != "and" and not self._kept("relation", joint, translation)
            ]
        return _Lost(tuple(gone), tuple(worse), tuple(places), tuple(relations))

    def _same_thing(self, phrase: Phrase, candidate: NounPhrase) -> bool:
        if candidate.noun == phrase.noun:
            return True
        said = set(candidate.unknown)
        if candidate.noun is not None:
            said.add(self._names[candidate.noun])
        stems = {_stem(w) for word in said for w in word.split()}
        return any(
            {_stem(w) for w in words.lower().split()} <= stems
            for words in self._synonyms[phrase.noun]
        )

    def _mentioned(self, phrase: Phrase, words: Counter[str]) -> bool:
        """Things no picture model word names are kept if any of their words is there."""
        if phrase.colour or phrase.count:
            return False
        return any(
            all(_stem(w) in words for w in re.findall(r"[a-z]+", synonym.lower()))
            for synonym in self._synonyms[phrase.noun]
        )

    @staticmethod
    def _says_all(phrase: Phrase, candidate: NounPhrase) -> bool:
        return phrase.colour in (None, candidate.colour) and phrase.count in (
            None,
            candidate.count,
        )

    def _place_kept(self, place: Location, parsed: list[NounPhrase], words: Counter[str]) -> bool:
        if place.where == BACKGROUND:
            return place.colour is None or any(
                p.noun == self._background and p.colour == place.colour for p in parsed
            )
        return any(
            all(_stem(w) in words for part in option.split("+") for w in part.split())
            for option in self._kept_words.get(("place", place.where), [place.where])
        )

    def _kept(self, kind: str, english: str, translation: str) -> bool:
        return any(
            re.search(rf"\b{re.escape(words)}\b", translation.lower())
            for words in self._kept_words.get((kind, english), [english])
        )

    # -------------------------------------------------------- repairs

    def _replace(
        self, scene: ParsedScene, parsed: list[NounPhrase], translation: str, lost: _Lost
    ) -> Repair | None:
        """Put each lost thing where a misheard one stands; None where that does not fit."""
        if lost.places or lost.relations:
            return None
        known = {p.noun for p in scene.phrases}
        slots = [
            p
            for p in parsed
            if p.noun not in known and p.noun != self._background and not self._is_place(p)
        ]
        if len(slots) != len(lost.phrases):
            return None
        edits: list[tuple[NounPhrase, str]] = [
            (slot, self._english.render(scene.phrases[i], determiner=slot.determiner))
            for i, slot in zip(lost.phrases, slots, strict=True)
        ]
        for index, phrase in lost.worse:
            wanted = scene.phrases[index]
            full = Phrase(
                phrase.noun if phrase.noun is not None else wanted.noun,
                wanted.colour or phrase.colour,
                wanted.count or phrase.count,
            )
            edits.append((phrase, self._english.render(full, determiner=phrase.determiner)))
        prompt, replaced = translation, []
        for span, text in sorted(edits, key=lambda edit: -edit[0].start):
            before = prompt[span.start : span.end]
            if span.start == 0 and before[:1].isupper():
                text = text[0].upper() + text[1:]
            prompt = prompt[: span.start] + text + prompt[span.end :]
            replaced.append((before, text))
        return Repair(prompt, (), tuple(reversed(replaced)))

    def _is_place(self, phrase: NounPhrase) -> bool:
        words = Counter(_stem(w) for w in phrase.unknown)
        if phrase.noun is not None:
            words.update(_stem(w) for w in self._names[phrase.noun].split())
        return any(
            kind == "place" and any(_stem(w.strip()) in words for w in options)
            for (kind, _), options in self._kept_words.items()
        )

    def _rebuild(
        self,
        scene: ParsedScene,
        parsed: list[NounPhrase],
        translation: str,
        lost: _Lost,
        language: str,
    ) -> Repair:
        """Write the prompt anew from what the transcript says."""
        texts = [self._english.render(self._completed(p, parsed)) for p in scene.phrases]
        joints = list(scene.joints)
        if all(joint == "and" for joint in joints) and len(joints) == 1:
            joints = [self._relation_in(translation)]
        prompt = texts[0]
        for joint, text in zip(joints, texts[1:], strict=True):
            prompt += f" {joint} {text}"
        places = [text for text in map(render_place, scene.places) if text]
        if not any(True for _ in self.lexicon(language).words("place")):
            places = self._places_in(translation)
        prompt = " ".join([prompt, *dict.fromkeys(places)])
        added = [texts[i] for i in (*lost.phrases, *(i for i, _ in lost.worse))]
        added += [joints[i] for i in lost.relations]
        added += [render_place(scene.places[i]) for i in lost.places]
        return Repair(prompt, tuple(added), ((translation, prompt),) if translation else ())

    def _completed(self, phrase: Phrase, parsed: list[NounPhrase]) -> Phrase:
        """The phrase with the colour and count that only the English gives the same noun."""
        for said in parsed:
            if said.noun == phrase.noun:
                colour, count = phrase.colour or said.colour, phrase.count or said.count
                return Phrase(phrase.noun, colour, count)
        return phrase

    def _relation_in(self, translation: str) -> str:
        """The one relation the English words name, where the transcript's was not understood."""
        for relation, pattern in _RELATIONS:
            if re.search(pattern, translation.lower()):
                return relation
        return "and"

    def _places_in(self, translation: str) -> list[str]:
        """The place the English words name, where the transcript's was not understood."""
        words = {_stem(w) for w in re.findall(r"[a-z]+", translation.lower())}
        for kind, where in self._kept_words:
            if kind == "place" and {*where.split()} - {"in", "on", "at", "the"} <= words:
                return [where]
        return []

    def _append(self, scene: ParsedScene, translation: str, lost: _Lost) -> Repair:
        """Keep the translation and name what it lacks behind it."""
        prompt, replaced = translation.rstrip(" .。"), []
        for index, phrase in sorted(lost.worse, key=lambda pair: -pair[1].start):
            wanted = scene.phrases[index]
            text = self._english.render(wanted, determiner=phrase.determiner)
            before = prompt[phrase.start : phrase.end]
            prompt = prompt[: phrase.start] + text + prompt[phrase.end :]
            replaced.append((before, text))
        added = [self._english.render(scene.phrases[i]) for i in lost.phrases]
        places = [render_place(scene.places[i]) for i in lost.places]
        if added:
            prompt = f"{prompt}, {' and '.join(added)}" if prompt else " and ".join(added)
        prompt = " ".join([prompt, *places])
        return Repair(prompt, (*added, *places), tuple(reversed(replaced)))


_BEFORE_PLACES = frozenset({"in", "on", "at", "with", "against"})
_RELATIONS = (
    ("to the left of", r"\bleft of\b|\bon the left\b|\bto the left\b"),
    ("to the right of", r"\bright of\b|\bon the right\b|\bto the right\b"),
    ("above", r"\babove\b|\bover\b|\bon top of\b"),
    ("below", r"\bbelow\b|\bunder\b|\bbeneath\b|\bunderneath\b"),
    ("next to", r"\bnext to\b|\bbeside\b|\bnear\b"),
)


def _stem(word: str) -> str:
    """English words without their plural."""
    word = word.strip().lower()
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "xes", "sses", "oes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith("ss") and len(word) > 3:
        return word[:-1]
    return word


@lru_cache(maxsize=1)
def _load() -> Glossary:
    return Glossary(load_words())
