"""Recall on human recordings: a table by kind and language of a folder of them.

    python -m benchmarks.voices --data DIR                       # every clip
    python -m benchmarks.voices --data DIR --lang fr,es --limit 10
    python -m benchmarks.voices --data DIR --heard HEARD.jsonl --json

DIR holds manifest.jsonl, one clip a line: "file", "language" (Whisper's code), "transcript" and
"english" (null where they are not known), "kind". Each clip is heard three times: with nobody
telling its language, with its language and English as what the speaker is likely to speak (the
prior), and with its language told. HEARD.jsonl keeps what was heard, so that a run goes on where it
was cut off and the prompts of another glossary are counted in seconds; `--heard` of a folder that
is heard anew is a new file. The columns:

- language, prior: right with nobody telling, and with the prior, among clips with speech;
- WER, CER: of transcripts, the language told, where it is known what was said;
- nouns, colours, numbers: of those that the English names, how many the English that is heard has,
  how many the prompt has, the language told, and how many the prompt has with the prior;
- silence: clips in which no speech is heard; seconds: a clip's hearing, nobody telling.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import statistics
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from app.glossary.repair import Glossary
from app.languages import LANGUAGES
from benchmarks.common import parser_of
from maskgil.evaluation import markdown
from maskgil.utils.command_line import status_of
from polyvoice.dataset.recordings import Recording, read_manifest

if TYPE_CHECKING:
    import numpy as np

    from app.speech.engine import Engine

FACTS = ("noun", "colour", "number")


@dataclass(frozen=True)
class Hearing:
    """What was heard of a clip.

    `text` and `translation` with its language told, `prior…` with its language likely, `language`
    with nobody telling.
    """

    file: str
    text: str
    translation: str
    language: str
    probability: float
    seconds: float
    prior_language: str
    prior_text: str
    prior_translation: str


@dataclass
class Sums:
    """Sums over the clips of one kind or language."""

    clips: int = 0
    silent: int = 0
    identified: int = 0
    identified_with_prior: int = 0
    words: Counter[str] = field(default_factory=Counter)  # "wrong" and "all"
    letters: Counter[str] = field(default_factory=Counter)
    said: Counter[str] = field(default_factory=Counter)  # by kind
    translated: Counter[str] = field(default_factory=Counter)
    prompted: Counter[str] = field(default_factory=Counter)
    prompted_with_prior: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)

    def row(self, name: str) -> dict[str, Any]:
        """The sums as numbers; None where there is nothing to divide by."""
        heard = self.clips - self.silent
        recalls = {
            f"{fact}s": [
                counted[fact]
                for counted in (self.said, self.translated, self.prompted, self.prompted_with_prior)
            ]
            for fact in FACTS
        }
        return {
            "voices": name,
            "clips": self.clips,
            "language": _share(self.identified, heard),
            "prior": _share(self.identified_with_prior, heard),
            "wer": _share(self.words["wrong"], self.words["all"]),
            "cer": _share(self.letters["wrong"], self.letters["all"]),
            **recalls,
            "silence": self.silent,
            "seconds": round(statistics.mean(self.seconds), 2) if self.seconds else None,
        }


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def sample(clips: Iterable[Recording], languages: set[str], limit: int | None) -> list[Recording]:
    """The clips of some languages (of all, where none is named), at most `limit` of each."""
    taken: dict[str, list[Recording]] = defaultdict(list)
    for clip in clips:
        if not languages or clip.language in languages:
            taken[clip.language].append(clip)
    return [clip for some in taken.values() for clip in some[:limit]]


class RememberingEngine:
    """A speech engine that does nothing twice, for one clip that is heard in several ways."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._known: dict[tuple[str, str], Any] = {}  # keeps encodings, so that an id is one's own

    def __getattr__(self, name: str) -> Any:
        does = getattr(self._engine, name)
        if not callable(does):
            return does

        def once(*args: Any, **options: Any) -> Any:
            key = (name, repr([_told_apart(value) for value in (*args, *options.items())]))
            if key not in self._known:
                self._known[key] = does(*args, **options)
            return self._known[key]

        return once


def _told_apart(value: Any) -> Any:
    """What an argument of an engine is told apart by; features (M, F) float32 by their bytes."""
    if hasattr(value, "tobytes"):
        return hashlib.sha256(value.tobytes()).hexdigest()
    return value if isinstance(value, (str, int, float, list, tuple)) else id(value)


def hear(engine: Engine, clip: Recording, audio: np.ndarray) -> Hearing:
    """Hear samples (n,) at 16 kHz in all three ways."""
    from app.speech.transcriber import WhisperTranslator

    translator = WhisperTranslator(cast("Engine", RememberingEngine(engine)))
    free = translator.transcribe(audio)
    likely = translator.transcribe(audio, speaks=(clip.language, "en"))
    told = translator.transcribe(audio, language=clip.language)
    return Hearing(
        clip.file, told.text, told.translation,
        free.language, round(free.language_probability, 4), round(free.seconds, 3),
        likely.language, likely.text, likely.translation,
    )  # fmt: skip


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
    engine = None
    for clip in clips:
        if clip.file not in known:
            engine = engine or load_translator(model).engine
            known[clip.file] = hear(engine, clip, load_audio(folder / clip.file))
            if store is not None:
                with store.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(asdict(known[clip.file]), ensure_ascii=False) + "\n")
        yield clip, known[clip.file]


def count(tally: Sums, clip: Recording, heard: Hearing, glossary: Glossary) -> None:
    """Add one clip."""
    from polyvoice.scoring.metrics import character_errors, word_errors

    tally.clips += 1
    tally.seconds.append(heard.seconds)
    tally.silent += not heard.language
    tally.identified += heard.language == clip.language
    tally.identified_with_prior += heard.prior_language == clip.language
    if clip.transcript:
        for counted, errors in ((tally.words, word_errors), (tally.letters, character_errors)):
            wrong, every = errors(clip.transcript, heard.text, clip.language)
            counted.update({"wrong": wrong, "all": every})
    if clip.english:
        prompt, with_prior = (
            glossary.repair(*texts).prompt
            for texts in (
                (heard.text, heard.translation, clip.language),
                (heard.prior_text, heard.prior_translation, heard.prior_language),
            )
        )
        for fact in glossary.english.facts(clip.english):
            tally.said[fact.kind] += 1
            tally.translated[fact.kind] += fact.is_in(heard.translation)
            tally.prompted[fact.kind] += fact.is_in(prompt)
            tally.prompted_with_prior[fact.kind] += fact.is_in(with_prior)


def table(rows: list[dict[str, Any]]) -> str:
    """The rows in Markdown; recalls as said → in the English → in the prompt → with the prior."""

    def cell(name: str, value: Any) -> str:
        if isinstance(value, list):
            return " → ".join(map(str, value)) if value[0] else "–"
        if name in ("language", "prior", "wer", "cer") and value is not None:
            return f"{value:.0%}"
        return "–" if value is None else str(value)

    return markdown.table(
        list(rows[0]) if rows else [], [[*map(cell, r, r.values())] for r in rows]
    )


def _place(name: str) -> tuple[int, str]:
    """All first, then the kinds, then the languages."""
    return (0 if name == "all" else 2 if name in LANGUAGES else 1, name)


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
    tallies: dict[str, Sums] = defaultdict(Sums)
    glossary = Glossary.load()
    clips = sample(read_manifest(options.data), wanted, options.limit)
    for clip, heard in listen(clips, options.data, options.heard, options.whisper):
        for name in ("all", clip.kind, clip.language):
            if name:
                count(tallies[name], clip, heard, glossary)
    rows = [tallies[name].row(name) for name in sorted(tallies, key=_place)]
    print(json.dumps(rows) if options.json else table(rows))


if __name__ == "__main__":
    sys.exit(main())
