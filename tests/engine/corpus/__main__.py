"""`python -m tests.engine.corpus [part of an id ...]`: the table of elements, in the stock library and here."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass

from tests.engine.corpus.reading import Case
from tests.engine.corpus.running import Peer, corpus, ours


@dataclass(frozen=True)
class Row:
    """One case and what came of it."""

    case: Case
    #: ok, differs, n/a
    stock: str
    #: what the stock library saw otherwise
    there: str | None
    #: what is wrong here
    here: str | None


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def run(case: Case, peer: Peer) -> Row:
    """Run one case here and there."""
    asked = not case.stock.startswith("n/a")
    there = peer.ask(case.drawing, case.script, case.python) if asked else None
    return Row(case, "n/a" if not asked else "differs" if there else "ok", there, ours(case))


def tell(row: Row, *, more: bool) -> None:
    """Print one case."""
    case = row.case
    say(f"{case.element:44} | {case.id:48} | {row.stock:8} | {'FAILS' if row.here else 'ok'}")
    if row.here:
        say(f"{'':10} ours: {row.here[:300]}")
    if row.there and (more or not case.stock):
        say(f"{'':10} stock: {row.there[:300]}")
    if case.stock and row.stock == "ok":
        say(f"{'':10} stock: agrees, although the case says: {case.stock}")
    elif case.stock and row.stock == "differs":
        say(f"{'':10} stock's defect: {case.stock}")


def summary(rows: Sequence[Row]) -> None:
    """Print a row for each element: cases that run as drawn, of those that can be asked."""
    say(f"\n{'element':54} | stock   | ours")
    for element in sorted({row.case.element for row in rows}):
        some = [row for row in rows if row.case.element == element]
        asked = [row for row in some if row.stock != "n/a"]
        stock = f"{sum(row.stock == 'ok' for row in asked)} of {len(asked)}" if asked else "n/a"
        say(f"{element:54} | {stock:7} | {sum(not row.here for row in some)} of {len(some)}")


def main(words: Sequence[str] | None = None) -> int:
    """Print one row for each case, one for each element, then the counts."""
    wanted = sys.argv[1:] if words is None else list(words)
    peer, rows = Peer(), []
    for case in corpus():
        if not wanted or any(word in case.id for word in wanted):
            rows.append(run(case, peer))
            tell(rows[-1], more=bool(wanted))
    peer.close()
    summary(rows)
    asked = [row for row in rows if row.stock != "n/a"]
    good = sum(not row.here for row in rows)
    stock = f"{sum(row.stock == 'ok' for row in asked)} ok of {len(asked)} it can be asked"
    say(f"{len(rows)} cases; ours {good} ok; stock {stock}")
    return 0 if good == len(rows) else 1


if __name__ == "__main__":
    sys.exit(main())
