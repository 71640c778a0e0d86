"""Begin the keys of tasks with what tells them apart, and list a task only at places that it has.

While a database is young or few tasks are open, the planner knows nothing of how many rows a county has, and takes an
index that begins with the county for as good as the primary key; then it reads every task of a county to find one.
"""

from alembic import op

revision = "0016_task_keys"
down_revision = "0015_registers"
branch_labels = None
depends_on = None

_PLACES = ("unit_city", "unit_county", "unit_street", "unit_village", "unit_grid")


def upgrade() -> None:
    """Make the indexes anew."""
    op.execute("alter table tasks drop constraint uq_tasks_county_case_id_key")
    op.execute("alter table tasks add constraint uq_tasks_case_id_key_county unique (case_id, key, county)")
    op.execute("drop index ix_tasks_open")
    op.execute("create index ix_tasks_open on tasks (case_id, county) where state < 2")
    for place in _PLACES:
        op.execute(f"drop index ix_tasks_{place}")
        op.execute(
            f"create index ix_tasks_{place} on tasks ({place}, due_order, id) where state < 2 and {place} <> ''"
        )


def downgrade() -> None:
    """Begin with the county again."""
    for place in _PLACES:
        op.execute(f"drop index ix_tasks_{place}")
        op.execute(f"create index ix_tasks_{place} on tasks ({place}, due_order, id) where state < 2")
    op.execute("drop index ix_tasks_open")
    op.execute("create index ix_tasks_open on tasks (county, case_id) where state < 2")
    op.execute("alter table tasks drop constraint uq_tasks_case_id_key_county")
    op.execute("alter table tasks add constraint uq_tasks_county_case_id_key unique (county, case_id, key)")
