"""Workbooks: what officers take away as one, and what they bring.

Every text is written as text: a cell that begins with `=` or `@` is never a formula, whoever typed it. What is
brought is opened in a bounded way, and only what its cells show is read.
"""

import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils.exceptions import InvalidFileException

from app.domain.errors import Invalid
from app.schemas.texts import say

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: most rows and columns that are read, longest text, and most bytes that the parts of a file may unfold to
ROWS, COLUMNS, LETTERS, UNFOLDED = 50_000, 200, 32_000, 200 * 1024 * 1024
_WIDEST = 60


def write_book(headings: Sequence[str], rows: Iterable[Sequence[Any]], *, title: str) -> bytes:
    """Write one sheet.

    Args:
        rows: texts, numbers and moments; a moment is written without its zone, as its clock on the wall shows it.
        title: of the sheet.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_title(title))
    sheet.freeze_panes = "A2"
    for number, heading in enumerate(headings):
        sheet.column_dimensions[_letters(number)].width = min(_WIDEST, max(12, 2 * len(heading) + 6))
    head = [_cell(sheet, one) for one in headings]
    for cell in head:
        cell.font = Font(bold=True)
    sheet.append(head)
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def read_book(content: bytes, *, unfolded: int = UNFOLDED, gaps: bool = False) -> list[list[str]]:
    """Read the first sheet of a workbook as texts; rows without any are left out, formulas count as empty.

    Args:
        unfolded: most bytes that its parts may unfold to.
        gaps: empty rows are there too, so that rows keep their numbers; those behind the last one are not.

    Raises:
        Invalid: it is no workbook, or too large.
    """
    try:
        with zipfile.ZipFile(BytesIO(content)) as parts:
            if sum(part.file_size for part in parts.infolist()) > unfolded:
                raise _refused(say("size"))
        book = load_workbook(BytesIO(content), read_only=True, data_only=True, keep_links=False)
        return _texts(book.worksheets[0], gaps=gaps)
    except Invalid:
        raise
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, IndexError, TypeError, SyntaxError,
            AttributeError, EOFError, OSError, NotImplementedError, RuntimeError) as cause:
        raise _refused(say("sheet")) from cause


def _refused(text: str) -> Invalid:
    return Invalid(text, errors={"file": [text]})


def _texts(sheet: Any, *, gaps: bool) -> list[list[str]]:
    found: list[list[str]] = []
    for number, row in enumerate(sheet.iter_rows(values_only=True, max_col=COLUMNS)):
        if number >= ROWS:
            raise _refused(say("too_many", n=ROWS))
        texts = [_text(value) for value in row]
        while texts and not texts[-1]:
            texts.pop()
        if texts or gaps:
            found.append(texts)
    while found and not found[-1]:
        found.pop()
    return found


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d" if value.time() == datetime.min.time() else "%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value).strip()[:LETTERS]


def _cell(sheet: Any, value: Any) -> Any:
    if isinstance(value, datetime):
        return WriteOnlyCell(sheet, value.replace(tzinfo=None))
    if isinstance(value, bool) or not isinstance(value, int | float):
        cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", str("" if value is None else value))[:LETTERS])
        # the library takes what begins with = for a formula
        cell.data_type = "s"
        return cell
    return WriteOnlyCell(sheet, value)


def _title(text: str) -> str:
    return "".join(letter for letter in text if letter not in "[]:*?/\\'")[:31] or "1"


def _letters(number: int) -> str:
    return chr(65 + number) if number < 26 else _letters(number // 26 - 1) + chr(65 + number % 26)
