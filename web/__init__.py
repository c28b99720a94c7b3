"""Pages that people use, and answers for programs: an event's own page, the agenda, subscribed calendars, health."""
