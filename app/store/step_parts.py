"""The parts of a step's statement; each hangs on the row `c` of the case, and is left out where it has no work."""

from app.store.case_columns import COLUMNS, TASK_COLUMNS
from app.store.tables.work import facts, subscriptions

_SET = ", ".join(f"{name} = %({name})s::{kind}" for name, kind in COLUMNS.items())
#: what the parts below read of the case's row
_ROW = "county, id, " + ", ".join(TASK_COLUMNS)
_NEW = ", ".join(f"%({name})s::{kind}" for name, kind in COLUMNS.items())

#: the case moves, guarded by its revision and the task's state; `{set}` are the columns copied out of its record
_MOVE = """
c as (
    update cases set revision = revision + 1, state = %(state)s, seq = %(seq)s, head = %(head)s, {set},
        waits = %(waits)s, calls = %(calls_out)s,
        closed_at = case when %(closed)s then coalesce(closed_at, %(at)s) end
    where county = %(county)s and id = %(id)s and revision = %(revision)s
        and (%(guard)s::uuid is null or exists (
            select from (select * from tasks where county = %(county)s and id = %(guard)s offset 0) g
            where g.case_id = %(id)s and g.state < 2 and (%(machine)s or g.holder = %(finished_by)s)))
    returning {row}
)"""
MOVE = _MOVE.format(set=_SET, row=_ROW)
#: where all the columns stay what they are
STAY = _MOVE.format(set="record = %(record)s::jsonb", row=_ROW)

CREATE = f"""
c as (
    insert into cases (county, id, process, version, revision, state, seq, head, opened_at, closed_at, started_by,
        waits, calls, {", ".join(COLUMNS)})
    values (%(county)s, %(id)s, %(process)s, %(version)s, 1, %(state)s, %(seq)s, %(head)s, %(at)s,
        case when %(closed)s then %(at)s::timestamptz end, %(started_by)s, %(waits)s, %(calls_out)s,
        {_NEW})
    returning {_ROW}
)"""

#: what an inbox shows of the event
_NEW_VALUES = {name: "coalesce(c.event_no, '')" if name == "event_no" else f"c.{name}" for name in TASK_COLUMNS}
_EVENT = ", ".join(f"{name} = {value}" for name, value in _NEW_VALUES.items())
_OLD_EVENT = ", ".join(f"t.{name}" for name in TASK_COLUMNS)
_NEW_EVENT = ", ".join(_NEW_VALUES.values())

_TASK = """key text, process text, process_version int, node text, nth int, name text, name_en text, form text,
        form_version int, unit text, role text, candidates jsonb, assignee text, excluded_people text[],
        excluded_units text[], limit_name text, due_at timestamptz, yellow_at timestamptz, started_at timestamptz,
        paused boolean, evidence text, reads_reporter boolean, phase text"""
_TASK_KINDS = dict(part.split() for part in _TASK.split(","))
_TASK_NAMES = [name for name in _TASK_KINDS if name != "assignee"]
#: parameters of a task that opens alone
ONE_TASK = tuple(f"one_{name}" for name in ("id", *_TASK_KINDS))
_ONE_TASK = ", ".join(f"%(one_{name})s::{_TASK_KINDS[name]}" for name in _TASK_NAMES)
_OF_TASK = ", ".join("f." + name for name in _TASK_NAMES)

#: the task that was held and finished, where no other task is touched; a held task is in no list of candidates
FINISHED = """
finished as (
    update tasks t set state = 2, finished_at = %(at)s, finished_by = %(finished_by)s,
        finished_name = %(finished_name)s, draft = null, draft_at = null, revision = t.revision + 1
    from c where t.county = %(county)s and t.id = %(guard)s and t.state + 0 < 2
)"""

#: tasks that end, move, or show something of the event that has changed
CHANGED = f"""
changed as (
    update tasks t set
        state = case e.how when 'completed' then 2 when 'cancelled' then 3 else t.state end,
        finished_at = case when e.key is not null then %(at)s::timestamptz end,
        finished_by = case when e.key = %(finished_key)s then %(finished_by)s else '' end,
        finished_name = case when e.key = %(finished_key)s then %(finished_name)s else '' end,
        draft = case when e.key is null then t.draft end,
        draft_at = case when e.key is null then t.draft_at end,
        due_at = case when m.key is null then t.due_at else m.due_at end,
        yellow_at = case when m.key is null then t.yellow_at else m.yellow_at end,
        started_at = case when m.key is null then t.started_at else m.started_at end,
        paused = case when m.key is null then t.paused else m.paused end,
        revision = t.revision + (e.key is not null or m.key is not null)::int,
        {_EVENT}
    from c join tasks o on o.county = c.county and o.case_id = c.id and o.state < 2
        left join json_to_recordset(%(ended)s::json) e (key text, how text) on e.key = o.key
        left join json_to_recordset(%(moved)s::json) m
            (key text, due_at timestamptz, yellow_at timestamptz, started_at timestamptz, paused boolean)
            on m.key = o.key
    where t.county = o.county and t.id = o.id and t.state < 2
        and (e.key is not null or m.key is not null or ({_OLD_EVENT}) is distinct from ({_NEW_EVENT}))
    returning t.county, t.id, t.state, t.due_order, t.yellow_at, t.paused, t.accused_unit
),
withdrawn as (
    delete from task_candidates k using changed t
    where k.county = t.county and k.task_id = t.id and t.state >= 2
),
offered as (
    update task_candidates k set due_order = t.due_order, yellow_at = t.yellow_at, paused = t.paused,
        guarded = k.guarded or t.accused_unit <> ''
    from changed t
    where k.county = t.county and k.task_id = t.id and t.state = 0
        and (k.due_order, k.yellow_at, k.paused, k.guarded)
            is distinct from (t.due_order, t.yellow_at, t.paused, k.guarded or t.accused_unit <> '')
)"""

_INTO_TASKS = f"""insert into tasks (county, id, case_id, {", ".join(_TASK_NAMES)}, state, holder, holder_name,
        claimed_at, created_at, {", ".join(TASK_COLUMNS)})"""
_INTO_LIST = "insert into task_candidates (county, task_id, role, unit, due_order, yellow_at, paused, guarded)"

#: one task, as nearly always: reading its values out of JSON would cost as much as writing it
OPENED_ONE = f"""
opened as (
    {_INTO_TASKS}
    select c.county, %(one_id)s::uuid, c.id, {_ONE_TASK}, (p.id is not null)::int, coalesce(p.id::text, ''),
        coalesce(p.name, ''), case when p.id is not null then %(at)s::timestamptz end, %(at)s, {_NEW_EVENT}
    from c left join people p on p.username = %(one_assignee)s::text and p.active
    returning county, id, state, due_order, yellow_at, paused, accused_unit
),
listed as (
    {_INTO_LIST}
    select o.county, o.id, s.role, s.unit, o.due_order, o.yellow_at, o.paused, o.accused_unit <> ''
        or cardinality(%(one_excluded_people)s::text[]) + cardinality(%(one_excluded_units)s::text[]) > 0
    from opened o cross join (
        select distinct e ->> 0 as role, e ->> 1 as unit from jsonb_array_elements(%(one_candidates)s::jsonb) e
    ) s
    where o.state = 0
)"""

OPENED_MANY = f"""
fresh as materialized (
    select c.county, c.id as case_id, f.*, p.id as holder, p.name as holder_name
    from c cross join json_to_recordset(%(opened)s::json) f (id uuid, {_TASK})
        left join lateral (
            select id, name from people where f.assignee is not null and username = f.assignee and active limit 1
        ) p on true
),
opened as (
    {_INTO_TASKS}
    select f.county, f.id, f.case_id, {_OF_TASK}, (f.holder is not null)::int, coalesce(f.holder::text, ''),
        coalesce(f.holder_name, ''), case when f.holder is not null then %(at)s::timestamptz end, %(at)s, {_NEW_EVENT}
    from fresh f cross join c
),
listed as (
    {_INTO_LIST}
    select distinct on (f.id, s ->> 0, s ->> 1) f.county, f.id, s ->> 0, s ->> 1,
        coalesce(f.due_at, 'infinity'::timestamptz), f.yellow_at, f.paused,
        cardinality(f.excluded_people) + cardinality(f.excluded_units) > 0 or c.accused_unit <> ''
    from fresh f cross join c cross join jsonb_array_elements(f.candidates) s
    where f.holder is null
)"""

UNTIMED = """
untimed as (
    delete from timers t using c
    where t.county = c.county and t.case_id = c.id and not t.key = any(%(timer_keys)s::text[])
)"""

_MOVED_TIMER = """on conflict (county, case_id, key) do update
        set due_at = excluded.due_at, fire_at = excluded.due_at, state = 'waiting', attempts = 0, error = ''
        where timers.due_at <> excluded.due_at"""
TIMED_ONE = f"""
timed as (
    insert into timers (county, case_id, key, process, node, due_at, fire_at)
    select c.county, c.id, %(timer_key)s::text, %(timer_process)s::text, %(timer_node)s::text,
        %(timer_due)s::timestamptz, %(timer_due)s from c
    {_MOVED_TIMER}
)"""
TIMED_MANY = f"""
timed as (
    insert into timers (county, case_id, key, process, node, due_at, fire_at)
    select c.county, c.id, r.key, r.process, r.node, r.due_at, r.due_at
    from c cross join json_to_recordset(%(timers)s::json) r (key text, process text, node text, due_at timestamptz)
    {_MOVED_TIMER}
)"""

UNSUBSCRIBED = """
unsubscribed as (
    delete from subscriptions s using c
    where s.county = c.county and s.case_id = c.id and not s.key = any(%(subscription_keys)s::text[])
)"""

SUBSCRIBED = f"""
subscribed as (
    insert into subscriptions ({", ".join(subscriptions.c.keys())})
    select c.county, c.id, {", ".join("r." + name for name in subscriptions.c.keys()[2:])}
    from c cross join json_to_recordset(%(subscriptions)s::json) r (key text, message text, process text, node text,
        name text, name_en text, task_key text, form text, offered_to text[], unit text, open boolean,
        closed_text text, closed_text_en text, kind text, correlation jsonb, fingerprint text)
    on conflict (county, case_id, key) do update
        set {", ".join(f"{name} = excluded.{name}" for name in subscriptions.c.keys()[3:])}
        where subscriptions is distinct from excluded
    -- a row that is new was changed by nobody yet
    returning kind, message, xmax = 0 as fresh
)"""

UNCALLED = """
uncalled as (
    delete from calls k using c
    where k.county = c.county and k.case_id = c.id and not k.key = any(%(call_keys)s::text[])
)"""

CALLED = """
called as (
    insert into calls (county, case_id, key, process, node, operation, params, retries, pause, requested_at, fire_at)
    select c.county, c.id, r.key, r.process, r.node, r.operation, r.params, r.retries, r.pause, %(at)s, %(at)s
    from c cross join json_to_recordset(%(calls)s::json) r (key text, process text, node text, operation text,
        params jsonb, retries smallint, pause text)
    on conflict (county, case_id, key) do nothing
)"""

#: all facts of one command have their moment and their actor in common, and each follows on the one before
RECORDED = f"""
recorded as (
    insert into facts ({", ".join(facts.c.keys())})
    select c.county, c.id, r.seq, %(fact_at)s, r.kind, %(actor)s, %(actor_name)s, %(role)s, %(unit)s, r.process, r.node,
        r.nth, r.body, decode(r.previous, 'hex'), decode(r.hash, 'hex')
    from c cross join json_to_recordset(%(facts)s::json) r (seq int, kind text, process text, node text, nth int,
        body text, previous text, hash text)
)"""

EFFECTS = """
effects as materialized (
    select c.county, c.id as case_id, r.* from c cross join json_to_recordset(%(effects)s::json) r
        (id uuid, kind text, payload jsonb, role text, unit text, person text, text text, params jsonb)
),
noticed as (
    insert into notices (county, id, person_id, role, unit, case_id, text, params, at)
    select county, id, person, role, unit, case_id, text, params, %(at)s from effects where kind = 'notify.unit'
),
told as (
    insert into reporter_messages (county, id, case_id, at, text, params)
    select county, id, case_id, %(at)s, text, params from effects where kind = 'notify.reporter'
),
sent as (
    insert into outbox (county, id, case_id, kind, payload, created_at, due_at)
    select county, id, case_id, kind, payload, %(at)s, %(at)s from effects
    -- both have their page in the product; nothing else delivers them
    where kind not in ('notify.unit', 'notify.reporter')
)"""
