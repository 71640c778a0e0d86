"""Run a folder of the OMG's compatibility kit for DMN; `python -m tests.engine.kit FOLDER` prints what differs.

Source:
    https://github.com/dmn-tck/tck, testCases.xsd: values with their types, decisions, decision services, functions.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from lxml import etree

from app.engine.decisions import DecisionError, DecisionModel, DecisionNotFound, InvalidDecision, load_dmn
from app.engine.feel import temporal

TEST = "{http://www.omg.org/spec/DMN/20160719/testcase}"
XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
_READ: Mapping[str, Callable[[str], Any]] = {
    "boolean": lambda text: text.strip() == "true",
    "decimal": Decimal, "double": Decimal, "float": Decimal, "integer": Decimal, "int": Decimal, "long": Decimal,
    "date": temporal.parse_date, "time": temporal.parse_time, "dateTime": temporal.parse_date_time,
    "duration": temporal.parse_duration, "dayTimeDuration": temporal.parse_duration,
    "yearMonthDuration": temporal.parse_duration,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Result:
    """One result that the kit expects."""

    model: Path
    case: str
    #: name of the decision, the decision service or the function that is asked
    asked: str
    #: name of the decision whose value is compared, where a service answers several
    name: str
    inputs: dict[str, Any]
    expected: Any

    @property
    def id(self) -> str:
        """Return a name for lists."""
        return f"{self.model.parent.name}/{self.case}/{self.name}"


def value_of(element: etree._Element | None) -> Any:
    """Read a value, a list or a structure as the kit writes it."""
    if element is None or element.get(f"{XSI}nil") == "true":
        return None
    items = element.find(f"{TEST}list")
    if items is not None:
        return None if items.get(f"{XSI}nil") == "true" else [value_of(item) for item in items]
    components = element.findall(f"{TEST}component")
    if components:
        return {part.get("name"): value_of(part) for part in components}
    value = element.find(f"{TEST}value")
    if value is None or value.get(f"{XSI}nil") == "true":
        return None
    kind, text = (value.get(f"{XSI}type") or "xsd:string").rpartition(":")[2], value.text or ""
    read = _READ.get(kind)
    return text if read is None else read(text)


def results_of(folder: Path) -> Iterator[Result]:
    """Yield what the test files of a folder, and of those below it, expect."""
    for path in sorted({*folder.rglob("*-test-*.xml"), *folder.rglob("*-test.xml")}):
        root = etree.parse(path).getroot()
        model = path.parent / str(root.findtext(f"{TEST}modelName"))
        for case in root.findall(f"{TEST}testCase"):
            inputs = {str(node.get("name")): value_of(node) for node in case.findall(f"{TEST}inputNode")}
            for node in case.findall(f"{TEST}resultNode"):
                name = str(node.get("name"))
                asked = str(case.get("invocableName") or name)
                expected = value_of(node.find(f"{TEST}expected"))
                yield Result(model, str(case.get("id")), asked, name, inputs, expected)


def same(found: Any, expected: Any) -> bool:
    """Compare as the kit's own runners do: numbers to eight digits after the point, times by their value."""
    if isinstance(expected, Decimal):
        is_number = isinstance(found, int | float) and not isinstance(found, bool)
        return is_number and abs(Decimal(repr(found)) - expected) < Decimal("1e-8")
    if isinstance(expected, list):
        return isinstance(found, list) and len(found) == len(expected) and all(map(same, found, expected))
    if isinstance(expected, dict):
        return (
            isinstance(found, dict)
            and found.keys() == expected.keys()
            and all(same(found[key], expected[key]) for key in expected)
        )
    if expected is None or isinstance(expected, str | bool):
        return type(found) is type(expected) and bool(found == expected)
    return isinstance(found, str) and bool(temporal.parse_temporal(found) == expected)


def load(model: Path) -> DecisionModel:
    """Load a model of the kit; the others of its folder are there to be imported."""
    others = [path.read_bytes() for path in sorted(model.parent.glob("*.dmn")) if path != model]
    return load_dmn(model.read_bytes(), others=others)


def found_by(model: DecisionModel, result: Result) -> Any:
    """Return what we answer; null where there is an error, as the kit expects it."""
    try:
        outputs = model.decide(result.asked, result.inputs, now=NOW).outputs
    except (DecisionError, DecisionNotFound):
        return None
    several = result.asked != result.name and isinstance(outputs, dict) and result.name in outputs
    return outputs[result.name] if several else outputs


def main(folder: Path) -> int:
    """Print what differs, then the counts."""
    models: dict[Path, DecisionModel | None] = {}
    counts = {True: 0, False: 0}
    for result in results_of(folder):
        if result.model not in models:
            try:
                models[result.model] = load(result.model)
            except (InvalidDecision, OSError) as error:
                models[result.model] = None
                sys.stdout.write(f"{result.model.name}: {error}\n")
        model = models[result.model]
        found = None if model is None else found_by(model, result)
        agrees = model is not None and same(found, result.expected)
        counts[agrees] += 1
        if not agrees:
            sys.stdout.write(f"{result.id}: {found!r} is not {result.expected!r}\n")
    sys.stdout.write(f"{counts[True]} of {sum(counts.values())} results\n")
    return 0 if not counts[False] else 1


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
