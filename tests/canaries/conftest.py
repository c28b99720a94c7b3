from __future__ import annotations

from tests.connector.site import sites

__all__ = ["sites"]
