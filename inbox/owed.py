"""Decides whether a comment asks something of us at all, or only waves: thanks, emoji, stickers, a friend's tag."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from inbox.language.clean import bare, words

_QUESTION = re.compile(r"[?？؟፧]")
_FRIEND = re.compile(r"\s*@[\w.·]+(?:\s+[^\W\d_a-zà-ÿ][\w'’-]*){0,2}\W*")
_WAVES = frozenset({"sticker", "animated_image_share", "animated_image_autoplay", "animated_image_video"})
_LONGEST = 5  # words in a phrase of thanks

# One phrase a line, in any order of languages; compared without accents and case.
_THANKS = """
thank you; thank u; thanks; thank; thx; ty; tysm; thankful; much appreciated; appreciate it; appreciated
gracias; muchas gracias; mil gracias; muchisimas gracias; muy agradecida; muy agradecido; se agradece
谢谢; 谢谢你; 谢谢您; 谢谢老师; 谢谢大家; 多谢; 感谢; 非常感谢; 謝謝; 謝謝你; 謝謝您; 謝謝老師; 多謝; 感謝; 非常感謝; 辛苦了
cam on; xin cam on; cam on co; cam on thay; cam on nhieu; cam on truong
شكرا; شكرا جزيلا; شكرا لكم; شكرا لك; شكرا كثيرا; الف شكر; جزاك الله خيرا; جزاكم الله خيرا; مشكور; مشكورين; يعطيكم العافية
mesi; mesi anpil; mwen remesye nou; mwen remesye ou
mahadsanid; mahadsanidiin; waad mahadsan tahay; waad mahadsan tihiin; aad baad u mahadsan tahay; aad ayaad u mahadsan tahay
спасибо; спасибо большое; большое спасибо; спасибо вам; благодарю; благодарим
дякую; дуже дякую; щиро дякую; дякуємо; спасибі; дякую вам
obrigado; obrigada; muito obrigado; muito obrigada; brigado; brigada; valeu; agradecido; agradecida
salamat; salamat po; maraming salamat; maraming salamat po; salamat sa inyo
ua tsaug; ua tsaug ntau; ua tsaug ntau ntau
감사합니다; 감사해요; 고맙습니다; 고마워요; 고마워; 정말 감사합니다; 너무 감사합니다; 감사드립니다
merci; merci beaucoup; un grand merci; merci bien; merci a vous; merci a tous
شکریہ; بہت شکریہ; بہت بہت شکریہ; آپ کا شکریہ; shukriya; bahut shukriya; jazakallah; shukran; shukran jazilan
धन्यवाद; बहुत धन्यवाद; बहुत बहुत धन्यवाद; आपका धन्यवाद; शुक्रिया; बहुत शुक्रिया; धेरै धन्यवाद; dhanyavad; dhanyabad
ধন্যবাদ; অনেক ধন্যবাদ; আপনাকে ধন্যবাদ
ကျေးဇူးတင်ပါတယ်; ကျေးဇူးပါ; ကျေးဇူး; ကျေးဇူးအများကြီးတင်ပါတယ်
አመሰግናለሁ; እናመሰግናለን; በጣም አመሰግናለሁ; የቐንየለይ; ብጣዕሚ የቐንየለይ; ነመስግን
asante; asante sana; ahsante; ahsante sana; asanteni; shukrani; nashukuru
ممنون; ممنونم; خیلی ممنون; متشکرم; مرسی; سپاس; سپاسگزارم; تشکر; تشکر از شما; خیلی متشکرم
مننه; ډېره مننه; ډیره مننه; له تاسو مننه
dziekuje; dziekuje bardzo; bardzo dziekuje; dzieki; wielkie dzieki; dziekujemy
danke; danke schon; dankeschon; vielen dank; herzlichen dank; danke sehr; tausend dank
ありがとう; ありがとうございます; ありがとうございました; どうもありがとうございます; 感謝します
આભાર; ખૂબ આભાર; ખુબ ખુબ આભાર; આપનો આભાર; ਧੰਨਵਾਦ; ਬਹੁਤ ਧੰਨਵਾਦ; ਬਹੁਤ ਬਹੁਤ ਧੰਨਵਾਦ; ਸ਼ੁਕਰੀਆ; ਤੁਹਾਡਾ ਧੰਨਵਾਦ
tesekkurler; tesekkur ederim; tesekkur ederiz; cok tesekkurler; cok tesekkur ederim; sagolun; sag olun
galatoomi; galatoomaa; baayyee galatoomaa; baay'ee galatoomaa; guddaa galatoomaa
"""
# What may stand around thanks without asking anything.
_AROUND = """
ok okay hi hello hola
so much very a lot ton tons million again everyone everybody all you guys to the school pta team teachers teacher for this
that sharing posting info information update updates the letting us know it really from our family ms mrs mr miss
por la informacion el aviso compartir todo todos a maestra maestro maestros escuela senora senor mucho muchas muy de
nuestra familia bendiciones dios los bendiga saludos nhieu co thay nha truong a da em chi po inyong lahat sa inyo sana ntau anpil
nou ou tout pour tout l'info bem demais pela info informacao professora 老师 선생님
"""


@dataclass(frozen=True, slots=True)
class Owed:
    """`owed`: a person must answer. `no_language`: there is nothing to guess a language from. `reason` is for staff."""

    owed: bool
    no_language: bool
    reason: str


def owes_answer(text: str, attachment: str = "", tags: Sequence[str] = ()) -> Owed:
    """`attachment` is Facebook's type ("sticker", "photo", "video_inline" …), "" for none; `tags` the names tagged."""
    said = _without(tags, text)
    spoken = words(said.lower())
    if _QUESTION.search(said):
        return Owed(True, not spoken, "It asks something.")
    if attachment and attachment not in _WAVES:
        return Owed(True, not spoken, f"It brings a {_thing(attachment)} to look at.")
    if _FRIEND.fullmatch(text) or (tags and not said.strip()):
        return Owed(False, True, "Only a friend's tag.")
    if not spoken and not any(map(str.isdigit, said)):
        return _wave(said, attachment)
    if _only_thanks(spoken):
        return Owed(False, False, "Only thanks.")
    return Owed(True, not spoken, "It says something.")


def _without(tags: Sequence[str], text: str) -> str:
    for name in sorted(tags, key=len, reverse=True):
        text = text.replace(f"@{name}", " ").replace(name, " ")
    return text


def _thing(attachment: str) -> str:
    kind = attachment.split("_")[0]
    return kind if kind in {"photo", "video", "album", "link", "share"} else "file"


def _wave(said: str, attachment: str) -> Owed:
    if attachment:
        return Owed(False, True, "Only a sticker.")
    if said.strip():
        return Owed(False, True, "Only emoji.")
    return Owed(True, True, "There is no text in it: perhaps a photo or a voice message.")


def _only_thanks(spoken: Sequence[str]) -> bool:
    """Every word belongs to a phrase of thanks, or may stand around one."""
    left, thanked = [bare(word) for word in spoken], False
    while left:
        size = next((size for size in range(_LONGEST, 0, -1) if tuple(left[:size]) in _PHRASES), 0)
        if not size and left[0] not in _KIND_WORDS:
            return False
        thanked = thanked or bool(size)
        left = left[max(1, size) :]
    return thanked


def _phrases() -> Collection[tuple[str, ...]]:
    listed = (phrase for line in _THANKS.splitlines() for phrase in line.split(";"))
    return frozenset(tuple(bare(word) for word in words(phrase.lower())) for phrase in listed if phrase.strip())


_PHRASES = _phrases()
_KIND_WORDS = frozenset(bare(word) for word in _AROUND.split())
