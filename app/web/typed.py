"""What people type into the fields of our own pages, read with bounds."""

from datetime import datetime

from flask import request

from app.domain.errors import Invalid
from app.schemas.texts import say
from app.schemas.values import is_clean, read_moment

LONGEST = 500


def typed(name: str, *, longest: int = LONGEST) -> str:
    """Read a field of the form that was sent, without its edges.

    Raises:
        Invalid: it is too long, or cannot be kept.
    """
    return _checked(name, request.form.get(name, ""), longest)


def asked(name: str, *, longest: int = 200) -> str:
    """Read a parameter of the address; what cannot be looked for counts as not given."""
    text = request.args.get(name, "").strip()
    return text if len(text) <= longest and is_clean(text) else ""


def typed_moment(name: str) -> datetime:
    """Read a moment as a browser's field for date and time sends it.

    Raises:
        Invalid: it is none.
    """
    found = read_moment(typed(name))
    if found is None:
        raise Invalid(errors={name: [say("datetime")]})
    return found


def _checked(name: str, text: str, longest: int) -> str:
    words = text.strip()
    if len(words) > longest:
        raise Invalid(errors={name: [say("too_long", n=longest)]})
    if not is_clean(words):
        raise Invalid(errors={name: [say("characters")]})
    return words
