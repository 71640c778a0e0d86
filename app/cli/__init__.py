"""The operators' commands: `flask --help` lists them."""

from flask import Flask

from app.cli.calendar import calendar
from app.cli.cases import tick, verify
from app.cli.city import city
from app.cli.intake import intake
from app.cli.people import person
from app.cli.setup import check, db_upgrade, publish


def register(app: Flask) -> None:
    """Give an application its commands."""
    for command in (db_upgrade, check, publish, city, intake, tick, verify, calendar, person):
        app.cli.add_command(command)
