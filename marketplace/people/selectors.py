"""Who is who, and who may act for whom just now."""

from datetime import datetime

from django.db.models import QuerySet

from .models import Council, CouncilRole, Delegation, PhoneCall, User


def councils_of(user: User, *roles: CouncilRole) -> QuerySet[Council]:
    """The councils that this person works for in one of these roles (any role when none is named)."""
    work = user.council_work.all()
    if roles:
        work = work.filter(role__in=roles)
    return Council.objects.filter(pk__in=work.values("council"))


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


def call_in_progress(*, staff: User, call_id: int) -> PhoneCall | None:
    """The telephone call this member of staff is helping with, unless it has ended or they left the council."""
    return (
        PhoneCall.objects.select_related("caller", "council")
        .filter(pk=call_id, staff=staff, ended_at=None, council__staff__user=staff, caller__is_active=True)
        .first()
    )


def people_helped_by(delegate: User, now: datetime) -> QuerySet[Delegation]:
    return (
        Delegation.objects.in_force(now)
        .filter(delegate=delegate)
        .select_related("person")
        .order_by("person__first_name")
    )
