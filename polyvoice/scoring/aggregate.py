"""Aggregation of a run: scores by language, and of the English texts."""

# N clips, D width of the scorer's space.

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from polyvoice.scoring.clip_score import TEXT_SCALE, is_clip_nano
from polyvoice.scoring.error_attribution import StageLine, blamed, is_off, stage_line
from polyvoice.scoring.metrics import Estimate, estimate, others_mean, translation_scores
from polyvoice.scoring.results import ClipRow, EnglishRow
from polyvoice.scoring.runner import Settings

WORST = 10
FEW = 30  # clips per language below which results are preliminary


@dataclass(frozen=True)
class LanguageLine:
    """The scores of one language; None without data.

    `text` and `image`: Text and Image CLIPScore; `..._shuffled`: the same of wrong pairs, each clip
    with every other's text or picture. `lost`: the English texts' Text CLIPScore minus this one's.
    `translation` is of Whisper's English, `prompt` of what was drawn. `real_time`: seconds of
    listening, `real_time_drawn` of listening and drawing, per second of sound. `stages`: where
    clips went wrong.
    """

    language: str
    clips: int
    failed: int
    unheard: int
    text: Estimate | None
    text_shuffled: Estimate | None
    image: Estimate | None
    image_shuffled: Estimate | None
    lost: Estimate | None
    prompt: dict[str, float]
    translation: dict[str, float]
    similarity: Estimate | None
    language_right: Estimate | None
    word_errors: Estimate | None
    character_errors: Estimate | None
    real_time: Estimate | None
    real_time_drawn: Estimate | None
    stages: StageLine | None


@dataclass(frozen=True)
class EnglishLine:
    """Text CLIPScore of what was drawn from the English texts themselves.

    `off`: pictures to which another one of the texts lies nearer than their own.
    """

    texts: int
    off: int
    text: Estimate | None
    text_shuffled: Estimate | None


@dataclass(frozen=True)
class Summary:
    """All of a run. `worst`: the clips of the lowest Image CLIPScore; `failed`: no scores."""

    split: str
    settings: Settings
    english: EnglishLine
    languages: list[LanguageLine]
    rows: list[ClipRow] = field(repr=False)
    english_rows: dict[str, EnglishRow] = field(repr=False)

    @property
    def scored(self) -> list[ClipRow]:
        return [row for row in self.rows if not row.error]

    @property
    def failed(self) -> list[ClipRow]:
        return [row for row in self.rows if row.error]

    @property
    def worst(self) -> list[ClipRow]:
        return sorted(self.scored, key=lambda row: (row.image_score, row.text_score))[:WORST]

    @property
    def judge(self) -> str:
        """The CLIP model's name and the comparability of its scores."""
        if is_clip_nano(self.settings.clip):
            words = "" if self.split == "nano" else ", which has no words for this split's texts"
            return (
                f"{self.settings.clip} (this project's own, for nano's emoji scenes alone{words}; "
                "not comparable with scores of any other CLIP)"
            )
        return self.settings.clip

    @property
    def first_look(self) -> str:
        """A caveat for runs with few clips per language, else empty."""
        few = [line for line in self.languages if line.clips < FEW and line.text]
        if not few:
            return ""
        scores = ", ".join(
            f"{line.language} {line.text.low:.2f} to {line.text.high:.2f} of {line.clips}"
            for line in few
            if line.text
        )
        return (
            f"A first look, no result: fewer than {FEW} clips of a language. 95 % intervals of "
            f"Text CLIPScore ({scores}) are wide, and of so few clips still too narrow."
        )

    def to_json(self) -> dict[str, Any]:
        """Plain values: settings, every line, the worst clips and the failed ones."""
        return {
            "split": self.split,
            "clip_model": self.settings.clip,
            "comparable_with_the_paper": not is_clip_nano(self.settings.clip),
            "text_clipscore": f"{TEXT_SCALE:g} * cos(picture, English text)",
            "image_clipscore": "cos(picture, picture of the English text)",
            "first_look": bool(self.first_look),
            "settings": dataclasses.asdict(self.settings),
            "english_text": dataclasses.asdict(self.english),
            "languages": {line.language: dataclasses.asdict(line) for line in self.languages},
            "worst": [_brief(row) for row in self.worst],
            "failed": [{"key": row.key, "error": row.error} for row in self.failed],
        }


def _brief(row: ClipRow) -> dict[str, Any]:
    names = ("key", "text", "transcript", "english", "prompt", "text_score", "image_score",
             "picture")  # fmt: skip
    return {**{name: getattr(row, name) for name in names}, "lost_by": blamed(row)}


def summarise(
    rows: Sequence[ClipRow], english_rows: dict[str, EnglishRow], settings: Settings
) -> Summary:
    """Put a run's rows together, in the order of their languages."""
    used = {row.id: english_rows[row.id] for row in rows if not row.error}
    languages = list(dict.fromkeys(row.language for row in rows))
    return Summary(
        split=rows[0].split if rows else "",
        settings=settings,
        english=_english(used),
        languages=[
            _line(language, [row for row in rows if row.language == language], used)
            for language in languages
        ],
        rows=list(rows),
        english_rows=used,
    )


def _english(english: dict[str, EnglishRow]) -> EnglishLine:
    rows = list(english.values())
    if not rows:
        return EnglishLine(0, 0, None, None)
    cosines = _table([row.features for row in rows], [row.text_features for row in rows])
    return EnglishLine(
        texts=len(rows),
        off=sum(is_off(row.features, row.id, english) for row in rows),
        text=estimate([row.text_score for row in rows]),
        text_shuffled=estimate(list(TEXT_SCALE * others_mean(cosines))),
    )


def _table(ones: list[np.ndarray], others: list[np.ndarray]) -> np.ndarray:
    """Cosines (N, N) of unit vectors (D,)."""
    return np.stack(ones).astype(np.float64) @ np.stack(others).astype(np.float64).T


def _line(language: str, rows: list[ClipRow], english: dict[str, EnglishRow]) -> LanguageLine:
    good = [row for row in rows if not row.error]
    features = list(_features(good))
    text = image = np.zeros((0, 0))
    if good:
        text = _table(features, [english[row.id].text_features for row in good])
        image = _table(features, [english[row.id].features for row in good])
    references = [row.english for row in good]
    durations = [row.duration for row in good]
    listened = [row.listen_seconds for row in good]
    worked = [row.listen_seconds + row.draw_seconds for row in good]
    return LanguageLine(
        language=language,
        clips=len(good),
        failed=len(rows) - len(good),
        unheard=sum(not row.heard for row in good),
        text=estimate([_score(row.text_score) for row in good]),
        text_shuffled=estimate(list(TEXT_SCALE * others_mean(text))),
        image=estimate([_score(row.image_score) for row in good]),
        image_shuffled=estimate(list(others_mean(image))),
        lost=estimate([english[row.id].text_score - _score(row.text_score) for row in good]),
        prompt=translation_scores(references, [row.prompt for row in good]) if good else {},
        translation=(
            translation_scores(references, [row.translation for row in good]) if good else {}
        ),
        similarity=estimate([_score(row.similarity) for row in good]),
        language_right=estimate([float(row.detected == row.language) for row in good]),
        word_errors=estimate([row.wrong_words for row in good], [row.words for row in good]),
        character_errors=estimate(
            [row.wrong_characters for row in good], [row.characters for row in good]
        ),
        real_time=estimate(listened, durations),
        real_time_drawn=estimate(worked, durations),
        stages=stage_line(good, english),
    )


def _score(value: float | None) -> float:
    assert value is not None, "a row without an error has every score"
    return value


def _features(rows: list[ClipRow]) -> Iterator[np.ndarray]:
    for row in rows:
        assert row.features is not None, "a row without an error has features"
        yield row.features
