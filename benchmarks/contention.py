"""Listening and drawing on a busy machine, as ratios: `python -m benchmarks.contention`.

Each is timed alone, beside another program that keeps two torch threads busy (with torch's own
settings, which spin), and while the other of the two runs in this same process. All three are taken
in turn, --repeat times; the table gives the median seconds and how many times longer than alone.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from benchmarks.common import CLIPS, parser_of, seconds
from maskgil.utils.threads import settle_threads

CLIP = CLIPS / "es_cat_apple.ogg"
PROMPT = "an orange cat and a red apple"
AIM = 2.5
THREADS = ("OMP_NUM_THREADS", "OMP_WAIT_POLICY", "GOMP_SPINCOUNT")
BUSY = """
import torch
torch.set_num_threads(2)
a = torch.randn(1024, 1024)
print("busy", flush=True)
while True:
    a = torch.tanh(a @ a)
"""
Work = Callable[[], object]


@contextmanager
def busy_program() -> Iterator[None]:
    """Another program, of two busy threads, for as long as the block runs."""
    plain = {name: value for name, value in os.environ.items() if name not in THREADS}
    command = [sys.executable, "-c", BUSY]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=plain) as other:
        try:
            assert other.stdout is not None
            other.stdout.readline()
            yield
        finally:
            other.kill()


@contextmanager
def repeated(work: Work) -> Iterator[None]:
    """`work` again and again in another thread, for as long as the block runs."""
    over = threading.Event()

    def run() -> None:
        while not over.is_set():
            work()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def measure(works: dict[str, Work], repeat: int) -> dict[str, dict[str, float]]:
    """Median seconds of each work alone, beside another program, and beside the other work."""
    taken: dict[str, dict[str, list[float]]] = {
        name: {"alone": [], "beside": [], "both": []} for name in works
    }
    for work in works.values():
        work()
    for _ in range(repeat):
        for name, work in works.items():
            other = next(each for key, each in works.items() if key != name)
            taken[name]["alone"].append(seconds(work))
            with busy_program():
                taken[name]["beside"].append(seconds(work))
            with repeated(other):
                taken[name]["both"].append(seconds(work))
    return {
        name: {kind: statistics.median(each) for kind, each in kinds.items()}
        for name, kinds in taken.items()
    }


def main(argv: list[str] | None = None) -> int:
    parser = parser_of("benchmarks.contention", __doc__)
    parser.add_argument("--repeat", type=int, default=5, metavar="N", help="default: %(default)s")
    args = parser.parse_args(argv)
    settle_threads()

    from app.config import load_config
    from app.imaging.settings import DrawSettings, clean_prompt
    from app.pipeline import SpeechToImage
    from app.types import PictureRequest

    pipeline = SpeechToImage(load_config("nano"))
    request = PictureRequest(clean_prompt(PROMPT), DrawSettings(seed=1))
    works: dict[str, Work] = {
        "listening": lambda: pipeline.listen(CLIP, language="es"),
        "drawing": lambda: list(pipeline.paint(request)),
    }
    columns = ("alone", "beside a busy program", "beside each other")
    print(f"{'':<12}{columns[0]:>10}{columns[1]:>26}{columns[2]:>26}   aim: at most {AIM}x")
    for name, kinds in measure(works, args.repeat).items():
        alone = kinds["alone"]
        beside, both = (f"{kinds[k]:.2f} s = {kinds[k] / alone:.2f}x" for k in ("beside", "both"))
        print(f"{name:<12}{f'{alone:.2f} s':>10}{beside:>26}{both:>26}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
