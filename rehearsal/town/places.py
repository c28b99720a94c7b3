"""Where the sample town is: its time zone, its school, its community center."""

ZONE = "America/Chicago"
SCHOOL = "Maple Street Elementary"
CENTER = "Eastside Community Center"
