"""Glossary repair: restores things, colours and counts lost in translation.

Whisper's small models write down well what was said and translate short phrases badly ("pomme"
becomes "thumb"). Where the glossary understands a transcript to its last word as a wish for a
picture, and the English has no words that may mean the same, the prompt is written from the
transcript. All else stays as it was translated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from app.glossary.english import EnglishWords, written
from app.glossary.homophones import SoundAlikes, read_syllables
from app.glossary.lexicon import GlossaryLexicon, LexiconItem
from app.glossary.parts.phrases import ParsedScene
from app.glossary.parts.relatives import told_apart
from app.glossary.scene_parser import read_scene
from app.glossary.vocabulary import DATA, GlossaryError, LexiconWords, load_words
from app.thresholds import MOST_UNKNOWN
from maskgil.nano.reader.text import below_none

__all__ = ["DATA", "Glossary", "GlossaryError", "Repair"]


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


class Glossary:
    """Words of about ninety languages and their English."""

    def __init__(self, words: LexiconWords):
        self.words = words
        self._characters = read_syllables(words.syllables)
        self._sounds: dict[str, SoundAlikes] = {}
        self.english = EnglishWords(words)

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

    @cached_property
    def best_known(self) -> frozenset[str]:
        """Languages that name nearly all things of the world."""
        return frozenset(row.language for row in self.words.rows if row.kind == "noun")

    def lexicon(self, language: str, *, heard: bool = False) -> GlossaryLexicon:
        """All known words of a language, as of `LexiconWords`; empty for an unknown one."""
        return self.words.lexicon(language, heard=heard)

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
        scene = self.read(transcript, language, heard=True)
        english = self.english.compare(scene, translation)
        if english.lost and self._says_all(transcript, translation, language, scene):
            return Repair(translation)
        trusted = scene.is_clear or (self._is_picture(scene) and not english.named)
        if not (english.lost and trusted):
            return Repair(translation)
        prompt = written(scene, self.words.names)
        return Repair(prompt, english.lost, ((translation, prompt),) if translation else ())

    def _says_all(
        self, transcript: str, translation: str, language: str, scene: ParsedScene
    ) -> bool:
        """Whether a translation lost nothing but what words of the transcript sound like.

        It has all that they say as they are written, and no fewer things than `scene`.
        """
        lexicon = self.lexicon(language, heard=True)
        written_so = self._parsed(lexicon.scan(below_none(transcript)), lexicon)
        if scene == written_so or self.english.compare(written_so, translation).lost:
            return False
        things = sum(phrase.noun is not None for phrase in scene.phrases)
        return sum(fact.kind == "noun" for fact in self.english.facts(translation)) >= things

    def _is_picture(self, scene: ParsedScene) -> bool:
        """Whether a scene that is not quite clear is a picture all the same.

        Few of its words are not understood, and something is counted or painted that can be drawn.
        """
        return (
            not (scene.in_doubt or scene.joins)
            and len(scene.unknown) <= MOST_UNKNOWN
            and any(p.noun in self.words.drawn and (p.colour or p.count) for p in scene.phrases)
        )

    def read(self, text: str, language: str, *, heard: bool = False) -> ParsedScene:
        """What a text in `language` wants a picture of.

        Where words of a text that was `heard` make no sense, what sounds alike is tried.
        """
        lexicon = self.lexicon(language, heard=heard)
        items = lexicon.scan(told_apart(below_none(text), lexicon, self.words.names))
        scene = self._parsed(items, lexicon)
        if scene.is_clear or not heard:
            return scene
        if language not in self._sounds:
            self._sounds[language] = SoundAlikes(self.words, lexicon, self._characters)
        for reading in self._sounds[language].readings(items):
            other = self._parsed(reading, lexicon)
            if other.is_clear:
                return other
        return scene

    def _parsed(self, items: list[LexiconItem], lexicon: GlossaryLexicon) -> ParsedScene:
        return read_scene(items, lexicon, self.words.background, self.words.names)


@lru_cache(maxsize=1)
def _load() -> Glossary:
    return Glossary(load_words())
