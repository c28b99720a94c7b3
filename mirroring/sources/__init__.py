"""The kinds of calendars that we read: one file a kind, each gives a `Copy`. What follows is the same for all."""
