"""Move the clock of a demo or test server."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic, sleep

from app.domain.actor import Actor
from app.domain.errors import Forbidden, Invalid
from app.usecases import Tools
from app.usecases.command.fire_due_timer import fire_due_timer
from app.usecases.command.start_on_time import start_on_time

#: the furthest jump
FURTHEST = timedelta(days=3660)
#: seconds to wait for a timer that another process is firing
PATIENCE = 10.0
#: cases that one call begins by the clock; a process that begins each second would fill the disk over ten years
MOST_BEGUN = 5000


@dataclass(frozen=True)
class ClockMoved:
    """Where the clock stands after everything due until then has fired."""

    now: datetime
    fired: int
    #: it stands where it was to go; otherwise so many cases began on the way that another call has to go on
    arrived: bool = True


def move_clock(
    tools: Tools, *, actor: Actor, to: datetime | None = None, advance: timedelta | None = None
) -> ClockMoved:
    """Set the clock, and fire everything that is due on the way, each at its own moment; cases begin by it too.

    Args:
        to: an aware moment, or
        advance: how far to go on.

    Returns:
        Where the clock stands: on the way, once `MOST_BEGUN` cases have begun by it.

    Raises:
        Forbidden: this server's clock cannot be moved.
        Invalid: neither or both, or too far.
    """
    if not tools.clock.movable:
        raise Forbidden("This server runs on real time; its clock cannot be moved.")
    if (to is None) == (advance is None):
        raise Invalid(errors={"to": ["请给出 to 或 advance 之一。"]})
    now = tools.clock.now()
    target = to if to is not None else now + (advance or timedelta())
    if abs(target - now) > FURTHEST:
        raise Invalid(errors={"to": ["超出可移动的范围。"]})
    fired, begun, until = 0, 0, monotonic() + PATIENCE
    while True:
        with tools.store.unit_of_work() as uow:
            timer, start = uow.timers.next_at(), uow.timed_starts.next_at()
        following = min((one for one in (timer, start) if one is not None), default=None)
        if following is None or following > target:
            break
        if begun >= MOST_BEGUN:
            return ClockMoved(tools.clock.now(), fired, arrived=False)
        # other processes may act meanwhile: they, too, must not see a moment after this one
        _set(tools, max(following, now))
        begins = following == start
        done = start_on_time(tools) if begins else fire_due_timer(tools, at=max(following, now))
        begun += begins and done
        if done:
            fired, until = fired + 1, monotonic() + PATIENCE
        elif monotonic() > until:
            break
        else:
            # the scheduler has it in hand; its transaction ends soon
            sleep(0.02)
    _set(tools, target)
    return ClockMoved(tools.clock.now(), fired)


def _set(tools: Tools, moment: datetime) -> None:
    with tools.store.unit_of_work() as uow:
        uow.clock.move(moment - tools.clock.wall())
        uow.commit()
