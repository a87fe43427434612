"""The secret address under which a calendar reads somebody's groups: signed, and made anew when it went too far."""

from django.core import signing
from django.db import transaction
from django.db.models import F

from marketplace.core import audit
from marketplace.core.audit import Actor
from marketplace.people.models import User

from ..models import CalendarAddress

SALT = "pools.calendar"


def calendar_code(person: User) -> str:
    """What the address carries: whose it is, and which of their addresses. 1 query."""
    number = CalendarAddress.objects.filter(person=person).values_list("number", flat=True).first() or 0
    return signing.Signer(salt=SALT).sign(f"{person.pk}.{number}")


def whose_calendar(code: str) -> User | None:
    """Whom an address is of, while it has not been taken back. 2 queries. Raises django.core.signing.BadSignature."""
    person_id = signing.Signer(salt=SALT).unsign(code).partition(".")[0]
    person = User.objects.filter(pk=int(person_id), is_active=True).first()
    return person if person is not None and calendar_code(person) == code else None


@transaction.atomic
def calendar_renew(*, person: User, by: Actor) -> None:
    """Another address, and the one before opens nothing any more."""
    CalendarAddress.objects.get_or_create(person=person)
    CalendarAddress.objects.filter(person=person).update(number=F("number") + 1)
    audit.record("pools.calendar.renew", by=by, subject=person)
