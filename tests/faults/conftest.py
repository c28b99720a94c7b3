"""The outbox's yard, for the rows about writes."""

from tests.outbox.conftest import facebook, reply, yard

__all__ = ["facebook", "reply", "yard"]
