"""Typed prompts: language identification and translation into English."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from app.errors import ForeignTextError
from app.glossary.english import written
from app.glossary.lexicon import LexiconItem
from app.glossary.mixed import ENGLISH, MixedReader, MixedWish
from app.glossary.normalize import as_written, folded_words, has_endings
from app.glossary.parts.labels import label_languages, label_told
from app.glossary.parts.spelling import spelt_like
from app.glossary.repair import Glossary
from app.languages import LANGUAGES
from app.thresholds import (
    LEAST_KNOWN,
    LEAST_SPELT,
    RARELY,
    RIVALS_SPELT,
    SPELT,
    SPELT_ALIKE,
    SPELT_CLEARLY,
)

_UNTOLD = ("unknown", "skip", "and", "of", "one", "measure", "number")
_BARE = ("skip", "and", "of", "one")
_MEANT = frozenset({
    "noun", "many", "colour", "texture", "size", "count", "det", "pronoun", "and", "but", "not",
    "relation", "with", "of", "be", "place", "time", "weather",
})  # fmt: skip


@dataclass(frozen=True)
class TypedWish:
    """A text in a language of the glossary as a prompt; `unknown`: its words that are not in it."""

    language: str
    prompt: str
    unknown: tuple[str, ...] = ()


def before_english(speaks: Sequence[str]) -> tuple[str, ...]:
    """The languages that somebody speaks rather than English, of all in their order."""
    codes = list(speaks)
    return tuple(codes[: codes.index("en")] if "en" in codes else codes)


def read_typed(text: str, glossary: Glossary, *, speaks: Sequence[str] = ()) -> TypedWish | None:
    """The wish of a text in another language than English; None for English.

    `speaks`: codes of languages that the writer is likely to use, the likeliest first. What is as
    well English as one of those before English ("chat", "pain") is taken for the writer's own.

    The language is the one that knows most letters of the text, and enough of them. It is English
    where none knows more, but for a painted or counted thing that another one knows to the last
    letter ("chat noir"); where nobody knows words in Latin letters; and where grammar is English.

    Raises:
        ForeignTextError: the text is in other letters, and no language knows a thing of it.
    """
    from maskgil.nano.reader.phrases.lettering import asks_for_lettering
    from maskgil.nano.reader.text import below_none
    from maskgil.nano.reader.words import words_of_kind

    if courtesy_of(text, glossary) or asks_for_lettering(text):
        return None  # what is to be written is of no language
    if labelled := _labelled(text, glossary, speaks):
        return labelled
    text = below_none(text)
    total = sum(map(len, folded_words(text)))
    english, pictured = _english_letters(text)
    own = before_english(speaks)
    alike = sorted(written_alike(text, glossary), key=lambda code: code not in own)
    found, letters = list[TypedWish](), dict[str, int]()
    for language in alike if pictured < total else [code for code in alike if code in own]:
        items = glossary.lexicon(language).scan(text)
        letters[language] = known = _known_letters(items, is_sure=has_endings(language))
        if known <= LEAST_SPELT * total:
            continue
        scene = glossary.read(text, language)
        whole = scene.is_clear and scene.is_vivid
        if words_of_kind("function").intersection(scene.unknown):
            continue  # "a piñata and a sombrero"
        least = pictured if whole else english
        is_most = known > least or (language in own and known == least)
        if scene and is_most:
            prompt = written(scene, glossary.words.names)
            found.append(TypedWish(language, prompt, scene.unknown))
    best = _likeliest(text, found, letters, own)
    if best is not None and best.language not in own and _names_nothing(text, glossary, alike):
        return None  # "ein" is no egg
    if best is None or best.unknown or words_of_kind("function").intersection(text.lower().split()):
        main = ENGLISH if best is None else best.language
        mixed = read_in_several(text, glossary, alike, own, main)
        best = best if mixed is None else TypedWish(mixed.language, mixed.prompt, mixed.unknown)
    if best is None and not english and _scripts(text) - {"LATIN"}:
        raise ForeignTextError(text)
    return best


def _names_nothing(text: str, glossary: Glossary, alike: Sequence[str]) -> bool:
    """Whether words are no more than articles and the like of a language that many speak."""
    read = (glossary.lexicon(code).scan(text) for code in alike if code in glossary.best_known)
    return any(
        items and all(entry.kind in _BARE or entry.value == 1 for entry in entries)
        for items in read if (entries := [each for item in items for each in item.entries])
    )  # fmt: skip


def _labelled(text: str, glossary: Glossary, speaks: Sequence[str]) -> TypedWish | None:
    """The wish of a text that says what is to be written, in a language with such phrases."""
    for language in sorted(label_languages(), key=lambda code: code not in speaks):
        label = label_told(text, language)
        wish = read_typed(label.before, glossary, speaks=(language,)) if label else None
        if label is None or wish is None or wish.language != language or wish.unknown:
            continue
        for words, behind in label.cuts(language):
            rest = read_typed(behind, glossary, speaks=(language,)) if behind else None
            if not behind or (rest is not None and not rest.unknown):
                told = rest.prompt if rest is not None else ""
                return TypedWish(language, label.english(wish.prompt, words, told))
    return None


def _likeliest(
    text: str, found: Sequence[TypedWish], letters: Mapping[str, int], own: Sequence[str]
) -> TypedWish | None:
    """Of the wishes that a text may be the one whose language knows most, and is spelt so.

    `letters`: how many of the text each language knows. None where the one of which not all is
    known is spelt so little like its language that not enough is left.
    """
    if not found:
        return None
    rivals = [code for code in letters if letters[code]][:RIVALS_SPELT]
    codes = {wish.language for wish in found}
    behind = spelt_like(text, {*rivals, *codes, ENGLISH})
    rank = {code: letters[code] - SPELT * max(0.0, behind[code] - SPELT_ALIKE) for code in codes}
    rank |= {code: float(letters[code]) for code in own if code in rank}
    best = max(found, key=lambda wish: rank[wish.language])
    is_clear = behind[ENGLISH] - behind[best.language] > SPELT_CLEARLY
    least = (LEAST_SPELT if is_clear else LEAST_KNOWN) * sum(map(len, folded_words(text)))
    return None if best.unknown and rank[best.language] <= least else best


def read_in_several(
    text: str, glossary: Glossary, alike: Sequence[str], own: Sequence[str], whole: str
) -> MixedWish | None:
    """The wish of a text whose words are of several languages, English among them or not.

    `alike`: the languages that may be meant beside it; `own`: those of the writer. None where
    `whole`, the language that it would be in as a whole, knows nearly as much alone.
    """
    if whole == ENGLISH and _english_letters(text)[1] == sum(map(len, folded_words(text))):
        return None
    lone = {*own, *glossary.best_known}
    reader = MixedReader(glossary, alike, _known_in_english, lone)
    return reader.read(text, whole)


def _known_in_english(word: str) -> float:
    """Letters of a word that English knows: of one that is rarely meant in a wish, a part."""
    from maskgil.nano.reader.lexicon import lexicon
    from maskgil.nano.reader.words import words_of_kind

    plain = "".join(folded_words(word))
    if plain != word and plain in words_of_kind("function"):
        return 0.0  # "thé"
    if lexicon().roles(plain).keys() & _MEANT or word.isdecimal():
        return float(len(word))
    typos = lexicon().typos
    known = typos.is_common(word) or (word.isascii() and typos.meant(word) is not None)
    return RARELY * len(word) if known or _english_letters(word)[0] else 0.0


def likely_language(text: str, glossary: Glossary, usual: Sequence[str] = ()) -> str:
    """The language that a text is likely in by its letters: the first of the `usual`, if it may be.

    Empty where none is written so.
    """
    alike = written_alike(text, glossary)
    return next((code for code in (*usual, *alike) if code in alike), "")


def language_of(text: str, glossary: Glossary) -> str:
    """The language that a text is in for all that is known: by its courtesy, letters, spelling.

    Empty where none is likelier than English.
    """
    if said := courtesy_of(text, glossary):
        return said[0]
    alike = written_alike(text, glossary)
    if "LATIN" not in _scripts(text):
        return next(iter(alike), "")
    rivals = alike[:RIVALS_SPELT]
    behind = spelt_like(text, {*rivals, ENGLISH})
    known = {code: _known_letters(glossary.lexicon(code).scan(text)) for code in rivals}
    rank = {code: known[code] - behind[code] for code in rivals}
    best = max(rank, key=lambda code: rank[code], default=ENGLISH)
    ahead = rank.get(best, 0.0) - english_letters(text) + behind[ENGLISH]
    return best if ahead > SPELT_CLEARLY else ""


def written_alike(text: str, glossary: Glossary) -> tuple[str, ...]:
    """Languages in the letters of a text, those of most speech in Whisper's training first."""
    scripts = _scripts(text)
    known = (language for language in LANGUAGES if language in glossary.languages)
    return tuple(language for language in known if scripts & _scripts_of(language))


@lru_cache(maxsize=128)
def _scripts_of(language: str) -> set[str]:
    """The scripts that names of things are written in."""
    nouns = Glossary.load().words.cldr["languages"][language]["nouns"]
    return _scripts("".join(nouns), least=0.1)


def _scripts(text: str, *, least: float = 0.0) -> set[str]:
    """LATIN, CYRILLIC, CJK …: the scripts of a share of more than `least` of the letters."""
    times = Counter[str]()
    for char, count in Counter(text).items():
        if char.isalpha():
            times[unicodedata.name(char, "").partition(" ")[0]] += count
    return {name for name, count in times.items() if count > least * times.total()}


def courtesy_of(text: str, glossary: Glossary, usual: str = "") -> tuple[str, str] | None:
    """(language, yes | no | hello | thanks) of a text that is nothing else; None for others.

    `usual`: the language that wins where several say it so.
    """
    said = tuple(folded_words(text))
    found = [
        (row.language, row.english) for row, phrases in glossary.words.courtesies if said in phrases
    ]
    return min(found, key=lambda each: each[0] != usual, default=None)


def words_told(text: str, language: str, glossary: Glossary) -> tuple[tuple[str, str], ...]:
    """What each word of a text in a language is in English, with the word as it is written."""
    if language == ENGLISH:
        return ()
    names, found = glossary.words.names, list[tuple[str, str]]()
    for item in glossary.lexicon(language).scan(text):
        for entry in item.entries:
            if entry.kind not in _UNTOLD:
                english = names[int(entry.value)] if entry.kind == "noun" else str(entry.value)
                found.append((english, " ".join(as_written(item.text.split(), text))))
    return tuple(found)


def in_their_words(left: Sequence[str], told: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """What is left out of a picture in the words that it was said in, where they are known.

    `told`: of `words_told`.
    """
    found = list[str]()
    for piece in left:
        words = set(folded_words(piece))
        words |= {word.removesuffix("s") for word in words}
        theirs = dict.fromkeys(said for english, said in told if _content(english) <= words)
        found.append(" ".join(theirs) or piece)
    return tuple(dict.fromkeys(found))


def _content(english: str) -> set[str]:
    """The words of English that say more than where."""
    words = set(folded_words(english))
    return words - {"in", "on", "at", "the", "a", "of", "to"} or words


def _known_letters(items: Sequence[LexiconItem], *, is_sure: bool = True) -> int:
    """Letters of the items that are known; half of those of a form whose ending is a guess."""
    letters = [(len(item.text.replace(" ", "")), item.is_form and not is_sure)
               for item in items if not item.get("unknown")]  # fmt: skip
    return sum(int(RARELY * count) if is_guess else count for count, is_guess in letters)


def english_letters(text: str, more: frozenset[str] = frozenset()) -> int:
    """Letters of the words of a text that are English, or among `more`."""
    others = [word for word in folded_words(text) if word in more and not _english_letters(word)[0]]
    return _english_letters(text)[0] + sum(map(len, others))


def _english_letters(text: str) -> tuple[int, int]:
    """Letters of the words that are English, and of those that name what can be in a picture."""
    pictured, common = _english_words()
    words = [w for w in folded_words(text) if w.isdecimal() or w in pictured or w in common]
    shown = (word for word in words if word in pictured or word not in common)
    return sum(map(len, words)), sum(map(len, shown))


@lru_cache(maxsize=1)
def _english_words() -> tuple[frozenset[str], frozenset[str]]:
    """Words of pictures and of grammar that readers of English know; further common words."""
    from maskgil.nano.reader.lexicon import COMMON_WORDS, lexicon
    from maskgil.nano.reader.words import words_of_kind

    words = Glossary.load().words
    names = {name for group in (*words.synonyms, *words.related) for name in group}
    pictured = {*lexicon().known_words, *(word for name in names for word in folded_words(name))}
    pictured |= words_of_kind("costume word")
    return frozenset(pictured), frozenset(COMMON_WORDS.read_text(encoding="utf-8").split())
