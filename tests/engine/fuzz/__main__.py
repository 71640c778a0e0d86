"""`python -m tests.engine.fuzz [processes] [first seed]`: the full differential run against the stock library."""

import sys
from collections import Counter

from tests.engine.corpus.running import Peer
from tests.engine.fuzz.comparing import compare


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> int:
    """Compare many processes; print what no rule explains."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    first = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    peer, rules, same = Peer(), Counter[str](), 0
    for seed in range(first, first + count):
        found = compare(seed, peer)
        same += found.difference is None
        if found.difference is None:
            continue
        rules[found.rule or "unexplained"] += 1
        if not found.rule:
            say(f"--- seed {seed}: {found.difference}\n{sorted(found.made.features)}")
    peer.close()
    say(f"{count} processes: {same} the same; " + "; ".join(f"{number} {why}" for why, number in rules.items()))
    return 1 if rules["unexplained"] else 0


if __name__ == "__main__":
    sys.exit(main())
