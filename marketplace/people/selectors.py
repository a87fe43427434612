"""Who is who, and who may act for whom just now."""

from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from marketplace.core.audit import DELEGATE, PHONE
from marketplace.core.models import AuditEntry

from .models import Council, CouncilRole, Delegation, Invitation, InvitationQuerySet, PhoneCall, User

LONGEST_CALL = timedelta(hours=2)
TAKES_CALLS = (CouncilRole.ADVISER, CouncilRole.CURATOR)


def councils_of(user: User, *roles: CouncilRole) -> QuerySet[Council]:
    """The councils that this person works for in one of these roles (any role when none is named)."""
    work = user.council_work.all()
    if roles:
        work = work.filter(role__in=roles)
    return Council.objects.filter(pk__in=work.values("council"))


def known_by_email(address: str) -> User | None:
    """Whoever has an account under this address, however it is typed. 1 query, none for an empty one."""
    address = address.strip()
    return User.objects.filter(email__iexact=address, is_active=True).first() if address else None


def is_council_staff(user: User) -> bool:
    """Works for a council or for all of them, and so needs a second factor."""
    if not user.is_authenticated:
        return False
    if not hasattr(user, "_is_council_staff"):
        user._is_council_staff = (  # type: ignore[attr-defined]
            user.is_national_operator or user.is_superuser or user.council_work.exists()
        )
    return user._is_council_staff  # type: ignore[attr-defined]


def delegation_in_force(*, delegate: User, delegation_id: int, now: datetime) -> Delegation | None:
    """The delegation, when it still holds at this moment."""
    return (
        Delegation.objects.in_force(now)
        .select_related("person")
        .filter(pk=delegation_id, delegate=delegate, person__is_active=True)
        .first()
    )


def call_in_progress(*, staff: User, call_id: int, now: datetime) -> PhoneCall | None:
    """The telephone call this member of staff is helping with.

    None when it has ended, has lasted two hours, or they no longer take calls for that council.
    """
    return (
        PhoneCall.objects.select_related("caller", "council")
        .filter(
            pk=call_id,
            staff=staff,
            ended_at=None,
            started_at__gt=now - LONGEST_CALL,
            council__in=councils_of(staff, *TAKES_CALLS),
            caller__is_active=True,
        )
        .first()
    )


def calls_of(staff: User, *, most: int = 20) -> QuerySet[PhoneCall]:
    """The calls this person has taken, newest first."""
    return PhoneCall.objects.filter(staff=staff).select_related("caller", "council").order_by("-started_at")[:most]


def people_helped_by(delegate: User, now: datetime) -> QuerySet[Delegation]:
    """For whom this person may act just now."""
    return (
        Delegation.objects.in_force(now)
        .filter(delegate=delegate, person__is_active=True)
        .select_related("person")
        .order_by("person__first_name", "pk")
    )


def reader_about(person_id: int, reader_id: int | None, now: datetime) -> User | None:
    """That account, where it may still be told what is this person's: their own, or of somebody who helps them now.

    Asked when a letter leaves, for a right can end while it waits. 1 query.
    """
    helps = Delegation.objects.in_force(now).filter(person=person_id, delegate=OuterRef("pk"))
    return User.objects.filter(Q(pk=person_id) | Exists(helps), pk=reader_id or 0, is_active=True).first()


def helpers_of(person: User, now: datetime) -> QuerySet[Delegation]:
    """Who may act for this person, now or from a later day; oldest first."""
    return (
        Delegation.objects.filter(Q(ends_at=None) | Q(ends_at__gt=now), person=person, ended_at=None)
        .select_related("delegate")
        .order_by("granted_at")
    )


def helpers_once(person: User, now: datetime, *, most: int = 20) -> QuerySet[Delegation]:
    """Who could act for this person and no longer can; the last to end first."""
    return (
        Delegation.objects.filter(Q(ended_at__isnull=False) | Q(ends_at__lte=now), person=person)
        .select_related("delegate", "ended_by")
        .order_by(F("ended_at").desc(nulls_last=True), "-ends_at")[:most]
    )


def invitations_waiting(person: User) -> InvitationQuerySet:
    """Letters that nobody has answered yet, those whose days are over included."""
    return Invitation.objects.unanswered().filter(person=person).order_by("-sent_at")


def done_for(person: User) -> QuerySet[AuditEntry]:
    """What somebody else did in this person's name, newest first."""
    return (
        AuditEntry.objects.filter(for_id=person.pk, channel__in=(DELEGATE, PHONE))
        .exclude(by_id=person.pk)
        .order_by("-at", "-pk")
    )


def names_of(ids: set[int | None]) -> dict[int, str]:
    """Full names by user id, in one query."""
    return {user.pk: str(user) for user in User.objects.filter(pk__in=[pk for pk in ids if pk is not None])}
