"""Bring an installation into the state that its release needs."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from app.cli.telling import NO_DATABASE, NOT_MIGRATED, NOTHING_PUBLISHED, tools, with_tools
from app.domain.actor import SYSTEM
from app.usecases.command.check_readiness import check_readiness
from app.usecases.command.upgrade_database import upgrade_database
from app.usecases.studio.publish_files import publish_files

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command("db-upgrade")
@with_tools
def db_upgrade() -> None:
    """Bring the database to the newest migration."""
    before, after = upgrade_database(tools())
    click.echo(f"Database at {after}" + ("." if before == after else f" (was {before or 'empty'})."))


@click.command()
@with_appcontext
def check() -> None:
    """Say whether work can be done: database, migrations, published processes.

    Exit code 0 if so; 2 without database, 3 if it is not migrated, 4 if nothing is published.
    """
    found = check_readiness(tools())
    for problem in found.problems:
        click.echo(problem, err=True)
    for holds, code in (
        (found.database, NO_DATABASE),
        (found.migrations, NOT_MIGRATED),
        (found.processes, NOTHING_PUBLISHED),
    ):
        if not holds:
            raise SystemExit(code)
    click.echo("Ready: database, migrations, processes.")


@click.command()
@click.argument("bpmn", type=FOLDER)
@click.argument("forms", type=FOLDER)
@with_tools
def publish(bpmn: Path, forms: Path) -> None:
    """Publish the diagrams and tables in BPMN and the forms in FORMS whose content is new."""
    done = publish_files(tools(), actor=SYSTEM, bpmn=bpmn, forms=forms)
    for one in done.findings:
        click.echo(
            f"{one.severity} {one.file} {one.element or '-'} [{one.rule}] {one.message_en or one.message}", err=True
        )
    click.echo(f"Published {done.count}, unchanged {done.unchanged}.")
