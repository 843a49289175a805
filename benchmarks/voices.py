"""How well people are heard: a table by language of a folder of human recordings.

    python -m benchmarks.voices --data DIR                       # every clip
    python -m benchmarks.voices --data DIR --lang fr,es --limit 10
    python -m benchmarks.voices --data DIR --heard HEARD.jsonl --json

DIR holds manifest.jsonl, one clip a line: "file", "language" (Whisper's code), "transcript" and
"english" (null where they are not known), "kind". Each clip is heard twice, with its language told
and without. HEARD.jsonl keeps what was heard, so that a run goes on where it was cut off and the
prompts of another glossary are counted in seconds; `--heard` of a folder that is heard anew is a
new file. The columns:

- language: right with nobody telling, among clips with speech;
- WER, CER: of transcripts, the language told, where it is known what was said;
- nouns, colours, numbers: of those that the English names, how many Whisper's English has, and how
  many the prompt has, the language told;
- silence: clips in which no speech is heard; seconds: a clip's hearing, nobody telling.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from app.glossary.repair import Glossary
from maskgil.utils.command_line import BAD_INPUT

KINDS = ("noun", "colour", "number")


@dataclass(frozen=True)
class Clip:
    """A recording, and what is said in it as far as that is known."""

    file: str
    language: str
    transcript: str | None
    english: str | None


@dataclass(frozen=True)
class Hearing:
    """What was heard of a clip: with its language `told`, and without."""

    file: str
    text: str
    translation: str
    language: str
    probability: float
    seconds: float


@dataclass
class Tally:
    """Sums over the clips of one language."""

    clips: int = 0
    silent: int = 0
    identified: int = 0
    words: Counter[str] = field(default_factory=Counter)  # "wrong" and "all"
    letters: Counter[str] = field(default_factory=Counter)
    said: Counter[str] = field(default_factory=Counter)  # by kind
    translated: Counter[str] = field(default_factory=Counter)
    prompted: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)

    def row(self, language: str) -> dict[str, Any]:
        """The sums as numbers; None where there is nothing to divide by."""
        heard = self.clips - self.silent
        recalls = {
            f"{kind}s": [self.said[kind], self.translated[kind], self.prompted[kind]]
            for kind in KINDS
        }
        return {
            "voices": language,
            "clips": self.clips,
            "language": _share(self.identified, heard),
            "wer": _share(self.words["wrong"], self.words["all"]),
            "cer": _share(self.letters["wrong"], self.letters["all"]),
            **recalls,
            "silence": self.silent,
            "seconds": round(statistics.mean(self.seconds), 2) if self.seconds else None,
        }


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def read_manifest(folder: Path) -> list[Clip]:
    """The clips of a folder.

    Raises:
        ValueError: a line is no JSON object that names a file and its language.
    """
    clips = []
    path = folder / "manifest.jsonl"
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            row = json.loads(line)
            clips.append(
                Clip(row["file"], row["language"], row.get("transcript"), row.get("english"))
            )
        except (ValueError, KeyError, TypeError, AttributeError):
            raise ValueError(f"{path} line {number}: not a file and its language") from None
    return clips


def sample(clips: Iterable[Clip], languages: set[str], limit: int | None) -> list[Clip]:
    """The clips of some languages (of all, where none is named), at most `limit` of each."""
    taken: dict[str, list[Clip]] = defaultdict(list)
    for clip in clips:
        if not languages or clip.language in languages:
            taken[clip.language].append(clip)
    return [clip for some in taken.values() for clip in some[:limit]]


def listen(
    clips: Iterable[Clip], folder: Path, store: Path | None, model: str
) -> Iterator[tuple[Clip, Hearing]]:
    """Hear every clip; what `store` has already is not heard again."""
    from app.speech.audio import load_audio
    from app.speech.transcriber import load_translator

    known: dict[str, Hearing] = {}
    if store is not None and store.is_file():
        rows = map(json.loads, store.read_text(encoding="utf-8").splitlines())
        known = {row["file"]: Hearing(**row) for row in rows}
    translator = None
    for clip in clips:
        if clip.file not in known:
            translator = translator or load_translator(model)
            audio = load_audio(folder / clip.file)
            free = translator.transcribe(audio)
            told = translator.transcribe(audio, language=clip.language)
            known[clip.file] = Hearing(
                clip.file, told.text, told.translation, free.language,
                round(free.language_probability, 4), round(free.seconds, 3),
            )  # fmt: skip
            if store is not None:
                with store.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(asdict(known[clip.file]), ensure_ascii=False) + "\n")
        yield clip, known[clip.file]


def count(tally: Tally, clip: Clip, heard: Hearing, glossary: Glossary) -> None:
    """Add one clip."""
    from polyvoice.scoring.metrics import character_errors, word_errors

    tally.clips += 1
    tally.seconds.append(heard.seconds)
    tally.silent += not heard.language
    tally.identified += heard.language == clip.language
    if clip.transcript:
        for counted, errors in ((tally.words, word_errors), (tally.letters, character_errors)):
            wrong, every = errors(clip.transcript, heard.text, clip.language)
            counted.update({"wrong": wrong, "all": every})
    if clip.english:
        prompt = glossary.repair(heard.text, heard.translation, clip.language).prompt
        for fact in glossary.english.facts(clip.english):
            tally.said[fact.kind] += 1
            tally.translated[fact.kind] += fact.is_in(heard.translation)
            tally.prompted[fact.kind] += fact.is_in(prompt)


def table(rows: list[dict[str, Any]]) -> str:
    """The rows in Markdown; recalls as said → in Whisper's English → in the prompt."""
    names = list(rows[0]) if rows else []
    lines = [f"| {' | '.join(names)} |", f"|{'---|' * len(names)}"]
    for row in rows:
        cells = []
        for value in row.values():
            if isinstance(value, list):
                cells.append(" → ".join(map(str, value)) if value[0] else "–")
            elif isinstance(value, float) and value <= 1 and value != row["seconds"]:
                cells.append(f"{value:.0%}")
            else:
                cells.append("–" if value is None else str(value))
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.voices", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--data", type=Path, required=True, metavar="DIR")
    parser.add_argument("--lang", default="", help="languages, as in fr,es; default: all")
    parser.add_argument("--limit", type=int, metavar="N", help="at most N clips of a language")
    parser.add_argument("--heard", type=Path, metavar="HEARD.jsonl", help="keeps what was heard")
    parser.add_argument("--whisper", default="base", help="Whisper model; default: base")
    parser.add_argument("--json", action="store_true", help="print one line of JSON")
    options = parser.parse_args(argv)
    wanted = {code.strip() for code in options.lang.split(",") if code.strip()}
    tallies: dict[str, Tally] = defaultdict(Tally)
    glossary = Glossary.load()
    try:
        clips = sample(read_manifest(options.data), wanted, options.limit)
        for clip, heard in listen(clips, options.data, options.heard, options.whisper):
            for name in (clip.language, "all"):
                count(tallies[name], clip, heard, glossary)
    except (OSError, ValueError) as error:
        print(f"python -m benchmarks.voices: {error}", file=sys.stderr)
        return BAD_INPUT
    rows = [tallies[name].row(name) for name in sorted(tallies, key=lambda n: (n != "all", n))]
    print(json.dumps(rows) if options.json else table(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
