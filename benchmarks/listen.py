"""Time of listening on this machine: `python -m benchmarks.listen`.

For each number type of CTranslate2, the median seconds of each stage on one clip with silence
added up to four seconds, what partial hearing costs while a recording grows, and how like the
wanted texts the test clips' transcripts and translations are. Run it on an idle machine, with
OMP_NUM_THREADS=1 for one core.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from difflib import SequenceMatcher

import numpy as np

from app.speech.audio import SAMPLE_RATE, load_audio
from app.speech.features import log_mel
from app.speech.transcriber import load_translator
from app.speech.vad import speech_spans
from app.thresholds import MIN_FRAMES
from benchmarks.common import CLIPS
from maskgil.utils.threads import num_threads

CLIP_SECONDS = 4.0


def stages(translator, audio: np.ndarray, language: str, frames: int) -> dict[str, float]:
    """Seconds of each stage of hearing `audio` (n,) in a window of `frames`."""
    engine, clock = translator.engine, time.perf_counter
    times = [clock()]
    speech_spans(audio)
    times.append(clock())
    mel = log_mel(audio, frames, engine.num_mels)
    times.append(clock())
    encoding = engine.encode(mel)
    times.append(clock())
    engine.detect(encoding)
    times.append(clock())
    for task in ("transcribe", "translate"):
        engine.decode(encoding, language, task, max_tokens=100)
        times.append(clock())
    names = ("find speech", "spectrogram", "encode", "language", "transcribe", "translate")
    return dict(zip(names, np.diff(times).tolist(), strict=True))


def likeness(one: str, other: str) -> float:
    letters = ["".join(filter(str.isalnum, text.lower())) for text in (one, other)]
    return SequenceMatcher(None, *letters).ratio()


def main() -> None:
    parser = argparse.ArgumentParser(description="Seconds and quality of listening.")
    parser.add_argument("--model", default="base")
    parser.add_argument("--engine", default="faster-whisper")
    parser.add_argument("--types", nargs="+", default=["int8", "float32"])
    parser.add_argument("--frames", nargs="+", type=int, default=[MIN_FRAMES, 3000])
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--quality", action="store_true", help="also hear all test clips")
    arguments = parser.parse_args()

    clip = load_audio(CLIPS / "fr_stars.ogg")
    audio = np.zeros(int(CLIP_SECONDS * SAMPLE_RATE), np.float32)
    audio[SAMPLE_RATE : SAMPLE_RATE + len(clip)] = clip
    print(f"Whisper {arguments.model}, {arguments.engine}, {num_threads()} threads")
    for kind in arguments.types:
        translator = load_translator(arguments.model, engine=arguments.engine, compute_type=kind)
        for frames in arguments.frames:
            runs = [stages(translator, audio, "fr", frames) for _ in range(arguments.repeat + 1)]
            medians = {name: statistics.median(run[name] for run in runs[1:]) for name in runs[0]}
            detail = "  ".join(f"{name} {seconds:.3f}" for name, seconds in medians.items())
            print(f"{kind:8} {frames:5} frames  total {sum(medians.values()):.3f} s   {detail}")
        runs = [translator.transcribe(audio).seconds for _ in range(arguments.repeat + 1)]
        print(f"{kind:8} transcribe(), 4 s clip: {statistics.median(runs[1:]):.3f} s (aim 1.2)")
        report_partial(translator, kind, arguments.repeat)
        if arguments.quality:
            report_quality(translator, kind)


def report_partial(translator, kind: str, repeat: int) -> None:
    """Print the median seconds, by the clock and of processor, of hearing a growing recording."""
    clips = [load_audio(path) for path in sorted(CLIPS.glob("fr_*.ogg"))]
    speech = np.concatenate(clips + clips)
    for seconds in (1, 2, 4, 8, 12):
        clock, processor = [], []
        for _ in range(repeat + 1):
            begun = time.perf_counter(), time.process_time()
            translator.partial(speech[: seconds * SAMPLE_RATE])
            clock.append(time.perf_counter() - begun[0])
            processor.append(time.process_time() - begun[1])
        print(
            f"{kind:8} partial(), {seconds:2} s of speech: {statistics.median(clock[1:]):.3f} s, "
            f"processor {statistics.median(processor[1:]):.3f} s"
        )


def report_quality(translator, kind: str) -> None:
    """Print how many languages are right and how like the texts are, from 0 to 1."""
    rows = [row for row in json.loads((CLIPS / "clips.json").read_text("utf-8")) if row["text"]]
    heard = [translator.transcribe(load_audio(CLIPS / row["file"])) for row in rows]
    right = sum(one.language == row["language"] for one, row in zip(heard, rows, strict=True))
    text = np.mean([likeness(a.text, b["text"]) for a, b in zip(heard, rows, strict=True)])
    pairs = [(a, b) for a, b in zip(heard, rows, strict=True) if b["language"] != "en"]
    english = np.mean([likeness(a.translation, b["english"]) for a, b in pairs])
    print(
        f"{kind:8} languages {right} of {len(rows)}, transcripts {text:.3f}, "
        f"translations {english:.3f}"
    )


if __name__ == "__main__":
    main()
