"""Let somebody without account report, unless his address has just sent too many."""

from datetime import timedelta

from app.domain.errors import TooManyAttempts
from app.usecases import Tools
from app.usecases.intake.tries import network_of

_HOUR = timedelta(hours=1)


class TooManyReports(TooManyAttempts):
    """Too many reports came from your network within an hour. Your text is kept: send it later, or call 12345 now."""

    slug = "too-many-reports"


def admit_report(tools: Tools, *, address: str) -> None:
    """Count a report that is about to be taken from an address.

    Args:
        address: where the request came from; many people may share it.

    Writes:
        that one came, before anything else of it is kept.

    Raises:
        TooManyReports: as many as the settings allow came from there in the last hour.
    """
    most = tools.config.public_reports_per_hour
    if not most:
        return
    wall, place = tools.clock.wall(), network_of(address)
    with tools.store.unit_of_work() as uow:
        if uow.public_tries.count("report", "", place, wall - _HOUR)[2] >= most:
            raise TooManyReports
        uow.public_tries.add("report", "", place, wall)
        uow.commit()
