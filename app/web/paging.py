"""Lists page by page: what was asked for, and where the next page is."""

from typing import Any

from flask import request, url_for

from app.schemas.records import Paged, read

SHOWN = 30


class Listing:
    """One request for a page of a list."""

    def __init__(self, record: type[Paged], endpoint: str) -> None:
        """Read the query of this request; names that the list does not know are left out.

        Raises:
            Invalid: a value that does not fit.
        """
        known = record().fields
        asked: dict[str, Any] = {name: value for name, value in request.args.items() if value and name in known}
        self.query = read(record, {"limit": str(SHOWN), **asked})
        self.endpoint = endpoint
        self._kept = {name: value for name, value in asked.items() if name not in ("after", "limit")}

    @property
    def is_filtered(self) -> bool:
        """Say whether anything narrows the list."""
        return bool(self._kept)

    def links(self, cursor: str | None) -> dict[str, str | None]:
        """Name the next page, and the first one for somebody who has left it."""
        following: dict[str, Any] = {**self._kept, "after": cursor}
        return {
            "next_url": url_for(self.endpoint, **following) if cursor else None,
            "first_url": url_for(self.endpoint, **self._kept) if self.query["after"] else None,
        }
