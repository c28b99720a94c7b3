"""What the pretend Facebook remembers: apps, people, pages, tokens, posts, comments; one lock around all of it."""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from rehearsal.facebook.shelf import Shelf

TokenKind = Literal["user-short", "user-long", "page", "app"]

SCOPES = (
    "pages_show_list",
    "pages_read_engagement",
    "pages_read_user_content",
    "pages_manage_posts",
    "pages_manage_engagement",
    "pages_manage_metadata",
    "pages_messaging",
)
KNOWN_SCOPES = (*SCOPES, "business_management", "public_profile", "email")
TASKS = ("ADVERTISE", "ANALYZE", "CREATE_CONTENT", "MESSAGING", "MODERATE", "MANAGE")
CALLS_KEPT = 10_000
# What Meta's pages leave open, and the other way it might be: names for the switch `unlike`.
UNLIKE = (
    "header-token", "profile-as-owner", "profile-as-author", "bare-create", "oldest-first", "deep-replies", "tidied-texts",
    "shortened-links", "count-toplevel", "bare-subscriptions", "gone-as-mistake", "endless-paging", "old-version", "orphans",
)  # fmt: skip


@dataclass(slots=True)
class App:
    """A Meta app. `roles`: ids of people with a role on it, whom Standard Access lets it see."""

    id: str
    name: str
    secret: str
    verify_token: str = ""
    roles: list[str] = field(default_factory=list)
    callback_url: str = ""
    callback_fields: list[str] = field(default_factory=list)
    include_values: bool = True
    deauthorize_url: str = ""
    deletion_url: str = ""


@dataclass(slots=True)
class Person:
    """`tasks`: page id → tasks on that page. `grants`: app id → scope → granted or declined. `ticked`: app id → page ids."""

    id: str
    name: str
    private: bool = False
    tasks: dict[str, list[str]] = field(default_factory=dict)
    grants: dict[str, dict[str, str]] = field(default_factory=dict)
    ticked: dict[str, list[str]] = field(default_factory=dict)


@dataclass(slots=True)
class Page:
    """`profile` is the other number that permalinks carry. `engaged` sets the quota: 4800 x engaged calls in 24 hours."""

    id: str
    name: str
    profile: str
    category: str = "School"
    access: Literal["standard", "advanced"] = "standard"
    published: bool = True
    engaged: int = 100
    subscribed: dict[str, list[str]] = field(default_factory=dict)
    calls: list[float] = field(default_factory=list)
    throttled_until: float = 0.0


@dataclass(slots=True)
class Token:
    """`expires_at` 0 = never. `revoked` is the subcode to answer with. A token dies with its `parent`."""

    value: str
    kind: TokenKind
    app_id: str
    person_id: str = ""
    page_id: str = ""
    scopes: list[str] = field(default_factory=list)
    tasks: list[str] = field(default_factory=list)
    issued_at: float = 0.0
    expires_at: float = 0.0
    revoked: int | None = None
    parent: str = ""


@dataclass(slots=True)
class Edit:
    at: float
    message: str


@dataclass(slots=True)
class Post:
    """`app_id` "" = made by hand. `shows_at`: reads don't find it before (a lagging Graph). `edits` hold the older texts."""

    id: str
    page_id: str
    author_id: str
    author_name: str
    message: str
    link: str
    created_at: float
    updated_at: float
    app_id: str = ""
    published: bool = True
    scheduled_at: float = 0.0
    hidden: bool = False
    pinned: bool = False
    photos: list[str] = field(default_factory=list)
    edits: list[Edit] = field(default_factory=list)
    likes: list[str] = field(default_factory=list)
    removed_at: float = 0.0
    shows_at: float = 0.0
    private_reply: str = ""

    @property
    def number(self) -> str:
        return self.id.partition("_")[2]

    @property
    def by_page(self) -> bool:
        return self.author_id == self.page_id


@dataclass(slots=True)
class Comment:
    """`parent_id` is the top comment a reply hangs under, else ""."""

    id: str
    post_id: str
    page_id: str
    parent_id: str
    author_id: str
    author_name: str
    message: str
    created_at: float
    app_id: str = ""
    attachment: dict[str, Any] | None = None
    tags: list[dict[str, Any]] = field(default_factory=list)
    hidden: bool = False
    edits: list[Edit] = field(default_factory=list)
    likes: list[str] = field(default_factory=list)
    removed_at: float = 0.0
    shows_at: float = 0.0
    private_reply: str = ""

    @property
    def by_page(self) -> bool:
        return self.author_id == self.page_id


@dataclass(slots=True)
class Photo:
    id: str
    page_id: str
    caption: str
    url: str
    content: bytes = b""
    content_type: str = "image/png"
    published: bool = True
    post_id: str = ""
    alt_text: str = ""


@dataclass(slots=True)
class Switches:
    """How this Facebook behaves. Names as in `POST /_rehearsal/switches`; the README says what each does."""

    names: bool = False
    require_proof: bool = False
    refuse_duplicates: bool = True
    unlike: list[str] = field(default_factory=list)
    foreign_comment_edit: Literal["refuse", "overwrite"] = "refuse"
    schedule_days: int = 30
    accounts: Literal["full", "empty", "no-token"] = "full"
    expires_in: bool = True
    usage_after: int = 0
    app_quota: int = 20_000
    regain_minutes: int = 15
    largest_read: int = 5_000
    clock_offset: float = 0.0
    webhook_duplicates: int = 0
    webhook_reorder: bool = False
    webhook_group: float = 0.0
    webhook_retries: list[float] = field(default_factory=lambda: [0.0, 1.0, 4.0, 15.0, 60.0])
    webhook_unsubscribe_after: float = 3600.0
    webhook_ways: int = 1


@dataclass(slots=True)
class Fault:
    """What goes wrong, for which calls, after how many of them, how often (None: until taken away)."""

    id: str
    kind: str
    method: str = ""
    path: str = ""
    page: str = ""
    after: int = 0
    times: int | None = 1
    store: bool | None = None
    details: dict[str, Any] = field(default_factory=dict)
    hits: int = 0


@dataclass(slots=True)
class World:
    """Everything, in memory. Hold `lock` around any reading or changing that takes more than one step.

    `scheduled`: ids of posts that may still have to go on the wall at their time.
    """

    clock: Callable[[], float] = time.time
    www: str = "https://www.facebook.com"
    lock: threading.RLock = field(default_factory=threading.RLock)
    apps: dict[str, App] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    pages: dict[str, Page] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict)
    codes: dict[str, dict[str, Any]] = field(default_factory=dict)
    posts: Shelf[Post] = field(default_factory=lambda: Shelf(lambda post: post.page_id))
    comments: Shelf[Comment] = field(default_factory=lambda: Shelf(lambda comment: comment.post_id))
    scheduled: set[str] = field(default_factory=set)
    photos: dict[str, Photo] = field(default_factory=dict)
    switches: Switches = field(default_factory=Switches)
    faults: list[Fault] = field(default_factory=list)
    calls: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=CALLS_KEPT))
    app_calls: int = 0
    writes: Counter[str] = field(default_factory=Counter)
    overwrites: list[str] = field(default_factory=list)
    messages: list[dict[str, Any]] = field(default_factory=list)
    hook_log: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=CALLS_KEPT))
    counters: Counter[str] = field(default_factory=Counter)
    listener: Callable[[str, str, dict[str, Any]], None] | None = None
    keeper: Callable[[World], None] | None = None

    def now(self) -> float:
        return self.clock() + self.switches.clock_offset

    def is_unlike(self, name: str) -> bool:
        """Is this behaviour, which nobody documents, switched the other way?"""
        assert name in UNLIKE
        return name in self.switches.unlike

    def number(self, kind: str, first: int) -> str:
        """The next number of a kind: numbers only ever grow."""
        self.counters[kind] = max(self.counters[kind] + 1, first)
        return str(self.counters[kind])

    def comment(self, object_id: str) -> Comment | None:
        """By full id or by the bare number, as the real one takes both."""
        found = self.comments.get(object_id.rpartition("_")[2])
        return found if found and ("_" not in object_id or found.id == object_id) else None

    def person_named(self, name: str) -> Person:
        """The person of that name, made when there is none yet."""
        for person in self.people.values():
            if person.name == name:
                return person
        person = Person(self.number("person", 77001), name)
        self.people[person.id] = person
        return person

    def page_of(self, object_id: str) -> str:
        """The page that an id belongs to, or ""."""
        if object_id in self.pages:
            return object_id
        found = self.posts.get(object_id) or self.comment(object_id) or self.photos.get(object_id)
        return found.page_id if found else ""

    def changed(self) -> None:
        """To be called after every change: keeps it, when somebody asked for that."""
        if self.keeper:
            self.keeper(self)
