"""Families' words and our answers: the list, conversations, promises, saved replies."""
