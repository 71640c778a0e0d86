"""Rows about people that others see only while those people agree, as SQL."""


def agreed(person: str) -> str:
    """Write the condition that the person of a row agrees, or reads it himself.

    For himself nobody else agrees; withdraw may anybody who may write; the newest word counts.

    Args:
        person: field that names him, in the rows and in those in which he agrees; declared, so no text of strangers.
    """
    said = f"c.data ->> '{person}'"
    # who is meant by what a row says: an account's id in any of its spellings, else its user name
    bare = f"regexp_replace(lower({said}), '^urn:uuid:|[{{}}-]', '', 'g')"
    return f"""(r.data ->> '{person}' = any(%(selves)s::text[]) or r.data ->> '{person}' in (
    select unnest(array[said.id, said.username]) from (
        select distinct on (p.id) p.id::text as id, p.username, c.data ->> 'state' as state
        from register_rows c
        left join people named on named.username = {said}
        join people p on p.id = case when {bare} ~ '^[0-9a-f]{{32}}$' then {bare}::uuid else named.id end
        where c.register = %(consents)s and c.retired_at is null
            and (c.changed_by = p.id::text or c.data ->> 'state' is distinct from 'given')
        order by p.id, c.data ->> 'said_at' collate "C" desc, c.nr desc) said where said.state = 'given'))"""
