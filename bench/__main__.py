"""`python -m bench NAME [--json]`: measure, print a table, end with one JSON object."""

import argparse
import importlib
import json
import sys
from collections.abc import Sequence

from rich.console import Console

#: each is a module of this folder with `run(options, out) -> figures`
BENCHES = {
    "rest": "start - list - claim - complete of a one-task process over HTTP, against bare writes",
    "steps": "CPU and round trips of a durable step, against a bare script that writes the same",
    "history": "a step on a database with millions of old facts, against one without",
    "engine": "the engine from bytes to bytes at every step, against the stock library in memory",
    "hostile": "the dearest of the hostile expressions and decision files, before it is stopped",
    "city": "a day of 10,685 events through all their flows, until each is closed or on a ledger",
    "inbox": "first and next page with counts at 5 million tasks, 300,000 open; roles of 5 to 5,000; words",
    "live": "a thousand open browsers: what they cost the pages, and how soon they hear of a new task",
    "officers": "200 officers at once over HTTP, one act each in ten seconds; every step exactly once",
    "pages": "weight of the inbox, when it can be used on a slow line, how soon the next task is there, in Chromium",
    "timers": "10,000 due timers on two nodes, with one killed, and a steady trickle",
}


def main(words: Sequence[str] | None = None) -> int:
    """Run one measurement or all of them."""
    names = "\n".join(f"  {name:10} {what}" for name, what in BENCHES.items())
    parser = argparse.ArgumentParser(
        "python -m bench", description=__doc__, epilog=f"measurements:\n{names}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("name", choices=[*BENCHES, "all"])
    parser.add_argument("--json", action="store_true", help="print the JSON object alone, without tables")
    parser.add_argument("--seconds", type=float, default=10.0, help="length of each measured part (10)")
    parser.add_argument("--clients", type=int, default=8, help="requests under way at once (8)")
    parser.add_argument("--facts", type=int, default=5_000_000, help="old facts of `history` (5,000,000)")
    parser.add_argument("--events", type=int, default=10_685, help="reports of the day of `city` (10,685)")
    parser.add_argument("--tasks", type=int, default=5_000_000, help="tasks of `inbox` (5,000,000), 6 %% of them open")
    parser.add_argument("--rounds", type=int, default=24, help="tasks that `pages` completes (24)")
    parser.add_argument("--officers", type=int, default=200, help="people of `officers` (200)")
    options = parser.parse_args(words)
    if options.seconds <= 0 or options.clients < 1:
        parser.error("--seconds and --clients must be positive")
    # tables go to the other channel, so that standard output can be piped into a program
    out = Console(stderr=options.json, soft_wrap=True)
    chosen = list(BENCHES) if options.name == "all" else [options.name]
    figures = {name: importlib.import_module(f"bench.{name}").run(options, out) for name in chosen}
    print(json.dumps(figures if options.name == "all" else figures[options.name]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
