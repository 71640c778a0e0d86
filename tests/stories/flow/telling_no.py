"""What the product must refuse, with the words that it says."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from app.domain.errors import YongzhiError


@contextmanager
def refused(words: str) -> Iterator[None]:
    """A block in which the product must say no, in these words among others."""
    with pytest.raises(YongzhiError) as no:
        yield
    assert words in f"{no.value.message} {no.value.attributes} {getattr(no.value, 'errors', '')}", no.value.attributes
