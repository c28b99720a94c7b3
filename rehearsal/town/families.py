"""Six families of Maple Street, what they write under the page's posts, and how staff would answer two of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Family:
    """Who writes: the name shown, the id that Facebook would give, and the language spoken at home (BCP 47)."""

    name: str
    external_id: str
    language: str


@dataclass(frozen=True, slots=True)
class Tag:
    """A person named in a comment. `offset` and `length` count code points, as Facebook does."""

    external_id: str
    name: str
    offset: int

    def as_json(self) -> dict[str, str | int]:
        """One entry of `message_tags`."""
        return {
            "id": self.external_id,
            "name": self.name,
            "type": "user",
            "offset": self.offset,
            "length": len(self.name),
        }


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment. `about` is a part of the title of the event it belongs under; None: under the newest post.

    `language` is what a careful reader would say, "und" where there is nothing to tell it by; `mixed_with` a second
    language in the same breath. `reply_to` is the index in `comments()` of the comment it answers.
    """

    text: str
    family: Family
    language: str
    about: str | None
    reply_to: int | None = None
    mixed_with: str = ""
    attachment: Literal["", "photo"] = ""
    tags: tuple[Tag, ...] = ()
    wants_answer: bool = True


@dataclass(frozen=True, slots=True)
class Reply:
    """How a member of staff (`by`, an email of the site file) answers the comment with index `to`."""

    to: int
    by: str
    language: str
    text: str


LUCIA = Family("Lucía Hernández", "77001", "es")
MAI = Family("Mai Nguyễn", "77002", "vi")
HODAN = Family("Hodan Abdi", "77003", "so")
SAMIRA = Family("Samira Haddad", "77004", "ar")
EMILY = Family("Emily Carter", "77005", "en")
JORGE = Family("Jorge Ramírez", "77006", "es")

FAMILIES = (LUCIA, MAI, HODAN, SAMIRA, EMILY, JORGE)

_EVENING, _COFFEE, _SATURDAY, _STORIES = "Family Night", "Parent Coffee", "Community Saturday", "Story Hour"

_COMMENTS = (
    Comment(
        "Hola, ¿va a haber cuidado de niños esa noche? Tengo un bebé de ocho meses y me gustaría mucho ir.",
        LUCIA,
        "es",
        _EVENING,
    ),
    Comment(
        "Cho tôi hỏi buổi này có thông dịch tiếng Việt không ạ? "
        "Bà ngoại của cháu muốn đi cùng nhưng không rành tiếng Anh.",
        MAI,
        "vi",
        _STORIES,
    ),
    Comment("Asc, carruurta yaryar ma la keeni karaa, mise waa waalidiinta oo keliya?", HODAN, "so", _COFFEE),
    Comment("السلام عليكم، هل توجد حافلة تعيدنا بعد انتهاء الفعالية؟ ليس لدينا سيارة.", SAMIRA, "ar", _EVENING),
    Comment("Do we need to sign up ahead of time, or can we just show up?", EMILY, "en", _COFFEE),
    Comment(
        "Cho toi hoi may gio thi ket thuc vay? Toi di lam ve tre nen so khong kip don cac chau.", MAI, "vi", _SATURDAY
    ),
    Comment("¿HAY QUE PAGAR ALGO O ES GRATIS PARA LOS NIÑOS? SOMOS CINCO EN LA FAMILIA", JORGE, "es", _EVENING),
    Comment("❤️👏👏", SAMIRA, "und", None, wants_answer=False),
    Comment("Thank you!!", EMILY, "en", _SATURDAY, wants_answer=False),
    Comment("¡Gracias!", JORGE, "es", _STORIES, wants_answer=False),
    Comment("", HODAN, "und", _SATURDAY, attachment="photo"),
    Comment("Trang Phạm", MAI, "und", _EVENING, tags=(Tag("77021", "Trang Phạm", 0),), wants_answer=False),
    Comment("Y otra pregunta: ¿van a dar algo de cenar, o comemos antes de ir?", LUCIA, "es", _EVENING, reply_to=0),
    Comment(
        "Hi! ¿Va a haber comida para los kids también? I can bring algo si hace falta 😊",
        JORGE,
        "es",
        _SATURDAY,
        mixed_with="en",
    ),
)

REPLIES = (
    Reply(
        0,
        "maria@maple.example",
        "es",
        "¡Hola, Lucía! Sí, habrá cuidado de niños gratis durante todo el evento. Puede traer a su bebé con toda "
        "confianza. ¡Nos dará mucho gusto verlos!",
    ),
    Reply(
        3,
        "office@maple.example",
        "ar",
        "وعليكم السلام ورحمة الله. نعم، ستنطلق حافلة مجانية من أمام المدرسة بعد انتهاء الفعالية مباشرة. يسعدنا حضوركم!",
    ),
)


def comments() -> tuple[Comment, ...]:
    """All sample comments, in the order in which they are written: a reply comes after what it answers."""
    return _COMMENTS
