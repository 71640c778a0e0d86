"""`python -m tests.engine.corpus [part of an id ...]`: the table of elements, in the stock library and here."""

import sys
from collections.abc import Sequence

from tests.engine.corpus.reading import Case
from tests.engine.corpus.running import Peer, corpus, ours


def verdict(case: Case, there: str | None) -> str:
    """Say in a word what the stock library does with a case."""
    if case.stock.startswith("n/a"):
        return "n/a"
    return "ok" if there is None else "differs"


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main(words: Sequence[str] | None = None) -> int:
    """Print one row for each case, then the counts."""
    wanted = sys.argv[1:] if words is None else list(words)
    chosen = [case for case in corpus() if not wanted or any(word in case.id for word in wanted)]
    peer, counts = Peer(), {"ours": 0, "stock": 0, "asked": 0}
    say(f"{'element':36} | {'case':48} | {'stock':8} | ours")
    for case in chosen:
        there = None if case.stock.startswith("n/a") else peer.ask(case.drawing, case.script, case.python)
        here = ours(case)
        word = verdict(case, there)
        counts["ours"] += here is None
        counts["asked"] += word != "n/a"
        counts["stock"] += word == "ok"
        say(f"{case.element:36} | {case.id:48} | {word:8} | {'ok' if here is None else 'FAILS'}")
        if here:
            say(f"{'':10} ours: {here[:300]}")
        if there and (not case.stock or wanted):
            say(f"{'':10} stock: {there[:300]}")
        if case.stock and word == "ok":
            say(f"{'':10} stock: agrees, although the case says: {case.stock}")
        elif case.stock and word == "differs":
            say(f"{'':10} stock's defect: {case.stock}")
    peer.close()
    stock = f"{counts['stock']} ok of {counts['asked']} it can be asked"
    say(f"{len(chosen)} cases; ours {counts['ours']} ok; stock {stock}")
    return 0 if counts["ours"] == len(chosen) else 1


if __name__ == "__main__":
    sys.exit(main())
