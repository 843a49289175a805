"""Speed and size of the whole path on this machine: `python -m benchmarks.speak`.

Prints seconds (median of --repeat runs after one warm-up), memory and the size of the shipped
weights. Each number stands beside what is aimed at on two CPU cores.
"""

from __future__ import annotations

import functools
import os
import time
from pathlib import Path

from benchmarks.common import CLIPS, RATIOS, ROOT, median, parser_of
from benchmarks.load.pages import started_app

CLIP = CLIPS / "fr_cat_apple.ogg"  # in doubt in its language and in its words: the slowest kind
CLEAR_CLIP = CLIPS / "es_cat_apple.ogg"
PROMPT = "an orange cat and a red apple"
CLIP_SECONDS = 4.0


def line(name: str, value: str, aim: str = "") -> None:
    print(f"{name:<44}{value:>12}   {aim}", flush=True)


def memory_mb(pid: int | str = "self") -> float:
    """Peak resident memory of a process, from /proc; NaN where there is none."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return float("nan")
    peak = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(peak.split()[1]) / 1024


def app_ready() -> tuple[float, float, float]:
    """Start app.py: seconds until the page answers, until models are warm, and its memory in MB."""
    from gradio_client import Client, handle_file

    started = time.perf_counter()
    with started_app() as (address, pid):
        page = time.perf_counter() - started
        client = Client(address, verbose=False)
        client.predict(prompt=PROMPT, api_name="/draw")
        drawn = time.perf_counter() - started
        for _ in range(3):
            client.predict(audio=handle_file(str(CLIP)), api_name="/speak")
        return page, drawn, memory_mb(pid)


def main() -> None:
    parser = parser_of("benchmarks.speak", __doc__)
    parser.add_argument("--repeat", type=int, default=5, help="runs per number; default: 5")
    parser.add_argument("--threads", type=int, help="torch threads; default: torch's own choice")
    arguments = parser.parse_args()
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")

    import numpy as np
    import torch

    from app.config import load_config
    from app.imaging.settings import DrawSettings, clean_prompt
    from app.pipeline import SpeechToImage
    from app.speech.audio import SAMPLE_RATE, load_audio
    from app.types import PictureRequest

    prompt = clean_prompt(PROMPT)

    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    print(f"{os.cpu_count()} cores, torch {torch.__version__}, {torch.get_num_threads()} threads")
    pipeline = SpeechToImage(load_config("nano"))
    repeat = arguments.repeat

    for kind, path in (("clear", CLEAR_CLIP), ("doubtful", CLIP)):
        said = load_audio(path)
        spare = max(0, int(CLIP_SECONDS * SAMPLE_RATE) - len(said))
        clip = (SAMPLE_RATE, np.concatenate([said, np.zeros(spare, np.float32)]))
        seconds = median(functools.partial(pipeline.listen, clip), repeat)
        line(f"listen to a 4-second clip, {kind}", f"{seconds:.2f} s", "at most 1.2 s")

    def draw(ratio: float, guidance: float | None = None) -> None:
        settings = DrawSettings(ar_ratio=ratio, guidance=guidance)
        list(pipeline.paint(PictureRequest(prompt, settings)))

    def first_preview() -> None:
        updates = pipeline.paint(PictureRequest(prompt, DrawSettings()))
        next(updates)
        updates.close()

    seconds = median(functools.partial(draw, 0.0, 3.0), repeat)
    line("draw, 8 steps, guidance 3, AR ratio 0", f"{seconds:.2f} s")
    for ratio in RATIOS:
        seconds = median(functools.partial(draw, ratio), repeat)
        limit = "" if ratio else "at most 1.5 s"
        line(f"draw, 8 steps, as shipped, AR ratio {ratio:g}", f"{seconds:.2f} s", limit)
    line("first preview", f"{median(first_preview, repeat):.2f} s", "at most 0.4 s")
    page, drawn, memory = app_ready()
    line("app.py: page answers", f"{page:.1f} s", "at most 10 s")
    line("app.py: first picture drawn", f"{drawn:.1f} s")
    line("app.py: peak memory after 3 spoken pictures", f"{memory:.0f} MB", "at most 1,500 MB")
    kinds = (".safetensors", ".npz", ".zip")
    files = (path for path in (ROOT / "assets").rglob("*") if path.suffix in kinds)
    shipped = sum(path.stat().st_size for path in files)
    line("shipped weights", f"{shipped / 1e6:.1f} MB", "at most 100 MB")


if __name__ == "__main__":
    main()
