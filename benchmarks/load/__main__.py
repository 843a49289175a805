"""Load test of a running page: lost or mixed-up answers, seconds, memory.

    python -m benchmarks.load [--clients 20] [--requests 10] [--draws 500] [--url http://…]
    python -m benchmarks.load --attack | --restores | --ray replica | --ray head

Starts `python app.py` (unless --url names a running one), lets every client ask for its pictures
one after another, and checks that each PNG carries what its client asked for: the prompt and seed
of `/draw`; of each fifth request, which is spoken to `/speak`, the seed, the language and what is
heard of that clip by all. Every other clip is the same for everybody. Then one client draws on,
and the server's memory is watched.

With --attack the page's answers are timed while others send what would stall it, with --restores
while thirty pictures of 4096 x 4096 pixels are restored at once, and the memory is watched. With
--ray the same load goes to replicas on Ray: half-way, one of two is killed, or the head of the
cluster is, and started again.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import statistics

from benchmarks.load.attacks import restores, under_attack
from benchmarks.load.clients import Report, load, running_app, watch_memory
from benchmarks.load.on_ray import ray_load
from maskgil.evaluation import markdown


def table(report: Report, clients: int) -> str:
    """The report as Markdown."""
    seconds = sorted(report.seconds)
    middle = statistics.median(seconds) if seconds else float("nan")
    slow = seconds[int(0.95 * (len(seconds) - 1))] if seconds else float("nan")
    head = ("clients", "pictures", "lost", "mixed up", "median s", "95 % s", "pictures a second")
    counts = (clients, report.asked, len(report.lost), len(report.mixed))
    speed = f"{len(seconds) / report.total:.2f}"
    return markdown.table(head, [(*counts, f"{middle:.1f}", f"{slow:.1f}", speed)])


def show(report: Report, clients: int) -> None:
    """Print the table, and some of what was lost."""
    print(table(report, clients), flush=True)
    for line in (*report.lost[:3], *report.mixed[:3]):
        print(line[:300])


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.load", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--clients", type=int, default=20)
    parser.add_argument("--requests", type=int, default=10)
    parser.add_argument("--draws", type=int, default=500, help="with the memory watched; 0: none")
    parser.add_argument("--steps", type=int, default=8)
    parser.add_argument("--ratio", type=float, default=0.0)
    parser.add_argument("--attack", action="store_true", help="time the page under attack, alone")
    parser.add_argument("--restores", action="store_true", help="30 large pictures at once, alone")
    parser.add_argument("--ray", choices=("replica", "head"), help="kill that half-way, alone")
    parser.add_argument("--url", help="a page that runs already; its memory is not watched")
    parser.add_argument("--backend", nargs="*", default=[], help="passed to app.py")
    options = parser.parse_args()
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    extra = [word for url in options.backend for word in ("--backend", url)]
    if options.ray:
        show(ray_load(options.ray, clients=options.clients, requests=options.requests,
                      steps=options.steps), options.clients)  # fmt: skip
        return
    with contextlib.ExitStack() as stack:
        address, pid = options.url, None
        if address is None:
            address, pid = stack.enter_context(running_app(*extra))
        if options.restores and pid is not None:
            sizes, found = restores(address, pid)
            print("MB before, at the most, after:", *(f"{size / 2**20:.0f}" for size in sizes))
            print(f"the page answered {len(found)} times, at the slowest in {max(found):.2f} s")
            return
        if options.attack:
            found = sorted(under_attack(address))
            print(
                f"the page answered {len(found)} times in {found[len(found) // 2]:.2f} s, "
                f"at the slowest {found[-1]:.2f} s"
            )
            return
        report = load(
            address, clients=options.clients, requests=options.requests,
            steps=options.steps, ratio=options.ratio,
        )  # fmt: skip
        show(report, options.clients)
        if pid is not None and options.draws:
            sizes = watch_memory(address, pid, draws=options.draws, steps=options.steps)
            growth = sizes[-1] / sizes[0] - 1
            print(
                f"\nmemory after warm-up {sizes[0] / 2**20:.0f} MB, after {options.draws} more "
                f"pictures {sizes[-1] / 2**20:.0f} MB: {growth:+.1%}"
            )
            print("MB:", *(f"{size / 2**20:.0f}" for size in sizes))


if __name__ == "__main__":
    main()
