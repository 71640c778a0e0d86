"""The migrations: up, down, and no drift from the tables."""

import subprocess
import sys
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.script import ScriptDirectory

from app.store import Store
from app.store.store import MIGRATIONS, newest_migration


def test_an_empty_database_is_brought_to_the_newest_migration(empty_database_url: str) -> None:
    store = Store(empty_database_url)
    assert store.check() == [f"The database is at migration none, this release needs {newest_migration()}."]
    store.migrate()
    assert store.check() == []
    store.migrate()
    assert store.version() == newest_migration()
    store.dispose()


def test_two_nodes_that_start_together_migrate_once(empty_database_url: str) -> None:
    order = "import sys; from app.store import Store; Store(sys.argv[1]).migrate()"
    nodes = [subprocess.Popen([sys.executable, "-c", order, empty_database_url]) for _ in range(2)]
    assert [node.wait(60) for node in nodes] == [0, 0]
    store = Store(empty_database_url)
    assert store.check() == []
    store.dispose()


def _alembic(store: Store, connection: Any) -> AlembicConfig:
    settings = AlembicConfig()
    settings.set_main_option("script_location", str(MIGRATIONS))
    settings.attributes["connection"] = connection
    return settings


def test_the_tables_are_what_the_migrations_make(store: Store) -> None:
    with store.engine.begin() as connection:
        # raises if autogenerate would write anything
        command.check(_alembic(store, connection))


def test_every_migration_can_be_taken_back(store: Store) -> None:
    with store.engine.begin() as connection:
        command.downgrade(_alembic(store, connection), "base")
    with store.engine.connect() as connection:
        tables = (
            connection.exec_driver_sql("select tablename from pg_tables where schemaname = 'public'").scalars().all()
        )
        functions = connection.exec_driver_sql(
            "select proname from pg_proc where pronamespace = 'public'::regnamespace"
        ).all()
    assert tables == ["alembic_version"]
    assert functions == []
    store.migrate()
    assert store.check() == []


def test_the_file_head_names_the_newest_migration() -> None:
    settings = AlembicConfig()
    settings.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(settings).get_heads() == [newest_migration()]
    assert all(path.stem[:4].isdigit() for path in Path(MIGRATIONS / "versions").glob("*.py"))


#: tables that belong to no case, or hold over the whole city
REFERENCE = {
    "units", "people", "sessions", "sign_in_attempts", "public_tries", "definitions", "publication", "server_clock",
    "calendar_days", "report_keys", "idempotency", "messages", "timed_starts", "counters", "register_keys",
    "register_uploads", "bookmarks",
}  # fmt: skip


def test_every_key_of_a_case_contains_the_county(store: Store) -> None:
    with store.engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "select c.conrelid::regclass::text, c.conname, array_agg(a.attname::text) from pg_constraint c"
            " join pg_attribute a on a.attrelid = c.conrelid and a.attnum = any(c.conkey)"
            " where c.contype in ('p', 'u', 'f') and c.connamespace = 'public'::regnamespace group by 1, 2"
        ).all()
    without = {(table, name) for table, name, names in rows if "county" not in names}
    assert len(rows) > 30
    assert {table for table, _ in without} <= REFERENCE | {"alembic_version", "refusals"}
