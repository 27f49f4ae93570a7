"""Names of WAL segments."""

from __future__ import annotations

from ironclad.recovery import segments


def test_a_position_is_in_the_segment_that_postgresql_names() -> None:
    # SELECT pg_walfile_name('16/B374D848') on timeline 1
    assert segments.holding(1, "16/B374D848") == "0000000100000016000000B3"


def test_the_number_of_a_name_gives_the_name() -> None:
    name = "0000000200000016000000FF"
    number = segments.number_of(name)
    assert segments.named(segments.timeline_of(name), number) == name
    assert segments.named(2, number + 1) == "000000020000001700000000"


def test_segments_of_another_size_have_other_names() -> None:
    size = 1 << 20
    assert segments.holding(1, "0/2000028", size) == "000000010000000000000020"
    assert segments.number_of("000000010000000100000000", size) == 4096


def test_between_two_are_both_and_all_of_the_middle() -> None:
    found = segments.between("0000000100000000000000FE", "000000010000000100000000")
    assert found == [
        "0000000100000000000000FE",
        "0000000100000000000000FF",
        "000000010000000100000000",
    ]
