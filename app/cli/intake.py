"""Reports in bulk."""

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from app.cli.telling import tools, with_tools
from app.domain.actor import SYSTEM
from app.domain.city_files import read_yaml
from app.domain.errors import Invalid
from app.domain.imports import ImportMapping, read_mapping
from app.usecases.intake.import_reports import ImportSummary, Outcome, RefusedRow, import_reports

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def intake() -> None:
    """Reports from elsewhere."""


@intake.command("import")
@click.argument("file", type=FILE)
@click.option("--mapping", type=FILE, required=True, help="which column means what, for example city/imports/*.yaml")
@click.option(
    "--refused", type=click.Path(dir_okay=False, path_type=Path), help="where to write the refused rows, as CSV"
)
@click.option("--limit", type=click.IntRange(1), help="take only so many rows")
@with_tools
def import_file(file: Path, mapping: Path, refused: Path | None, limit: int | None) -> None:
    """Open a case for each row of FILE (CSV with a header); on demo and test servers.

    Each row is accepted at the moment that it names. The same row twice is one case.
    """
    meaning = read_mapping(read_yaml(mapping))
    _check_header(file, meaning)
    total = min(sum(1 for _ in _rows(file)), limit or 10**9)
    columns = [TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()]
    with Progress(*columns, console=Console(stderr=True)) as progress:
        counted = progress.add_task("Import", total=total)
        step = _counting(progress, counted)
        done = import_reports(tools(), actor=SYSTEM, mapping=meaning, rows=islice(_rows(file), limit), on_row=step)
    if refused:
        _write(refused, done.refused)
    _say(done, refused)


def _rows(file: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Read the rows with the numbers of their lines.

    Raises:
        Invalid: the file is no CSV with a header.
    """
    try:
        with file.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
            reader = csv.DictReader(lines)
            for row in reader:
                yield reader.line_num, {name: value for name, value in row.items() if isinstance(name, str)}
    except csv.Error as cause:
        raise Invalid(f"{file} cannot be read as CSV: {cause}.") from cause


def _check_header(file: Path, meaning: ImportMapping) -> None:
    """Refuse a file that lacks the columns that the mapping reads.

    Raises:
        Invalid: naming them.
    """
    with file.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
        try:
            header = csv.DictReader(lines).fieldnames or ()
        except csv.Error as cause:
            raise Invalid(f"{file} cannot be read as CSV: {cause}.") from cause
    read = (meaning.id_column, meaning.time_column, meaning.type_column, meaning.place_column)
    missing = sorted({*read, meaning.lat_column, meaning.lon_column} - set(header))
    if missing:
        raise Invalid(f"{file} has no column {', '.join(missing)}.")


def _counting(progress: Progress, counted: Any) -> Callable[[Outcome], None]:
    def step(outcome: Outcome) -> None:
        progress.advance(counted)

    return step


def _write(path: Path, rows: Sequence[RefusedRow]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["line", "id", "reason", "reason_en"])
        # a cell that begins with one of these would be a formula in a spreadsheet
        for one in rows:
            source_id = f"'{one.id}" if one.id.startswith(("=", "+", "-", "@")) else one.id
            writer.writerow([one.line, source_id, one.reason, one.reason_en])


def _say(done: ImportSummary, refused: Path | None) -> None:
    click.echo(
        f"Accepted {done.accepted}, known {done.known}, refused {len(done.refused)}"
        f" in {done.seconds:.1f} s ({done.per_second:.1f} rows/s)."
    )
    reasons: dict[str, int] = {}
    for one in done.refused:
        reasons[one.reason_en] = reasons.get(one.reason_en, 0) + 1
    for reason, count in sorted(reasons.items(), key=lambda item: -item[1])[:10]:
        click.echo(f"  {count} x {reason}")
    if refused:
        click.echo(f"Refused rows in {refused}.")
