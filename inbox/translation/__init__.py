"""A machine's words beside a person's: off until a school wants it."""
