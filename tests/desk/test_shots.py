from datetime import timedelta
from models.conversation import Message
from models.draft import Draft, SavedReply
from models.page import PagePost
from models.post import Post
from models.delivery import Delivery
from sqlmodel import select


def test_shots(desk, browser):
    talk = desk.hear("¿A qué hora empieza el concierto? ¿Y podemos llevar a los abuelos?", name="Rosa Diaz")
    ar = desk.hear(
        "متى تبدأ الحفلة وهل يمكن للأجداد الحضور معنا؟",
        language="ar",
        to="office@maple.example",
        reason="Arabic, and nobody here speaks it.",
    )
    unsure = desk.hear(
        "ok hi",
        language="und",
        reason="Unsure of the language: perhaps English (43%) or Somali (14%).",
        confidence=0.43,
    )
    with desk.db.write() as s:
        m = s.exec(select(Message).where(Message.conversation_id == unsure.id)).one()
        m.guess = {"candidates": [["en", 0.43], ["so", 0.14], ["vi", 0.1]], "why": "words"}
        m.language = "und"
        s.add(m)
        p = s.exec(select(Post).where(Post.purpose == "announcement:concert")).one()
        p.external_id = "10001_concert"
        s.add(
            PagePost(
                school="maple",
                page="pta-page",
                external_id="10001_concert",
                created_at=desk.now,
                message="Coming up – Maple PTA\nWinter concert & sing-along\nWhen: Thursday, December 10, 6:00 – 7:30 PM\nWhere: Gym\n\nPróximamente – Maple PTA\nConcierto de invierno",
                permalink="https://www.facebook.com/10001/posts/concert",
            )
        )
        for i, (d, t, a, st) in enumerate(
            [
                ("sent", "A las seis, y los abuelos son bienvenidos.", "maria@maple.example", "sent"),
                ("received", "¡Gracias! ¿Y el estacionamiento?", "Rosa Diaz", ""),
                ("note", "I asked the custodian; the north lot is open.", "amina@maple.example", ""),
                ("received", "xx", "Rosa Diaz", ""),
                ("sent", "El lado norte está abierto.", "amina@maple.example", "due"),
                ("received", "feo", "Rosa Diaz", ""),
            ]
        ):
            m = Message(
                school="maple",
                page="pta-page",
                conversation_id=talk.id,
                direction=d,
                text=t,
                author=a,
                state=st,
                created_at=desk.now - timedelta(minutes=90 - i),
                language="es" if d != "note" else "und",
                external_id=f"10001_concert_z{i}" if st != "due" and d != "note" else None,
            )
            if i == 1:
                m.edited_at = desk.now
            if i == 3:
                m.removed_at = desk.now
            if i == 5:
                m.hidden_at, m.hidden_by, m.hidden_why = desk.now, "maria@maple.example", "rude words"
            s.add(m)
            s.flush()
            if st == "due":
                s.add(
                    Delivery(
                        school="maple",
                        kind="reply",
                        lane="page:pta-page",
                        target=m.id,
                        revision="1",
                        state="unsure",
                        created_at=desk.now,
                        next_at=desk.now,
                    )
                )
        s.add(
            SavedReply(
                school="maple",
                language="es",
                title="Hora y lugar",
                text="Hola {name}, {event}: {when}, {where}. {link}",
                made_by="x",
                made_at=desk.now,
            )
        )
        s.add(
            Draft(
                school="maple",
                conversation_id=talk.id,
                email="",
                text="El concierto cambió: ahora es a las 7.",
                because="The time of the concert changed on Dec 1.",
                updated_at=desk.now,
            )
        )
    other = desk.hear("¿Hay clases el lunes?", name="Rosa Diaz")
    for name, id, q in (("talk", talk.id, ""), ("ar", ar.id, ""), ("unsure", unsure.id, ""), ("saved", talk.id, "")):
        for w in (390, 1280):
            path = f"/c/{id}{q}" if name != "saved" else "/saved-replies"
            page = desk.open(
                browser,
                "maria",
                path,
                width=w,
                scheme="dark" if name == "unsure" else "light",
                language="es" if name == "ar" and w == 390 else "en-US",
            )
            page.screenshot(path=f"/tmp/shots/{name}-{w}.png", full_page=True)
