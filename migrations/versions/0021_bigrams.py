"""Find text in Chinese by an index: of every two letters that stand beside each other.

PostgreSQL's own index for parts of texts (pg_trgm) is an extension that not every server has, and takes no notice of
words of two letters, which is what most Chinese words are.
"""

from alembic import op

revision = "0021_bigrams"
down_revision = "0020_inbox_views"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the function and the index."""
    op.execute("""
create function bigrams(text) returns text[] language sql immutable strict parallel safe as $$
    select coalesce(array_agg(distinct a || b), '{}')
    from (select string_to_array(lower($1), null) as l) t, unnest(l, l[2:]) x (a, b) where b is not null
$$""")
    op.execute("create index ix_cases_bigrams on cases using gin (bigrams(search))")


def downgrade() -> None:
    """Take them away."""
    op.execute("drop index ix_cases_bigrams")
    op.execute("drop function bigrams(text)")
