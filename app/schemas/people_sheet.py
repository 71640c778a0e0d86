"""The spreadsheet of people: its columns, as workbook and as CSV, and how what is brought is read."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from app.domain.errors import Invalid
from app.schemas.texts import LANGUAGE, say
from app.schemas.values import is_clean

#: column -> heading; either is understood, in any order, and columns may be left out; of a unit or a role its code
#: counts, and its name where the code's cell is empty
HEADINGS: Mapping[str, str] = {
    "username": "账号", "name": "姓名", "unit": "所属单位", "unit_name": "单位名称", "phone": "电话", "mail": "邮箱",
    "roles": "岗位", "role_names": "岗位名称", "active": "启用",
}  # fmt: skip
ENGLISH: Mapping[str, str] = {
    "username": "User name", "name": "Name", "unit": "Unit", "unit_name": "Name of the unit", "phone": "Phone",
    "mail": "Mail", "roles": "Roles", "role_names": "Names of the roles", "active": "Open",
}  # fmt: skip
#: most people in one file, and longest text in a cell
MOST, LETTERS = 2000, 2000
#: what a spreadsheet program may take for a formula
_FORMULA = ("=", "@", "+", "-", "\t", "\r")
_YES, _NO = frozenset({"1", "是", "yes", "true", "启用"}), frozenset({"0", "否", "no", "false", "停用"})


def headings(locale: str) -> Mapping[str, str]:
    """Name the columns in somebody's language."""
    return ENGLISH if locale == "en" else HEADINGS


def write_csv(rows: Iterable[Sequence[str]], locale: str = "zh") -> str:
    """Write rows as CSV that no program takes for formulas."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(headings(locale).values())
    for row in rows:
        writer.writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in row])
    return out.getvalue()


def read_csv(content: bytes) -> list[list[str]]:
    """Read a CSV as UTF-8 or GB 18030.

    Raises:
        Invalid: it is none.
    """
    for coding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(coding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise Invalid(errors={"file": [say("characters")]})
    found: list[list[str]] = []
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), strict=True):
            if len(found) > MOST:
                raise Invalid(errors={"file": [say("too_many", n=MOST)]})
            if any(cell.strip() for cell in cells):
                found.append([cell.strip() for cell in cells])
    except csv.Error as cause:
        raise Invalid(errors={"file": [say("pattern")]}) from cause
    return found


def read_rows(table: Sequence[Sequence[str]]) -> list[dict[str, str]]:
    """Give each row of a table as {column: text}; only columns that the table has.

    Raises:
        Invalid: no headings that we know, too many rows, or cells that cannot be kept.
    """
    if not table:
        raise Invalid(errors={"file": [say("required")]})
    known = {heading.lower(): column for names in (HEADINGS, ENGLISH) for column, heading in names.items()}
    known |= {column: column for column in HEADINGS}
    columns = [known.get(cell.strip().lower(), "") for cell in table[0]]
    if "username" not in columns or any(columns.count(one) > 1 for one in columns if one):
        words = headings(LANGUAGE.get()).values()
        raise Invalid(errors={"file": [say("headings", names=say("and").join(words))]})
    if len(table) - 1 > MOST:
        raise Invalid(errors={"file": [say("too_many", n=MOST)]})
    return [
        {column: _cell(cells[n]) if n < len(cells) else "" for n, column in enumerate(columns) if column}
        for cells in table[1:]
    ]


def _cell(text: str) -> str:
    plain = text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA) else text
    return plain.strip()


def wrong_cells(row: Mapping[str, str]) -> dict[str, list[str]]:
    """Say which cells of a row cannot be kept, whatever they mean."""
    wrong = {}
    for column, text in row.items():
        formula = text.startswith(_FORMULA) and column != "phone"
        if formula or len(text) > LETTERS or not is_clean(text):
            wrong[column] = [say("formula" if formula else "characters")]
    if row.get("active", "").lower() not in _YES | _NO | {""}:
        wrong["active"] = [say("boolean")]
    return wrong


def wants_active(row: Mapping[str, str]) -> bool | None:
    """Read whether an account is to be open; None where the row does not say."""
    text = row.get("active", "").lower()
    return True if text in _YES else False if text in _NO else None


def seats_of(text: str) -> list[str]:
    """Read the roles of a cell: role@unit, several separated by semicolons or commas of either writing."""
    return _split(text, ("；", ",", "，", "、", "\n"))


def named_seats(text: str) -> list[str]:
    """Read the roles of a cell by their names, separated by semicolons: a name may have commas in it."""
    return _split(text, ("；", "\n"))


def _split(text: str, marks: Iterable[str]) -> list[str]:
    for mark in marks:
        text = text.replace(mark, ";")
    return list(dict.fromkeys(one.strip() for one in text.split(";") if one.strip()))
