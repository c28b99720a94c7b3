"""Who answers what: rules that a school writes, days on which somebody is away, and partners for languages nobody speaks."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index
from sqlmodel import Field, Session, SQLModel, col, select

from models.columns import json_list, new_id


class RoutingRule(SQLModel, table=True):
    """One rule, tried in the order of `position`. A condition that is empty holds for everything.

    `people`: emails of those who answer, a pool: who of them has the smallest share gets it.
    """

    __tablename__ = "routing_rule"

    id: str = Field(default_factory=lambda: new_id("ru"), primary_key=True)
    school: str = Field(foreign_key="school.slug")
    position: int
    languages: list[str] = json_list()  # BCP 47 tags
    page: str = ""
    group: str = ""
    topic: str = ""  # one of config.topics
    event_words: list[str] = json_list()  # in the title, place or category of the event the post is about
    people: list[str] = json_list()
    why: str = ""  # in the school's words, shown with every assignment
    made_by: str  # "site" (a site file's) or an email
    made_at: datetime
    off_at: datetime | None = None

    __table_args__ = (Index("ix_routing_rule", "school", "position"),)


class Away(SQLModel, table=True):
    """Days on which somebody does not answer, the last one included."""

    id: str = Field(default_factory=lambda: new_id("aw"), primary_key=True)
    school: str = Field(foreign_key="school.slug")
    email: str
    first_day: date  # the school's days
    last_day: date
    made_by: str  # "site" or an email
    made_at: datetime
    off_at: datetime | None = None  # taken back

    __table_args__ = (Index("ix_away", "school", "last_day"),)


class Partner(SQLModel, table=True):
    """An organisation that helps in languages which nobody at the school speaks."""

    id: str = Field(default_factory=lambda: new_id("pa"), primary_key=True)
    school: str = Field(foreign_key="school.slug")
    name: str
    languages: list[str] = json_list()
    contact: str  # a phone number, an e-mail address, a web address: as people write it
    note: str = ""
    made_by: str  # "site" or an email
    made_at: datetime
    off_at: datetime | None = None

    __table_args__ = (Index("ix_partner", "school"),)


def routing_rules(session: Session, school: str) -> list[RoutingRule]:
    """Those that are on, in their order."""
    query = select(RoutingRule).where(RoutingRule.school == school, col(RoutingRule.off_at).is_(None))
    return list(session.exec(query.order_by(col(RoutingRule.position), col(RoutingRule.id))))


def away_on(session: Session, school: str, day: date) -> list[Away]:
    """Who is away that day, or will be later."""
    query = select(Away).where(Away.school == school, Away.last_day >= day, col(Away.off_at).is_(None))
    return list(session.exec(query.order_by(col(Away.first_day), col(Away.id))))


def partners(session: Session, school: str) -> list[Partner]:
    query = select(Partner).where(Partner.school == school, col(Partner.off_at).is_(None))
    return list(session.exec(query.order_by(col(Partner.name), col(Partner.id))))
