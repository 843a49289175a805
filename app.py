"""Open the page: `python app.py`. With `--mic`, talk in the terminal instead."""

from __future__ import annotations

import argparse
import os
import sys

from app.__main__ import BAD_INPUT, Parser, first_line


def build_parser() -> argparse.ArgumentParser:
    parser = Parser(prog="app.py", description="Say it in any language, see the picture.")
    parser.add_argument("--preset", default="nano", help="nano (default) or paper")
    parser.add_argument(
        "--host",
        default=os.environ.get("GRADIO_SERVER_NAME", "127.0.0.1"),
        help="address to serve on; default: this computer only",
    )
    parser.add_argument(
        "--port", type=int, default=int(os.environ.get("GRADIO_SERVER_PORT", "7860"))
    )
    parser.add_argument("--share", action="store_true", help="make a public link through Gradio")
    parser.add_argument(
        "--mic", action="store_true", help="use this computer's microphone, no page"
    )
    return parser


def serve(arguments: argparse.Namespace) -> None:
    """Serve the page until Ctrl-C. Raises ValueError or OSError when it cannot be served."""
    from app.config import load_config
    from app.pipeline import SpeechToImage

    if not 1 <= arguments.port <= 65535:
        raise ValueError(f"the port must be 1 to 65535, not {arguments.port}")
    pipeline = SpeechToImage(load_config(arguments.preset))
    pipeline.check_weights()
    if arguments.mic:
        from app.talk import talk

        talk(pipeline)
        return
    from app.ui import Page, launch

    page = Page(pipeline)
    address = launch(page, host=arguments.host, port=arguments.port, share=arguments.share)
    warming = pipeline.warm_up()
    try:
        print(f"Speak, and see it: {address}", flush=True)
        page.blocks.block_thread()
    finally:
        warming.join()


def main() -> int:
    try:
        serve(build_parser().parse_args())
    except (ValueError, OSError) as error:
        print(f"app.py: {first_line(error)}", file=sys.stderr)
        return BAD_INPUT
    except KeyboardInterrupt:
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
