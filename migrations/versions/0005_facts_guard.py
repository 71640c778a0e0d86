"""Facts are only ever added: the database refuses to change, delete or empty them.

See docs/adr/0011-facts-guarded.md for what this stops and what it does not.
"""

from alembic import op

revision = "0005_facts_guard"
down_revision = "0004_traffic"
branch_labels = None
depends_on = None

#: tables that are only ever added to
APPEND_ONLY = ("facts", "refusals")


def upgrade() -> None:
    """Put the guards up."""
    op.execute("""
        create function refuse_change() returns trigger language plpgsql as $$
        begin
            raise exception '% is append-only: % refused', tg_table_name, lower(tg_op)
                using errcode = 'insufficient_privilege';
        end $$
    """)
    for table in APPEND_ONLY:
        op.execute(f"""
            create trigger {table}_append_only before update or delete on {table}
            for each row execute function refuse_change()
        """)
        op.execute(f"""
            create trigger {table}_not_emptied before truncate on {table}
            for each statement execute function refuse_change()
        """)
        op.execute(f"revoke update, delete, truncate on {table} from public")
    op.execute("""
        create function keep_definition() returns trigger language plpgsql as $$
        begin
            if tg_op <> 'UPDATE'
                or (old.kind, old.key, old.number, old.sha256, old.content, old.author, old.proposed_at)
                is distinct from (new.kind, new.key, new.number, new.sha256, new.content, new.author, new.proposed_at)
                or (old.published_at is not null and old.published_at is distinct from new.published_at)
            then
                raise exception 'version % of % is kept as proposed', old.number, old.key
                    using errcode = 'insufficient_privilege';
            end if;
            return new;
        end $$
    """)
    op.execute("""
        create trigger definitions_kept before update or delete on definitions
        for each row execute function keep_definition()
    """)
    op.execute("""
        create trigger definitions_not_emptied before truncate on definitions
        for each statement execute function refuse_change()
    """)


def downgrade() -> None:
    """Take the guards down."""
    for table in (*APPEND_ONLY, "definitions"):
        op.execute(f"drop trigger {table}_not_emptied on {table}")
    for table in APPEND_ONLY:
        op.execute(f"drop trigger {table}_append_only on {table}")
    op.execute("drop trigger definitions_kept on definitions")
    op.execute("drop function keep_definition()")
    op.execute("drop function refuse_change()")
