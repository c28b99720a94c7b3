"""What goes out: posts, events, calendars, centers, and what needs a person there."""
