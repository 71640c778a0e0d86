"""Hot words count events, know the names of items, and grow against the quarter before."""

from app.domain.hot_words import dictionary_of, hot_words, words_of

WORDS = dictionary_of(["占道经营、流动摊贩", "噪声扰民（夜间）"])


def test_the_dictionary_holds_the_words_of_names() -> None:
    assert set(WORDS) == {"占道经营", "流动摊贩", "噪声扰民", "夜间"}
    assert WORDS[-1] == "夜间", "the longest first, so that none is cut"


def test_words_of_the_dictionary_come_whole_and_the_rest_in_pairs_and_triples() -> None:
    assert words_of("占道经营堵路", WORDS) == {"占道经营", "堵路"}
    # nothing goes over a sign, a letter or a joining word
    assert words_of("路灯，坏了A掉落", ()) == {"路灯", "掉落"}
    assert words_of("", WORDS) == set() and words_of("ABC 123", WORDS) == set()


def test_events_are_counted_and_not_how_often_one_says_it() -> None:
    now = ["路灯路灯路灯"] + ["路灯熄灭"] * 2 + ["噪声扰民"] * 4
    found = {row["word"]: row for row in hot_words(now, ["噪声扰民"] * 2, WORDS)}
    assert (found["路灯"]["events"], found["路灯"]["growth"], found["路灯"]["share"]) == (3, None, 0.4286)
    assert (found["噪声扰民"]["events"], found["噪声扰民"]["growth"]) == (4, 2.0)
    assert "熄灭" not in found, "two events are chance"


def test_a_pair_that_is_only_part_of_a_triple_is_left_out() -> None:
    ranked = [row["word"] for row in hot_words(["消防栓"] * 3 + ["门铃"] * 3, [], ())]
    assert ranked == ["消防栓", "门铃"]
    assert [row["word"] for row in hot_words(["消防栓"] * 3 + ["消防车"], [], ())] == ["消防", "消防栓"]


def test_the_list_ends_and_nothing_gives_nothing() -> None:
    assert len(hot_words(["甲乙丙丁戊己庚辛壬癸"] * 3, [], (), most=4)) == 4
    assert hot_words([], [], WORDS) == []
