"""Cases as text: which element, what is drawn, what is done, what must be seen.

    === id
    element: exclusive gateway
    stock: n/a why          (cannot run there) | a defect of the library (it differs) | absent: it agrees
    python: count(a) := len(a)
    note: which sentence of the standard decides
    ---
    the drawing
    ---
    start x=1
    open a b                (the script: see acting.py)
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CASES = Path(__file__).resolve().parent / "cases"


@dataclass(frozen=True)
class Case:
    """One case of the corpus."""

    id: str
    group: str
    element: str
    drawing: str
    script: tuple[str, ...]
    #: empty: the stock library agrees; `n/a …`: it cannot be asked; else its defect
    stock: str = ""
    #: expressions that the stock library needs in other words
    python: dict[str, str] = field(default_factory=dict)


def read_cases(folder: Path = CASES) -> list[Case]:
    """Read the whole corpus.

    Raises:
        ValueError: two cases of one name.
    """
    found = [case for path in sorted(folder.glob("*.txt")) for case in _of_file(path)]
    names = [case.id for case in found]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"cases of the same name: {twice}")
    return found


def _of_file(path: Path) -> Iterator[Case]:
    for text in path.read_text(encoding="utf-8").split("\n=== ")[1:]:
        head, drawing, script = (part.strip("\n") for part in text.split("\n---\n"))
        name, *lines = head.splitlines()
        fields: dict[str, str] = {}
        python: dict[str, str] = {}
        for line in lines:
            key, _, value = line.partition(":")
            if key == "python":
                feel, _, theirs = value.partition(":=")
                python[feel.strip()] = theirs.strip()
            else:
                fields[key] = value.strip()
        steps = tuple(line.strip() for line in script.splitlines() if line.strip() and not line.strip().startswith("#"))
        yield Case(name.strip(), path.stem, fields["element"], drawing, steps, fields.get("stock", ""), python)


def words(line: str) -> tuple[str, list[str], dict[str, Any], dict[str, Any]]:
    """Split a line of a script: the verb, plain words, `name=value` and `~name=value`, values as JSON."""
    verb, *rest = line.split()
    plain, given, other = [], {}, {}
    for word in rest:
        name, sign, value = word.partition("=")
        if not sign or not name.lstrip("~"):
            plain.append(word)
        elif name.startswith("~"):
            other[name[1:]] = json.loads(value)
        else:
            given[name] = json.loads(value)
    return verb, plain, given, other


def seconds(text: str) -> float:
    """Read `2h`, `90m`, `3d`, `5s`."""
    return float(text[:-1]) * {"s": 1, "m": 60, "h": 3600, "d": 86400}[text[-1]]
