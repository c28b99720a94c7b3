"""/c/{id}: one conversation, and everything that people do with it."""
