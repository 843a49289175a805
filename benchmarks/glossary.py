"""How much of what was said reaches the prompt, with and without the glossary.

    python -m benchmarks.glossary                     # speak, listen, compare (cached)
    python -m benchmarks.glossary --heard PAIRS.json  # compare on transcripts heard before

Each sentence of glossary_sentences.tsv is spoken by the offline voices, heard by Whisper, and the
things it names (noun, colour, count) are looked for in the English, before and after the repair.
"kept" repairs the reference translation instead, which must stay as it is.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.glossary import Glossary

SENTENCES = Path(__file__).resolve().parent / "glossary_sentences.tsv"
LANGUAGES = ("fr", "es", "pt", "zh")
NUMBERS = {2: ("two", "2"), 3: ("three", "3"), 4: ("four", "4")}
SAME = {  # words as good as nano's own for the same thing
    "chicken": ("chicken", "hen"), "bicycle": ("bicycle", "bike"), "sailboat": ("sailboat",
    "sailing boat", "sail boat"), "hat": ("hat",), "gray": ("gray", "grey"), "purple": ("purple",
    "violet"), "cactus": ("cactus", "cacti"), "rabbit": ("rabbit", "bunny", "bunnies"),
    "sheep": ("sheep",), "fish": ("fish",), "butterfly": ("butterfly", "butterflies"),
    "strawberry": ("strawberry", "strawberries"), "fox": ("fox", "foxes"),
    "pig": ("pig", "pork"), "car": ("car", "automobile"), "dinosaur": ("dinosaur",),
}  # fmt: skip


@dataclass(frozen=True)
class Thing:
    """What a sentence names."""

    count: int
    colour: str | None
    noun: str


def read_things(text: str) -> list[Thing]:
    """'3 yellow star; 1 - moon' -> things."""
    things = []
    for part in text.split(";"):
        count, colour, noun = part.split(maxsplit=2)
        things.append(Thing(int(count), None if colour == "-" else colour, noun))
    return things


def _says(prompt: str, word: str) -> bool:
    return any(
        re.search(rf"\b{re.escape(form)}(?:s|es)?\b", prompt) for form in SAME.get(word, (word,))
    )


def found(prompt: str, things: list[Thing]) -> Iterator[tuple[str, bool]]:
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


def listen(folder: Path, model: str) -> dict[str, dict[str, Any]]:
    """Speak and hear every sentence; what `folder` has already is not done again."""
    import numpy as np

    from app.audio import load_audio
    from app.speech import load_translator
    from polyvoice.sound import write_ogg
    from polyvoice.voices import load_voice, voice_names

    folder.mkdir(parents=True, exist_ok=True)
    store = folder / "heard.json"
    heard = json.loads(store.read_text(encoding="utf-8")) if store.is_file() else {}
    translator = None
    for key, things, language, text, english in sentences():
        if heard.get(key, {}).get("text") == text:
            continue
        translator = translator or load_translator(model)
        names = voice_names(language)
        voice = load_voice(language, name=names[int(key[-2:]) % len(names)])
        pause = np.zeros(voice.sample_rate // 5, np.float32)
        clip = folder / f"{key}.ogg"
        write_ogg(clip, np.concatenate([pause, voice.speak(text), pause]), voice.sample_rate)
        said = translator.transcribe(load_audio(clip), language=language)
        heard[key] = {
            "language": language,
            "text": text,
            "english": english,
            "things": things,
            "voice": voice.name,
            "transcript": said.text,
            "translation": said.translation,
        }
        store.write_text(json.dumps(heard, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return heard


def table(heard: dict[str, dict[str, Any]], glossary: Glossary, *, verbose: bool = False) -> str:
    """The Markdown table of recalls, one row a language and prompt."""
    lines = [
        "| language | prompt | nouns | colours | counts | all | sentences complete | kept |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for language in LANGUAGES:
        rows = [row for row in heard.values() if row["language"] == language]
        kept = 0
        scores: dict[str, dict[str, list[bool]]] = {"Whisper": {}, "glossary": {}}
        for row in rows:
            things = read_things(row["things"])
            repair = glossary.repair(row["transcript"], row["translation"], language)
            reference = glossary.repair(row["text"], row["english"], language).prompt
            kept += reference == row["english"]
            if verbose and reference != row["english"]:
                lines.append(f"kept? {row['text']} | {row['english']} -> {reference}")
            for name, prompt in (("Whisper", row["translation"]), ("glossary", repair.prompt)):
                parts = list(found(prompt, things))
                for kind, ok in parts:
                    scores[name].setdefault(kind, []).append(ok)
                    scores[name].setdefault("all", []).append(ok)
                complete = all(ok for _, ok in parts)
                scores[name].setdefault("complete", []).append(complete)
                if verbose and name == "glossary" and not complete:
                    lines.append(
                        f"lost: {row['text']} | {row['transcript']} | {row['translation']} "
                        f"-> {prompt}"
                    )
        for name, found_parts in scores.items():
            cells = [
                f"{sum(found_parts.get(kind, [])) / max(1, len(found_parts.get(kind, []))):.2f}"
                for kind in ("noun", "colour", "count", "all", "complete")
            ]
            share = f"{kept / max(1, len(rows)):.2f}" if name == "glossary" else ""
            lines.append(f"| {language} ({len(rows)}) | {name} | {' | '.join(cells)} | {share} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.glossary", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--heard", type=Path, help="JSON of transcripts and translations")
    parser.add_argument("--cache", type=Path, default=Path("runs/glossary"))
    parser.add_argument("--model", default="base", help="Whisper model")
    parser.add_argument("--verbose", action="store_true", help="show what stays lost")
    options = parser.parse_args()
    if options.heard:
        heard = json.loads(options.heard.read_text(encoding="utf-8"))
    else:
        heard = listen(options.cache, options.model)
    print(table(heard, Glossary.load(), verbose=options.verbose))


if __name__ == "__main__":
    main()
