"""Worries and checks of somebody who is erased. A worry that is still looked into waits: somebody may be in danger."""

from typing import Any

from django.db.models import Q
from django.dispatch import receiver
from django.utils.translation import gettext as _

from marketplace.people.erasure import rules
from marketplace.people.erasure.rules import Identity
from marketplace.people.erasure.signals import erasure_asked, person_erasing
from marketplace.people.models import User
from providers.listings.models import Hold
from providers.listings.states import HoldKind

from ..models import Concern, Credential, Trace
from ..states import OPEN_CONCERN


@receiver(erasure_asked)
def worries_still_open(sender: type, person: User, **kwargs: Any) -> list[str]:
    if Concern.objects.filter(reporter=person, state__in=OPEN_CONCERN).exists():
        return [_("A council still looks into a worry that you sent.")]
    return []


@receiver(erasure_asked)
def work_for_a_council(sender: type, person: User, **kwargs: Any) -> list[str]:
    if person.is_national_operator or person.council_work.exists():
        return [_("You work for a council here. Ask a colleague to take you off first.")]
    return []


@receiver(person_erasing)
def worries_forget(sender: type, person: User, identity: Identity, **kwargs: Any) -> None:
    """Inside the transaction that erases. Open worries about somebody keep their words: a council's duty.

    So do the digests of a provider whom a council hides: they must not come back by leaving first.
    """
    over = Concern.objects.exclude(state__in=OPEN_CONCERN)
    over.filter(reporter=person).update(reporter=None, reporter_name="", reporter_contact="")
    named = Q()
    for needle in identity.needles:
        for name in ("words", "about_whom", "reason", "reporter_name", "reporter_contact"):
            named |= Q(**{f"{name}__icontains": needle})
    for row in over.filter(named) if identity.needles else []:
        for name in ("words", "about_whom", "reason", "reporter_name", "reporter_contact"):
            setattr(row, name, rules.scrub(getattr(row, name), identity.needles))
        row.save()
    mine = Credential.objects.filter(provider__keepers=person)
    for credential in mine.prefetch_related("provider__keepers"):
        if len(credential.provider.keepers.all()) == 1:
            Credential.objects.filter(pk=credential.pk).update(number="")
    hidden = Hold.objects.filter(kind=HoldKind.SUSPENDED, lifted_at=None).values("provider")
    Trace.objects.filter(provider__keepers=person).exclude(provider__in=hidden).delete()
