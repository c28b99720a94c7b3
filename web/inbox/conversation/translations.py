"""What the page shows of machine translations: beside the family's words, and beside an answer that is being written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connector.translate import LABELS
from inbox.language.tags import UNSURE
from inbox.translation.answer import begun, reads
from inbox.translation.comments import digest, may_be_translated
from models.conversation import Message
from models.switched_on import switched_on
from models.translation import Translation, translations
from web.context import Context
from web.inbox.conversation.gather import Gathered
from web.visit import Visit


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that is being written, in another language. `stale`: its writer's own words have changed since."""

    id: str
    language: str
    label: str
    text: str
    stale: bool
    reads_it: bool


def translation_values(context: Context, visit: Visit, found: Gathered) -> dict[str, Any]:
    """`translates`: the service's label, "" where it is off. `target`: into which language comments are shown.

    `untranslated`: the ids of messages that may be shown so. `made`: message id -> what a machine made of its words as they
    stand now, or why it could not.
    """
    with visit.db.read() as session:
        on = switched_on(session, visit.school.slug)
        rows = translations(session, visit.school.slug, found.talk.id)
        begun_one = begun(session, visit.school.slug, found.talk.id, visit.email)
    provider = on.translates_with if on else ""
    target = visit.speech.tag  # the reader reads the language of their pages
    made = made_of(rows, found.said, target)
    return {
        "translates": LABELS.get(provider, ""), "target": target, "made": made, "labels": LABELS, "into": _into(visit, found),
        "untranslated": untranslated(found.said, made, target) if provider else [],
        "answer_in": _answer(visit, found, *begun_one) if begun_one and provider else None,
    }  # fmt: skip


def untranslated(said: Sequence[Message], made: Mapping[str, Translation], target: str) -> list[str]:
    done = {id for id, one in made.items() if one.state == "made"}
    return [one.id for one in said if one.id not in done and may_be_translated(one, target)]


def made_of(rows: Sequence[Translation], said: Sequence[Message], target: str) -> dict[str, Translation]:
    now = {(one.id, digest(one.text)) for one in said if one.text}
    found = [one for one in rows if one.target == target and (one.message_id, one.digest) in now]
    return {one.message_id: one for one in sorted(found, key=lambda one: one.state == "made")}


def _into(visit: Visit, found: Gathered) -> list[str]:
    """Languages for an answer, the family's first."""
    offered = [found.talk.language, *visit.school.languages]
    return [tag for tag in dict.fromkeys(offered) if tag != UNSURE]


def _answer(visit: Visit, found: Gathered, row: Translation, text: str) -> Answer:
    draft = found.drafts.get(visit.email)
    stale = draft is not None and digest(draft.text) != row.digest
    return Answer(
        row.id, row.target, LABELS.get(row.provider, row.provider), text, stale, reads(visit.person, row.target)
    )
