"""Cases: fire what is due, verify a history."""

import click

from app.cli.telling import tools, with_tools
from app.domain.actor import SYSTEM
from app.usecases.audit.find_case import find_case
from app.usecases.audit.verify_case import verify_case
from app.usecases.command.fire_due_timers import fire_due_timers


@click.command()
@with_tools
def tick() -> None:
    """Fire every timer that is due, once, and end."""
    fired = 0
    while some := fire_due_timers(tools()):
        fired += some
    click.echo(f"Fired {fired}.")


@click.command()
@click.argument("case")
@with_tools
def verify(case: str) -> None:
    """Verify the CASE of an event number or id: its hash chain, and its re-execution.

    Exit code 1 if either fails.
    """
    verdict = verify_case(tools(), actor=SYSTEM, case_id=find_case(tools(), actor=SYSTEM, number=case))
    chain = "holds" if verdict.chain_ok else f"BROKEN at fact {verdict.first_break}"
    click.echo(f"{verdict.facts} facts, head {verdict.head}")
    click.echo(f"Hash chain: {chain}")
    click.echo(f"Re-execution: {'equal' if verdict.replay_ok else 'DIVERGES'}")
    if verdict.first_divergence:
        one = verdict.first_divergence
        click.echo(f"  fact {one.seq}\n  expected {one.expected}\n  found    {one.found}")
    if not (verdict.chain_ok and verdict.replay_ok):
        raise SystemExit(1)
