"""Approximate phonetics: spelling to sound, as someone who mishears it would.

One character a sound. The rules need not be right, only right enough that what Whisper wrote and
what was said come out near one another; `costs` says how near two sounds are.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

# Sounds: vowels a e i o u y(French u) 2(eu), nasal A(an) E(in) O(on), consonants, S(ch) Z(j)
# N(ny) L(ly) T(th) X(ach), glides j w.
VOWELS = "aeiouy2AEO"
CONSONANTS = "pbtdkgfvszSZmnNlLrhTXjw"
SOUNDS = VOWELS + CONSONANTS

# Spelling -> sounds, tried in order at each place of a lower-case word.
_FRENCH = (
    (r"eaux?$|aux?$|eau|au", "o"), (r"œu|oeu|eu|eû", "2"), ("œ", "e"), ("oi|oî|oy", "wa"),
    ("ch", "S"), ("ph", "f"), ("qu?", "k"), ("gn", "N"), ("gu(?=[eéèêiy])", "g"),
    ("ge(?=[aou])", "Z"), ("g(?=[eéèêiy])", "Z"), ("j", "Z"), ("tion", "sjO"),
    ("cc(?=[eéi])", "ks"), ("c(?=[eéèêiy])|ç", "s"), ("cc?|ck", "k"),
    ("(?<=[aeou])ill?(?=e|s?$)", "j"), ("ill", "ij"), ("oin(?![aeiouyn])", "wE"),
    ("(?<=[^q])ien(?![aeiouyn])", "jE"),
    ("(?:ain|aim|ein|in|im|yn|ym|un|um)(?![aeiouyéèêëhmn])", "E"),
    ("(?:an|am|en|em)(?![aeiouyéèêëhmn])", "A"), ("(?:on|om)(?![aeiouyéèêëhmn])", "O"),
    ("ou|où|oû", "u"), ("ai|aî|ei|ay|ey|[éèêë]", "e"), ("er$|ez$", "e"),
    ("(?<=[^aeiouy])es?$", ""), ("(?<=[iué])es?$", ""), ("[aâà]", "a"),
    ("[iîïy](?=[aeéèoô])", "j"), ("[iîïy]", "i"), ("[oô]", "o"), ("[uûù]", "y"),
    ("e(?=[bcdfglmnprstvz]{2}|x|[rtcfl]$)", "e"), ("e", "2"), ("[stdxpz]+$", ""), ("ss", "s"),
    ("(?<=[aeiouyéèêîôû])s(?=[aeiouyéèêîôû])", "z"), ("x", "ks"), ("h", ""), ("w", "w"),
)  # fmt: skip
_SPANISH = (
    ("ch", "S"), ("qu(?=[eiéí])", "k"), ("gu(?=[eiéí])", "g"), ("gü", "gw"), ("ll|y(?=.)", "j"),
    ("ñ", "N"), ("rr", "r"), ("c(?=[eiéí])|z", "s"), ("cc", "ks"), ("[ck]", "k"),
    ("g(?=[eiéí])|j", "X"), ("h", ""), ("v", "b"), ("x", "ks"), ("[uú](?=[aeoáéó])", "w"),
    ("i(?=[aeoáéó])", "j"), ("q", "k"), ("w", "w"),
)  # fmt: skip
_PORTUGUESE = (
    ("ch|sh", "S"), ("lh", "L"), ("nh", "N"), ("qu(?=[eiéíê])", "k"), ("gu(?=[eiéíê])", "g"),
    ("rr|^r", "h"), ("ss|ç|c(?=[eiéíê])", "s"), ("(?<=[aeiouáéíóúâêôãõ])s(?=[aeiouáéíóú])", "z"),
    ("x", "S"), ("[ck]", "k"), ("q", "k"), ("g(?=[eiéíê])|j", "Z"), ("ões$|õe", "Ois"),
    ("ão|am$", "Au"), ("ã", "A"), ("(?:an|am)(?![aeiouáéíóúhmn])", "A"),
    ("(?:en|em)(?![aeiouáéíóúhmn])", "E"), ("(?:in|im)(?![aeiouáéíóúhmn])", "i"),
    ("(?:on|om|õ)(?![aeiouáéíóúhmn])", "O"), ("(?:un|um)(?![aeiouáéíóúhmn])", "u"),
    ("l(?![aeiouáéíóúâêôãõh])", "u"), ("o$", "u"), ("os$", "us"), ("e$", "i"), ("es$", "is"),
    ("h", ""), ("y", "i"), ("w", "w"),
)  # fmt: skip
_ITALIAN = (
    ("sc(?=[eiéè])i?(?=[aou])?", "S"), ("sch", "sk"), ("ch", "k"), ("gh", "g"), ("gli", "Li"),
    ("gn", "N"), ("ci(?=[aou])", "S"), ("c(?=[ei])", "S"), ("gi(?=[aou])", "Z"),
    ("g(?=[ei])", "Z"), ("[ckq]", "k"), ("z", "ts"), ("h", ""), ("x", "ks"), ("y", "i"),
)  # fmt: skip
_GERMAN = (
    ("sch", "S"), ("(?:^)s(?=[pt])", "S"), ("ch", "X"), ("ck", "k"), ("ph", "f"), ("qu", "kw"),
    ("ei|ai", "aj"), ("eu|äu", "oj"), ("ie", "i"), ("ä", "e"), ("ö", "2"), ("ü", "y"), ("ß", "s"),
    ("z|tz", "ts"), ("(?<=[aeiouäöü])h", ""), ("v", "f"), ("w", "v"), ("x", "ks"), ("c", "k"),
    ("er$", "a"), ("y", "y"),
)  # fmt: skip
_RULES = {
    "fr": _FRENCH, "es": _SPANISH, "pt": _PORTUGUESE, "it": _ITALIAN, "de": _GERMAN,
}  # fmt: skip
_SPOKEN = {  # words that no rule spells
    "fr": {
        "et": "e", "est": "e", "les": "le", "des": "de", "ces": "se", "ours": "urs", "os": "os",
        "bus": "bys", "cactus": "kaktys", "maïs": "mais", "œuf": "2f", "œufs": "2", "oeuf": "2f",
        "oeufs": "2", "femme": "fam", "clef": "kle", "vert": "ver", "un": "E", "deux": "d2",
        "cerf": "ser", "nerf": "ner", "arc-en-ciel": "arkAsjel", "porc": "por", "tronc": "trO",
        "blanc": "blA", "blancs": "blA", "fille": "fij", "ville": "vil", "sous": "su",
        "yeux": "j2", "oignon": "oNO", "toast": "tost", "short": "Sort", "yo-yo": "jojo",
        "monsieur": "m2sj2", "sandwich": "sAdwiS", "tennis": "tenis", "ski": "ski",
    },
}  # fmt: skip
_PINYIN = (
    ("zh", "z"), ("ch", "S"), ("sh", "s"), ("c", "S"), ("ang", "an"), ("eng", "en"),
    ("ing", "in"), ("ong", "on"), ("q", "S"), ("x", "s"), ("j", "z"), ("ui", "wei"), ("iu", "jou"),
    ("v", "y"), ("yu(?=$|[ean])", "y"), ("(?<=[jqx])u", "y"), ("r", "Z"), ("y", "j"),
)  # fmt: skip


@lru_cache(maxsize=50_000)
def sounds_of(word: str, language: str) -> str:
    """The sounds of one written word; a Chinese "word" is a syllable of pinyin without tone."""
    word = unicodedata.normalize("NFC", word.casefold())
    spoken = _SPOKEN.get(language, {}).get(word)
    if spoken is not None:
        return spoken
    rules = _compiled("zh" if language == "yue" else language)
    found, at = [], 0
    while at < len(word):
        for pattern, sound in rules:
            match = pattern.match(word, at)
            if match and match.end() > at:
                found.append(sound)
                at = match.end()
                break
        else:
            found.append(_plain_letter(word[at]))
            at += 1
    return re.sub(r"(.)\1", r"\1", "".join(found))


def knows(language: str) -> bool:
    """Whether there are rules for the sounds of a language."""
    return language in _RULES or language in ("zh", "yue")


@lru_cache
def _compiled(language: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    rules = _PINYIN if language == "zh" else _RULES[language]
    return tuple((re.compile(pattern), sound) for pattern, sound in rules)


def _plain_letter(char: str) -> str:
    """A letter without its accent, where it is a sound."""
    letter = unicodedata.normalize("NFD", char)[0]
    return letter if letter in SOUNDS else ""


# ---------------------------------------------------------------- how near sounds are

_NEAR = {
    0.2: ("ij", "uw", "yj"),
    0.25: ("iy", "yu", "e2", "eE", "aA", "oO", "AO", "EA", "ei", "ou", "2y", "sz", "SZ", "tS"),
    0.35: ("pb", "td", "kg", "fv", "bv", "mn", "nN", "lL", "sS", "zZ", "ae", "o2", "uO", "aE",
           "iE", "Xh", "Xk", "rh", "2a", "2E", "sT", "jL", "jN", "ea"),
    0.6: ("lr", "nl", "ml", "rX", "fT", "gX", "kt", "pt", "sZ", "zS", "ZX", "dZ", "tZ", "bm",
          "dn", "gN", "hf", "rg", "jl", "wv", "wl", "Zj", "fs", "pk", "bd", "gd", "dl", "dr"),
}  # fmt: skip
_SAME_KIND = {True: 0.5, False: 1.0}  # vowels for one another, consonants for one another
_UNLIKE = 1.4
_LEFT_OUT = {"2": 0.2, "h": 0.2, "j": 0.35, "w": 0.35, "r": 0.5, "l": 0.55, "n": 0.55}


@lru_cache
def costs() -> tuple[np.ndarray, np.ndarray]:
    """(sounds, sounds) cost of hearing one for another, and (sounds,) cost of missing one."""
    size = len(SOUNDS)
    swap = np.full((size, size), _UNLIKE, np.float32)
    for kind in (VOWELS, CONSONANTS):
        at = [SOUNDS.index(s) for s in kind]
        swap[np.ix_(at, at)] = _SAME_KIND[kind is VOWELS]
    for cost, pairs in _NEAR.items():
        for pair in pairs:
            a, b = SOUNDS.index(pair[0]), SOUNDS.index(pair[1])
            swap[a, b] = swap[b, a] = cost
    np.fill_diagonal(swap, 0.0)
    missed = np.array([_LEFT_OUT.get(s, 0.6 if s in VOWELS else 0.8) for s in SOUNDS], np.float32)
    return swap, missed


def numbers_of(sounds: str) -> np.ndarray:
    """(n,) places of the sounds in `SOUNDS`."""
    return np.array([SOUNDS.index(s) for s in sounds], np.int64)


def padded(words: Sequence[np.ndarray]) -> np.ndarray:
    """Sounds of words (n,) as one table (words, longest), -1 behind the end of each."""
    table = np.full((len(words), max(map(len, words))), -1, np.int64)
    for row, word in enumerate(words):
        table[row, : len(word)] = word
    return table


def distances(words: np.ndarray, heard: np.ndarray, longest: int) -> np.ndarray:
    """(words, longest + 1) edit distances of each word from the first j sounds of `heard` (n,).

    `words` is a table of `padded`.
    """
    swap, missed = costs()
    size = min(longest, len(heard))
    lengths = (words >= 0).sum(axis=1)
    added = np.concatenate([[0.0], np.cumsum(missed[heard[:size]])]).astype(np.float32)
    result = np.full((len(words), longest + 1), np.inf, np.float32)
    left = np.arange(len(words))  # words that are longer than what was compared
    best = np.broadcast_to(added, (len(words), size + 1))
    for place in range(words.shape[1]):
        longer = lengths[left] > place
        left, best = left[longer], best[longer]
        sound = words[left, place]  # (left,)
        step = best + missed[sound][:, None]  # the word's sound was not heard
        step[:, 1:] = np.minimum(step[:, 1:], best[:, :-1] + swap[sound][:, heard[:size]])
        best = np.minimum.accumulate(step - added, axis=1) + added  # sounds heard besides
        done = lengths[left] == place + 1
        result[left[done], : size + 1] = best[done]
    return result
