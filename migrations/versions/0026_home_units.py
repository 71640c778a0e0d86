"""Say to which unit an account belongs: an administrator looks after those of his part of the tree."""

from alembic import op

revision = "0026_home_units"
down_revision = "0025_contact"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the unit; who has roles belongs where he holds the first of them."""
    op.execute("""alter table people add column unit text collate "C" default '' not null""")
    op.execute("""
update people p set unit = f.unit from (
    select distinct on (county, person_id) county, person_id, unit from person_roles
    where valid_to is null order by county, person_id, valid_from, unit) f
where f.county = p.county and f.person_id = p.id""")
    op.execute("create index ix_people_unit on people (unit)")
    op.execute("create index ix_person_roles_unit on person_roles (unit)")


def downgrade() -> None:
    """Forget it."""
    op.execute("drop index ix_person_roles_unit")
    op.execute("alter table people drop column unit")
