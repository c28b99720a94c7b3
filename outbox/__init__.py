"""Everything we owe the outside, sent once. Nobody else calls anything that changes the outside."""
