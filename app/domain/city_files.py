"""Read the files under `city/`.

The one exception to "the domain uses the standard library only": the city is data, and its data is YAML, so
this module reads it with PyYAML's safe loader and hands plain values to the rules. Nothing else in the domain
opens a file.
"""

import csv
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from app.domain.calendar import WorkingCalendar
from app.domain.errors import Invalid
from app.domain.org import Role, read_roles

#: the city's files are small; anything larger is not one of them
_LARGEST = 4_000_000
#: the same loader in C, where PyYAML was built with it: ten times as fast, but it follows nesting without end
_QUICK = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_OPENERS, _MOST_OPENERS = ("[", "{", "- ", "? "), 5_000


def read_yaml(path: Path) -> dict[str, Any]:
    """Read one YAML file whose top level is a mapping.

    Raises:
        Invalid: the file is absent, too large or not what it should be.
    """
    try:
        if path.stat().st_size > _LARGEST:
            raise Invalid(f"{path.name} is too large for a file of the city.")
        text = path.read_text(encoding="utf-8")
        nested = sum(map(text.count, _OPENERS)) > _MOST_OPENERS
        found = yaml.load(text, yaml.SafeLoader if nested else _QUICK)
    except (OSError, UnicodeDecodeError, RecursionError, yaml.YAMLError) as cause:
        raise Invalid(f"{path} cannot be read: {cause}") from cause
    if not isinstance(found, Mapping):
        raise Invalid(f"{path} must hold a mapping.")
    return dict(found)


def read_csv(path: Path) -> list[dict[str, str]]:
    """Read one CSV file with a header."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            return [{key: value or "" for key, value in row.items() if key} for row in csv.DictReader(lines)]
    except (OSError, UnicodeDecodeError, csv.Error) as cause:
        raise Invalid(f"{path} cannot be read: {cause}") from cause


def load_roles(folder: Path) -> dict[str, Role]:
    """Load `roles.yaml` of the city, {code: role}."""
    return read_roles(read_yaml(folder / "roles.yaml").get("roles", ()))


def load_calendar(folder: Path) -> WorkingCalendar:
    """Load the working calendar with the overrides of `calendar.csv` (date, is_workday, note).

    Raises:
        Invalid: a row is not a date with 0 or 1, or a date is listed twice.
    """
    overrides: dict[date, bool] = {}
    for number, row in enumerate(read_csv(folder / "calendar.csv"), start=2):
        try:
            day = date.fromisoformat(row.get("date", ""))
            works = {"1": True, "0": False}[row.get("is_workday", "")]
        except (ValueError, KeyError) as cause:
            raise Invalid(f"calendar.csv line {number}: write date,is_workday (0 or 1),note.") from cause
        if day in overrides:
            raise Invalid(f"calendar.csv line {number}: {day} is listed twice.")
        overrides[day] = works
    return WorkingCalendar(overrides)


@cache
def longest_voice(folder: Path) -> int:
    """Read how many seconds a voice may last that a page records, from `attachments.yaml` of the city."""
    return int(read_yaml(folder / "attachments.yaml")["voice"]["longest_seconds"])
