"""One thing of a queue at a time: it is done, or set aside so that the next one has its turn."""

from collections.abc import Callable
from typing import TypeVar

from app.domain.errors import StoreUnavailable
from app.store.unit_of_work import UnitOfWork
from app.usecases import Tools

T = TypeVar("T")


def do_or_set_aside(
    tools: Tools,
    take: Callable[[UnitOfWork], T | None],
    do: Callable[[UnitOfWork, T], None],
    set_aside: Callable[[T, Exception], None],
) -> bool:
    """Take the first thing and do it, all or nothing; what cannot be done is set aside after that was taken back.

    Args:
        set_aside: in a transaction of its own.

    Returns:
        True if there was one: ask again.

    Writes:
        what is done, in one transaction.

    Raises:
        StoreUnavailable: it stays where it is.
    """
    with tools.store.unit_of_work() as uow:
        one = take(uow)
        if one is None:
            return False
        try:
            do(uow, one)
            uow.commit()
            return True
        except StoreUnavailable:
            raise
        except Exception as cause:
            # also a defect of our own: this one must not hold up all others
            uow.rollback()
            failure = cause
    set_aside(one, failure)
    return True
