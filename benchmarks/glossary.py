"""Recall of what was said in the prompt: Whisper alone, with the glossary, rescored.

    python -m benchmarks.glossary                     # speak, listen, compare (cached)
    python -m benchmarks.glossary --once              # without the second hearing
    python -m benchmarks.glossary --heard PAIRS.json  # compare on transcripts heard before

Development sentences are those of glossary_sentences.tsv, spoken by the offline voices, and clips 1
to 50 of PolyVoice's nano split; clips 51 to 100 are held out: no word, rule or number was chosen by
them. The things a sentence names (noun, colour, count) are looked for in the English, in any word
that nano knows them by. "worse" counts sentences of which Whisper's English said more than
the prompt does. "kept" repairs the reference translation instead, which must stay as it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, product
from pathlib import Path
from typing import Any

from app.glossary.repair import Glossary
from benchmarks.common import ROOT, parser_of
from maskgil.evaluation import markdown
from maskgil.nano.reader.reader import read_scene
from maskgil.nano.world.inflection import plural
from maskgil.nano.world.nouns import load_nouns

CLIPS = ROOT / "assets" / "polyvoice" / "nano"
FIRST_HELD_OUT = 51  # of PolyVoice's clips
SENTENCES = ROOT / "benchmarks" / "glossary_sentences.tsv"
LANGUAGES = ("fr", "es", "pt", "zh")
NUMBERS = {2: ("two", "2", "pair", "couple"), 3: ("three", "3"), 4: ("four", "4")}
SPELT = {  # other English for the same, which no rule of plurals gives
    "chicken": ("hen",), "sailboat": ("sailing boat", "sail boat"), "gray": ("grey",),
    "purple": ("violet",), "cactus": ("cacti",), "rabbit": ("bunny",), "pig": ("pork",),
    "car": ("automobile",), "bicycle": ("bike",), "ship": ("boat",),
}  # fmt: skip


@dataclass(frozen=True)
class NamedThing:
    """What a sentence names."""

    count: int
    colour: str | None
    noun: str


def read_things(text: str) -> list[NamedThing]:
    """'3 yellow star; 1 - moon' -> things."""
    things = []
    for part in text.split(";"):
        count, colour, noun = part.split(maxsplit=2)
        things.append(NamedThing(int(count), None if colour == "-" else colour, noun))
    return things


@lru_cache
def _same() -> dict[str, set[str]]:
    """Each of nano's words -> all words for the same noun."""
    known = [{noun.name, *noun.synonyms} for noun in load_nouns()]
    return {word: words for words in known for word in words}


@lru_cache(maxsize=2000)
def _forms(word: str) -> re.Pattern[str]:
    words = _same().get(word, {word}) | set(SPELT.get(word, ()))
    forms = sorted({form.lower() for w in words for form in (w, plural(w))})
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, forms))})\b")


def _says(prompt: str, word: str) -> bool:
    return _forms(word).search(prompt) is not None


def found(prompt: str, things: list[NamedThing]) -> Iterator[tuple[str, bool]]:
    """("noun" | "colour" | "count", whether the prompt says it) for everything named."""
    prompt = prompt.lower()
    for thing in things:
        yield "noun", _says(prompt, thing.noun)
        if thing.colour:
            yield "colour", _says(prompt, thing.colour)
        if thing.count > 1:
            yield "count", any(re.search(rf"\b{w}\b", prompt) for w in NUMBERS[thing.count])


def sentences() -> Iterator[tuple[str, str, str, str, str]]:
    """Key, things, language, text, English of every sentence."""
    rows = SENTENCES.read_text(encoding="utf-8").splitlines()
    for number, row in enumerate(rows[1:]):
        things, english, *texts = row.split("\t")
        for language, text in zip(LANGUAGES, texts, strict=True):
            yield f"{language}_{number:02d}", things, language, text, english


def clips() -> Iterator[tuple[str, Path, dict[str, Any]]]:
    """Key, file and the text's row of every clip of PolyVoice's nano split, English aside."""
    for line in (CLIPS / "metadata.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["language"] not in LANGUAGES:
            continue
        number = row["id"].rpartition("-")[2]
        yield (
            f"pv_{row['language']}_{number}",
            CLIPS / row["file_name"],
            {
                "language": row["language"],
                "part": "held-out" if int(number) >= FIRST_HELD_OUT else "development",
                "text": row["text"],
                "english": row["english"],
                "things": things_of(row["english"]),
                "voice": row["voice"],
            },
        )


def things_of(english: str) -> str:
    """What a text in nano's words names, as in glossary_sentences.tsv."""
    things = read_scene(english).scene.things
    return "; ".join(f"{thing.count} {thing.colour or '-'} {thing.noun}" for thing in things)


def speak(folder: Path) -> Iterator[tuple[str, Path, dict[str, Any]]]:
    """As `clips`, of the sentences; what `folder` has already is not spoken again."""
    import numpy as np

    from polyvoice.tts.audio import write_ogg
    from polyvoice.tts.factory import load_voice, voice_names

    for key, things, language, text, english in sentences():
        names = voice_names(language)
        name = names[int(key[-2:]) % len(names)]
        clip = folder / f"{key}.ogg"
        if not clip.is_file():
            voice = load_voice(language, name=name)
            pause = np.zeros(voice.sample_rate // 5, np.float32)
            write_ogg(clip, np.concatenate([pause, voice.speak(text), pause]), voice.sample_rate)
        row = {"language": language, "part": "development", "text": text, "english": english}
        yield key, clip, {**row, "things": things, "voice": name}


def listen(folder: Path, model: str, *, again: bool = True) -> dict[str, dict[str, Any]]:
    """Hear every sentence and clip; what `folder` has already is not heard again."""
    from app.speech.audio import load_audio
    from app.speech.transcriber import load_translator

    folder.mkdir(parents=True, exist_ok=True)
    store = folder / ("heard.json" if again else "heard_once.json")
    heard = json.loads(store.read_text(encoding="utf-8")) if store.is_file() else {}
    translator = None
    for key, clip, row in chain(speak(folder), clips()):
        if heard.get(key, {}).get("text") == row["text"]:
            continue
        translator = translator or load_translator(model)
        translator.again = again
        said = translator.transcribe(load_audio(clip), language=row["language"])
        heard[key] = {**row, "transcript": said.text, "translation": said.translation}
        store.write_text(json.dumps(heard, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return heard


@dataclass
class Totals:
    """What one kind of prompt says of some sentences."""

    parts: dict[str, list[bool]]
    complete: int = 0
    worse: int = 0

    def add(self, prompt: str, row: dict[str, Any]) -> bool:
        """Count a sentence; whether all of it is said."""
        things = read_things(row["things"])
        said = list(found(prompt, things))
        for kind, ok in said:
            self.parts.setdefault(kind, []).append(ok)
            self.parts.setdefault("all", []).append(ok)
        by_whisper = [ok for _, ok in found(row["translation"], things)]
        whole = all(ok for _, ok in said)
        self.complete += whole
        self.worse += sum(ok for _, ok in said) < sum(by_whisper)
        return whole

    def cells(self, sentences: int) -> list[object]:
        shares = [
            f"{sum(oks) / max(1, len(oks)):.2f}"
            for oks in (self.parts.get(kind, []) for kind in ("noun", "colour", "count", "all"))
        ]
        return [*shares, f"{self.complete / max(1, sentences):.2f}", self.worse]


def prompts(row: dict[str, Any], glossary: Glossary) -> Iterator[tuple[str, str]]:
    """What there is to compare of a sentence: a name and the prompt."""
    yield "Whisper", row["translation"]
    for name, key in (("glossary", "first"), ("heard again", "transcript")):
        if key in row:
            repair = glossary.repair(row[key], row["translation"], row["language"])
            yield name, repair.prompt


def table(heard: dict[str, dict[str, Any]], glossary: Glossary, *, verbose: bool = False) -> str:
    """The Markdown table of recalls, one row a language, part and prompt."""
    head = ("language", "part", "prompt", "nouns", "colours", "counts", "all", "complete",
            "worse", "kept")  # fmt: skip
    lines: list[str] = []
    found: list[list[object]] = []
    for language, part in product(LANGUAGES, ("development", "held-out")):
        rows = [r for r in heard.values() if (r["language"], r["part"]) == (language, part)]
        tallies: dict[str, Totals] = {}
        kept = 0
        for row in rows:
            reference = glossary.repair(row["text"], row["english"], language).prompt
            kept += reference == row["english"]
            if verbose and reference != row["english"]:
                lines.append(f"kept? {row['text']} | {row['english']} -> {reference}")
            for name, prompt in prompts(row, glossary):
                whole = tallies.setdefault(name, Totals({})).add(prompt, row)
                if verbose and name != "Whisper" and not whole:
                    said = f"{row['text']} | {row['transcript']} | {row['translation']}"
                    lines.append(f"lost ({name}): {said} -> {prompt}")
        for name, tally in tallies.items():
            share = "" if name == "Whisper" else f"{kept}/{len(rows)}"
            sums = tally.cells(len(rows))
            found.append([language, f"{part} ({len(rows)})", name, *sums, share])
    return "\n".join([markdown.table(head, found), *lines])


def main() -> None:
    parser = parser_of("benchmarks.glossary", __doc__)
    parser.add_argument("--heard", type=Path, help="JSON of transcripts and translations")
    parser.add_argument("--cache", type=Path, default=Path("runs/glossary"))
    parser.add_argument("--model", default="base", help="Whisper model")
    parser.add_argument("--once", action="store_true", help="without the second hearing")
    parser.add_argument("--verbose", action="store_true", help="show what stays lost")
    options = parser.parse_args()
    if options.heard:
        heard = json.loads(options.heard.read_text(encoding="utf-8"))
    else:
        heard = listen(options.cache, options.model, again=not options.once)
    print(table(heard, Glossary.load(), verbose=options.verbose))


if __name__ == "__main__":
    main()
