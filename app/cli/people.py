"""Accounts and roles."""

import click

from app.cli.telling import tools, with_tools
from app.domain.actor import SYSTEM
from app.usecases.people.add_person import add_person
from app.usecases.people.grant_role import grant_role


@click.group()
def person() -> None:
    """Accounts and their roles."""


@person.command()
@click.argument("username")
@click.argument("name")
@click.option("--county", type=click.IntRange(0, 99), default=0, show_default=True, help="number of the county")
@click.option("--no-password", is_flag=True, help="an account that cannot sign in yet")
@with_tools
def add(username: str, name: str, county: int, no_password: bool) -> None:
    """Add an account for USERNAME, shown as NAME; asks for the password."""
    asked = "" if no_password else click.prompt("Password", hide_input=True, confirmation_prompt=True)
    found = add_person(tools(), actor=SYSTEM, username=username, name=name, password=asked, county=county)
    click.echo(f"Added {username} ({found}).")


@person.command()
@click.argument("username")
@click.argument("role")
@click.argument("unit")
@with_tools
def grant(username: str, role: str, unit: str) -> None:
    """Let USERNAME act in ROLE at UNIT from now on."""
    grant_role(tools(), actor=SYSTEM, username=username, role=role, unit=unit)
    click.echo(f"{username} is {role} at {unit}.")
