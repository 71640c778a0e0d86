"""Bring the database to the release's migrations."""

from app.usecases import Tools


def upgrade_database(tools: Tools) -> tuple[str, str]:
    """Carry out the migrations that are missing.

    Returns:
        The newest migration before and after; empty for an empty database.

    Raises:
        StoreUnavailable: the database does not answer; Fault: a migration failed, nothing of it was kept.
    """
    before = tools.store.version()
    tools.store.migrate()
    return before, tools.store.version()
