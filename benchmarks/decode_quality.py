"""Quality loss of fast mode on nano: the same prompts and seeds in every mode.

    python -m benchmarks.decode_quality [--seeds 4] [--guidance 1.5] [--weights FOLDER] [--json]

Against the normal mode's picture of the same prompt and seed: the share of equal tokens, and the
distance (1 - cosine) of efficientnet-lite0 features. The last row compares the normal mode with
itself at other seeds: a mode farther away than that draws something else.

By itself: a random half of each picture's tokens is hidden and the masked model, in full and
without guidance, is asked for them: nats a token it is surprised by (lower: the picture hangs
together better), and how many fewer than without the caption (higher: the picture shows it more).
Standard errors are those of the difference from the normal mode, over prompts and seeds.
"""

from __future__ import annotations

import dataclasses
import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from benchmarks.common import parser_of
from benchmarks.everyday import sentences
from maskgil.evaluation import markdown
from maskgil.evaluation.feature_extractors import EfficientNetLite0
from maskgil.models.conditioning import Condition
from maskgil.pipelines.image_generator import ImageGenerator
from maskgil.pipelines.request import DrawRequest
from maskgil.presets import load_generator
from maskgil.sampling.config import SamplingConfig
from maskgil.sampling.logits import log_probability

BATCH = 8
OTHER = "normal, other seeds"


def modes(normal: SamplingConfig, reuse: bool) -> dict[str, SamplingConfig]:
    """What is compared: the normal mode, each approximation alone, and all of them.

    `reuse`: whether the model can reuse features; one that merges tokens cannot.
    """
    fast = normal.fast()
    found = {
        "normal": normal,
        "guidance_interval 0.25-0.75": dataclasses.replace(normal, guidance_interval=(0.25, 0.75)),
        f"guidance_every {fast.guidance_every}": dataclasses.replace(
            normal, guidance_every=fast.guidance_every
        ),
        f"reuse_features, refresh_every {fast.refresh_every}": dataclasses.replace(
            fast, guidance_every=1
        ),
        "fast": fast,
    }
    return {name: each for name, each in found.items() if reuse or not each.reuse_features}


class Judge:
    """Features of pictures, and how well the masked model itself finds a picture made."""

    def __init__(self, generator: ImageGenerator) -> None:
        assert generator.masked is not None and generator.encoder is not None
        self.generator, self.model = generator, generator.masked
        self.encoder, self.network = generator.encoder, EfficientNetLite0()

    def features(self, tokens: Tensor) -> Tensor:
        """Unit vectors (B, D) of the pictures of tokens (B, N)."""
        pictures = [np.asarray(image) for image in self.generator.to_images(tokens)]
        stack = torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2)  # (B, 3, H, W)
        return F.normalize(self.network(stack).vectors, dim=-1)

    def surprise(self, tokens: Tensor, captions: list[str]) -> tuple[Tensor, Tensor]:
        """Nats a hidden token, and how many fewer than without the caption, (B,) each."""
        hidden = torch.rand(tokens.shape, generator=torch.Generator().manual_seed(0)) < 0.5
        shown = tokens.masked_fill(hidden, self.model.mask_id)

        def nats(condition: Condition) -> Tensor:
            logits = self.model.logits(shown, condition, where=hidden)  # (M, V)
            values = torch.zeros(tokens.shape)
            values[hidden] = -log_probability(logits, tokens[hidden])
            return values.sum(-1) / hidden.sum(-1)  # (B,)

        given = nats(self.encoder.encode(captions))
        return given, nats(None) - given


@torch.inference_mode()
def measure(generator: ImageGenerator, captions: list[str], seeds: int) -> dict[str, Any]:
    """Every mode on every caption, `seeds` pictures each; one row of numbers a mode."""
    judge = Judge(generator)
    assert generator.masked is not None
    settings = modes(generator.sampling, reuse=generator.masked.merging is None)
    generator.generate(captions[:1])  # what every picture shares
    values: dict[str, dict[str, list[Tensor]]] = {}
    seconds = dict.fromkeys(settings, 0.0)

    def note(mode: str, **numbers: Tensor) -> None:
        for name, value in numbers.items():
            values.setdefault(mode, {}).setdefault(name, []).append(value)

    for start in range(0, len(captions), BATCH):
        some = captions[start : start + BATCH]
        first: Tensor | None = None  # of the normal mode at the seed before: tokens and features
        before: tuple[Tensor, Tensor] | None = None
        for seed in range(seeds):
            for mode, sampling in settings.items():
                begin = time.perf_counter()
                *_, last = generator.stream(
                    DrawRequest(some, seed=seed, sampling=sampling, previews=False)
                )
                seconds[mode] += time.perf_counter() - begin
                tokens, features = last.tokens, judge.features(last.tokens)
                nats, gain = judge.surprise(tokens, some)
                note(mode, nats=nats, gain=gain)
                if mode == "normal":
                    first, seen = tokens, features
                    if before is not None:
                        note(
                            OTHER,
                            agreement=(tokens == before[0]).float().mean(-1),
                            distance=1 - (features * before[1]).sum(-1),
                        )
                    before = tokens, features
                assert first is not None
                note(
                    mode,
                    agreement=(tokens == first).float().mean(-1),
                    distance=1 - (features * seen).sum(-1),
                )
    return {
        "prompts": len(captions),
        "seeds": seeds,
        "modes": {mode: _row(values, mode, seconds, len(captions) * seeds) for mode in values},
    }


def _row(
    values: dict[str, dict[str, list[Tensor]]], mode: str, seconds: dict[str, float], count: int
) -> dict[str, float]:
    """Means of a mode, and the standard errors of its differences from the normal one."""
    row = {}
    for name, parts in values[mode].items():
        found = torch.cat(parts).double()
        row[name] = float(found.mean())
        if name in ("nats", "gain"):
            difference = found - torch.cat(values["normal"][name]).double()
            row[f"{name}_error"] = float(difference.std() / len(found) ** 0.5)
    if mode in seconds:
        row["ms"] = 1000 * seconds[mode] / count
    return row


def table(numbers: dict[str, Any]) -> str:
    """The numbers as Markdown."""
    head = ("mode", "equal tokens", "feature distance", "surprise, nats", "caption's gain, nats",
            "ms")  # fmt: skip
    rows = []
    for mode, row in numbers["modes"].items():
        judged = ["", "", ""]
        if "nats" in row:
            judged = [
                f"{row['nats']:.3f} ± {row['nats_error']:.3f}",
                f"{row['gain']:.3f} ± {row['gain_error']:.3f}",
                f"{row['ms']:.0f}",
            ]
        rows.append([mode, f"{row['agreement']:.1%}", f"{row['distance']:.3f}", *judged])
    about = f"{numbers['prompts']} prompts, {numbers['seeds']} seeds each."
    return f"{about}\n\n{markdown.table(head, rows)}"


def main() -> None:
    parser = parser_of("benchmarks.decode_quality", __doc__)
    parser.add_argument("--seeds", type=int, default=4, help="pictures a prompt (default 4)")
    parser.add_argument(
        "--guidance",
        type=float,
        default=1.5,
        help="scale in every mode (default 1.5); nano's preset has none to approximate",
    )
    parser.add_argument("--prompts", type=int, help="the first so many (default all 60)")
    parser.add_argument("--weights", type=Path, help="folder of weights instead of the shipped")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if options.seeds < 2:
        parser.error(f"--seeds is {options.seeds}; the comparison needs at least 2")
    captions = sentences()[: options.prompts]
    generator = load_generator("nano", weights=options.weights)
    generator.sampling = dataclasses.replace(
        generator.sampling, guidance_scale=options.guidance, guidance_schedule="constant"
    )
    numbers = measure(generator, captions, options.seeds)
    print(json.dumps(numbers) if options.json else table(numbers))


if __name__ == "__main__":
    main()
