"""The fault table: what can go wrong, by number. Each row is proven by tests named `test_row_NN_…` in this folder.

A row that does not apply to this program stands here with the reason instead.
"""

from __future__ import annotations

FAULTS: dict[int, str] = {
    1: "kill -9 between every two steps",
    2: "the write was accepted, its answer lost",
    3: "an error 500 (code 2), and yet accepted",
    4: "an error 500, and not accepted",
    5: "the connection reset before, during and after the body",
    6: "what was accepted shows up 0 to 20 minutes late",
    7: "a read that is empty though posts stand",
    8: "code 506, with and without our post there",
    9: "the token revoked in mid-round",
    10: "too many calls: codes 4, 17, 32, 613 and usage headers at 95 %",
    11: "the wall clock jumps an hour or a year",
    12: "clocks change for summer, both ways; zones change their rules",
    13: "the disk is full at any write",
    14: "the database is locked by another process",
    15: "PostgreSQL restarts, fails over, ends our connection",
    16: "two workers, two clocks, an update under way",
    17: "the process is stopped for up to five minutes in the middle of sending",
    18: "webhooks doubled, shuffled, late, forged, replayed, cut, a thousand in one",
    19: "comments edited, removed, hidden, their parents or posts gone, the page unpublished",
    20: "a feed that is empty, or valid without events",
    21: "a feed cut off",
    22: "a sign-in page, or an error, in place of a feed",
    23: "a feed of 100 MB, of 100,000 events, a line of 10 MB",
    24: "a server that drips, or stalls in its headers",
    25: "304 with and without a body, the wrong ETag, 304 for ever",
    26: "redirects in a circle, to http, to private addresses, to files, to a new host",
    27: "packed bombs, packed twice, in a redirect",
    28: "rules that never end, a million dates, floods of exceptions and alarms, the year 9999",
    29: "broken encodings and control characters",
    30: "UIDs used twice, missing, doubled, with falling sequence, moved between feeds",
    31: "much of a feed vanishes at once, or gets new UIDs",
    32: "a feed's server is gone for 30 days",
    33: "yesterday's backup restored; the database copied to a second machine",
    34: "the power fails",
    35: "the key is missing, wrong, or half rotated",
}

DOES_NOT_APPLY: dict[int, str] = {}
