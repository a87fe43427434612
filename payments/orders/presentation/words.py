"""What is ordered, when, by whom and for how much, each as people say it."""

from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marketplace.core.look.words import uk_date, uk_time
from marketplace.core.money import pounds
from providers.listings.models import Offer, OfferDate, Provider, Unit

from ..models import Channel, Order, VisitRequest
from ..states import AGREED, VisitState


def first_name(provider: Provider) -> str:
    return provider.contact_name.split(" ")[0] or provider.name


def amount_words(unit: str, quantity: int) -> str:
    """How much of an offer: "2 hours", "1 place"; nothing where one cannot have more of it."""
    match unit:
        case Unit.HOUR:
            return ngettext("%(n)d hour", "%(n)d hours", quantity) % {"n": quantity}
        case Unit.SESSION:
            return ngettext("%(n)d session", "%(n)d sessions", quantity) % {"n": quantity}
        case Unit.DAY:
            return ngettext("%(n)d day", "%(n)d days", quantity) % {"n": quantity}
        case Unit.WEEK:
            return ngettext("%(n)d week", "%(n)d weeks", quantity) % {"n": quantity}
    return ""


def places_ordered(quantity: int) -> str:
    return ngettext("%(n)d place", "%(n)d places", quantity) % {"n": quantity}


def identity(provider: Provider) -> str:
    """Who the other side of the contract is: name, legal form, how to reach them, each on its line."""
    return "\n".join(
        filter(None, [provider.name, str(provider.get_legal_form_display()), provider.phone, provider.email])
    )


def what(order: Order) -> str:
    """The thing ordered, in one line: "An hour in your garden, 2 hours"."""
    if order.offer_date_id is not None:
        return f"{order.title}, {places_ordered(order.quantity)}"
    amount = amount_words(order.unit, order.quantity)
    return f"{order.title}, {amount}" if amount and order.quantity > 1 else order.title


def quantity_question(offer: Offer, *, has_date: bool) -> str:
    """The question that asks how many."""
    if has_date:
        return _("How many places?")
    match offer.unit:
        case Unit.HOUR:
            return _("How many hours?")
        case Unit.DAY:
            return _("How many days?")
        case Unit.WEEK:
            return _("How many weeks?")
    return _("How many sessions?")


def places_words(left: int) -> str:
    return ngettext("%(n)d place left", "%(n)d places left", left) % {"n": left} if left else _("Full")


def date_words(offer_date: OfferDate) -> str:
    """A date of a class: "Tuesday 3 March, 2.30pm"."""
    local = timezone.localtime(offer_date.starts_at)
    return f"{uk_date(local.date(), today=timezone.localdate())}, {uk_time(local)}"


def day_words(day: date | None, words: str) -> str:
    """A day and what was said about it: a time follows a comma, a sentence stands in brackets."""
    said = uk_date(day, today=timezone.localdate()) if day else ""
    if not said or not words:
        return said or words or _("To be agreed")
    return f"{said}, {words}" if words[:1].isdigit() or words[:1].islower() else f"{said} ({words})"


def deadline_words(moment: datetime) -> str:
    """When time runs out: "Friday 27 November, 2.30pm", or "the end of Friday 27 November"."""
    local, today = timezone.localtime(moment), timezone.localdate()
    if (local.hour, local.minute) == (0, 0):
        return _("the end of %(day)s") % {"day": uk_date(local.date() - timedelta(days=1), today=today)}
    return f"{uk_date(local.date(), today=today)}, {uk_time(local)}"


def when(order: Order) -> str:
    """When it is to happen, as far as it is agreed or asked for."""
    return date_words(order.offer_date) if order.offer_date else day_words(order.wanted_on, order.wanted_words)


def proposed(thing: Order | VisitRequest) -> str:
    return day_words(thing.proposed_on, thing.proposed_words)


def label(thing: Order | VisitRequest) -> str:
    """By whom and for whom, where that is not the same person; "" otherwise."""
    if thing.channel == Channel.DELEGATE:
        return _("Placed by %(by)s for %(person)s") % {"by": thing.placed_by, "person": thing.person}
    if thing.channel == Channel.PHONE:
        council = thing.through.name if thing.through else _("the council")
        return _("Placed by phone through %(council)s for %(person)s") % {"council": council, "person": thing.person}
    return ""


def name_for_provider(thing: Order | VisitRequest) -> str:
    """The whole name once both have said yes; the first name until then."""
    known = isinstance(thing, Order) and thing.state in AGREED
    known = known or (isinstance(thing, VisitRequest) and thing.state == VisitState.AGREED)
    return str(thing.person) if known else thing.person.first_name or str(thing.person)


def phone_for_provider(thing: Order | VisitRequest) -> str:
    whole = name_for_provider(thing) == str(thing.person) and thing.person.phone
    return thing.person.phone if whole else ""


def offer_price(offer: Offer) -> str:
    """A price with its unit: "£18 an hour", or "Free"."""
    if offer.unit == Unit.FREE or not offer.price_pence:
        return _("Free")
    return f"{pounds(offer.price_pence)} {Unit(offer.unit).label}"
