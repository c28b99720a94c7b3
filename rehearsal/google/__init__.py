"""A small, strict stand-in for Google Calendar on this machine, for tests.

It was written from Google's documentation, and from what people report in public; docs/google-calendar.md names the
sources. It was never compared with the live service. Where the documents leave a question it takes the harsher answer.
It imports nothing of ours.
"""
