"""Who is told what: one outbox row for each letter to each reader, and one line of the timeline for each step."""

from datetime import datetime

from marketplace.core import outbox
from marketplace.core.audit import Actor
from marketplace.core.models import OutboxRow
from providers.listings.models import Provider

from ..models import Order, OrderEvent, VisitRequest
from ..states import EventKind

ORDER_LETTER, VISIT_LETTER = "orders.letter", "orders.visit_letter"
COUNCIL_LETTER, KEEPER_LETTER = "orders.council_letter", "orders.keeper_letter"
PERSON, PROVIDER = "person", "provider"


def note_event(
    order: Order, kind: EventKind, *, by: Actor, now: datetime, words: str = "", by_provider: bool = False
) -> OrderEvent:
    return OrderEvent.objects.create(
        order=order, kind=kind, at=now, by_id=by.by_id, words=words, by_provider=by_provider
    )


def tell_person(thing: Order | VisitRequest, letter: str) -> None:
    """The person, and whoever placed it for them; council staff on the telephone get no letter."""
    readers = {thing.person_id}
    if thing.through_id is None:
        readers.add(thing.placed_by_id)
    for reader in sorted(readers):
        _tell(thing, letter, PERSON, reader)


def tell_provider(thing: Order | VisitRequest, letter: str) -> None:
    """Everybody who keeps the provider's listing."""
    for reader in thing.provider.keepers.filter(is_active=True).values_list("pk", flat=True).order_by("pk"):
        _tell(thing, letter, PROVIDER, reader)


def tell_council(provider: Provider, letter: str, *, about: str, count: int = 0) -> None:
    """The council's curators, once about each thing."""
    _once(COUNCIL_LETTER, provider, letter, about, count)


def tell_keepers(provider: Provider, letter: str, *, about: str) -> None:
    """Everybody who keeps the provider's listing, about no order in particular; once about each thing."""
    _once(KEEPER_LETTER, provider, letter, about, 0)


def _once(topic: str, provider: Provider, letter: str, about: str, count: int) -> None:
    known = OutboxRow.objects.filter(
        topic=topic, payload__provider=provider.pk, payload__letter=letter, payload__about=about
    )
    if not known.exists():
        outbox.add(topic, provider=provider.pk, letter=letter, about=about, count=count)


def _tell(thing: Order | VisitRequest, letter: str, side: str, reader: int) -> None:
    topic = ORDER_LETTER if isinstance(thing, Order) else VISIT_LETTER
    outbox.add(topic, subject=thing.pk, letter=letter, side=side, reader=reader)
