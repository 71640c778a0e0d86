"""The working calendar: days that the printed one does not know."""

from datetime import datetime

import click

from app.cli.telling import tools, with_tools
from app.domain.actor import SYSTEM
from app.usecases.command.set_workday import set_workday


@click.group()
def calendar() -> None:
    """Working days and holidays."""


@calendar.command("set")
@click.argument("day", type=click.DateTime(["%Y-%m-%d"]))
@click.option("--workday/--holiday", "is_workday", required=True, help="what the day is")
@click.argument("note", default="")
@with_tools
def set_day(day: datetime, is_workday: bool, note: str) -> None:
    """Make DAY a working day or a holiday; NOTE says why.

    Limits that were planned before keep their due moments.
    """
    set_workday(tools(), actor=SYSTEM, day=day.date(), is_workday=is_workday, note=note)
    click.echo(f"{day.date()} is a {'working day' if is_workday else 'holiday'}.")
