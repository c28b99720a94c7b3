"""All tables in one place, for migrations, and nothing else."""

from models.account import Account, Doorstep, FormDone, Invitation, Knock, SignIn
from models.audit import Audit
from models.card import Card
from models.center import CalendarEntry, Center, CenterObject, Feed
from models.conversation import Assignment, Conversation, Message, Visitor
from models.correction import Correction
from models.deletion import DeletionRequest
from models.delivery import Attempt, Delivery
from models.draft import Draft, SavedReply
from models.erasure import Erasure
from models.event import Event, EventText, Occurrence
from models.hint import Hint, HintedPost
from models.installation import Installation
from models.notice import NoticeChoice, NoticeSent
from models.page import Page, PagePost
from models.post import Post
from models.promise import Promise
from models.pulse import Pulse
from models.routing_rule import Away, Partner, RoutingRule
from models.run import Run
from models.school import Group, School
from models.search import MessageWords
from models.shared import Shared
from models.source import FeedItem, Source, SourceObject
from models.staff import StaffMember
from models.switched_on import FirstWord, SwitchedOn
from models.tally import Tally
from models.translation import Translation
from models.urgent_word import UrgentWord

TABLES = (
    School, Group, Source, SourceObject, FeedItem, Event, EventText, Occurrence, Page, PagePost, Post,
    Center, CenterObject, CalendarEntry, Feed, StaffMember, Visitor, Conversation, Message, Assignment, Delivery, Attempt, Run,
    Card, DeletionRequest, Hint, HintedPost, Installation, Account, SignIn, Doorstep, Invitation, Knock, FormDone, Promise, Draft,
    SavedReply, Audit, Erasure, NoticeChoice, NoticeSent, MessageWords,
    RoutingRule, Away, Partner, Correction, UrgentWord, SwitchedOn, FirstWord, Translation, Shared, Pulse, Tally,
)  # fmt: skip
