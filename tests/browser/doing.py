"""What a test did with its browsers, in the words of the application: routes that answered, and what was asked of them.

A page that was opened is `see:ENDPOINT`; an act is the endpoint that took it, `desk.claim`. Where one endpoint takes
several kinds of act, the kind follows: `desk.bulk:release`, `steer.act:participants:vote`, `desk.act:ext_asked`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from playwright.sync_api import Response
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map

from app.config import Config
from tests.browser.everything import DONE


@dataclass(frozen=True)
class Answered:
    """A request that a browser sent and the server did as it was asked."""

    method: str
    path: str
    #: fields of a form
    sent: dict[str, str]


def answered(response: Response) -> Answered | None:
    """Read what was asked; None for what was refused and for the parts of a page."""
    request = response.request
    if response.status >= 400 or request.method == "GET" and request.resource_type != "document":
        return None
    plain = request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
    fields = parse_qs((request.post_data or "") if plain else "")
    path = unquote(urlsplit(response.url).path)
    return Answered(request.method, path, {name: values[-1] for name, values in fields.items()})


@cache
def routes() -> Map:
    """Give the routes of the application; it needs no database to say them."""
    # only few tests ask, and it takes a while to load
    from app.usecases.opening import open_tools
    from app.web.assembly import assemble

    config = Config(database_url="postgresql:///none", var_dir=Path("none"), secret_key="x" * 40, data_key=b"x" * 32)
    return assemble(open_tools(config)).url_map


def undone(test: str, rows: Iterable[Answered]) -> set[str]:
    """List what a test is said to do and did not."""
    promised = DONE.get(test, "").split()
    return set(promised) - deeds(rows) if promised else set()


def deeds(rows: Iterable[Answered]) -> set[str]:
    """Name what was done.

    Args:
        rows: what the browsers of a test were answered.
    """
    adapter, found = routes().bind("localhost"), set()
    for row in rows:
        try:
            endpoint, values = adapter.match(row.path, method=row.method)
        except HTTPException:
            continue
        found.add(f"see:{endpoint}" if row.method == "GET" else _act(endpoint, values, row.sent))
    return found


def _act(endpoint: str, values: dict[str, object], sent: dict[str, str]) -> str:
    if endpoint in ("desk.act", "desk.case_act"):
        return f"{endpoint}:{str(values['key']).rpartition('/')[2].partition('#')[0]}"
    if endpoint == "desk.bulk":
        act = sent.get("act", "")
        return f"{endpoint}:{act}" if act in _AT_ONCE or sent.get("sure") else f"{endpoint}:asked"
    if endpoint == "steer.act":
        how = f":{sent['change']}" if sent.get("kind") in ("participants", "limit") else ""
        return f"{endpoint}:{sent.get('kind', '')}{how}" if sent.get("do") == "carry" else f"{endpoint}:preview"
    return endpoint


#: bulk acts that ask for nothing more
_AT_ONCE = ("claim", "release")
