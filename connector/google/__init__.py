"""The door to Google Calendar: its API's events as objects of a calendar. What is known of it: docs/google-calendar.md."""
