"""Facts about a provider: in force at once, without anybody's approval."""

from datetime import datetime
from typing import Any

from django.db import transaction

from marketplace.core import audit, outbox
from marketplace.core.audit import Actor
from marketplace.people.models import Council, User

from ..models import Provider
from ..states import PUBLIC
from .publishing import public_change
from .words import care_allowed

CARE_FACTS = frozenset(["cqc_id", "people_working", "directed_by_person"])


@transaction.atomic
def provider_register(
    *, council: Council, keeper: User, by: Actor, now: datetime, once: str | None = None, **facts: Any
) -> Provider:
    """A new provider with its first keeper. `facts` are Provider's own fields.

    `once` is the public id that the form was given: sent twice, it makes one provider.
    """
    if once:
        User.objects.select_for_update().get(pk=keeper.pk)
        made = Provider.objects.filter(public_id=once, keepers=keeper).first()
        if made is not None:
            return made
        if not Provider.objects.filter(public_id=once).exists():
            facts["public_id"] = once
    provider = Provider.objects.create(council=council, **facts)
    provider.keepers.add(keeper)
    audit.record("listings.provider.register", by=by, subject=provider, at=now)
    outbox.add("listings.provider_registered", provider=provider.pk)
    return provider


@transaction.atomic
def provider_change(*, provider: Provider, by: Actor, now: datetime, question: str = "", **facts: Any) -> Provider:
    """Facts about the provider, in force at once. `question` is remembered as answered.

    Raises CareBarred when a live listing offers personal care and these facts would no longer allow it.
    """
    if question and question not in provider.answered:
        provider.answered = [*provider.answered, question]
        provider.save(update_fields=["answered"])
    before = {name: getattr(provider, name) for name in facts}
    changed = [name for name, value in facts.items() if before[name] != value]
    if not changed:
        return provider
    for name in changed:
        setattr(provider, name, facts[name])
    public = provider.listings.filter(state__in=PUBLIC)
    if CARE_FACTS.intersection(changed) and public.filter(page__categories__personal_care=True).exists():
        care_allowed(provider)
    provider.save(update_fields=changed)
    audit.record("listings.provider.change", by=by, subject=provider, at=now, fields=changed)
    for listing in public:
        public_change(listing)
    return provider
