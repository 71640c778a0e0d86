"""The changes that somebody may make to the course of a case, ready to be tried or carried out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.domain.calendar import Amount
from app.domain.errors import Invalid
from app.domain.progress import Progress
from app.engine import steering
from app.engine.world import Command, World
from app.schemas.texts import say

Act = Callable[[World, Command, bytes], Progress]
PARTICIPANTS = ("add", "remove", "order", "rule", "vote")
LIMITS = ("extend", "pause", "resume", "stop")


@dataclass(frozen=True)
class Change:
    """One change to a case."""

    act: Act
    #: whether the case stands still afterwards; None leaves it as it is
    still: bool | None = None
    #: it is meant for closed cases too
    on_closed: bool = False


def moving(key: str, target: str, variables: Mapping[str, Any] | None, siblings: bool, reason: str) -> Change:
    """Put a token on another element."""
    return Change(lambda world, command, saved: steering.move(
        world, command, saved, key, target, variables=variables, siblings=siblings, reason=reason))  # fmt: skip


def skipping(key: str, variables: Mapping[str, Any] | None, reason: str) -> Change:
    """Pass an element as if it had been done."""
    return Change(lambda world, command, saved: steering.skip(
        world, command, saved, key, variables=variables, reason=reason))  # fmt: skip


def cancelling_branch(key: str, reason: str) -> Change:
    """Cancel a token with everything in it."""
    return Change(lambda world, command, saved: steering.cancel_branch(world, command, saved, key, reason=reason))


def cancelling(reason: str) -> Change:
    """End the case."""
    return Change(lambda world, command, saved: steering.cancel_case(world, command, saved, reason=reason), still=False)


def suspending(reason: str) -> Change:
    """Let the case stand still."""
    return Change(lambda world, command, saved: steering.suspend(world, command, saved, reason=reason), still=True)


def resuming(reason: str) -> Change:
    """Let the case go on."""
    return Change(lambda world, command, saved: steering.resume(world, command, saved, reason=reason), still=False)


def restarting(variables: Mapping[str, Any] | None, reason: str) -> Change:
    """Begin the process anew, also in a case that is closed."""
    return Change(lambda world, command, saved: steering.restart(
        world, command, saved, variables=variables, reason=reason), on_closed=True)  # fmt: skip


def changing_participants(key: str, change: str, params: Mapping[str, Any], reason: str) -> Change:
    """Change who signs, in which order, and when it is enough.

    Raises:
        Invalid: an unknown change.
    """
    if change not in PARTICIPANTS:
        raise Invalid(errors={"change": [say("option")]})
    # the fact of this command keeps its parameters as they are, so the reason is one of them
    said = {**params, "reason": reason}
    return Change(lambda world, command, saved: steering.change_participants(
        world, command, saved, key, change, said))  # fmt: skip


def changing_limit(change: str, name: str, amount: str, reason: str) -> Change:
    """Extend, pause, resume or stop a limit.

    Args:
        amount: for extend, as limits are written: `3 wd`, `2 h`.

    Raises:
        Invalid: an unknown change, or an amount that is none.
    """
    if change not in LIMITS:
        raise Invalid(errors={"change": [say("option")]})
    if not name:
        raise Invalid(errors={"name": [say("required")]})
    params: dict[str, Any] = {"names": [name]}
    if change == "extend":
        try:
            Amount.parse(amount)
        except Invalid as wrong:
            raise Invalid(errors={"amount": [wrong.message]}) from wrong
        params |= {"amount": amount}
    return Change(lambda world, command, saved: steering.change_limit(
        world, command, saved, change, params, reason=reason))  # fmt: skip


def change_of(kind: str, *, reason: str, **given: Any) -> Change:
    """Make the change of a kind from what was sent; what the kind does not need is not looked at.

    Raises:
        Invalid: something is missing or does not fit.
    """
    def need(name: str) -> str:
        if not given.get(name):
            raise Invalid(errors={name: [say("required")]})
        return str(given[name])

    variables = given.get("variables")
    kinds: dict[str, Callable[[], Change]] = {
        "move": lambda: moving(need("key"), need("target"), variables, bool(given.get("siblings")), reason),
        "skip": lambda: skipping(need("key"), variables, reason),
        "cancel_branch": lambda: cancelling_branch(need("key"), reason),
        "cancel_case": lambda: cancelling(reason),
        "suspend": lambda: suspending(reason),
        "resume": lambda: resuming(reason),
        "restart": lambda: restarting(variables, reason),
        "participants": lambda: changing_participants(
            need("key"), need("change"), given.get("params") or {}, reason),
        "limit": lambda: changing_limit(need("change"), need("name"), str(given.get("amount") or ""), reason),
    }  # fmt: skip
    if kind not in kinds:
        raise Invalid(errors={"kind": [say("option")]})
    return kinds[kind]()


#: kinds that `change_of` knows
KINDS = ("move", "skip", "cancel_branch", "cancel_case", "suspend", "resume", "restart", "participants", "limit")
