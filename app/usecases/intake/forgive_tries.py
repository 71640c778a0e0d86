"""Forget the wrong codes before a right one."""

from app.usecases import Tools


def forgive_tries(tools: Tools, *, kind: str, number: str, address: str) -> None:
    """Take back the tries at a number's code from an address, where at last one was right.

    Writes:
        these tries are gone.
    """
    with tools.store.unit_of_work() as uow:
        uow.public_tries.forgive(kind, number, address)
        uow.commit()
