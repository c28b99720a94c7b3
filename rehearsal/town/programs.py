"""What takes turns in the three fixed times of the week: in term, while school is on a break, and in summer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

from rehearsal.town.days import SATURDAY, THURSDAY, TUESDAY
from rehearsal.town.places import CENTER, SCHOOL


@dataclass(frozen=True, slots=True)
class Program:
    """What one evening is about."""

    title: str
    place: str
    text: str


@dataclass(frozen=True, slots=True)
class Slot:
    """A fixed time in the week, and what takes turns in it: in term, while school is on a break, in summer."""

    slug: str
    weekday: int
    starts: time
    minutes: int
    category: str
    term: tuple[Program, ...]
    breaks: tuple[Program, ...]
    summer: tuple[Program, ...]


COFFEE = Slot(
    slug="parent-coffee",
    weekday=TUESDAY,
    starts=time(8, 15),
    minutes=60,
    category="Parents",
    term=(
        Program(
            "Parent Coffee: Reading at Home",
            f"{SCHOOL}, Cafeteria",
            "Come have a cup of coffee with other parents. Ms. Ortiz shows three easy ways to read with your child in "
            "any language. Little brothers and sisters are welcome.\n\nVenga a tomar un café con otras familias. Puede "
            "leer con su hijo en el idioma que usted hable en casa.",
        ),
        Program(
            "Parent Coffee: Understanding Report Cards",
            f"{SCHOOL}, Cafeteria",
            "What do the numbers mean? Bring your child's report card and your questions. Interpreters for Spanish and "
            "Somali will be in the room.",
        ),
        Program(
            "Parent Coffee: Safe Ways to School",
            f"{SCHOOL}, Library",
            "Help us map the safest streets to walk and bike. The crossing guards will be there to hear from you.",
        ),
        Program(
            "Parent Coffee: Help with Homework",
            f"{SCHOOL}, Library",
            "How much help is enough? Two teachers share what works at the kitchen table. Free, no sign-up.",
        ),
        Program(
            "Parent Coffee with Principal Gómez",
            f"{SCHOOL}, Cafeteria",
            "Ask anything. Principal Gómez speaks English and Spanish.\n\nPregunte lo que quiera. La directora Gómez "
            "habla inglés y español.",
        ),
    ),
    breaks=(
        Program(
            "Parent Coffee: Break Edition",
            f"{CENTER}, Lobby",
            "School is closed, the coffee is still on. Bring the children; there is a play corner.",
        ),
        Program(
            "Parent Coffee: Games for Rainy Days",
            f"{CENTER}, Lobby",
            "Trade ideas for days at home, and take a board game with you.",
        ),
        Program(
            "Parent Coffee: Getting Ready for the Next Term",
            f"{CENTER}, Lobby",
            "What is coming up when school opens again, and where to find help with supplies and clothes.",
        ),
    ),
    summer=(
        Program(
            "Parent Coffee: Free Summer Meals",
            "Eastside Park, Picnic Shelter",
            "Where and when children can eat for free this summer. No papers, no sign-up.\n\nComidas gratis para niños "
            "durante el verano. No se piden documentos ni inscripción.",
        ),
        Program(
            "Parent Coffee: Books for the Summer",
            f"{CENTER}, Lobby",
            "Pick three free books for each child, in English, Spanish, Vietnamese, Somali or Arabic.",
        ),
        Program(
            "Parent Coffee: New to Maple Street?",
            f"{CENTER}, Lobby",
            "Meet families who started last year. We help with enrollment forms and bus routes.",
        ),
        Program(
            "Parent Coffee: Health Check-Ups",
            f"{CENTER}, Room 2",
            "A school nurse explains which shots and check-ups your child needs before the first day.",
        ),
        Program(
            "Parent Coffee: School Supplies",
            f"{CENTER}, Lobby",
            "Backpacks and supplies are free for every family that would like them.",
        ),
    ),
)

FAMILY_NIGHT = Slot(
    slug="family-night",
    weekday=THURSDAY,
    starts=time(17, 30),
    minutes=90,
    category="Family",
    term=(
        Program(
            "Family Night: Math Games",
            f"{SCHOOL}, Cafeteria",
            "Play math games together and take one home. Pizza for everyone. Free.\n\nJueguen juntos y llévense un "
            "juego a casa. Hay pizza para todos. Es gratis.",
        ),
        Program(
            "Family Night: Hands-On Science",
            f"{SCHOOL}, Gymnasium",
            "Build a bridge out of paper, see what floats, and meet the high school robotics team. Free.",
        ),
        Program(
            "Family Night: Stories in Many Languages",
            f"{SCHOOL}, Library",
            "Families read aloud in the languages we speak at home. Would you like to read? Just tell us at the door."
            "\n\nFamilias de la escuela leen cuentos en los idiomas que hablamos en casa.",
        ),
        Program(
            "Family Night: Art and Clay",
            f"{SCHOOL}, Art Room",
            "Make something together. Please wear clothes that may get dirty. Free; dinner is provided.",
        ),
        Program(
            "Family Night: Music and Dance",
            f"{SCHOOL}, Gymnasium",
            "The fourth grade sings, then everybody dances. Bring a song from home if you like.",
        ),
    ),
    breaks=(
        Program(
            "Family Night: Board Games",
            f"{CENTER}, Great Room",
            "A warm room, snacks and thirty games. Come for an hour or stay all evening. Free.",
        ),
        Program(
            "Family Night: Movie and Popcorn",
            f"{CENTER}, Great Room",
            "A family movie with Spanish subtitles. Bring a pillow or a blanket. Free.",
        ),
        Program(
            "Family Night: Cooking Together",
            f"{CENTER}, Kitchen",
            "We cook a simple supper together and eat it together. Halal and vegetarian choices. Free.",
        ),
    ),
    summer=(
        Program(
            "Family Night: Picnic in the Park",
            "Eastside Park, Picnic Shelter",
            "Bring a blanket. The PTA brings sandwiches, fruit and water, halal and vegetarian too.",
        ),
        Program(
            "Family Night: Soccer for Everyone",
            "Eastside Park, North Field",
            "Children, parents, grandparents: mixed teams, no experience needed. Water is provided.",
        ),
        Program(
            "Family Night: Music on the Lawn",
            f"{SCHOOL}, Front Lawn",
            "Local bands and food stands. Bring a chair."
            "\n\nMúsica y comida en el jardín de la escuela. Traiga su silla.",
        ),
        Program(
            "Family Night: Splash and Play",
            "Eastside Park, Splash Pad",
            "Swimsuits and towels! An adult must stay with children under eight.",
        ),
        Program(
            "Family Night: Stories Outdoors",
            "Eastside Park, Old Oak",
            "Stories in English, Spanish, Vietnamese, Somali and Arabic under the big oak.",
        ),
    ),
)

SATURDAY_TOGETHER = Slot(
    slug="community-saturday",
    weekday=SATURDAY,
    starts=time(11, 30),
    minutes=120,
    category="Community",
    term=(
        Program(
            "Community Saturday: Food Pantry",
            f"{CENTER}, Room 1",
            "Groceries for any family that would like them. Nobody asks for papers.\n\nAlimentos para cualquier "
            "familia que los quiera. No se piden documentos.",
        ),
        Program(
            "Community Saturday: School Garden",
            f"{SCHOOL}, Garden",
            "Help us plant, weed and water. Gloves and tools are here; bring a bottle of water.",
        ),
        Program(
            "Community Saturday: Free Haircuts",
            f"{CENTER}, Room 2",
            "Students of the beauty college cut hair for children and grown-ups. First come, first served.",
        ),
        Program(
            "Community Saturday: Coat and Shoe Swap",
            f"{SCHOOL}, Gymnasium",
            "Bring what your children have outgrown, take what fits. You may also come with empty hands.",
        ),
        Program(
            "Community Saturday: Bike Repair",
            f"{SCHOOL}, Parking Lot",
            "Volunteers fix bikes for free, and every child gets a helmet that fits.",
        ),
    ),
    breaks=(
        Program(
            "Community Saturday: Warm Meals",
            f"{CENTER}, Great Room",
            "A hot lunch for every family while school is closed. Take some home, too.",
        ),
        Program(
            "Community Saturday: Open Gym",
            f"{CENTER}, Gym",
            "Basketball, jump ropes and a corner for toddlers. Please bring indoor shoes.",
        ),
        Program(
            "Community Saturday: Craft Table",
            f"{CENTER}, Room 1",
            "Paper, glue, yarn and plenty of time. For all ages.",
        ),
    ),
    summer=(
        Program(
            "Community Saturday: Farmers Market",
            "Eastside Park, East Entrance",
            "Fresh vegetables at half price with a SNAP card. The PTA table has free fruit for children.",
        ),
        Program(
            "Community Saturday: Backpack Give-Away",
            f"{CENTER}, Great Room",
            "Five hundred backpacks, all sizes. Please bring your child along to choose one.",
        ),
        Program(
            "Community Saturday: Library Cards",
            f"{CENTER}, Lobby",
            "The library comes to us: get a card in five minutes, borrow books right away.",
        ),
        Program(
            "Community Saturday: Neighborhood Clean-Up",
            f"{SCHOOL}, Front Lawn",
            "Gloves, bags and lemonade are here. Many hands make light work.",
        ),
        Program(
            "Community Saturday: Health Fair",
            f"{CENTER}, Gym",
            "Free dental and eye checks for children. Interpreters for Vietnamese, Somali and Spanish.",
        ),
    ),
)

SLOTS = (COFFEE, FAMILY_NIGHT, SATURDAY_TOGETHER)
