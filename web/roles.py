"""Who may do what, by role: the words of the policy."""

ANSWERS = ("owner", "staff")  # families' comments
PLANS = ("owner", "volunteer")  # posts, calendars, what was held
OWNS = ("owner",)  # people, exports, erasures
EVERYBODY = ("owner", "volunteer", "staff", "center")
