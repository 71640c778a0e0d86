"""The statements that put a task into somebody's hands, or back among the open ones."""

from app.store.sight import not_excluded, was_offered
from app.store.task_columns import TASK
from app.store.transaction import GUARDED

CLAIM = f"""
with t as (
    update tasks t set state = 1, holder = %(holder)s, holder_name = %(holder_name)s, claimed_at = %(at)s,
        revision = revision + 1
    -- the sum hides the state from the planner, which would read an index of open tasks from end to end
    where county = %(county)s and id = %(id)s and state + 0 = 0 and {not_excluded()}
        and (%(assigned)s or {was_offered()})
    returning {TASK}),
gone as (delete from task_candidates k using t where k.county = t.county and k.task_id = t.id)
select * from t"""

#: of a task that was read and locked; whether it is offered was seen then
TAKE = f"""
with c as (
    update tasks t set state = 1, holder = %(holder)s, holder_name = %(holder_name)s, claimed_at = %(at)s,
        revision = revision + 1
    where county = %(county)s and id = %(id)s and state + 0 = 0 and revision = %(revision)s
    returning county, id),
gone as (delete from task_candidates k using c where k.county = c.county and k.task_id = c.id)
select {GUARDED}"""

RELEASE = f"""
with t as (
    update tasks t set state = 0, holder = '', holder_name = '', owner = '', owner_name = '', claimed_at = null,
        revision = revision + 1
    where county = %(county)s and id = %(id)s and state = 1 and (holder = %(me)s or %(any)s)
    -- as text: a task without limit is due at infinity, which Python's moments cannot say
    returning {TASK}, t.due_order::text as due_text),
back as (
    insert into task_candidates (county, task_id, role, unit, due_order, yellow_at, paused, guarded)
    select distinct t.county, t.id, s ->> 0, s ->> 1, t.due_text::timestamptz, t.yellow_at, t.paused,
        cardinality(t.excluded_people) + cardinality(t.excluded_units) > 0 or t.accused_unit <> ''
    from t cross join jsonb_array_elements(t.candidates) s
    on conflict do nothing)
select * from t"""
