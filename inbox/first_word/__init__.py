"""A first word to a family before somebody answers: off until a school wants it."""
