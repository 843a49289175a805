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
from benchmarks.common import parser_of, read_rows
from maskgil.utils import markdown
from maskgil.utils.command_line import status_of

KINDS = ("noun", "colour", "number")


@dataclass(frozen=True)
class Recording:
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
class LanguageSums:
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


def read_manifest(folder: Path) -> list[Recording]:
    """The clips of a folder.

    Raises:
        ValueError: a line is no JSON object that names a file and its language.
    """

    def recording(row: dict[str, Any]) -> Recording:
        return Recording(row["file"], row["language"], row.get("transcript"), row.get("english"))

    return read_rows(folder / "manifest.jsonl", recording, "a file and its language")


def sample(clips: Iterable[Recording], languages: set[str], limit: int | None) -> list[Recording]:
    """The clips of some languages (of all, where none is named), at most `limit` of each."""
    taken: dict[str, list[Recording]] = defaultdict(list)
    for clip in clips:
        if not languages or clip.language in languages:
            taken[clip.language].append(clip)
    return [clip for some in taken.values() for clip in some[:limit]]


def listen(
    clips: Iterable[Recording], folder: Path, store: Path | None, model: str
) -> Iterator[tuple[Recording, Hearing]]:
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


def count(tally: LanguageSums, clip: Recording, heard: Hearing, glossary: Glossary) -> None:
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

    def cell(name: str, value: Any) -> str:
        if isinstance(value, list):
            return " → ".join(map(str, value)) if value[0] else "–"
        if name in ("language", "wer", "cer") and value is not None:
            return f"{value:.0%}"
        return "–" if value is None else str(value)

    return markdown.table(
        list(rows[0]) if rows else [], [[*map(cell, r, r.values())] for r in rows]
    )


def main(argv: list[str] | None = None) -> int:
    parser = parser_of("benchmarks.voices", __doc__)
    parser.add_argument("--data", type=Path, required=True, metavar="DIR")
    parser.add_argument("--lang", default="", help="languages, as in fr,es; default: all")
    parser.add_argument("--limit", type=int, metavar="N", help="at most N clips of a language")
    parser.add_argument("--heard", type=Path, metavar="HEARD.jsonl", help="keeps what was heard")
    parser.add_argument("--whisper", default="base", help="Whisper model; default: base")
    parser.add_argument("--json", action="store_true", help="print one line of JSON")
    options = parser.parse_args(argv)
    return status_of(lambda: run(options), parser.prog)


def run(options: argparse.Namespace) -> None:
    """Print the table that is asked for."""
    wanted = {code.strip() for code in options.lang.split(",") if code.strip()}
    tallies: dict[str, LanguageSums] = defaultdict(LanguageSums)
    glossary = Glossary.load()
    clips = sample(read_manifest(options.data), wanted, options.limit)
    for clip, heard in listen(clips, options.data, options.heard, options.whisper):
        for name in (clip.language, "all"):
            count(tallies[name], clip, heard, glossary)
    rows = [tallies[name].row(name) for name in sorted(tallies, key=lambda n: (n != "all", n))]
    print(json.dumps(rows) if options.json else table(rows))


if __name__ == "__main__":
    sys.exit(main())
