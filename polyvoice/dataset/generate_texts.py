"""Generation of PolyVoice texts by a language model with an OpenAI-compatible chat endpoint.

Each answer must fit a strict JSON schema, and each text the rules of `texts`. Texts are saved one
by one, so an interrupted run resumes.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from polyvoice.dataset.llm_client import (
    LONGEST_WAIT,
    OPENAI,
    Endpoint,
    TryAgain,
    UnreachableError,
    read_key,
)
from polyvoice.dataset.nano_words import fault
from polyvoice.dataset.texts import (
    ENGLISH,
    LANGUAGES,
    WORD_LIMITS,
    Seen,
    TextRow,
    TextsError,
    check_row,
    check_split,
    language_code,
    parse_row,
)

MODEL = "gpt-4o"
MAX_TRIES = 6  # consecutive requests without a new text
REMINDERS = 40  # latest texts shown to the model as examples not to repeat

_VARIETIES = {"zh": "Mandarin Chinese, simplified characters", "pt": "Brazilian Portuguese"}
_TOPICS = (
    "mountains, rivers and weather", "city streets and buildings", "people at work",
    "wild animals", "food and drink", "rooms and furniture", "fantasy and fairy tales",
    "science fiction", "still lifes and small objects", "sport and dance", "vehicles and travel",
    "the sea and islands", "children and families", "markets and festivals", "pets and farms",
    "abstract art and design", "history and old things", "plants, gardens and seasons",
)  # fmt: skip
_SAID = ("left of", "right of", "above", "below", "on", "under", "next to")  # relations of things
_SYSTEM = (
    "You write test texts for a system that draws a picture of what a person says aloud. Each text"
    " is written in English and translated so that a native speaker would say it that way, not"
    " word for word, with nothing added and nothing left out. The texts are read aloud: write"
    " numbers as words, no digits, symbols, line breaks or abbreviations."
)


def generate_texts(
    path: str | Path,
    n: int,
    languages: Iterable[str] = LANGUAGES[1:],
    *,
    split: str = "scenes",
    base_url: str = OPENAI,
    model: str = MODEL,
    api_key: str | None = None,
    batch_size: int = 10,
    max_tries: int = MAX_TRIES,
    timeout: float = 120.0,
    avoid: Iterable[str] = (),
    on_progress: Callable[[int, int], None] | None = None,
    on_trouble: Callable[[str, float], None] | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> list[TextRow]:
    """Fill the JSON-lines file `path` up to `n` texts and return them all.

    Texts already in the file are checked and kept; a line that an interruption cut off is dropped.

    Args:
        path: created where it does not exist.
        n: texts the file shall have in the end.
        languages: to translate into, by code (`cn` counts as zh) or name.
        split: "scenes", or "nano" for short texts within nano's vocabulary.
        base_url: of the endpoint, up to and without "/chat/completions".
        model: the endpoint's name of it.
        api_key: by default what the environment has as OPENAI_API_KEY; only OpenAI's own address
            insists on one. It is sent and never shown.
        batch_size: texts asked for at a time.
        max_tries: requests in a row that may bring no new text.
        timeout: seconds an answer may take.
        avoid: English texts that no new one may resemble.
        on_progress: told how many texts there are, and `n`.
        on_trouble: told why an answer brought no text, and the seconds until the next try.
        sleep: waits for so many seconds.

    Raises:
        TextsError: a bad argument, a damaged file, an endpoint that refuses, keeps failing, or
            cannot be reached to begin with. What was written by then stays.
    """
    check_split(split)
    if n < 1 or batch_size < 1 or max_tries < 1:
        raise TextsError(f"counts start at 1, got {min(n, batch_size, max_tries)}")
    texts = _TextFile(Path(path), split, _codes_of(languages), avoid)
    if len(texts.rows) >= n:
        return texts.rows
    endpoint = Endpoint(base_url, model, read_key(base_url, api_key), timeout)
    failures, reached = 0, False
    asked = len(texts.rows)  # so that a resumed run does not begin with the same topics again
    while len(texts.rows) < n:
        wait: float | None = None
        try:
            items = endpoint.ask(*texts.question(min(batch_size, n - len(texts.rows)), asked))
            reached = True
            added, reason = texts.add(items, n)
        except TryAgain as error:
            if isinstance(error, UnreachableError) and not reached:
                raise TextsError(f"{error} (texts from a language model need it)") from None
            reached = True
            added, reason, wait = 0, str(error), error.wait
        asked += 1
        if added:
            failures = 0
            if on_progress:
                on_progress(len(texts.rows), n)
            continue
        failures += 1
        if failures >= max_tries:
            tries = f"{max_tries} {'try' if max_tries == 1 else 'tries'}"
            raise TextsError(
                f"no new text after {tries} ({reason}); {texts.file} has {len(texts.rows)} of {n}, "
                "run again to go on"
            )
        wait = min(LONGEST_WAIT, 2.0 ** (failures - 1)) if wait is None else wait
        if on_trouble:
            on_trouble(reason, wait)
        sleep(wait)
    return texts.rows


def _codes_of(languages: Iterable[str]) -> list[str]:
    """The codes of `languages`, English first. Raises TextsError without another one."""
    codes = list(dict.fromkeys(map(language_code, languages)))
    codes = [ENGLISH, *(code for code in codes if code != ENGLISH)]
    if len(codes) == 1:
        raise TextsError("name at least one language beside English")
    return codes


# ---------------------------------------------------------------- the file


def _resume(file: Path, split: str, codes: Sequence[str]) -> list[TextRow]:
    """The rows of a partial file, which is left ready for the next line."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        data = file.read_bytes() if file.exists() else b""
    except OSError as error:
        raise TextsError(f"cannot write the texts {file}: {error.strerror}") from None
    whole, _, rest = data.rpartition(b"\n")
    if rest:  # no line end: an interruption, or an editor that writes none
        try:
            parse_row(rest.decode("utf-8"))
        except ValueError:
            rest = b""
    lines = [line for line in [*whole.split(b"\n"), rest] if line.strip()]
    kept = b"".join(line + b"\n" for line in lines)
    rows = []
    for number, line in enumerate(lines, 1):
        try:
            row = parse_row(line.decode("utf-8"))
            if row.split != split:
                raise TextsError(f"text {row.id} is of split {row.split!r}, not {split!r}")
            check_row(row, codes)
        except UnicodeDecodeError:
            raise TextsError(f"{file} text {number}: not UTF-8") from None
        except TextsError as error:
            raise TextsError(f"{file} text {number}: {error}") from None
        rows.append(row)
    if kept != data:
        _write(file, kept, "wb")
    return rows


def _write(file: Path, data: bytes, mode: str) -> None:
    try:
        with file.open(mode) as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
    except OSError as error:
        raise TextsError(f"cannot write the texts {file}: {error.strerror}") from None


class _TextFile:
    """The JSON-lines file of a run: its checked rows, and appending new ones."""

    def __init__(self, file: Path, split: str, codes: Sequence[str], avoid: Iterable[str]) -> None:
        self.file, self.split, self.codes = file, split, codes
        self.rows = _resume(file, split, codes)
        self._seen = Seen(split)
        for english in avoid:
            self._seen.remember(english, "one to avoid")
        for row in self.rows:
            self._seen.add(row)

    def question(self, count: int, asked: int) -> tuple[str, str, dict[str, Any]]:
        """What the endpoint is asked for `count` texts: system prompt, prompt, schema."""
        prompt = _prompt(self.split, self.codes, count, self.rows, asked)
        return _SYSTEM, prompt, _schema(self.codes)

    def add(self, items: list[Any], n: int) -> tuple[int, str]:
        """Append valid items up to `n` rows; returns their number and the last item's fault."""
        added, reason = 0, "the answer holds no texts"
        for item in items:
            if len(self.rows) == n:
                break
            numbers = (int(row.id.rpartition("-")[2]) for row in self.rows if _numbered(row))
            number = 1 + max(numbers, default=0)
            try:
                row = _row(item, f"{self.split}-{number:03}", self.split, number, self.codes)
                check_row(row, self.codes)
                if self.split == "nano" and (wrong := fault(row.english)):
                    raise TextsError(f"{wrong}: {row.english!r}")
                self._seen.add(row)
            except TextsError as error:
                reason = str(error)
                continue
            _write(self.file, row.to_json().encode() + b"\n", "ab")
            self.rows.append(row)
            added += 1
        return added, reason


def _numbered(row: TextRow) -> bool:
    return row.id.rpartition("-")[2].isdecimal()


def _row(item: Any, name: str, split: str, seed: int, codes: Sequence[str]) -> TextRow:
    """A row of an answer's item; spaces of any kind become plain ones."""
    if not isinstance(item, dict) or set(item) != set(codes):
        raise TextsError(f"text {name} does not have the languages {', '.join(codes)}")
    if not all(isinstance(text, str) for text in item.values()):
        raise TextsError(f"text {name} is not text in every language")
    return TextRow(name, split, seed, {code: " ".join(item[code].split()) for code in codes})


# ---------------------------------------------------------------- what is asked


def _schema(codes: Sequence[str]) -> dict[str, Any]:
    """The strict schema of an answer: {"texts": [{"en": ..., "fr": ...}, ...]}."""
    item = {
        "type": "object",
        "properties": {code: {"type": "string"} for code in codes},
        "required": list(codes),
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "properties": {"texts": {"type": "array", "items": item}},
        "required": ["texts"],
        "additionalProperties": False,
    }


def _prompt(
    split: str, codes: Sequence[str], count: int, rows: Sequence[TextRow], asked: int
) -> str:
    from app.languages import LANGUAGES as NAMES

    low, high = WORD_LIMITS[split]
    languages = ", ".join(f"{code} ({_VARIETIES.get(code, NAMES[code])})" for code in codes)
    shuffled = random.Random(f"{split}/{asked}")
    if split == "nano":
        what = _nano_prompt(shuffled)
    else:
        what = (
            "Each describes one picture in the style of image prompts: subject, place, light,"
            " mood and sometimes a medium or style. Vary them as much as you can; among them: "
            + "; ".join(shuffled.sample(_TOPICS, 5))
            + "."
        )
    latest = [row.english for row in rows[-REMINDERS:]]
    repeat = "\nNothing like these:\n" + "\n".join(latest) if latest else ""
    return (
        f"Write {count} texts, each of {low} to {high} English words. Languages: {languages}."
        f" {what}{repeat}"
    )


def _nano_prompt(shuffled: random.Random) -> str:
    from maskgil.nano.world.captions import RELATIONS
    from maskgil.nano.world.nouns import load_nouns
    from maskgil.nano.world.paints import PAINTS
    from maskgil.nano.world.settings import PLACES

    nouns = ", ".join(noun.name for noun in shuffled.sample(load_nouns(), 30))
    relations = ", ".join(RELATIONS[name][0] for name in _SAID)
    settings = ", ".join(
        place.phrases[0]
        for name, place in PLACES.items()
        if place.phrases and not name.endswith("background")
    )
    return (
        f"Use only these things: {nouns}. Only these colours: {', '.join(PAINTS)}. A text names"
        " one thing, or two to four of one thing, or two things of one each. It may say a colour"
        f" of each thing, where they are (and, with, {relations}), and a place ({settings}) or a"
        " backdrop (on a COLOUR background). No other words, no verbs."
    )
