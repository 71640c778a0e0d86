"""Which tasks lie in a box: scans that stop after a page each, and are put together by the list.

"To do" is the union of what the actor holds, what he has delegated and, for each of his seats, one index-only scan of
the open tasks offered to it. Rows with exclusions are marked in the index, and only those look at the task. Boxes of
cases (started by me, copied to me, watched) show the newest task of each case that the actor may see.
"""

from dataclasses import dataclass, replace

from app.store.box_filters import LIGHTS, written
from app.store.sight import LENT, copied_to_me, not_excluded, sees_case, sees_place, works_on
from app.store.task_places import in_place

#: counting is exact up to here; one more is looked for
CAP = 1000
#: where whoever stands in for somebody finds that one's work too
SHARED = ("todo", "area", "supervise")
_SEATS = "unnest(%(roles)s::text[], %(units)s::text[]) s (role, unit)"


@dataclass(frozen=True)
class Query:
    """What the statement of a page is made of; who asks, and when, are its parameters."""

    box: str
    #: (column, type, whether it goes down), …
    keys: tuple[tuple[str, str, bool], ...]
    limit: int
    #: columns of the places that the actor supervises
    columns: tuple[str, ...]
    #: only tasks offered to the role that is asked for
    of_role: bool = False
    conditions: tuple[str, ...] = ()
    counting: bool = False
    #: the plain inbox: everything that it compares with is in the index of the seats
    index_only: bool = True
    #: in whose place it is asked: 0 for the actor's own, then by the order in which he stands in for people
    place: int = 0

    @property
    def order(self) -> str:
        """Write the order of the page."""
        return written(self.keys)

    def scan(self, where: str, frame: str = "tasks t", order: str = "t.due_order, t.id") -> str:
        """Write one scan that stops after a page, or where counting stops.

        Args:
            order: in which an index has the rows that are counted.
        """
        every = " and ".join([where, *self.conditions])
        if self.counting:
            return f"select t.county, t.id from {frame} where {every} order by {order} limit {CAP + 1}"
        names = ", ".join({f"t.{name}": None for name, _, _ in self.keys} | {"t.county": None})
        return f"select {names} from {frame} where {every} order by {self.order} limit %(limit)s"


def _offered(query: Query) -> str:
    """Write the scans of the open tasks offered to each seat."""
    if query.index_only:
        # the offset keeps the planner from reading all tasks at once to answer this for one
        own = f"select from tasks o where o.county = t.county and o.id = t.id and {not_excluded('o')} offset 0"
        hidden = f"(not t.guarded or exists ({own}))"
        frame = "(select k.*, k.task_id as id from task_candidates k) t"
        inner = query.scan(f"t.role = s.role and t.unit = s.unit and {hidden}", frame)
    else:
        frame = "task_candidates k join tasks t on t.county = k.county and t.id = k.task_id"
        chosen = " and k.role = %(role)s" if query.of_role else ""
        inner = query.scan(f"k.role = s.role and k.unit = s.unit and {not_excluded()}{chosen}", frame)
    return f"select x.* from {_SEATS} cross join lateral ({inner}) x"


def _area(query: Query) -> list[str]:
    red = f"and {LIGHTS['red']}" if query.box == "supervise" else ""
    found = []
    for column in query.columns:
        # a confidential case is supervised by those who work on it
        seen = f"({sees_place('t')} or {works_on()})"
        here = f"t.state < 2 and t.{column} <> '' and t.{column} = place"
        inner = query.scan(f"{here} and {not_excluded()} and {seen} {red}")
        found.append(f"select x.* from unnest(%(in_{column})s::text[]) place cross join lateral ({inner}) x")
    return found


def _among_all(query: Query) -> Query:
    """Ask for the role among all candidates of a task; the scan of the offers has them in rows of their own."""
    role = "exists (select from jsonb_array_elements(t.candidates) o where o ->> 0 = %(role)s)"
    return replace(query, conditions=(*query.conditions, role)) if query.of_role else query


_NEWEST = (
    f"{not_excluded()} and not exists (select from tasks n where n.county = t.county and n.case_id = t.case_id"
    f" and (n.state < 2, n.created_at, n.id) > (t.state < 2, t.created_at, t.id) and {not_excluded('n')})"
)
#: finished tasks do not follow when a unit is accused later: the case itself is asked
_UNACCUSED = "not c.accused_unit = any(%(lineage)s::text[])"


def _of_cases(query: Query, cases: str, where: str) -> str:
    """Write the scan of the newest task, of those he may see, of each of some cases."""
    if query.counting:
        one = f"select from tasks t where t.county = c.county and t.case_id = c.id and {not_excluded()}"
        return f"select c.county, c.id from {cases} where {where} and exists ({one} offset 0) limit {CAP + 1}"
    frame = f"{cases} join tasks t on t.county = c.county and t.case_id = c.id"
    return query.scan(f"{where} and {_NEWEST}", frame)


def _mine(query: Query) -> list[str]:
    # the case of a confidential or anonymous report does not name the account that filed it
    hidden = (
        "(select distinct county, case_id from reports where reported_by = %(me)s and reported_by <> ''"
        " and (anonymous or confidential or nature = 'report')) r"
        " join cases c on c.county = r.county and c.id = r.case_id"
    )
    reported = f"c.reported_by = %(me)s and c.reported_by <> '' and {_UNACCUSED}"
    # nearly always he who starts a case has reported it
    started = f"c.started_by = %(me)s and c.started_by <> '' and c.reported_by <> %(me)s and {_UNACCUSED}"
    return [
        _of_cases(query, hidden, _UNACCUSED),
        _of_cases(query, "cases c", reported),
        _of_cases(query, "cases c", started),
    ]


def _told(query: Query) -> list[str]:
    """Write the scan of the cases that were copied to the actor or to a seat of his."""
    cases = (
        f"(select distinct k.county, k.case_id from case_copies k where {copied_to_me()}) r"
        " join cases c on c.county = r.county and c.id = r.case_id"
    )
    return [_of_cases(query, cases, f"not c.confidential and {_UNACCUSED}")]


def _watched(query: Query) -> list[str]:
    # to watch a case gives no sight of it: who has lost it sees it no longer
    cases = "case_watches w join cases c on c.county = w.county and c.id = w.case_id"
    return [_of_cases(query, cases, f"w.person = %(me)s and {sees_case()}")]


def _done(query: Query) -> list[str]:
    # what he did in somebody's place lies in both boxes
    mine = ("t.finished_by = %(me)s and t.finished_by <> ''", "t.finished_self = %(me)s and t.finished_self <> ''")
    return [query.scan(f"t.state = 2 and {one} and {not_excluded()}", order="t.finished_at, t.id") for one in mine]


def scans(query: Query) -> list[str]:
    """Write the scans of a box."""
    return [in_place(scan, query.place) for scan in _scans(query)]


def _scans(query: Query) -> list[str]:
    if query.box == "todo":
        offered, query = _offered(query), _among_all(query)
        held = (query.scan(f"{mine} and {not_excluded()}") for mine in ("t.state = 1 and t.holder = %(me)s", LENT))
        return [*held, offered]
    written_by = {"done": _done, "mine": _mine, "area": _area, "supervise": _area, "cc": _told, "watched": _watched}
    return written_by[query.box](_among_all(query))
