"""Who may do what, by role: the words of the policy."""

ANSWERS = ("owner", "staff")  # families' comments
PLANS = ("owner", "volunteer")  # posts, calendars, what was held
OWNS = ("owner",)  # people, exports, erasures
EVERYBODY = ("owner", "volunteer", "staff", "center")


def _(text: str) -> str:
    """Marks a text for the catalogues."""
    return text


ROLE_NAMES = {
    "owner": _("owner"), "staff": _("staff"), "volunteer": _("volunteer"), "center": _("community center"),
}  # fmt: skip
ROLE_MEANINGS = {
    "owner": _("Everything: answers families, decides about posts, and looks after people."),
    "staff": _("Answers families."),
    "volunteer": _("Decides about posts and calendars. Does not see families’ conversations."),
    "center": _("Looks after one community center’s own calendar."),
}
