"""What engines call one language and schools may call several: Chinese in two ways of writing and Cantonese, Persian and
Dari, Burmese and Karen. Tells them apart by what only one of them writes, and says it where they cannot be told.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from inbox.language.clean import words
from inbox.language.tags import base

_KAREN = "ksw"
_WITHOUT_TONES = 12  # letters: so many without one of Karen's own letters are not Karen

# Characters that exist in one of the two only, from the most frequent ones.
_TRADITIONAL = frozenset(
    "們這個妳裡裏説來時說國學會為對發點開關問間還過後從沒進動長現見覺題應該讓謝請誰話語講讀寫書課師買賣錢車東樂業電視機寶貝媽爺"
    "兒子歲歡愛聽聲嗎麼樣當實無氣員與總線級紅給經結難幾號處頭願風飯館醫藥塊辦邊運遠達連選親認識記許試"
)
_SIMPLIFIED = frozenset(
    "们这个来时说国学会为对发点开关问间还过后从没进动长现见觉题应该让谢请谁话语讲读写书课师买卖钱车东乐业电视机宝贝妈爷"
    "儿子岁欢爱听声吗么样当实无气员与总线级红给经结难几号处头愿风饭馆医药块办边运远达连选亲认识记许试"
)
_CANTONESE = frozenset("嘅唔佢啲咗喺嚟嗰哋嘢冇咩噉瞓攞睇畀啱咁嗱乜嘥")
_OF_DARI = "موتر داکتر سرک شفاخانه پوهنتون متعلم متعلمین لیسه صنف بایسکل چاشت مکتب مکاتب اطفال میباشد کلان"
_OF_IRAN = "ماشین دکتر خیابان بیمارستان دانشگاه دانش‌آموز کلاس دوچرخه ناهار مرسی مدرسه بچه‌ها میشه اون رو"
_DARI, _IRANIAN = frozenset(_OF_DARI.split()), frozenset(_OF_IRAN.split())


@dataclass(frozen=True, slots=True)
class Kin:
    """`tag` is the school's own; `rival` another one of the school's that it may be as well; `note` is for a person."""

    tag: str
    rival: str = ""
    note: str = ""


def kin(text: str, language: str, enabled: Sequence[str]) -> Kin:
    """The tag, of those that the school has `enabled`, for a text that was guessed to be in `language`."""
    tags = _by_language(tuple(enabled)).get(language, (language,))
    if language == "zh":
        return _chinese(text, tags)
    if language == "fa":
        return _persian(text, tags)
    if language == "my":
        return _burmese(text, tags, enabled)
    return Kin(tags[0])


@lru_cache(maxsize=64)
def _by_language(enabled: tuple[str, ...]) -> Mapping[str, Sequence[str]]:
    return {base(tag): [other for other in enabled if base(other) == base(tag)] for tag in enabled}


def _chinese(text: str, tags: Sequence[str]) -> Kin:
    traditional, simplified = _count(text, _TRADITIONAL - _SIMPLIFIED), _count(text, _SIMPLIFIED - _TRADITIONAL)
    kinds = ["yue"] if _count(text, _CANTONESE) else []
    kinds += ["Hant"] if traditional > simplified else ["Hans"] if simplified else []
    fitting = [tag for kind in kinds for tag in tags if _parts(tag) & _SAID_BY[kind]]
    open_ones = [tag for tag in tags if not any(_parts(tag) & theirs for theirs in _SAID_BY.values())]
    return Kin([*fitting, *open_ones, *tags][0], note=" ".join(_CHINESE[kind] for kind in kinds))


def _persian(text: str, tags: Sequence[str]) -> Kin:
    said = set(words(text))
    dari, iranian = len(said & _DARI), len(said & _IRANIAN)
    if dari == iranian:
        return Kin(tags[0], note=_ALIKE)
    fitting = [tag for tag in tags if bool(_parts(tag) & _AFGHAN) == (dari > iranian)]
    return Kin([*fitting, *tags][0], note=_LIKE_DARI if dari > iranian else _LIKE_IRANIAN)


def _burmese(text: str, tags: Sequence[str], enabled: Sequence[str]) -> Kin:
    karen = next((tag for tag in enabled if base(tag) == _KAREN), "")
    if _letters(text) >= _WITHOUT_TONES:
        return Kin(tags[0], note=_NO_KAREN)
    return Kin(tags[0], rival=karen, note=_PERHAPS_KAREN)


def _count(text: str, letters: Collection[str]) -> int:
    return sum(ch in letters for ch in text)


def _letters(text: str) -> int:
    return sum(unicodedata.category(ch)[0] in "LM" for ch in text)


def _parts(tag: str) -> frozenset[str]:
    return frozenset(tag.lower().replace("_", "-").split("-"))


_SAID_BY: Mapping[str, frozenset[str]] = {
    "yue": frozenset({"yue", "hk", "mo"}),
    "Hant": frozenset({"hant", "tw", "hk", "mo"}),
    "Hans": frozenset({"hans", "cn", "sg"}),
}
_CHINESE = {
    "yue": "Written as Cantonese is spoken.",
    "Hant": "Chinese in traditional characters.",
    "Hans": "Chinese in simplified characters.",
}
_AFGHAN = frozenset({"prs", "af"})
_ALIKE = "Dari is written like Persian: it may be either."
_LIKE_DARI = "With words of Dari, which is written like Persian."
_LIKE_IRANIAN = "With words of Iran's Persian."
_NO_KAREN = "Burmese script without a letter of Karen: Burmese, or perhaps Mon."
_PERHAPS_KAREN = "Burmese script: Burmese, or perhaps Karen."
