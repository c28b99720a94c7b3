"""A school's own sign-in (OpenID Connect), as its address tells: whose it is, and what it is called on the button."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

GOOGLE = "https://accounts.google.com"
_MICROSOFT = (
    "login.microsoftonline.com",
    "login.microsoftonline.us",
    "login.partner.microsoftonline.cn",
    "sts.windows.net",
)
_PRIVATE_ACCOUNTS = "9188040d-6c67-4c5b-b112-36a304b66dad"  # Microsoft's tenant of them
_FOR_ALL = ("", "v2.0", "common", "organizations", "consumers", _PRIVATE_ACCOUNTS)


def kind_of(issuer: str) -> str:
    """ "google", "microsoft", or "" for any other."""
    if issuer == GOOGLE:
        return "google"
    return "microsoft" if urlsplit(issuer).hostname in _MICROSOFT else ""


def is_for_everybody(issuer: str) -> bool:
    """Microsoft's addresses that take accounts of any organization: whoever runs one of them can claim any e-mail."""
    return kind_of(issuer) == "microsoft" and urlsplit(issuer).path.strip("/").partition("/")[0].lower() in _FOR_ALL


def label_of(issuer: str, given: str = "") -> str:
    """What the button says."""
    known = {"google": "Google", "microsoft": "Microsoft"}
    return given.strip() or known.get(kind_of(issuer), "") or urlsplit(issuer).hostname or issuer


def slug_of(label: str) -> str:
    """How it is called in addresses: "Riverside District" -> "riverside-district"."""
    return re.sub(r"[^a-z0-9]+", "-", label.lower()).strip("-") or "school"
