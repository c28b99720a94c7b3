"""What the state's families write: short questions in their languages, none twice the same."""

from __future__ import annotations

from random import Random

_TOPICS = {
    "en": (
        "Is there parking near the {n} gate?",
        "Do the {n} graders need to bring lunch?",
        "Can grandparents come to this on the {n} floor too?",
    ),
    "es": (
        "¿A qué hora empieza para los niños del grupo {n}?",
        "¿Hay que pagar algo para el salón {n} o es gratis?",
        "Hola, ¿va a haber cuidado de niños en la sala {n}?",
    ),
    "vi": ("Cho tôi hỏi lớp {n} thì mấy giờ bắt đầu vậy ạ?", "Buổi này có thông dịch tiếng Việt cho lớp {n} không ạ?"),
    "so": ("Fadlan, carruurta fasalka {n} ma la keeni karaa?", "Saacadee ayuu bilaabanayaa fasalka {n}aad?"),
    "ar": ("هل توجد حافلة تعيد أطفال الصف {n} بعد انتهاء الفعالية؟", "متى تبدأ الفعالية لأطفال الصف {n} من فضلكم؟"),
    "fr": (
        "À quelle heure commence la fête pour la classe {n} ?",
        "Est-ce que les enfants de la classe {n} doivent apporter quelque chose ?",
    ),
    "pt": ("A que horas começa a festa para a turma {n}?", "As crianças da turma {n} precisam levar lanche?"),
    "ru": ("Во сколько начинается праздник для класса {n}?", "Нужно ли детям из класса {n} что-нибудь принести?"),
    "ht": ("Ki lè fèt la ap kòmanse pou timoun klas {n} yo?", "Èske fòk nou peye pou timoun klas {n} yo?"),
    "zh": ("请问{n}班的活动几点开始？", "{n}班的孩子需要带午饭吗？"),
}


def question(chance: Random, languages: tuple[str, ...], number: int) -> tuple[str, str]:
    """A language of the school, and a question in it that nobody asked before: `number` stands in it."""
    language = chance.choice(languages)
    return language, chance.choice(_TOPICS[language]).format(n=number)
