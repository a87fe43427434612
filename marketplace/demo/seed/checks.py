"""What the councils have checked of the invented neighbours: most of it, some of it, none of it, and some run out."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

from marketplace.core.audit import Actor
from marketplace.people.models import User
from providers.assurance import services
from providers.assurance.models import CheckKind
from providers.listings.models import Provider

from .providers import Invented


def look_at(neighbour: Invented, provider: Provider, curator: User, now: datetime) -> None:
    """Insurance for nearly all; identity, certificates and training by lot."""
    lot = Random(f"checks {neighbour.number}")
    by = Actor(by_id=curator.pk)
    seen_on = now.date() - timedelta(days=lot.randrange(10, 320))
    if neighbour.number % 11 == 10:
        services.credential_claim(provider=provider, kind=CheckKind.INSURANCE, by=by, now=now)
        return
    kinds = [CheckKind.INSURANCE, CheckKind.IDENTITY]
    if neighbour.kind.personal_care:
        kinds += [CheckKind.CQC, CheckKind.DBS_ENHANCED, CheckKind.SAFEGUARDING]
    elif not neighbour.kind.group:
        kinds += lot.sample([CheckKind.DBS_BASIC, CheckKind.REFERENCES, CheckKind.FIRST_AID], lot.choice((0, 1, 2)))
    else:
        kinds += [CheckKind.SAFEGUARDING]
    if neighbour.kind.slug == "meals":
        kinds.append(CheckKind.FOOD_HYGIENE)
    for kind in kinds:
        credential = services.credential_claim(provider=provider, kind=kind, by=by, now=now)
        if kind in {CheckKind.REFERENCES, CheckKind.FIRST_AID} and lot.random() < 0.5:
            continue
        facts: dict[str, Any] = {}
        if kind == CheckKind.INSURANCE:
            facts = {"insured_pounds": provider.insured_pounds, "expires_on": provider.insured_until}
        services.credential_verify(credential=credential, by=by, now=now, seen_on=seen_on, **facts)
