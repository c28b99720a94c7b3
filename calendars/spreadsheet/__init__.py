"""A list of events as a spreadsheet writes it (CSV), turned into the iCalendar that every other part reads."""
