"""/voices: what families say, all together: where they are silent, which topics come back, what was done about it."""
