"""Passages are counted place by place, wherever in the text a place stands."""

from hypothesis import given
from hypothesis import strategies as st

from app.engine import visits

places = st.lists(st.sampled_from(("p/a", "p/aa", "xp/a", "p/a1", "p/", "q/任务")), max_size=40)


@given(places)
def test_every_passage_is_counted_as_a_dictionary_would(passed: list[str]) -> None:
    text, counts = visits.NONE, dict[str, int]()
    for place in passed:
        counts[place] = counts.get(place, 0) + 1
        text, nth = visits.counted(text, place)
        assert nth == counts[place]
    kept = dict(pair.rsplit("=", 1) for pair in text.strip("|").split("|") if pair)
    assert {place: int(count) for place, count in kept.items()} == counts


def test_a_text_that_was_kept_goes_on() -> None:
    assert visits.counted("|p/a=9|p/b=1|", "p/a") == ("|p/a=10|p/b=1|", 10)
    assert visits.counted("|p/a=9|", "p/b") == ("|p/a=9|p/b=1|", 1)
