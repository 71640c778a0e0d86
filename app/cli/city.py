"""The city: units, areas, people."""

import json
import os
import secrets
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from time import monotonic

import click

from app.cli.telling import tools, with_tools
from app.domain.generator import Scale, generate, load_spec
from app.domain.geometry import check_cover
from app.usecases.people.load_city import Account, load_city

SCALE = click.Choice(["demo", "full"])


@click.group()
def city() -> None:
    """Units, areas and people of the city."""


@city.command()
@click.option("--scale", type=SCALE, default="demo", show_default=True)
@click.option(
    "--accounts",
    type=click.Path(dir_okay=False, path_type=Path),
    help="where to write the demo accounts  [default: demo-accounts.json in VAR]",
)
@with_tools
def load(scale: Scale, accounts: Path | None) -> None:
    """Load the generated city; repeating it adds only what is missing.

    On a demo server at demo scale every account gets a password, and all are written to a file.
    """
    begun = monotonic()
    config = tools().config
    passwords = config.demo and scale == "demo"
    done = load_city(tools(), scale=scale, demo_passwords=passwords)
    said = f"{done.units} units, {done.people} people, {done.added} of them new"
    if passwords:
        path = accounts or config.var_dir / "demo-accounts.json"
        _write(path, done.accounts)
        said += f"; accounts in {path}"
    click.echo(f"{said} ({monotonic() - begun:.1f} s).")


@city.command("check")
@click.option("--scale", type=SCALE, default="demo", show_default=True)
@with_tools
def check_areas(scale: Scale) -> None:
    """Check that the areas of each level tile the level above: no gap, no overlap."""
    areas = list(generate(load_spec(tools().config.city_dir), scale).areas)
    findings = check_cover(areas)
    for finding in findings:
        click.echo(finding, err=True)
    if findings:
        raise SystemExit(1)
    click.echo(f"{len(areas)} areas without gap or overlap.")


def _write(path: Path, accounts: Iterable[Account]) -> None:
    """Write the accounts at once, readable by the owner only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump([asdict(account) for account in accounts], file, ensure_ascii=False, indent=1)
    draft.replace(path)
