"""What the Graph API says when it refuses: code, subcode, HTTP status and wording in one place."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

RATE_LIMITS_PAGE = "https://developers.facebook.com/docs/graph-api/overview/rate-limiting"
API_DOCS = "https://developers.facebook.com/docs/graph-api"
PACIFIC = timezone(timedelta(hours=-8), "PST")

MISSING_POST_SCOPES = (
    "(#200) If posting to a group, requires app being installed in the group, and either publish_to_groups permission "
    "with user token, or both pages_read_engagement and pages_manage_posts permission with page token; If posting to a "
    "page, requires both pages_read_engagement and pages_manage_posts as an admin with sufficient administrative "
    "permission"
)
DEAD_TOKEN = {
    458: "The user has not authorized application {app}.",
    459: "You cannot access the app till you log in to www.facebook.com and follow the instructions given.",
    460: "The session has been invalidated because the user changed their password or Facebook has changed the session "
    "for security reasons.",
    464: "Sessions for the user are not allowed because the user is not a confirmed user.",
    467: "The session is invalid because the user logged out.",
    492: "The user must be an administrator, editor, or moderator of the page in order to impersonate it.",
}


class GraphProblem(Exception):
    """One refusal. `status` follows the code where none is given: the API's own statuses are not dependable either."""

    def __init__(
        self,
        code: int,
        message: str,
        *,
        subcode: int | None = None,
        kind: str = "OAuthException",
        status: int | None = None,
        transient: bool | None = None,
        title: str = "",
        text: str = "",
        data: Any = None,
    ) -> None:
        super().__init__(message)
        self.code, self.message, self.subcode, self.kind = code, message, subcode, kind
        self.status = status or status_for(code)
        self.transient, self.title, self.text, self.data = transient, title, text, data

    def body(self, trace: str) -> dict[str, Any]:
        optional = {
            "error_data": self.data,
            "error_subcode": self.subcode,
            "is_transient": self.transient,
            "error_user_title": self.title or None,
            "error_user_msg": self.text or None,
        }
        error: dict[str, Any] = {"message": self.message, "type": self.kind, "code": self.code}
        error |= {name: value for name, value in optional.items() if value is not None}
        return {"error": error | {"fbtrace_id": trace}}


def status_for(code: int) -> int:
    if code in (1, 2):
        return 500
    if code in (3, 10, 368) or 200 <= code <= 299:
        return 403
    return 404 if code == 803 else 400


def parameter(message: str, *, subcode: int | None = None) -> GraphProblem:
    return GraphProblem(100, f"(#100) {message}", subcode=subcode)


def nonexisting_field(name: str, node_type: str) -> GraphProblem:
    return parameter(f"Tried accessing nonexisting field ({name}) on node type ({node_type})")


def not_there(object_id: str, method: str = "get") -> GraphProblem:
    message = (
        f"Unsupported {method.lower()} request. Object with ID '{object_id}' does not exist, cannot be loaded due to "
        f"missing permissions, or does not support this operation. Please read the Graph API documentation at {API_DOCS}"
    )
    return GraphProblem(100, message, subcode=33, kind="GraphMethodException")


def unknown_path(path: str) -> GraphProblem:
    return GraphProblem(2500, f"Unknown path components: {path}")


def scope_missing(scope: str) -> GraphProblem:
    return GraphProblem(
        10,
        f"(#10) This endpoint requires the '{scope}' permission or the 'Page Public Content Access' feature. Refer to "
        "https://developers.facebook.com/docs/apps/review for details.",
    )


def permissions_error(message: str = "Permissions error") -> GraphProblem:
    return GraphProblem(200, f"(#200) {message}")


def duplicate_post() -> GraphProblem:
    return GraphProblem(
        506,
        "Duplicate status message",
        subcode=1455006,
        transient=False,
        title="Duplicate Status Update",
        text="This status update is identical to the last one you posted. Try posting something different, or delete "
        "your previous update.",
    )


def too_many_calls(code: int, status: int | None = None) -> GraphProblem:
    messages = {
        4: "(#4) Application request limit reached",
        17: "(#17) User request limit reached",
        32: "(#32) Page request limit reached",
        613: "(#613) Calls to this api have exceeded the rate limit.",
        80001: "(#80001) There have been too many calls to this Page account. Wait a bit and try again. For more info, "
        f"please refer to {RATE_LIMITS_PAGE}.",
    }
    return GraphProblem(code, messages.get(code, f"(#{code}) Too many calls"), transient=True, status=status)


def temporarily_unavailable() -> GraphProblem:
    message = "An unexpected error has occurred. Please retry your request later."
    return GraphProblem(2, message, transient=True)


def too_much_data() -> GraphProblem:
    return GraphProblem(1, "Please reduce the amount of data you're asking for, then retry your request")


def dead_token(subcode: int | None, app: str, *, expired_at: float, now: float) -> GraphProblem:
    """190 with the reason: 463 expired, 458 app removed, 460 password changed …; None for a token nobody ever made."""
    if subcode is None:
        return GraphProblem(190, "Invalid OAuth access token - Cannot parse access token")
    if subcode == 463:
        reason = f"Session has expired on {spoken(expired_at)}. The current time is {spoken(now)}."
    else:
        reason = DEAD_TOKEN.get(subcode, "The session is invalid.").format(app=app)
    return GraphProblem(190, f"Error validating access token: {reason}", subcode=subcode)


def spoken(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).astimezone(PACIFIC).strftime("%A, %d-%b-%y %H:%M:%S PST")
