"""What a provider still has to give back to whoever holds the money, as lines of a list."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from marketplace.core.look.words import uk_date
from marketplace.core.money import pounds_exact
from payments.budgets.selectors import Held


@dataclass(frozen=True)
class Owed:
    """`title` tells one link from another to whoever only hears them."""

    url: str
    title: str
    words: str
    link_words: str


def owed_lines(found: Iterable[Held]) -> list[Owed]:
    return [_line(held) for held in found]


def _line(held: Held) -> Owed:
    today = timezone.localdate()
    facts = {"holder": held.name, "left": pounds_exact(held.left_pence), "what": held.title}
    if held.said_back_at is not None:
        facts["day"] = uk_date(timezone.localdate(held.said_back_at), today=today)
        words = _(
            "You told %(holder)s on %(day)s that you gave back %(left)s for “%(what)s”. "
            "They write it down when they have it."
        )
        link_words = _("See the order")
    else:
        facts["day"] = uk_date(timezone.localdate(held.since), today=today) if held.since else ""
        words = _("You still owe %(holder)s %(left)s for “%(what)s”, called off on %(day)s.")
        link_words = _("See the order, or say that you gave it back")
    return Owed(reverse("provider_orders:order", args=[held.order]), held.title, words % facts, link_words)
