"""Speech to picture from a terminal: `python -m app AUDIO -o out.png`.

Exit status 0 with the picture written; 2 with one line on stderr when the input is at fault.
"""

from __future__ import annotations

import argparse
import io
import json
import sys
from pathlib import Path

from app.cli import add_model_arguments, first_line, only_ours_on_stdout
from maskgil.utils.command_line import BAD_INPUT, OneLineParser
from maskgil.utils.threads import settle_threads


def build_parser() -> argparse.ArgumentParser:
    parser = OneLineParser(
        prog="python -m app", description="Say it in any language, get the picture."
    )
    parser.add_argument("audio", nargs="?", type=Path, help="an audio file of someone speaking")
    parser.add_argument("--text", help="draw this English text; nothing is listened to")
    parser.add_argument("-o", "--output", type=Path, required=True, help="PNG file to write")
    parser.add_argument("--lang", default="auto", help="language spoken, as in fr; default: auto")
    parser.add_argument(
        "--ar-ratio", type=float, default=0.0, help="0 (fastest) to 1 (best); default: 0"
    )
    parser.add_argument("--steps", type=int, default=8, help="parallel steps; default: 8")
    parser.add_argument(
        "--guidance", type=float, help="1.0 is off, 4.0 strong; default: what suits the preset"
    )
    parser.add_argument("--seed", type=int, default=0, help="same seed, same picture; default: 0")
    add_model_arguments(parser)
    parser.add_argument("--json", action="store_true", help="print one line of JSON")
    return parser


def make(arguments: argparse.Namespace) -> tuple[dict[str, object], str]:
    """Do what `arguments` ask; the summary (as in --json), and the lines for a human."""
    from app.config import load_config
    from app.imaging.png import check_destination, save_png
    from app.imaging.settings import DrawSettings, clean_prompt
    from app.languages import check_language
    from app.pipeline import SpeechToImage
    from app.types import PictureRequest

    if (arguments.audio is None) == (arguments.text is None):
        raise ValueError("give either an audio file or --text, and not both")
    config = load_config(arguments.preset, device=arguments.device, whisper=arguments.whisper)
    language = None if arguments.lang == "auto" else check_language(arguments.lang)
    settings = DrawSettings(
        steps=arguments.steps,
        guidance=arguments.guidance,
        ar_ratio=arguments.ar_ratio,
        seed=arguments.seed,
    )
    check_destination(arguments.output)
    pipeline = SpeechToImage(config)
    if arguments.text is not None:
        updates = pipeline.paint(PictureRequest(clean_prompt(arguments.text), settings))
    else:
        if arguments.audio == Path():
            raise ValueError("the name of the audio file is empty")
        updates = pipeline.run(arguments.audio, settings, language=language)
    *_, last = updates
    result = last.result
    assert result is not None
    save_png(result.image, arguments.output, result.png_text())
    lines = []
    if result.heard is not None:
        said = result.heard.transcript
        lines.append(f"heard ({said.language}, {said.language_probability:.0%}): {said.text}")
        lines += [f"note: {note}" for note in result.heard.notes]
    lines.append(f"prompt: {result.prompt}")
    if result.drawn != result.prompt:
        lines.append(f"drawn as: {result.drawn}")
    if result.left_out:
        lines.append(f"not drawn: {', '.join(result.left_out)}")
    lines.append(f"picture: {arguments.output} ({result.seconds.total:.1f} s)")
    return result.summary(str(arguments.output)), "\n".join(lines)


def main(argv: list[str] | None = None) -> int:
    arguments = build_parser().parse_args(argv)
    settle_threads(pools=2)
    try:
        with only_ours_on_stdout():
            summary, lines = make(arguments)
    except (ValueError, OSError) as error:
        print(f"python -m app: {first_line(error)}", file=sys.stderr)
        return BAD_INPUT
    except KeyboardInterrupt:
        return 130
    spells_all = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    print(json.dumps(summary, ensure_ascii=not spells_all) if arguments.json else lines)
    return 0


if __name__ == "__main__":
    sys.exit(main())
