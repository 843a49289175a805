"""Scoring of clips: transcribe, translate, draw, draw the English text, compare.

A run can be interrupted, resumed and distributed. A row has its own seed and is judged by itself,
independent of batch and process.
"""

# D width of the scorer's space, T tokens, C width of the text encoder.

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from maskgil.nano.reader.words import NEAR_WORDS
from maskgil.utils.assets import ASSETS
from maskgil.utils.command_line import one_line
from maskgil.utils.hashing import sha256_of
from polyvoice.dataset.clips import METADATA, Clip
from polyvoice.scoring.error_attribution import judge_row
from polyvoice.scoring.metrics import character_errors, word_errors
from polyvoice.scoring.results import ClipRow, EnglishRow, RunFolder

if TYPE_CHECKING:
    from PIL.Image import Image
    from torch import Tensor

    from app.config import AppConfig
    from app.imaging.settings import DrawSettings
    from app.pipeline import SpeechToImage
    from maskgil.models.text_encoders.load import TextEncoder
    from maskgil.sampling.config import SamplingConfig
    from polyvoice.scoring.clip_score import Scorer

VERSION = 2  # version of rows; older ones are rescored
WORDS = (".gz", ".tsv")  # the files of the glossary's words
LARGE = 200_000_000  # bytes from which weights are identified by size and mtime instead of a hash


@dataclass(frozen=True)
class Settings:
    """The settings that determine scores; None: the preset's."""

    preset: str = "nano"
    clip: str = "clip-nano"
    steps: int = 8
    guidance: float | None = None
    ar_ratio: float = 0.0
    tell_language: bool = False
    device: str | None = None
    whisper: str | None = None

    def __post_init__(self) -> None:
        self.drawing()

    def drawing(self) -> DrawSettings:
        """The checked drawing settings."""
        from app.imaging.settings import DrawSettings

        return DrawSettings(self.steps, self.guidance, self.ar_ratio)

    def fingerprint(self, config: AppConfig) -> str:
        """A fingerprint of settings and weights; rows with another one are rescored."""
        values = dataclasses.asdict(self)
        del values["device"], values["whisper"]
        files = [*_generator_files(config), *_clip_files(self.clip)]
        words = (*(ASSETS / "glossary").glob("*.gz"), *(ASSETS / "glossary").glob("*.tsv"))
        files += [*sorted(words), NEAR_WORDS]
        values |= {"version": VERSION, "whisper": config.whisper, "files": list(map(_mark, files))}
        return hashlib.sha256(json.dumps(values).encode()).hexdigest()[:16]


def _generator_files(config: AppConfig) -> list[Path]:
    from maskgil.checkpoints import resolve
    from maskgil.presets.table import find_parts

    parts = find_parts(config.generator, config.weights)
    named = [part for part in (parts.tokenizer, parts.masked, parts.causal) if part is not None]
    return [Path(part) if Path(part).exists() else resolve(part)[0] for part in named]


def _clip_files(name: str) -> list[Path]:
    from polyvoice.clip_nano.model import ASSET, NAME

    path = ASSET if name == NAME else Path(name)
    return [path] if path.is_file() else []


def _mark(path: Path) -> str:
    info = path.stat()
    if path.is_dir() or info.st_size > LARGE:
        return f"{path.name} {info.st_size} {info.st_mtime_ns}"
    return f"{path.name} {sha256_of(path)}"


class System:
    """The models under test and the judge, loaded lazily."""

    def __init__(self, settings: Settings, config: AppConfig) -> None:
        from app.pipeline import SpeechToImage

        self.settings = settings
        self.pipeline: SpeechToImage = SpeechToImage(config)

    @cached_property
    def encoder(self) -> TextEncoder:
        """MiniLM, for sentence vectors and clip-nano."""
        from maskgil.models.text_encoders.load import load_text_encoder

        return load_text_encoder("minilm")

    @cached_property
    def scorer(self) -> Scorer:
        from polyvoice.scoring.clip_score import load_scorer

        device = self.pipeline.config.device
        return load_scorer(self.settings.clip, device=device, encoder=self.encoder)

    def load(self) -> None:
        """Warm up, so that the first clip is timed like the others."""
        self.pipeline.check_weights()
        self.scorer.image(self.draw([""], [0])[0])
        self.pipeline.translator.warm_up()
        self.pipeline.glossary.repair("", "", "en")

    def sampling(self) -> SamplingConfig:
        """The app's sampling config for these settings."""
        usual = self.pipeline.generator.sampling
        return self.pipeline.settled(self.settings.drawing()).sampling(usual)

    def draw(self, prompts: Sequence[str], seeds: Sequence[int]) -> list[Image]:
        return self.pipeline.generator.generate(
            list(prompts), seed=list(seeds), sampling=self.sampling()
        )

    def hear(self, clip: Clip, folder: Path, row: ClipRow) -> None:
        """Fill in the transcript. Raises ValueError in one line for an unusable clip."""
        from app.types import SilenceError

        path = clip.path(folder)
        started = perf_counter()
        try:
            told = clip.language if self.settings.tell_language else None
            heard = self.pipeline.listen(path, language=told)
        except SilenceError:
            heard = None
        row.listen_seconds = perf_counter() - started
        if heard is not None:
            said = heard.transcript
            row.heard, row.prompt = True, heard.prompt
            row.detected, row.probability = said.language, said.language_probability
            row.transcript, row.translation = said.text, said.translation
        if clip.text:  # unknown for some human recordings
            texts = (clip.text, row.transcript, clip.language)
            row.wrong_words, row.words = word_errors(*texts)
            row.wrong_characters, row.characters = character_errors(*texts)
        prompt, english = (sentence_vector(self.encoder, t) for t in (row.prompt, clip.english))
        row.similarity = float(prompt @ english) if row.prompt else 0.0
        glossary = self.pipeline.glossary
        judge_row(
            row,
            repair=lambda *words: glossary.repair(*words).prompt,
            understood=self.pipeline.generator.understood,
        )


def sentence_vector(encoder: TextEncoder, text: str) -> Tensor:
    """Unit vector (C,): the mean of the text's token features, as MiniLM's authors use it."""
    from torch.nn.functional import normalize

    features, _ = encoder.encode([text])  # (1, T, C): one text has no padding
    return normalize(features[0].mean(0), dim=-1)


def start_row(clip: Clip, fingerprint: str) -> ClipRow:
    shared = {
        name: getattr(clip, name) for name in ClipRow.__dataclass_fields__ if hasattr(clip, name)
    }
    return ClipRow(**shared, fingerprint=f"{fingerprint} {clip.sha256[:16]}")


@dataclass(frozen=True)
class RunContext:
    """A resolved run: clips, folder of rows, settings."""

    settings: Settings
    config: AppConfig
    split: str
    clips: list[Clip]  # of all processes
    data: Path
    store: RunFolder
    fingerprint: str

    def unscored(self, clips: Sequence[Clip]) -> list[Clip]:
        """The `clips` without row."""
        return [clip for clip in clips if self.store.read(clip, self.fingerprint) is None]


def score_clips(
    clips: Sequence[Clip], context: RunContext, *, batch_size: int = 1
) -> Iterator[ClipRow]:
    """Score `clips`; yield each row once it is on disk.

    An unusable clip gives a row with its error.
    """
    run, folder, fingerprint = context.store, context.data, context.fingerprint
    system = System(context.settings, context.config)
    whole = []
    for clip in clips:
        path = clip.path(folder)
        if sha256_of(path) == clip.sha256:
            whole.append(clip)
        else:
            row = start_row(clip, fingerprint)
            yield _give_up(row, run, f"{path} is damaged: its sha256 is not that of {METADATA}")
    if whole:
        system.load()
    for start in range(0, len(whole), batch_size):
        good: list[tuple[Clip, ClipRow]] = []
        for clip in whole[start : start + batch_size]:
            row = start_row(clip, fingerprint)
            try:
                system.hear(clip, folder, row)
            except (ValueError, OSError) as error:
                yield _give_up(row, run, one_line(error))
            else:
                good.append((clip, row))
        if good:
            yield from _draw_and_score(good, run, system, fingerprint)


def _give_up(row: ClipRow, run: RunFolder, error: str) -> ClipRow:
    row.error = error
    run.write(row)
    return row


def _draw_and_score(
    good: list[tuple[Clip, ClipRow]], run: RunFolder, system: System, fingerprint: str
) -> Iterator[ClipRow]:
    import torch

    from polyvoice.scoring.clip_score import image_clipscore, text_clipscore

    english = {clip.id: run.read_english(clip, fingerprint) for clip, _ in good}
    missing = list({clip.id: clip for clip, _ in good if english[clip.id] is None}.values())
    if missing:
        drawn = system.draw([clip.english for clip in missing], [clip.seed for clip in missing])
        for clip, picture in zip(missing, drawn, strict=True):
            features, text = system.scorer.image(picture), system.scorer.text(clip.english)
            made = EnglishRow(
                id=clip.id,
                english=clip.english,
                seed=clip.seed,
                fingerprint=fingerprint,
                text_score=text_clipscore(features, text),
                picture="",
                features=features.numpy(),
                text_features=text.numpy(),
            )
            run.write(made, picture)
            english[clip.id] = made
    started = perf_counter()
    pictures = system.draw([row.prompt for _, row in good], [clip.seed for clip, _ in good])
    seconds = (perf_counter() - started) / len(good)
    for (clip, row), picture in zip(good, pictures, strict=True):
        other = english[clip.id]
        assert other is not None
        features = system.scorer.image(picture)
        row.draw_seconds = seconds
        row.text_score = text_clipscore(features, torch.from_numpy(other.text_features))
        row.image_score = image_clipscore(features, torch.from_numpy(other.features))
        row.features = features.numpy()
        run.write(row, picture)
        yield row
