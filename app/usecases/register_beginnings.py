"""The files of rows that registers begin with."""

from collections.abc import Iterator
from pathlib import Path

from app.domain.errors import Invalid
from app.domain.register_files import read_json
from app.domain.registers import Register
from app.schemas.register_csv import Line, clean_text, first_rows, parse_csv

#: bytes of a file of rows
_LARGEST = 5_000_000


def read_rows(path: Path, register: Register) -> Iterator[Line]:
    """Read the rows of one file.

    Raises:
        Invalid: naming the first line that does not fit.
    """
    if path.suffix == ".csv":
        lines = parse_csv(register, clean_text(path.read_bytes()))
    else:
        wrong: list[str] = []
        raw = read_json(path, wrong, most=_LARGEST)
        if wrong:
            raise Invalid(wrong[0])
        lines = first_rows(register, raw)
    for line in lines:
        if line.errors:
            raise Invalid(f"{path.name} line {line.number}: {dict(line.errors)}")
        yield line
