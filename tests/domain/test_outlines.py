"""Outlines survive the database, and other programs read them."""

import pytest
import shapely

from app.domain.errors import Invalid
from app.domain.outlines import read_outline, write_outline

RING = ((121.5, 29.9), (121.6, 29.9), (121.6, 30.0), (121.5, 30.0), (121.5, 29.9))


def test_an_outline_is_read_back_exactly() -> None:
    assert read_outline(write_outline(RING)) == RING


def test_a_map_program_reads_it() -> None:
    assert shapely.from_wkb(write_outline(RING)).equals(shapely.Polygon(RING))
    assert read_outline(shapely.to_wkb(shapely.Polygon(RING), byte_order=1)) == RING


@pytest.mark.parametrize(
    "content", [b"", b"\x01", write_outline(RING)[:-1], b"\x00" + write_outline(RING)[1:], b"x" * 40]
)
def test_rubbish_is_refused(content: bytes) -> None:
    with pytest.raises(Invalid):
        read_outline(content)
