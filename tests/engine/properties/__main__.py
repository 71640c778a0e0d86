"""`python -m tests.engine.properties [histories] [first seed]`: generate histories and run each again."""

import random
import sys
from collections import Counter

from tests.engine.properties.roaming import roam


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> int:
    """Print what goes wrong, then how many histories and facts there were."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    first = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    facts, wrong = 0, Counter[str]()
    for seed in range(first, first + count):
        try:
            facts += len(roam(random.Random(seed).randrange, steps=20).case.facts)
        except AssertionError as found:
            wrong[str(found).split(":")[0]] += 1
            say(f"--- seed {seed}: {str(found)[:1500]}")
    say(f"{count} histories with {facts} facts ran again the same, except {sum(wrong.values())}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
