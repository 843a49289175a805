"""Quality against speed: nano's GenEval and seconds a picture at each AR ratio.

    python -m benchmarks.ratio [--limit 40] [--out runs/ratio] [--plot docs/ratio_nano.png]

The same prompts and seeds at every ratio (`maskgil evaluate geneval`); seconds of one picture,
drawn alone, the ratios in turn. A finished ratio is not drawn again.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.common import RATIOS
from maskgil.evaluation import markdown
from maskgil.presets import load_generator

PROMPTS = ("a red apple", "a blue car and a green tree", "three yellow stars")


def judged(ratio: float, out: Path, limit: int) -> dict[str, Any]:
    """The overall share of right pictures at `ratio`, with the ends of its interval: low, high."""
    folder = out / f"{ratio:g}"
    command = ["-m", "maskgil", "evaluate", "geneval", "-o", str(folder), "--seeds", "1"]
    command += ["--limit", str(limit), "--ar-ratio", str(ratio)]
    if not (folder / "geneval.json").is_file():
        subprocess.run([sys.executable, *command], check=True, stdout=subprocess.DEVNULL)
    found = json.loads((folder / "geneval.json").read_text(encoding="utf-8"))
    return found["shares"]["overall"]["all"]


def seconds(repeat: int) -> dict[float, float]:
    """Median seconds of a picture drawn alone, by ratio; the ratios take turns."""
    generator = load_generator("nano")
    taken: dict[float, list[float]] = {ratio: [] for ratio in RATIOS}
    for turn in range(repeat + 1):
        for ratio in RATIOS:
            sampling = dataclasses.replace(generator.sampling, ar_ratio=ratio)
            for prompt in PROMPTS:
                started = time.perf_counter()
                generator.generate(prompt, seed=turn, sampling=sampling)
                if turn:  # the first round warms up
                    taken[ratio].append(time.perf_counter() - started)
    return {ratio: statistics.median(times) for ratio, times in taken.items()}


def plot(rows: list[dict[str, Any]], path: Path) -> None:
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, axis = plt.subplots(figsize=(6, 4))
    share = [row["share"] for row in rows]
    low = [row["share"] - row["low"] for row in rows]
    high = [row["high"] - row["share"] for row in rows]
    axis.errorbar([row["seconds"] for row in rows], share, [low, high], fmt="o-", capsize=3)
    for row in rows:
        axis.annotate(f" {row['ratio']:g}", (row["seconds"], row["share"]))
    axis.set_xlabel("seconds a picture")
    axis.set_ylabel("nano's GenEval, overall")
    axis.set_title("AR ratio 0 to 1")
    axis.grid(alpha=0.3)
    figure.tight_layout()
    figure.savefig(path, dpi=110)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--limit", type=int, default=40, help="prompts a category")
    parser.add_argument("--repeat", type=int, default=5, help="rounds of the clock, at least 1")
    parser.add_argument("--out", type=Path, default=Path("runs/ratio"))
    parser.add_argument("--plot", type=Path)
    options = parser.parse_args()
    shares = {ratio: judged(ratio, options.out, options.limit) for ratio in RATIOS}
    times = seconds(options.repeat)
    rows = [{"ratio": r, "seconds": times[r], **shares[r]} for r in RATIOS]
    cells = [
        (
            f"{row['ratio']:g}",
            f"{row['seconds']:.2f}",
            f"{row['share']:.3f} [{row['low']:.3f}, {row['high']:.3f}]",
        )
        for row in rows
    ]
    print(markdown.table(("AR ratio", "seconds a picture", "right pictures, overall"), cells))
    if options.plot is not None:
        plot(rows, options.plot)


if __name__ == "__main__":
    main()
