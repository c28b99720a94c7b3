"""Pages for families: events, the agenda, subscribing, privacy. No JavaScript, no sign-in."""
