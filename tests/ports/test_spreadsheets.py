"""Workbooks go out with texts as texts, and come in bounded."""

import zipfile
from datetime import UTC, datetime
from io import BytesIO

import pytest
from openpyxl import Workbook, load_workbook

from app.domain.errors import Invalid
from app.ports import spreadsheets
from app.ports.spreadsheets import read_book, write_book

HOSTILE = ["=HYPERLINK(\"http://x\")", "@SUM(1)", "+1", "-2+3", "\x00\x0b乱", "普通"]


def test_every_text_is_text():
    book = write_book(["编号", "=标题"], [HOSTILE, [1, 2.5, None, True]], title="待办[1]/*?")
    sheet = load_workbook(BytesIO(book)).worksheets[0]
    assert [[cell.data_type for cell in row] for row in sheet.iter_rows()][:2] == [
        ["s", "s"] + ["n"] * 4, ["s"] * 6]  # fmt: skip
    assert read_book(book) == [["编号", "=标题"], [*HOSTILE[:4], "乱", "普通"], ["1", "2.5", "", "True"]]


def test_a_moment_is_what_the_wall_shows():
    at = datetime(2026, 3, 2, 1, 5, tzinfo=UTC)
    assert read_book(write_book(["a"], [[at]], title="t"))[1] == ["2026-03-02 01:05:00"]


def test_many_columns_and_rows_are_read_as_they_are():
    rows = [[f"{row}-{column}" for column in range(60)] for row in range(50)]
    assert read_book(write_book([str(n) for n in range(60)], rows, title="t"))[1:] == rows


def test_a_formula_without_a_shown_value_counts_as_empty():
    book = Workbook()
    book.active.append(["=1+1", "x"])
    kept = BytesIO()
    book.save(kept)
    assert read_book(kept.getvalue()) == [["", "x"]]


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2", b"PK\x03\x04", b"\xd0\xcf\x11\xe0" * 200])
def test_what_is_no_workbook_is_refused(content):
    with pytest.raises(Invalid):
        read_book(content)


def test_a_zip_of_something_else_is_refused():
    kept = BytesIO()
    with zipfile.ZipFile(kept, "w") as parts:
        parts.writestr("a.txt", "x")
    with pytest.raises(Invalid):
        read_book(kept.getvalue())


def test_what_unfolds_too_far_is_refused(monkeypatch):
    book = write_book(["a"], [["x"] * 5] * 50, title="t")
    with pytest.raises(Invalid):
        read_book(book, unfolded=100)
    monkeypatch.setattr(spreadsheets, "ROWS", 10)
    with pytest.raises(Invalid):
        read_book(book)
