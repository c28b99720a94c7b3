"""Languages by their BCP 47 tags: which exist, how they are written, what they are called in English."""

from __future__ import annotations

import re
from collections.abc import Collection
from difflib import get_close_matches
from functools import cache

from babel import Locale
from babel.core import get_global

from config.mistake import Mistake

# Languages of families that CLDR has no English name for, by region; registered in ISO 639-3 and so in BCP 47.
_BEYOND_CLDR = """
prs Dari | haz Hazaragi | pbu Northern Pashto | pbt Southern Pashto | kmr Northern Kurdish | diq Zaza | hac Gorani
azb South Azerbaijani | azj North Azerbaijani | aii Assyrian Neo-Aramaic | cld Chaldean Neo-Aramaic | rmy Vlax Romani
arb Standard Arabic | acm Iraqi Arabic | apc Levantine Arabic | afb Gulf Arabic | apd Sudanese Arabic
ayl Libyan Arabic | acw Hijazi Arabic | ayn Sanaani Arabic | ayh Hadrami Arabic | aec Saidi Arabic | ydd Eastern Yiddish
ksw S'gaw Karen | kar Karen | pwo Western Pwo Karen | kjp Eastern Pwo Karen | bwe Bwe Karen | blk Pa'o
kyu Western Kayah | eky Eastern Kayah | mnw Mon | rki Rakhine | cnh Hakha Chin | cfm Falam Chin | ctd Tedim Chin
mrh Mara Chin | csy Siyin Chin | dao Daai Chin | zom Zou | mww Hmong Daw | ium Iu Mien | kjg Khmu | tts Isan
cjm Eastern Cham | cja Western Cham | jra Jarai | rad Rade | bdq Bahnar | cmn Mandarin Chinese | cdo Eastern Min Chinese
dng Dungan | syl Sylheti | ctg Chittagonian | pnb Western Punjabi | skr Saraiki | hno Hindko | phr Pahari-Potwari | lbj Ladakhi
lep Lepcha | taj Tamang | lif Limbu | bap Bantawa | gvr Gurung | mgp Eastern Magar | xsr Sherpa
cbk Chavacano | akl Aklanon | bcl Central Bikol | tsg Tausug | mdh Maguindanaon | mrw Maranao
swh Swahili | swc Congo Swahili | ymm Maay | gax Borana Oromo | gaz West Central Oromo | nus Nuer | fia Nobiin | fvr Fur
dib South Central Dinka | dks Southeastern Dinka | dik Southwestern Dinka | mls Masalit | zag Zaghawa
fuf Pular | fuc Pulaar | fuv Nigerian Fulfulde | ffm Maasina Fulfulde | mnk Mandinka | emk Eastern Maninka | kss Kissi
lom Loma | gkp Guinea Kpelle | bsq Bassa | dnj Dan | mev Mano | lir Liberian English | wes Cameroonian Pidgin
gpe Ghanaian Pidgin | ktu Kituba | mkw Congo Kituba | pov Guinea-Bissau Creole
mam Mam | kjb Q'anjob'al | kek Q'eqchi' | ixl Ixil | acr Achi | cak Kaqchikel | poc Poqomam | poh Poqomchi'
tzj Tz'utujil | toj Tojolabal | tzo Tzotzil | tzh Tzeltal | ctu Ch'ol | yua Yucatec Maya | jac Popti' | knj Akatek
cac Chuj | caa Ch'orti' | agu Awakatek | usp Uspantek | ttc Tektitek | hus Huastec | cab Garifuna | miq Miskito
nah Nahuatl | azz Highland Puebla Nahuatl | nhe Eastern Huasteca Nahuatl | nhn Central Nahuatl | mix Mixtepec Mixtec
mxt Jamiltepec Mixtec | mxv Metlatónoc Mixtec | xtm Magdalena Peñasco Mixtec | mig San Miguel el Grande Mixtec
mim Alacatlatzala Mixtec | jmx Western Juxtlahuaca Mixtec | trq San Martín Itunyoso Triqui | trc Copala Triqui
zai Isthmus Zapotec | oto Otomi | ote Mezquital Otomi | maz Mazahua | mau Huautla Mazatec | huv San Mateo del Mar Huave
mir Isthmus Mixe | mto Totontepec Mixe | hch Huichol | tar Tarahumara | yaq Yaqui | mfy Mayo | tsz Purépecha
quy Ayacucho Quechua | quz Cusco Quechua | qvi Imbabura Kichwa | ayr Central Aymara
bzj Belizean Creole | gcf Antillean Creole | gcr Guianese Creole | acf Saint Lucian Creole | gul Gullah
hwc Hawai'i Creole | srm Saramaccan | djk Aukan
apw Western Apache | hop Hopi | ood O'odham | ciw Chippewa | pot Potawatomi | mez Menominee | one Oneida | win Ho-Chunk
nez Nez Perce | yak Yakama | cro Crow | ats Gros Ventre | com Comanche | kio Kiowa | kee Eastern Keres
kjq Western Keres | tew Tewa | twf Northern Tiwa | tix Southern Tiwa | tow Jemez | ems Alutiiq | ike Eastern Inuktitut
mfs Mexican Sign Language | bzs Brazilian Sign Language | bfi British Sign Language | lld Ladin | mhn Mòcheno
"""
_REPLACED = {"iw": "he", "in": "id", "ji": "yi", "jw": "jv", "mo": "ro"}
_NO_LANGUAGE = {"und", "mul", "zxx", "mis", "root"}
_NO_REGION = {"ZZ", "XA", "XB", "EZ", "UN", "QO"}
_TAG = re.compile(
    r"(?P<language>[a-z]{2,3})(?:[-_](?P<script>[a-z]{4}))?(?:[-_](?P<region>[a-z]{2}|[0-9]{3}))?"
    r"(?P<variants>(?:[-_](?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*)",
    re.ASCII | re.IGNORECASE,
)


def language_tag(text: str) -> str:
    """`text` as a BCP 47 tag in its usual writing ("ES_mx" -> "es-MX", "zh-hant" -> "zh-Hant").

    A tag is believed when CLDR or the list above knows its language, and CLDR its script, region and variants.
    Raises Mistake, with the tag that was probably meant.
    """
    found = _TAG.fullmatch(text.strip())
    if not found:
        raise Mistake(f'"{text}" is not a language tag', _mend(text))
    language = _REPLACED.get(found["language"].lower(), found["language"].lower())
    if language not in _names() or language in _NO_LANGUAGE:
        raise Mistake(f'"{text}" names no language', _mend(text))
    return "-".join([language, *_rest(text, found)])


def language_name(tag: str) -> str:
    """What the language is called in English: "es" -> "Spanish", "es-MX" -> "Mexican Spanish", "ksw" -> "S'gaw Karen".

    A tag without a name of its own gets that of its language; one that does not exist, itself.
    """
    names = _names()
    return next((names[part] for part in wider_tags(tag) if part in names), tag)


def wider_tags(tag: str) -> list[str]:
    """The tag and what it is part of, narrow first: "zh-Hant-TW" -> ["zh-Hant-TW", "zh-Hant", "zh"]."""
    parts = tag.split("-")
    return ["-".join(parts[:count]) for count in range(len(parts), 0, -1)]


def has_wording(tag: str, wording_languages: Collection[str]) -> bool:
    """Whether a page can speak `tag`: its own wording, or that of the language it is part of."""
    return any(part in wording_languages for part in wider_tags(tag))


def _rest(text: str, found: re.Match[str]) -> list[str]:
    """Script, region and variants in their usual writing."""
    english = Locale("en")
    script, region = (found["script"] or "").title(), (found["region"] or "").upper()
    variants = [part.lower() for part in re.split("[-_]", found["variants"]) if part]
    if script and script not in english.scripts:
        raise Mistake(f'"{text}" names no script with "{script}"', "leave it out, or correct it")
    if region and (region not in english.territories or region in _NO_REGION):
        raise Mistake(f'"{text}" names no country or region with "{region}"', "leave it out, or correct it")
    unknown = [part for part in variants if part.upper() not in english.variants]
    if unknown:
        raise Mistake(f'"{text}" names no variant with "{unknown[0]}"', "leave it out, or correct it")
    return [part for part in (script, region, *variants) if part]


def _mend(text: str) -> str:
    meant = _probably(text.strip().lower())
    if meant:
        return f'write "{meant}" for {language_name(meant)}'
    return 'write a BCP 47 tag, such as "en", "es", "vi" or "zh-Hant"'


def _probably(text: str) -> str | None:
    """The tag meant by an English name ("spanish") or by a longer code ("spa")."""
    tags = {name.lower(): tag for tag, name in reversed(_names().items()) if tag not in _NO_LANGUAGE}
    alias = get_global("language_aliases").get(text, "").replace("_", "-")
    if alias in _names():
        return str(alias)
    near = get_close_matches(text, tags, n=1, cutoff=0.8) if len(text) > 3 else []
    return tags[near[0]] if near else None


@cache
def _names() -> dict[str, str]:
    """Tag -> English name."""
    cldr = {tag.replace("_", "-"): name for tag, name in Locale("en").languages.items()}
    more = dict(
        entry.strip().split(" ", 1) for line in _BEYOND_CLDR.strip().splitlines() for entry in line.split(" | ")
    )
    return {**more, **cldr}
