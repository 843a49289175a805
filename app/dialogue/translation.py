"""Translation of utterances: phrases by a table, things by the glossary."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.dialogue.clauses.clause import TranslatedClause
from app.dialogue.clauses.comparisons import comparison
from app.dialogue.clauses.frames import FramedClause
from app.dialogue.clauses.lettering import is_pronoun, lettering_told
from app.dialogue.clauses.respelling import respelt
from app.dialogue.clauses.tidying import as_coloured, of_another
from app.dialogue.clauses.word_order import is_verb_phrase
from app.dialogue.phrase_table import (
    FRAMED,
    CommandPhrase,
    asking,
    hearers,
    joined_verb,
    languages,
    parts_of,
    phrases_in,
    spans_in,
    step_words,
    tables,
    whole_phrases,
)
from app.glossary.english import written
from app.glossary.normalize import folded_words
from app.glossary.parts.labels import label_told
from app.glossary.parts.relatives import told_apart
from app.glossary.parts.spelling import spelt_like
from app.glossary.repair import Glossary
from app.glossary.typed import written_alike
from app.languages import UNSPACED
from maskgil.nano.dialogue.commands import command_words, is_whole
from maskgil.nano.dialogue.fragments import nouns_in, read_fragment
from maskgil.nano.dialogue.interpreter import is_order
from maskgil.nano.reader.phrases.lettering import asks_for_lettering
from maskgil.nano.reader.reader import read_scene
from maskgil.nano.reader.words import words_of_kind

_MARKS = {"，": ",", "、": ",", "。": ".", "；": ".", ";": ".", "!": ".", "！": ".", "…": ".",
          "،": ",", "؛": ".", "।": "."}  # fmt: skip
_CAPITALS = {"de": (("Jungen", "Buben"),)}
"""Nouns that nothing but their capitals tells from adjectives, each with another of the same."""
_NO = ("remove", "not")  # what a word that says no is, where it stands alone
LEAST_HEARD = 0.8  # share of the letters heard that the table and the glossary know
_NO_SAID = {"es": ("no",), "pt": ("não",), "fr": ("non",)}  # where it is no way to say without
_SKILL = "what can you draw"
_NOT_ONE = "not a"
_BUT = {
    code: re.compile(rf"(?<!\bdu|\bde|\ble|\bun),? (?:{but})(?= (?!{none})\w)")
    for code, but, none in (
        ("fr", "mais", r"pas|plus d(?:e|u|es)?\b|non|sans|surtout"),
        ("de", "sondern|aber", "nicht|kein|ohne"),
        ("es", "sino que|sino|pero", "no|sin"), ("pt", "mas sim|mas", "não|sem"),
    )
}  # fmt: skip
"""Before what is meant instead, or besides: not before what is not."""
_PLEADING = ("能", "请", "帮", "把", "将", "可", "变", "换", "改", "くれ", "ください", "もら",
             "いただ", "ましょう", "できます", "して")  # fmt: skip
"""Of wishes that end in 吗 or か."""
_CERTAIN = ("what colour is", "how many", "where is")  # ask wherever they stand
_COMPARED = ("bigger", "smaller", "bigger than", "smaller than")


@dataclass(frozen=True)
class Utterance:
    """What was said in `language`, in English; `known`: letters of it that are understood."""

    language: str
    english: str
    known: int
    unknown: tuple[str, ...] = ()


def translated(text: str, language: str, glossary: Glossary) -> Utterance:
    """`text` in English, clause by clause."""
    if told := _written(text, language, glossary) or _labelled(text, language, glossary):
        return told
    for mark, plain in (*_MARKS.items(), *_CAPITALS.get(language, ())):
        text = text.replace(mark, plain)
    if english := _alone(text, language):
        return Utterance(language, english, sum(map(len, parts_of(text, language))))
    if asked := _question(text, language, glossary) or _steps_told(text, language, glossary):
        return asked
    if english := comparison(text, language, glossary):
        return Utterance(language, english, sum(map(len, parts_of(text, language))))
    if language in FRAMED:
        return _framed(text, language, glossary)
    lexicon = glossary.lexicon(language)
    text = told_apart(_after_no(text, language, glossary), lexicon, glossary.words.names)
    plain = _BUT[language].sub(",", text) if language in _BUT else text
    said, known, unknown = [], len(text) - len(plain), list[str]()

    def is_called(sentence: str) -> bool:
        return tuple(parts_of(sentence.partition(",")[0], language)) in hearers(language)

    def is_deed(word: str) -> bool:
        return lexicon.scan(word)[0].get("doing") is not None

    for sentence in plain.split("."):
        clauses: list[str] = []
        for clause in sentence.split(","):
            parts = joined_verb(parts_of(clause, language), language, is_deed)
            found = TranslatedClause(language, glossary).read(parts)
            clauses.append(found.english(is_first=not clauses))
            known += found.known
            unknown += found.unknown
        if clauses[1:] and is_called(sentence) and is_order(", ".join(clauses[1:])):
            clauses[0] = ""
        if len(clauses) > 1:
            clauses = ["no" if each in _NO else each for each in clauses]  # "non, …"
        said.append(of_another(as_coloured(", ".join(filter(None, clauses)))))
    return Utterance(language, ". ".join(filter(None, said)), known, tuple(unknown))


def _alone(text: str, language: str) -> str:
    """The English of what is said alone, but for courtesies; "" for anything else."""
    known, parts = whole_phrases(language), parts_of(text, language)
    if language not in tables() or not known:
        return ""
    for start in range(len(parts)):
        for end in range(len(parts), start, -1):
            english = known.get(tuple(parts[start:end]), "")
            spans = spans_in([*parts[:start], *parts[end:]], tables()[language])
            if english and all(phrase.kind == "drop" for phrase, _ in spans):
                return english
    return ""


def _framed(text: str, language: str, glossary: Glossary) -> Utterance:
    """What is to be changed, frame by frame; nothing of a text that is as well a new wish."""
    if FRAMED[language].search(text) is None:
        return Utterance(language, "", 0)
    clauses = [_clauses_of(sentence, language, glossary) for sentence in text.split(".")]
    read = [clause for sentence in clauses for clause in sentence]
    if not any(clause.is_told for clause in read):
        return Utterance(language, "", 0)
    said = [", ".join(filter(None, (clause.english() for clause in each))) for each in clauses]
    unknown = tuple(word for clause in read for word in clause.unknown)
    known = sum(clause.known for clause in read)
    return Utterance(language, ". ".join(filter(None, said)), known, unknown)


def _clauses_of(sentence: str, language: str, glossary: Glossary) -> list[FramedClause]:
    """The clauses between commas; a verb alone goes with what follows: "add, please, a boat"."""
    found: list[FramedClause] = []
    for said in sentence.split(","):
        clause = FramedClause(language, glossary).read(parts_of(said, language))
        before = found[-1] if found else None
        if before is not None and (before.is_lone_verb or not clause.slots):
            before.take(clause)
        else:
            found.append(clause)
    return found


def _steps_told(text: str, language: str, glossary: Glossary) -> Utterance | None:
    """Several steps to undo or redo: "annule deux fois"."""
    loose, parts = step_words(language), parts_of(text, language)
    count = max((int(loose.get(part) or 0) for part in parts), default=0)
    rest = [part for part in parts if part not in loose]
    if len(rest) == len(parts):
        return None
    for item in glossary.lexicon(language).scan(text):
        said = parts_of(item.text, language)
        if (number := item.get("number")) and said and said[0] in rest:
            count, at = int(number.value), rest.index(said[0])
            rest = rest[:at] + rest[at + len(said) :]
    phrase = tables()[language].get(tuple(rest))
    if count < 2 or phrase is None or phrase.english not in ("undo", "redo"):
        return None
    return Utterance(language, f"{phrase.english} {count} times", sum(map(len, parts)))


def _after_no(text: str, language: str, glossary: Glossary) -> str:
    """ "No la casa roja" with the comma that nobody hears: such a no takes nothing away."""
    words = text.split()
    if len(words) < 2 or words[0].casefold() not in _NO_SAID.get(language, ()):
        return text
    parts = parts_of(text, language)
    table = tables()[language]
    known = next((n for n in range(len(parts), 0, -1) if tuple(parts[:n]) in table), 0)
    spans = (span for span in spans_in(parts[1:], table) if span[0].kind != "drop")
    after, said = next(spans, (CommandPhrase("thing", ""), ()))  # "non, finalement une dame"
    behind = parts[parts.index(said[0], 1) :] if said else parts[1:]
    first = next(iter(glossary.lexicon(language).scan(" ".join(behind))), None)
    looks = first is not None and first.get("colour", "number", "size") is not None
    denied = table.get(tuple(parts[:known]))
    if denied is not None and denied.english == _NOT_ONE and not _meant_behind(text, language):
        known = 1  # "no un perro", and no more, is "no, un perro"
    denies = looks and (words[1].endswith(",") or _meant_behind(" ".join(words[:4]), language))
    if known > 1 or denies or not (after.kind in ("det", "prep") or looks):
        return text  # "no rojo, azul" is no "no, rojo"
    return f"{words[0]}, {' '.join(words[1:])}"


def _meant_behind(text: str, language: str) -> bool:
    """Whether something follows that is meant instead: "no un perro, un lobo"."""
    return "," in text or _BUT[language].search(text) is not None


def _written(text: str, language: str, glossary: Glossary) -> Utterance | None:
    """An order to write, or what somebody says, with its words as they are."""
    told = lettering_told(text, language)
    if told is None:
        return None
    order, words, where = told
    found = nouns_in(folded_words(translated(where, language, glossary).english))
    if not (found or is_pronoun(where)):
        return None
    bearer = f"the {found[0]}" if found else "it"
    return Utterance(language, order.format(words, bearer), len(text))


def _labelled(text: str, language: str, glossary: Glossary) -> Utterance | None:
    """What bears words, or who says them, with the words as they are: "un panneau qui dit …"."""
    label = label_told(text, language)
    bearer = translated(label.before, language, glossary) if label else None
    if label is None or bearer is None or not nouns_in(folded_words(bearer.english)):
        return None
    for words, behind in label.cuts(language):
        rest = translated(behind, language, glossary) if behind else Utterance(language, "", 0)
        if behind and (rest.unknown or read_fragment(rest.english).left_out):
            continue
        english = label.english(bearer.english, words, rest.english)
        known = len(text) - sum(map(len, bearer.unknown))
        return Utterance(language, english, known, bearer.unknown)
    return None


def _question(text: str, language: str, glossary: Glossary) -> Utterance | None:
    """A question about the picture, as one in English; None for a wish: "tu peux… ?"."""
    parts = parts_of(text, language)
    asks = text.rstrip().endswith(("?", "？", "؟"))
    spans = [span for span in spans_in(parts, asking(language)) if span[0].kind != "drop"]
    found = [phrase for phrase, _ in spans]
    if [phrase.english for phrase in found] == [_SKILL]:
        return Utterance(language, f"{_SKILL}?", sum(map(len, parts)))
    if language in UNSPACED:
        asks = asks or parts[-1:] in (["吗"], ["か"])
        wishes = any(part in text for part in _PLEADING) or any(
            is_verb_phrase(phrase) and phrase.english != "there is" for phrase in found
        )
        asks &= not wishes
    rest = _joined([part for phrase, said in spans if phrase.kind != "question" for part in said],
                   language)  # fmt: skip
    read = glossary.read(rest, language)
    compared = next((each for each in found if each.english in _COMPARED), None)
    begun = _begun(found, language, asks=asks)
    if asks and begun is None and compared is not None and len(read.phrases) > 1:
        begun = CommandPhrase("question", "is there")
    if begun is None:
        return None
    loose = _joined(
        [p.english for p in found if p.kind == "thing" and p.english in parts], language
    )
    items = glossary.lexicon(language).scan(loose)
    unknown = sum(len(item.text.replace(" ", "")) for item in items if item.get("unknown"))
    known = sum(map(len, parts)) - unknown
    bigger = "" if compared is None else compared.english.removesuffix(" than")
    told = (begun.english, written(read, glossary.words.names), bigger)
    return Utterance(language, " ".join(filter(None, told)) + "?", known)


def _begun(found: Sequence[CommandPhrase], language: str, *, asks: bool) -> CommandPhrase | None:
    """What of the phrases of a text begins a question: of some kinds wherever it stands."""
    questions = [phrase for phrase in found if phrase.kind == "question"]
    begins = found[:1] == questions[:1] and language not in UNSPACED  # "几只狗"
    if begins and questions and found[0].english in _CERTAIN:
        return found[0]
    if not (asks and questions):
        return None
    certain = next((each for each in questions if each.english in _CERTAIN), None)
    anywhere = language in (*UNSPACED, *FRAMED) or found[0].kind == "question"
    return certain or (questions[0] if anywhere else None)


def _joined(parts: Sequence[str], language: str) -> str:
    return ("" if language in UNSPACED else " ").join(parts)


def understood(text: str, glossary: Glossary, english: int, usual: str = "") -> Utterance | None:
    """What is said in whichever language of the table knows most of it; None for English.

    `english`: letters of it that are English. `usual`: the language of what was said before, which
    wins where several know as much.
    """
    alike, least = written_alike(text, glossary), digits_in(text)
    found = [
        read
        for language in sorted(languages(), key=lambda code: code != usual)
        if language in alike
        and (read := translated(text, language, glossary)).english
        and read.known > least
    ]
    most = max((read.known for read in found), default=0)
    best = _spelt(text, [read for read in found if read.known == most], usual)
    if best is None or best.known < english:
        return None
    if usual in FRAMED and best.language != usual and glossary.read(text, usual).is_clear:
        return None  # "猫" of somebody who speaks Japanese
    words = folded_words(text)
    is_little = words_of_kind("function").union(command_words()).issuperset(words)
    is_shown = bool(nouns_in(words) or read_fragment(" ".join(words)).scenery)  # "winter"
    is_theirs = best.language == usual or not (is_little or is_shown)  # "trois chats"
    return best if best.known > english or is_theirs else None


def as_a_wish(said: Utterance, text: str, glossary: Glossary) -> Utterance:
    """What is said where nothing stands, as the glossary reads it, if it knows all and loses less.

    The table knows best what is to be done to a picture, the glossary what is in one.
    """
    if asks_for_lettering(said.english):
        return said
    scene, names = glossary.read(text, said.language), glossary.words.names
    last = glossary.lexicon(said.language).scan(text)[-1:]
    is_open = said.language not in UNSPACED and last and last[0].get("relation")  # "… devant"
    listed = (names[each.noun or 0].split() for joint, each in
              zip(scene.joints, scene.phrases[1:], strict=False) if joint == "and")  # fmt: skip
    parts = any(is_whole(name, "own part") for name in listed)  # "un clown au nez rouge"
    if not scene.phrases or scene.unknown or scene.in_doubt or is_open or parts:
        return said
    wish = written(scene, names)
    table, known = read_scene(said.english), read_scene(wish)
    lost = sum(map(len, (*table.left_out, *said.unknown)))
    fewer = len(known.scene.relations) - len(table.scene.relations)
    if (lost, fewer) < (sum(map(len, known.left_out)), 0):
        return said
    return replace(said, english=wish, known=sum(map(len, folded_words(text))), unknown=())


def _spelt(text: str, found: Sequence[Utterance], usual: str) -> Utterance | None:
    """Of what is known alike in several languages that which is spelt so, or is in the usual."""
    if len(found) < 2 or found[0].language == usual:
        return found[0] if found else None
    behind = spelt_like(text, [read.language for read in found])
    return min(found, key=lambda read: behind[read.language])


def digits_in(text: str) -> int:
    """Letters of the numbers that are no words, and so of no language."""
    return sum(len(word) for word in folded_words(text) if word.isdecimal())


def thanked(text: str, usual: str, *, is_english: bool) -> Utterance | None:
    """Words of courtesy that ask for nothing, in their language; None for anything else."""
    if _alone(text, usual):
        return None  # "más" of somebody who speaks Spanish
    for language in sorted(languages(), key=lambda code: code != usual):
        parts = parts_of(text, language)
        said = list(phrases_in(parts, tables()[language]))
        is_theirs = language == usual or not is_english  # "ok"
        if said and is_theirs and all(phrase.kind == "drop" for phrase in said):
            return Utterance(language, "", sum(map(len, parts)))
    return None


def heard_as(text: str, language: str, prompt: str, glossary: Glossary) -> Utterance:
    """What was heard, in English: by the table where it knows nearly all, else as translated."""
    if language in languages():
        found = heard_in_full(text, language, glossary)
        letters = sum(map(len, parts_of(text, language)))
        if found.english and found.known >= LEAST_HEARD * letters:
            return found
    return Utterance(language, prompt, len(prompt))


def heard_in_full(text: str, language: str, glossary: Glossary) -> Utterance:
    """As `translated`, words that nobody knows read as those of the table that sound the same."""
    found = translated(text, language, glossary)
    meant = translated(respelt(text, found.unknown, language, glossary), language, glossary)
    return meant if meant.known > found.known else found
