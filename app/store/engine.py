"""The connection pool, and how failures of the driver are told."""

import psycopg
from sqlalchemy import Engine, create_engine, exc

from app.domain.errors import Conflict, Fault, Invalid, StaleRevision, StoreUnavailable, YongzhiError

#: what a broken constraint means to people; any other is a plain Conflict
CONSTRAINTS: dict[str, YongzhiError] = {
    "uq_people_username": Conflict("This user name is taken."),
    "pk_person_roles": Conflict("This role is held already."),
    "pk_facts": StaleRevision(),
    "pk_cases": Conflict("This case exists already."),
    "uq_cases_event_no_county": Conflict("This event number exists already."),
    "pk_definitions": Conflict("Somebody proposed a version at the same moment; try again."),
    "pk_report_keys": Conflict("This report was received before."),
    "pk_messages": Conflict("This message was received before."),
}
_CONFLICTS = {
    "40001": "serialization_failure", "40P01": "deadlock_detected", "55P03": "lock_not_available",
}  # fmt: skip
#: causes of a Conflict that pass by themselves: somebody else was there at the same moment
PASSING = frozenset(_CONFLICTS.values())


def driver_url(url: str) -> str:
    """Name the driver in a plain postgresql:// address."""
    return "postgresql+psycopg://" + url.split("://", 1)[1]


def make_engine(url: str, *, pool_size: int = 8, overflow: int = 4, wait_seconds: float = 10) -> Engine:
    """Open a pool; nothing is connected before the first statement.

    Args:
        url: postgresql://…
        pool_size: connections that are kept.
        overflow: connections above that, closed after use.
        wait_seconds: how long a request waits for a free connection.
    """
    return create_engine(
        driver_url(url),
        pool_size=pool_size,
        max_overflow=overflow,
        pool_timeout=wait_seconds,
        # a connection that was cut is found out by the first statement on it, see Transaction; and a transaction always
        # ends what it began, so neither needs a question of its own
        pool_pre_ping=False,
        pool_reset_on_return=None,
        # the same few connections, warm, with their statements prepared
        pool_use_lifo=True,
        connect_args={
            "connect_timeout": 5,
            "application_name": "yongzhi",
            "options": "-c timezone=UTC -c lock_timeout=10s -c statement_timeout=60s"
            " -c idle_in_transaction_session_timeout=120s"
            # planning the lists costs many times what running them does, and a plan for one actor fits another;
            # compiling them pays for reports over years, not for pages
            " -c plan_cache_mode=force_generic_plan -c jit=off"
            # what is worked on is in memory: a page out of order costs hardly more than the next one
            " -c random_page_cost=1.1",
        },
    )


def _constraint(cause: BaseException | None) -> str:
    return getattr(getattr(cause, "diag", None), "constraint_name", None) or ""


def translated(failure: Exception) -> YongzhiError:
    """Say a failure of the driver in our own words."""
    if isinstance(failure, UnicodeError):
        return Invalid("The text holds characters that cannot be stored.")
    if isinstance(failure, exc.TimeoutError):
        return StoreUnavailable("All connections to the database are busy; try again in a moment.")
    cause = failure.orig if isinstance(failure, exc.DBAPIError) else failure
    state = getattr(cause, "sqlstate", None) or ""
    if isinstance(cause, psycopg.IntegrityError):
        known = CONSTRAINTS.get(_constraint(cause), Conflict())
        return type(known)(known.message, constraint=_constraint(cause))
    if state in _CONFLICTS:
        return Conflict(cause=_CONFLICTS[state])
    # 54: beyond a limit of the server, such as the longest text that an index takes
    if isinstance(cause, psycopg.DataError) or state.startswith("54"):
        return Invalid("A value is too large, or the text holds characters that cannot be stored.")
    # 57014: the statement took too long, and will again; the server itself is well
    away = isinstance(cause, (psycopg.OperationalError, psycopg.InterfaceError)) and state != "57014"
    # 25006: a standby that was not promoted yet
    if away or state == "25006":
        return StoreUnavailable()
    return Fault("The database refused a statement.", cause=state)


class _Door:
    """Let nobody outside this room see an exception of the driver.

    Each statement passes it: a generator would cost more than all else that happens here.
    """

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, kind: object, cause: BaseException | None, trace: object) -> None:
        """Say it in our own words."""
        if isinstance(cause, (exc.SQLAlchemyError, psycopg.Error, UnicodeError)):
            raise translated(cause) from cause


#: for `with at_the_door:`
at_the_door = _Door()
