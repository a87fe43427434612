"""The councils, the cast of tests/cast.py, and their sign-in."""

from datetime import datetime

from allauth.account.models import EmailAddress

from marketplace.cms import services as cms
from marketplace.core.audit import CLOCKWORK
from marketplace.people.models import Council, CouncilRole, User
from tests.cast import CAST, COUNCILS

from ..services import demo_second_factor

PASSWORD = "demo hereabouts"
WELCOME = {
    "quantock": "From Minehead to Langport, and everything between the Levels and the hills.",
    "wharfe": "Down the dale from Ilkley to Otley, and over the tops to Bingley.",
    "lagan": "From the Castlereagh hills to the Lagan towpath.",
}


def councils(now: datetime) -> dict[str, Council]:
    """The three invented councils, made once."""
    found = {council.slug: council for council in Council.objects.filter(slug__in=COUNCILS)}
    for slug, facts in COUNCILS.items():
        if slug not in found:
            found[slug] = cms.council_open(slug=slug, by=CLOCKWORK, now=now, welcome=WELCOME[slug], **facts)
        if not found[slug].is_demonstration:
            found[slug].is_demonstration = True
            found[slug].save(update_fields=["is_demonstration"])
    return found


def cast(now: datetime, councils: dict[str, Council]) -> dict[str, User]:
    """Everybody in the cast, with a verified address and, for staff, their role."""
    people: dict[str, User] = {}
    for part in CAST:
        user = User.objects.filter(email=part.email).first()
        if user is None:
            user = User.objects.create_user(
                part.email,
                PASSWORD,
                first_name=part.first_name,
                last_name=part.last_name,
                phone="01632 960 " + f"{300 + len(people)}",
                is_national_operator=part.work == "national",
            )
            EmailAddress.objects.create(user=user, email=part.email, verified=True, primary=True)
        if part.council:
            cms.council_staff_add(
                council=councils[part.council], user=user, role=CouncilRole(part.work), by=CLOCKWORK, now=now
            )
        if part.work:
            demo_second_factor(user)
        people[part.key] = user
    return people
