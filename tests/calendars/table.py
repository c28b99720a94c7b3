"""What feeds do that goes wrong elsewhere, case by case: what we do, and the tests that show it.

A test is named by its file below `tests/`, its function and, where one of its examples is meant, that example.
"""

from __future__ import annotations

from dataclasses import dataclass

READ, EXPAND, SPLIT, ODD = (f"calendars/test_{name}.py" for name in ("read", "expand", "split", "gotchas"))
TIMES, RULES = (
    f"{READ}::test_times_are_read_as_the_school_means_them",
    f"{EXPAND}::test_rules_and_lists_give_the_dates_their_publisher_meant",
)
ALL_DAY = f"{READ}::test_all_day_events_go_from_local_midnight_to_an_exclusive_local_midnight"
INTAKE, FAULTS = "mirroring/test_intake.py", "faults/test_feeds.py"


@dataclass(frozen=True)
class Row:
    case: str
    expected: str
    tests: tuple[str, ...]


def _row(case: str, expected: str, *tests: str) -> Row:
    return Row(case, expected, tests)


TABLE = (
    _row(
        "a time without a zone",
        "read in the feed's zone, else in the school's; never in the server's",
        f"{TIMES}[floating-school]",
        f"{TIMES}[floating-feed]",
        f"{TIMES}[floating-windows]",
    ),
    _row(
        "X-WR-TIMEZONE beside times in UTC",
        "the same instants, shown in that zone",
        f"{TIMES}[utc-feed]",
        f"{TIMES}[utc-utc]",
    ),
    _row(
        "a zone by its Windows name",
        "by the table; an unknown one by the file's VTIMEZONE, else the feed's zone, and told",
        f"{TIMES}[windows-name]",
        f"{READ}::test_an_unknown_zone_is_read_as_the_schools_and_told",
        f"{ODD}::test_an_unknown_zone_is_read_as_the_feeds_own_and_told",
    ),
    _row("/vendor/Europe/Berlin", "the prefix is left out", f"{TIMES}[vendor-prefix]"),
    _row(
        "a zone that is called Customized, a number, or nothing",
        "the file's VTIMEZONE decides; nothing is the feed's zone",
        f"{READ}::test_a_vtimezone_that_counts_like_a_known_zone_is_that_zone",
        f"{ODD}::test_a_zone_of_a_number_is_what_the_file_describes_under_it",
        f"{ODD}::test_a_blank_zone_is_that_of_the_feed_and_sinks_nothing",
        f"{TIMES}[blank-zone]",
    ),
    _row(
        "a VTIMEZONE like no zone in the world",
        "its offsets are honoured",
        f"{READ}::test_a_vtimezone_like_no_known_zone_is_honoured_by_its_offsets_through_the_change_of_clocks",
    ),
    _row(
        "a VTIMEZONE that contradicts the zone of its name",
        "the name counts, the difference is told",
        f"{READ}::test_a_vtimezone_never_overrules_a_zone_that_is_known_by_name",
        f"{ODD}::test_a_description_that_contradicts_its_zones_name_is_told_once_and_the_name_counts",
    ),
    _row(
        "the hour that the clock skips",
        "the offset before it; the length stays",
        f"{TIMES}[gap]",
        f"{TIMES}[over-the-gap]",
        f"{EXPAND}::test_a_date_in_the_hour_that_the_clock_skips_keeps_its_length",
    ),
    _row("the hour that the clock repeats", "the first of the two", f"{TIMES}[overlap]"),
    _row(
        "the end of a whole day",
        "exclusive; equal or missing is one day",
        f"{ALL_DAY}[several-days]",
        f"{ALL_DAY}[end-equal]",
        f"{ALL_DAY}[end-missing]",
    ),
    _row("a start with a time and no end", "a point in time", f"{TIMES}[floating-school]"),
    _row(
        "an end before the start",
        "the start stays, no length, told",
        f"{READ}::test_an_event_that_ends_before_it_starts_keeps_its_start_and_is_told",
    ),
    _row(
        "midnight to midnight",
        "stays timed, unless Outlook says all day",
        f"{READ}::test_midnight_to_midnight_alone_does_not_make_an_event_all_day",
        f"{ALL_DAY}[outlook]",
        f"{ALL_DAY}[outlook-utc]",
    ),
    _row(
        "an exception",
        "replaces its date wherever it moves, also into and out of the window",
        f"{EXPAND}::test_exceptions_appear_where_they_moved_to_also_into_and_out_of_the_window",
    ),
    _row(
        "an exception in another kind or zone than its series",
        "matched by instant, then by date",
        f"{EXPAND}::test_an_exception_replaces_its_date_however_that_is_written",
        f"{EXPAND}::test_an_exception_of_an_all_day_series_may_be_written_as_a_time",
    ),
    _row(
        "an exception without its series",
        "shown alone; no series is invented",
        f"{EXPAND}::test_exceptions_without_a_master_stand_alone",
        f"{INTAKE}::test_exceptions_without_their_series_stand_for_themselves",
    ),
    _row(
        "a change of this and all later dates",
        "shifts them all",
        f"{EXPAND}::test_a_change_of_this_and_all_later_dates_shifts_them",
    ),
    _row("a day left out of a series with times", "that day's date is left out", f"{RULES}[exdate-date]"),
    _row("an instant left out of a series with a zone", "compared as instants", f"{RULES}[exdate-utc]"),
    _row("an added period", "brings its own end", f"{EXPAND}::test_a_period_brings_its_own_end"),
    _row("two rules, or one twice", "all their dates, none twice", f"{RULES}[two-rules]", f"{RULES}[rule-twice]"),
    _row("UNTIL without a zone", "taken as local", f"{RULES}[until-local]"),
    _row(
        "one UID, two versions",
        "the highest SEQUENCE, then the latest change, then the latest stamp",
        f"{READ}::test_a_higher_sequence_supersedes",
        f"{ODD}::test_of_versions_with_one_sequence_the_latest_change_counts_else_the_latest_stamp",
    ),
    _row(
        "cancelled, a whole event or one date",
        "there, and cancelled; never a reason to hold the feed",
        f"{EXPAND}::test_cancelled_dates_appear_as_cancelled_and_excluded_ones_not_at_all",
        f"{INTAKE}::test_many_cancellations_at_once_are_news_and_never_held",
    ),
    _row(
        "one UID on different events",
        "both are real, each keeps its row",
        f"{READ}::test_the_same_uid_with_another_start_title_or_place_is_another_event",
        f"{INTAKE}::test_an_earlier_event_that_joins_under_the_same_uid_leaves_the_other_alone",
    ),
    _row(
        "no UID",
        "one made of start, title and place, the same at each reading; corrected, it is the same event",
        f"{SPLIT}::test_an_event_without_a_uid_keeps_its_made_up_id_until_it_becomes_another",
        f"{FAULTS}::test_row_30_events_without_a_uid_keep_their_rows_from_reading_to_reading",
        "calendars/test_corrected.py::test_another_day_in_the_line_is_the_same_event_moved",
    ),
    _row(
        "no DTSTAMP",
        "accepted; what we write has one",
        f"{ODD}::test_without_a_stamp_of_its_own_an_event_is_read_like_any_other",
        "calendars/test_write.py::test_another_reader_understands_it",
    ),
    _row(
        "stamps, even UIDs, that are new each time",
        "nothing has changed",
        f"{SPLIT}::test_the_digest_ignores_stamps_order_folding_and_alarms",
        f"{INTAKE}::test_new_stamps_alone_change_no_row",
        f"{INTAKE}::test_new_uids_for_the_same_events_keep_every_row_and_id",
    ),
    _row(
        "an event that is no longer listed",
        "past: kept; to come: missing, and a person is asked",
        f"{INTAKE}::test_what_is_past_stays_when_it_leaves_the_feed",
        f"{INTAKE}::test_a_vanished_event_is_missing_and_stays",
        f"{INTAKE}::test_when_too_much_vanishes_the_whole_copy_is_held",
    ),
    _row(
        "a feed cut off on its way",
        "refused whole, the last good copy stands",
        "calendars/test_gates.py::test_what_is_no_whole_calendar_is_refused_with_one_sentence",
        f"{INTAKE}::test_an_answer_that_breaks_off_changes_nothing",
        "faults/test_fetch.py::test_row_21_a_feed_that_is_cut_off_is_thrown_away_whole",
    ),
    _row(
        "a feed cut off at its source, for good",
        "refused each time, and told until a person sees to it",
        f"{INTAKE}::test_a_feed_that_stays_cut_at_its_source_stays_refused_and_is_told_each_time",
    ),
    _row(
        "a web page in place of a feed",
        "refused by its first bytes",
        "faults/test_fetch.py::test_row_22_what_comes_in_place_of_a_feed_is_refused",
    ),
    _row(
        "valid, and empty",
        "held if there were events",
        f"{FAULTS}::test_row_20_an_empty_feed_takes_nothing_away_however_often_it_comes",
        f"{INTAKE}::test_when_all_coming_events_vanish_the_copy_is_held",
    ),
    _row(
        "one bad event among good ones",
        "named; the others are read, what we have of it stands",
        f"{READ}::test_one_bad_event_never_takes_others_along",
        f"{INTAKE}::test_an_event_that_cannot_be_read_any_more_stands_as_it_was",
    ),
    _row(
        "a fold inside a character",
        "joined as bytes",
        f"{SPLIT}::test_folds_inside_a_character_are_joined_before_decoding",
    ),
    _row(
        "Latin-1, a byte order mark, other line ends, blank lines",
        "read, and a wrong encoding is told",
        f"{SPLIT}::test_latin_1_is_read_and_told_about",
        f"{SPLIT}::test_line_ends_a_byte_order_mark_and_blank_lines_make_no_difference",
    ),
    _row(
        "several calendars in one body", "all are taken", f"{SPLIT}::test_several_calendars_in_one_body_are_all_taken"
    ),
    _row(
        "until the year 7000, a zone since the year 1",
        "only the window is counted",
        f"{ODD}::test_a_series_until_the_year_7000_gives_the_dates_of_the_window",
        f"{ODD}::test_a_zone_described_since_long_ago_costs_nothing",
    ),
    _row(
        "alarms that ring for ever",
        "no alarm is kept or written",
        f"{ODD}::test_alarms_that_ring_for_ever_are_left_out_of_what_is_kept_and_written",
    ),
    _row(
        "a line in the feed's head that no reader takes",
        "sinks nothing",
        f"{ODD}::test_a_header_that_is_no_duration_sinks_nothing",
    ),
    _row(
        "rules that never end or never fire",
        "refused by name before they are counted",
        "calendars/test_rules.py::test_rules_that_never_end_never_fire_or_mean_nothing_are_refused_before_they_are_counted",
        f"{FAULTS}::test_row_28_a_bomb_is_named_its_last_good_copy_stands_and_no_other_event_suffers",
    ),
    _row(
        "clocks that change, in six zones",
        "no wrong local time, read, written and read again",
        "calendars/test_clock_changes.py",
    ),
)
