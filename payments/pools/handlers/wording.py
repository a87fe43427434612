"""What the letters about groups have in common: the facts of a group, each as it is said."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from marketplace.core.money import pounds, pounds_exact
from payments.orders.handlers.money_letters import Words
from payments.orders.presentation.words import first_name as provider_name

from ..models import Pledge, Pool
from ..presentation import words as said

Facts = dict[str, str]
Writer = Callable[[Pool, Pledge | None, Facts], Words]


def facts_of(pool: Pool, pledge: Pledge | None) -> Facts:
    starts = pool.current.starts
    share = pledge.share_pence if pledge else None
    mend = pledge.mend_until if pledge else pool.repair_until
    return {
        "group": pool.name,
        "name": provider_name(pool.provider),
        "provider": pool.provider.name,
        "organiser": said.name_of(pool.organiser),
        "dates": said.block_words(starts),
        "first": said.moment_words(starts[0]) if starts else "",
        "place": pool.place,
        "until": said.until_words(pool.pledge_by),
        "repair": said.until_words(mend) if mend else "",
        "worst": pounds_exact(pledge.worst_pence if pledge else pool.worst_pence),
        "share": pounds_exact(share) if share is not None else "",
        "least": said.number(pool.least),
        "most": said.number(pool.most),
        "heads": said.people_words(pool.heads or 0),
        "because": said.ended_words(pool),
        "total": pounds(pool.current.total_pence or 0),
    }


def details(facts: Facts) -> str:
    place = [_("Where: %(place)s") % facts] if facts["place"] else []
    return "\n".join([_("With: %(provider)s") % facts, _("When: %(dates)s") % facts, *place])


def quoted(words: str) -> str:
    return f"“{words}”" if words else ""


def nothing_paid() -> str:
    return _("You have paid nothing.")
