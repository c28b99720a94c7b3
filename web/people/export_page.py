"""An export as pages that people read: whole in themselves, without scripts, fit to be printed, in any language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from jinja2 import Environment

from web.moments import Moments
from web.speech import Speech, speeches
from web.templating import desk_environments


@lru_cache(maxsize=1)
def _environments() -> Mapping[str, Environment]:
    return desk_environments(speeches())


def page(template: str, speech: Speech, timezone: str, now: datetime, **values: Any) -> Iterator[str]:
    """In parts, so that a large one needs no memory."""
    told = _environments()[speech.tag].get_template(template)
    return told.generate(
        speech=speech, moments=Moments(speech.tag, timezone, now), moment_of=datetime.fromisoformat, **values
    )


def person_page(speech: Speech, school: Any, now: datetime, held: Mapping[str, Any]) -> Iterator[str]:
    return page("export_person.html", speech, school.timezone, now, school=school, held=held, made_at=now)


def talks_page(
    speech: Speech, school: Any, now: datetime, talks: Sequence[Mapping[str, Any]], number: int
) -> Iterator[str]:
    return page(
        "export_talks.html", speech, school.timezone, now, school=school, talks=talks, number=number, made_at=now
    )


def school_page(speech: Speech, school: Any, now: datetime, **values: Any) -> Iterator[str]:
    return page("export_school.html", speech, school.timezone, now, school=school, made_at=now, **values)
