"""/audit: owners see who did what, when and why. Nothing here can be changed."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlencode

from fastapi import APIRouter
from sqlmodel import Session, select
from starlette.responses import Response

from models.audit import Audit, pages_of
from models.staff import StaffMember
from web.context import Context
from web.people.audit_words import line_of
from web.policy import OWNS, allow
from web.visit import Visit

AT_ONCE = 50


def audit_routes(context: Context) -> APIRouter:
    router = APIRouter()

    @router.get("/audit")
    def audit(by: str = "", subject: str = "", before: str = "", visit: Visit = allow(*OWNS)) -> Response:
        by, subject = by.strip()[:200], subject.strip()[:200]
        with visit.db.read() as session:
            names = _names(session, visit.school.slug)
            rows = pages_of(session, visit.school.slug, AT_ONCE + 1, by=by, subject=subject, before=_place(before))
        lines = [line_of(row, names, visit.speech) for row in rows[:AT_ONCE]]
        older = _older(rows[AT_ONCE - 1], by, subject) if len(rows) > AT_ONCE else ""
        return visit.page(
            "audit.html", lines=lines, names=names, by=by, subject=subject, older=older, first=not before
        )  # fmt: skip

    return router


def _names(session: Session, school: str) -> dict[str, str]:
    """email -> name, of everybody who ever was here."""
    rows = session.exec(select(StaffMember.email, StaffMember.name).where(StaffMember.school == school))
    return dict(sorted(rows, key=lambda one: one[1].casefold()))


def _place(before: str) -> tuple[datetime, str] | None:
    """Where a page began; the newest where that makes no sense."""
    at, _, id = before.partition("~")
    try:
        return datetime.fromtimestamp(int(at) / 1_000_000, UTC), id
    except (ValueError, OverflowError, OSError):
        return None


def _older(last: Audit, by: str, subject: str) -> str:
    micro = round(last.at.timestamp() * 1_000_000)
    asked = {"by": by, "subject": subject, "before": f"{micro}~{last.id}"}
    return "/audit?" + urlencode({name: value for name, value in asked.items() if value})
