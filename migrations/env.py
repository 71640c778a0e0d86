"""Alembic's way in: an open connection, `-x url=postgresql://…`, or the settings."""

from alembic import context
from sqlalchemy import Connection, create_engine, pool, text

from app.config import Config
from app.store.engine import driver_url
from app.store.tables import metadata


def _url() -> str:
    given = context.get_x_argument(as_dictionary=True).get("url") or Config.from_env().database_url
    if not given:
        raise SystemExit("No database: set DATABASE_URL, or use `flask db-upgrade` for the embedded one.")
    return driver_url(given)


def _run(connection: Connection) -> None:
    # two nodes that start at the same moment migrate one after the other
    connection.execute(text("select pg_advisory_xact_lock(7203319)"))
    context.configure(connection=connection, target_metadata=metadata, compare_type=True)
    with context.begin_transaction():
        context.run_migrations()


def _main() -> None:
    if context.is_offline_mode():
        context.configure(dialect_name="postgresql", target_metadata=metadata, literal_binds=True)
        with context.begin_transaction():
            context.run_migrations()
        return
    given = context.config.attributes.get("connection")
    if given is not None:
        _run(given)
        return
    engine = create_engine(_url(), poolclass=pool.NullPool)
    with engine.begin() as connection:
        _run(connection)
    engine.dispose()


_main()
