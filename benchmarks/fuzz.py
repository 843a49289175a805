"""Long fuzzing with the real models: `python -m benchmarks.fuzz --minutes 120`.

In turn: wishes put together from words, signs and other scripts are drawn in one step; recordings
with flipped bytes, wrong headers and cuts are decoded and one in four is listened to; JSON of any
type is sent to /draw and /speak of a page that runs. Each must end in a picture whose `drawn` and
`left_out` are said, or in one line of a kind that users are shown; whatever else happens is written
to --out with what caused it, and the exit code is 1.
"""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
import tempfile
import traceback
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Any

from benchmarks.common import CLIPS, parser_of

FORMATS = ("wav", "ogg", "mp3", "flac", "webm", "m4a")
LONGEST = 400  # letters of a line that a user is shown
SIGNS = list("()[]{}<>:;,.!?¿¡…—–-_/\\|*&%$#@+=~^`'\"“”‘’«»\u200b\u200d\u202e\ufe0f\u0301\x00\n\t")
SCRIPTS = re.split(
    " ", "猫 苹果 りんご 고양이 яблоко تفاحة תפוח सेब แมว mèo œuf ß ﬁ ½ ² ٣ Ⅷ 𝓬𝓪𝓽 ｃａｔ"
)
PICTURES = ["🍎", "🐈", "👩🏽\u200d🌾", "5️⃣", "❤️", "🏳️\u200d🌈", "🇫🇷"]
PHRASES = """without a|no|not a|a pair of|lots of|behind the|12|1e9|-3|ten|(red:1.4)|[cat]|a cat::2
as a sketch|please draw|and then|of the|next to""".replace("\n", "|").split("|")
JUNK = [
    *(None, True, False, 0, 1, -1, 8, 0.5, 2**31, 2**63, 10**308, 10**400, 1e308),
    *(float("nan"), float("inf"), "", "a red apple", "8", "nan", "0", "fr", "auto"),
    *("\x00", "\ud800", "x" * 10_000, {"path": "/etc/passwd"}, {"url": "file:///etc/passwd"}),
    {"path": "a.wav", "meta": {}},
]


class Wrong(Exception):
    """What was answered, and is neither a picture nor a line for the user."""


def check_line(error: BaseException) -> str:
    line = str(error)
    if not line or "\n" in line or len(line) > LONGEST or "Traceback" in line:
        raise Wrong(f"no line for a user: {type(error).__name__}: {line[:1000]!r}")
    return type(error).__name__


class Wishes:
    """Wishes of words that are known, words that are not, signs, emoji and other scripts."""

    def __init__(self, pipeline: Any, words: list[str], chance: random.Random) -> None:
        self.pipeline, self.words, self.chance = pipeline, words, chance

    def make(self) -> str:
        chance = self.chance
        kinds: list[Callable[[], str]] = [
            lambda: chance.choice(self.words),
            lambda: chance.choice(PHRASES),
            lambda: chance.choice(SIGNS) * chance.choice([1, 1, 3, 40]),
            lambda: chance.choice(SCRIPTS + PICTURES),
            lambda: "".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=chance.randint(1, 12))),
            lambda: chr(chance.randrange(0x20, 0x2FFFF)),
        ]
        weights = [8, 4, 2, 1, 1, 0.5]
        count = chance.choice([1, 1, 2, 3, 5, 8, 13, 200])
        parts = [make() for make in chance.choices(kinds, weights, k=count)]
        return chance.choice([" ", " ", " ", "", ", "]).join(parts)

    def run(self, wish: str) -> str:
        from app.imaging.settings import DrawSettings, clean_prompt
        from app.types import PictureRequest

        seed = self.chance.randrange(2**32)
        try:
            request = PictureRequest(clean_prompt(wish), DrawSettings(steps=1, seed=seed))
            for update in self.pipeline.paint(request):
                results = update.results
        except ValueError as error:
            return check_line(error)
        result = results[0]
        if not result.drawn or any(not word for word in result.left_out):
            raise Wrong(f"drawn {result.drawn!r}, left out {result.left_out!r}")
        return "picture"


class Recordings:
    """Clips in several containers, damaged."""

    def __init__(self, pipeline: Any, folder: Path, chance: random.Random) -> None:
        self.pipeline, self.folder, self.chance = pipeline, folder, chance
        self.whole: list[Path] = []
        for at, clip in enumerate(sorted(CLIPS.glob("*.ogg"))):
            file = folder / f"{clip.stem}.{FORMATS[at % len(FORMATS)]}"
            command = ["ffmpeg", "-loglevel", "error", "-y", "-i", str(clip), str(file)]
            subprocess.run(command, check=True)
            self.whole.append(file)

    def make(self) -> Path:
        chance = self.chance
        clip = chance.choice(self.whole)
        data = bytearray(clip.read_bytes())
        head = min(len(data), chance.choice([16, 64, 512, len(data)]))
        for _ in range(chance.choice([0, 1, 1, 3, 20])):
            data[chance.randrange(head)] = chance.choice([0, 255, chance.randrange(256)])
        if chance.random() < 0.3:
            del data[chance.randrange(len(data)) :]
        if chance.random() < 0.2:
            at = chance.randrange(len(data) + 1)
            data[at:at] = chance.randbytes(chance.choice([1, 7, 4096]))
        if chance.random() < 0.2:
            start = chance.randrange(len(data) + 1)
            del data[start : start + chance.choice([1, 8, 1000])]
        suffix = chance.choice([clip.suffix, clip.suffix, ".wav", ".bin", ""])
        damaged = self.folder / f"damaged{suffix}"
        damaged.write_bytes(data)
        return damaged

    def run(self, clip: Path) -> str:
        from app.speech.audio import load_audio

        try:
            samples = load_audio(clip)
            if not len(samples) or not abs(samples).max() <= 1:
                raise Wrong(f"{len(samples)} samples, not within [-1, 1]")
            if self.chance.random() < 0.25:
                self.pipeline.listen(clip)
                return "heard"
        except ValueError as error:
            return check_line(error)
        return "decoded"


class Requests:
    """JSON of any type, sent to a running page."""

    NAMES = ("draw", "speak")

    def __init__(self, address: str, chance: random.Random) -> None:
        self.address, self.chance = address, chance

    def _junk(self, depth: int = 0) -> Any:
        chance = self.chance
        if depth < 3 and chance.random() < 0.2:
            inner = [self._junk(depth + 1) for _ in range(chance.randrange(4))]
            return inner if chance.random() < 0.5 else {str(each)[:4]: each for each in inner}
        return chance.choice(JUNK)

    def make(self) -> tuple[str, Any]:
        chance = self.chance
        name = chance.choice(self.NAMES)
        good = ["a red apple", 0, 1, 1, 0] if name == "draw" else [None, "fr", 0, 1, 1, 0]
        data = [self._junk() if chance.random() < 0.5 else each for each in good]
        if chance.random() < 0.1:
            data = data[: chance.randrange(len(data) + 1)]
        return name, {"data": data} if chance.random() < 0.95 else self._junk()

    def run(self, asked: tuple[str, Any]) -> str:
        name, body = asked
        call = f"{self.address}/gradio_api/call/{name}"
        status, answer = self._get(call, json.dumps(body).encode())
        if status != 200:
            if "Traceback" in answer or status >= 500:
                raise Wrong(f"{status}: {answer[:1000]}")
            return f"HTTP {status}"
        _, told = self._get(f"{call}/{json.loads(answer)['event_id']}")
        if "Traceback" in told or "upstream" in told or "event: " not in told:
            raise Wrong(told[:1000])
        return told.split("event: ")[-1].split("\n")[0]

    def _get(self, url: str, data: bytes | None = None) -> tuple[int, str]:
        request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode(errors="replace")


def fuzz(makers: list[Any], minutes: float, out: Path) -> tuple[Counter[str], int]:
    """Counts of what was answered, by kind, and how many answers were wrong."""
    counts: Counter[str] = Counter()
    wrong, end = 0, monotonic() + 60 * minutes
    while monotonic() < end:
        for maker in makers:
            kind, case = type(maker).__name__, maker.make()
            try:
                counts[f"{kind}: {maker.run(case)}"] += 1
            except Exception:  # whatever a user was never meant to see
                wrong += 1
                counts[f"{kind}: WRONG"] += 1
                (out / f"{wrong:04}.txt").write_text(f"{kind} {case!r}\n\n{traceback.format_exc()}")
                if isinstance(case, Path):
                    (out / f"{wrong:04}{case.suffix}").write_bytes(case.read_bytes())
    return counts, wrong


def main(argv: list[str] | None = None) -> int:
    parser = parser_of("benchmarks.fuzz", __doc__)
    parser.add_argument("--minutes", type=float, default=10, help="default: %(default)s")
    parser.add_argument("--seed", type=int, default=0, help="default: %(default)s")
    parser.add_argument("--out", type=Path, default=Path("fuzz"), help="default: %(default)s")
    args = parser.parse_args(argv)

    from app.config import load_config
    from app.pipeline import SpeechToImage
    from benchmarks.load.clients import running_app
    from maskgil.nano.world.nouns import load_nouns
    from maskgil.utils.threads import settle_threads

    settle_threads(pools=2)
    args.out.mkdir(parents=True, exist_ok=True)
    pipeline = SpeechToImage(load_config("nano"))
    words = [noun.name for noun in load_nouns()]
    chances = [random.Random(f"{args.seed} {kind}") for kind in range(3)]
    with tempfile.TemporaryDirectory() as folder, running_app() as (address, _):
        makers = [
            Wishes(pipeline, words, chances[0]),
            Recordings(pipeline, Path(folder), chances[1]),
            Requests(address, chances[2]),
        ]
        counts, wrong = fuzz(makers, args.minutes, args.out)
    for kind, count in sorted(counts.items()):
        print(f"{count:>8}  {kind}")
    print(f"{wrong} wrong of {counts.total()}; seed {args.seed}")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
