"""What iCalendar means: gates, split, read, expand, write. Pure: no network, no rows, no clock."""
