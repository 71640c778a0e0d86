"""Rows about people that others see only while those people agree, as SQL."""

#: who is meant by what a row says: an account's id in any of its spellings, else its user name
_ID = "regexp_replace(lower(c.data ->> 'worker'), '^urn:uuid:|[{}-]', '', 'g')"
_SAID = f"""
    select distinct on (p.id) p.id::text as id, p.username, c.data ->> 'state' as state
    from register_rows c
    left join people named on named.username = c.data ->> 'worker'
    join people p on p.id = case when {_ID} ~ '^[0-9a-f]{{32}}$' then {_ID}::uuid else named.id end
    where c.register = %(consents)s and c.retired_at is null
        and (c.changed_by = p.id::text or c.data ->> 'state' is distinct from 'given')
    order by p.id, c.data ->> 'said_at' collate "C" desc, c.nr desc"""
#: for himself nobody else agrees; withdraw may anybody who may write; the newest word counts
AGREED = f"""(r.data ->> 'worker' = any(%(selves)s::text[]) or r.data ->> 'worker' in (
    select unnest(array[said.id, said.username]) from ({_SAID}) said where said.state = 'given'))"""
