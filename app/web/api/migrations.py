"""Taking running cases over to another version of their process."""

from typing import Any

from app.schemas.steering import MigratedRecord, MigrationRecord, PlannedRecord, PlanRecord
from app.usecases.migrating.migrate_cases import migrate_cases
from app.usecases.migrating.plan_migration import plan_migration
from app.web.api import Room
from app.web.identity import allow
from app.web.rooms import actor, tools

room = Room("migrations", __name__, description="Taking running cases over to another version")


@room.route("/migrations/plan", methods=["POST"])
@room.arguments(PlanRecord)
@room.response(200, PlannedRecord)
@allow("case.migrate")
def post_plan(sent: dict[str, Any]) -> Any:
    """Map the elements of two versions, and say where tokens stand."""
    return plan_migration(tools(), actor=actor(), **sent)


@room.route("/migrations", methods=["POST"])
@room.arguments(MigrationRecord)
@room.response(200, MigratedRecord)
@allow("case.migrate")
def post_migrations(sent: dict[str, Any]) -> Any:
    """Migrate cases, each by itself, with a result per case; `next` asks for the rest."""
    return migrate_cases(tools(), actor=actor(), **sent)
