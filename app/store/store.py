"""The store as a whole: one pool of connections for one process."""

from pathlib import Path

from alembic import command
from alembic.config import Config as AlembicConfig
from sqlalchemy import text

from app.domain.errors import Fault, StoreUnavailable, YongzhiError
from app.store.engine import at_the_door, make_engine
from app.store.unit_of_work import UnitOfWork

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


def newest_migration() -> str:
    """Name the migration that this release needs."""
    return (MIGRATIONS / "HEAD").read_text().strip()


class Store:
    """The database, as the rest of the house sees it."""

    def __init__(
        self,
        database_url: str,
        *,
        pool_size: int = 8,
        overflow: int = 4,
        wait_seconds: float = 10,
    ) -> None:
        """Remember the address; nothing is connected before the first statement.

        Args:
            database_url: postgresql://…
            pool_size: connections kept open; as many as the process has threads.
            overflow: connections above that, closed after use.
            wait_seconds: how long a request waits for a free connection.
        """
        self.engine = make_engine(database_url, pool_size=pool_size, overflow=overflow, wait_seconds=wait_seconds)

    @property
    def address(self) -> str:
        """Say where the database is, without its password."""
        url = self.engine.url
        host = url.host or str(url.query.get("host") or "its socket")
        return f"{host}{f':{url.port}' if url.port else ''}/{url.database or ''}"

    def unit_of_work(self) -> UnitOfWork:
        """Begin one command."""
        return UnitOfWork(self.engine)

    def version(self) -> str:
        """Name the newest migration that the database has, or empty."""
        with at_the_door, self.engine.connect() as connection:
            there = connection.execute(text("select to_regclass('alembic_version')")).scalar()
            return (
                str(connection.execute(text("select version_num from alembic_version")).scalar() or "") if there else ""
            )

    def check(self) -> list[str]:
        """Say what is wrong: unreachable, or not migrated; nothing if all is well."""
        try:
            found = self.version()
        except StoreUnavailable:
            return ["The database does not answer."]
        except YongzhiError as failure:
            return [failure.message]
        wanted = newest_migration()
        if found != wanted:
            return [f"The database is at migration {found or 'none'}, this release needs {wanted}."]
        return []

    def migrate(self) -> None:
        """Bring the database to the newest migration."""
        settings = AlembicConfig()
        settings.set_main_option("script_location", str(MIGRATIONS))
        with at_the_door, self.engine.begin() as connection:
            # a large table may take longer than any request
            connection.execute(text("set local statement_timeout = 0; set local lock_timeout = '60s'"))
            settings.attributes["connection"] = connection
            command.upgrade(settings, "head")
        if self.version() != newest_migration():
            raise Fault("The database could not be brought to the newest migration.")

    def dispose(self) -> None:
        """Close every connection."""
        self.engine.dispose()
