"""Documents that are printed: a template in a file, filled with what a case knows, gives a sheet.

A template says who may issue it, for which processes, and what must be known before. A sheet is plain text in lines,
without a trace of HTML or PDF: whoever draws it decides how it looks.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.domain.amounts import yuan
from app.domain.errors import Invalid

#: a path, and perhaps that it is a sum of money
_BLANK = re.compile(r"\{([a-z_]+(?:\.[A-Za-z0-9_]+)*)(\|yuan)?\}")
_MARK = re.compile(r"[A-Z]{2,4}")
LANGUAGES = ("zh", "en")
KINDS = ("text", "heading", "pair", "list", "sign", "close", "to")

Said = Mapping[str, str]


@dataclass(frozen=True)
class Line:
    """One line of a sheet; which parts it has depends on its kind."""

    #: text, heading, pair, table, sign, close, to
    kind: str
    text: str = ""
    label: str = ""
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Sheet:
    """A document with nothing left to fill in."""

    key: str
    language: str
    title: str
    #: whose name stands above it in red; empty for none
    organ: str
    lines: tuple[Line, ...]

    def plain(self) -> dict[str, Any]:
        """Write it as a fact keeps it."""
        return {
            "key": self.key, "language": self.language, "title": self.title, "organ": self.organ,
            "lines": [{name: value for name, value in vars(line).items() if value} for line in self.lines],
        }  # fmt: skip

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Sheet":
        """Read what a fact kept."""
        lines = tuple(Line(
            str(one["kind"]), str(one.get("text", "")), str(one.get("label", "")), tuple(one.get("head", ())),
            tuple(tuple(row) for row in one.get("rows", ())),
        ) for one in kept["lines"])  # fmt: skip
        return cls(str(kept["key"]), str(kept["language"]), str(kept["title"]), str(kept["organ"]), lines)


@dataclass(frozen=True)
class Template:
    """How a document is made."""

    key: str
    title: Said
    #: capital letters in its number
    mark: str
    organ: str
    #: top processes of the cases that it belongs to; empty for all
    processes: frozenset[str]
    #: who may issue it
    roles: frozenset[str]
    #: what must be known before, as paths
    needs: tuple[str, ...]
    #: what to tell people as long as it is not
    missing: Said
    lines: tuple[Mapping[str, Any], ...] = field(repr=False)

    def number(self, of_case: str, nth: int) -> str:
        """Give the number of the nth such document of a case."""
        return f"{of_case}-{self.mark}-{nth}"


def read_template(key: str, told: Mapping[str, Any]) -> Template:
    """Read a template from its file.

    Raises:
        Invalid: something is missing or is not what it should be.
    """
    try:
        made = Template(
            key=key, title=_said(told["title"]), mark=str(told["mark"]), organ=str(told.get("organ") or ""),
            processes=frozenset(map(str, told.get("processes") or ())), roles=frozenset(map(str, told["roles"])),
            needs=tuple(map(str, told.get("needs") or ())), missing=_said(told["missing"]),
            lines=tuple(dict(one) for one in told["lines"]),
        )  # fmt: skip
        for line in made.lines:
            _check(line)
    except (KeyError, TypeError, ValueError, AttributeError) as cause:
        raise Invalid(f"documents/{key}.yaml: {cause!r}") from cause
    if not _MARK.fullmatch(made.mark) or not made.roles or not made.lines:
        raise Invalid(f"documents/{key}.yaml: needs a mark of capital letters, roles and lines.")
    return made


def _said(told: Any) -> Said:
    return {language: str(told[language]) for language in LANGUAGES}


def _check(line: Mapping[str, Any]) -> None:
    kinds = [kind for kind in KINDS if kind in line]
    if len(kinds) != 1 or set(line) - {*KINDS, "if", "value", "columns"}:
        raise ValueError(f"a line is one of {', '.join(KINDS)}")
    kind = kinds[0]
    if kind in ("text", "heading", "pair", "close", "to"):
        _said(line[kind])
    if kind == "pair":
        str(line["value"])
    for one in line["columns"] if kind == "list" else line["sign"] if kind == "sign" else ():
        _said(one)


def lookup(values: Mapping[str, Any], path: str) -> Any:
    """Follow a path with dots; None where it ends."""
    here: Any = values
    for name in path.split("."):
        here = here.get(name) if isinstance(here, Mapping) else None
    return here


def is_known(values: Mapping[str, Any], path: str) -> bool:
    """Say whether a path leads to something."""
    return lookup(values, path) not in (None, "", [], {})


def lacking(template: Template, values: Mapping[str, Any]) -> list[str]:
    """List what a template needs and nobody has said yet."""
    return [path for path in template.needs if not is_known(values, path)]


def filled(text: str, values: Mapping[str, Any], language: str = "zh") -> str:
    """Fill the blanks of a text; what nobody knows is a dash, a sum has its capital figures too."""

    def blank(found: re.Match[str]) -> str:
        written = _written(lookup(values, found[1]), language)
        return (yuan(written, language) if found[2] and written else written) or "—"

    return _BLANK.sub(blank, text)


def _written(value: Any, language: str) -> str:
    if isinstance(value, (list, tuple)):
        return (", " if language == "en" else "、").join(_written(one, language) for one in value)
    return "" if value is None or isinstance(value, Mapping) else str(value)


def fill(template: Template, values: Mapping[str, Any], language: str) -> Sheet:
    """Make a sheet of a template.

    Args:
        values: nested mappings of texts and lists, already as people read them.
    """
    lines = tuple(_lines(template.lines, values, language))
    return Sheet(template.key, language, template.title[language], _organ(template, values), lines)


def _organ(template: Template, values: Mapping[str, Any]) -> str:
    # no name is better in red than a dash
    return _BLANK.sub(lambda found: _written(lookup(values, found[1]), "zh"), template.organ)


def _lines(lines: Iterable[Mapping[str, Any]], values: Mapping[str, Any], language: str) -> Iterable[Line]:
    for line in lines:
        if "if" in line and (not is_known(values, str(line["if"])) or lookup(values, str(line["if"])) == "0"):
            continue
        plain = next((kind for kind in ("text", "heading", "close", "to") if kind in line), None)
        if plain:
            yield Line(plain, filled(line[plain][language], values, language))
        elif "pair" in line:
            yield Line("pair", filled(str(line["value"]), values, language), line["pair"][language])
        elif "list" in line:
            yield _table(line["columns"], lookup(values, str(line["list"])), language)
        else:
            yield Line("sign", head=tuple(one[language] for one in line["sign"]))


def _table(columns: Sequence[Mapping[str, Any]], rows: Any, language: str) -> Line:
    found = [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, (list, tuple)) else []
    cells = tuple(tuple(_cell(row.get(one["key"]), one, language) for one in columns) for row in found)
    return Line("table", head=tuple(one[language] for one in columns), rows=cells)


def _cell(value: Any, column: Mapping[str, Any], language: str) -> str:
    written = _written(value, language)
    return (yuan(written, language) if column.get("as") == "yuan" and written else written) or "—"
