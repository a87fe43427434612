"""Which money pays for visits: asked once, where somebody has written money down."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from marketplace.core import clock
from marketplace.core.errors import DomainError
from marketplace.people.middleware import Standing
from payments.budgets import presentation as money_words
from payments.budgets import selectors as budgets
from payments.budgets import services as budget_services
from payments.budgets.models import Budget
from payments.budgets.states import BARS_RELATIVES, NEEDS_OUTCOME
from payments.orders.access import PersonRequest
from providers.listings.models import Provider

from .. import presentation, selectors, services
from ..forms import MoneyForm
from ..models import Arrangement, SavedCard
from ..services import PaidFrom

OWN = "own"
REFUSED = (
    services.OnlyThePerson,
    budget_services.Barred,
    budget_services.NotEnoughLeft,
    budget_services.SharesDoNotFit,
    budget_services.NotOpen,
    budget_services.OutcomeMissing,
    budget_services.NotDeclared,
)


def _open(standing: Standing) -> list[Budget]:
    """Staff on the telephone see nobody's money."""
    if standing.call is not None:
        return []
    return list(budgets.open_budgets(standing.person, timezone.localdate()))


def form_of(standing: Standing, provider: Provider, data: Any, *, only_money: bool = False) -> MoneyForm:
    choices: list[tuple[str, str]] = []
    ask_relation: set[str] = set()
    unspoken = budget_services.workers_unspoken(standing.person, provider)
    for budget in _open(standing):
        name = money_words.name_of(budget)
        if budget.asks_first:
            name = _("%(money)s (they are asked first, once for all visits)") % {"money": name}
        rows = [(f"{budget.pk}:{each.pk}", f"{name}: {each.words}") for each in budget.outcomes.all()]
        if budget.source not in NEEDS_OUTCOME:
            rows = [(f"{budget.pk}:", name), *rows]
        choices += rows
        if budget.source in BARS_RELATIVES and unspoken:
            ask_relation |= {value for value, _words in rows}
    choices.append((OWN, _("My own money, by card")))
    return MoneyForm(data, choices=choices, ask_relation=ask_relation, workers=unspoken, only_money=only_money)


def paid_from(request: PersonRequest, provider: Provider, form: Any) -> PaidFrom:
    """What was chosen; what was said about relatives is kept first, for the check that follows asks for it."""
    said, person = form.cleaned_data, request.standing.person
    more = {name: said.get(name, False) for name in ("relies_on", "begin_early")}
    if said["paid_from"] == OWN:
        return PaidFrom(**more)
    if said["paid_from"] in form.ask_relation:
        budget_services.declaration_make(
            person=person,
            provider=provider,
            said=form.related(),
            by=request.actor,
            now=clock.now(),
        )
    chosen, _colon, outcome_id = said["paid_from"].partition(":")
    budget = next(each for each in _open(request.standing) if str(each.pk) == chosen)
    outcome = next((each for each in budget.outcomes.all() if str(each.pk) == outcome_id), None)
    return PaidFrom(budget, outcome, **more)


def refusal_words(error: DomainError, provider: Provider) -> list[str]:
    """Why this money cannot pay for it, in plain words."""
    match error:
        case budget_services.Barred():
            return [money_words.barred_words(rule, provider=provider, budget=error.budget) for rule in error.broken]
        case services.OnlyThePerson():
            return [_("You may spend up to a limit for them, so only they can promise money week after week.")]
        case budget_services.NotDeclared():
            return [_("Say first whether you are related to them.")]
    return [_("Something about this money has changed. Choose again which money pays.")]


def early_words() -> str:
    return _("The first day lies within the 14 days. Tick this, or choose a later first day.")


def standing_of(arrangement: Arrangement) -> dict[str, Any]:
    """Whether whoever holds the money has said yes, for the page: what holds, what waits, and what was said no to."""
    yeses = list(selectors.yeses_of(arrangement))
    holds = next((each for each in reversed(yeses) if each.given and each.budget_id == arrangement.budget_id), None)
    asked = yeses[-1] if yeses and not arrangement.is_over else None
    return {
        "asked": asked,
        "asked_holder": presentation.holder_name(asked.budget) if asked else "",
        "yes_waits": asked is not None and asked.waits,
        "yes_no": asked is not None and not asked.waits and not asked.given and asked.heeded_at is not None,
        "yes_words": presentation.yes_words(holds) if holds else "",
        "yes_cut": holds if holds and holds.cut_to is not None and not arrangement.is_over else None,
        "cut_holder": presentation.holder_name(holds.budget) if holds else "",
        "asks_relation": not arrangement.is_over and _asks_relation(arrangement),
    }


def _asks_relation(arrangement: Arrangement) -> bool:
    """Whether somebody works there now of whom nothing was said, where this money may not pay some relatives."""
    budget = arrangement.budget
    if budget is None or budget.source not in BARS_RELATIVES:
        return False
    return bool(budget_services.workers_unspoken(arrangement.person, arrangement.provider))


def words_of(arrangement: Arrangement, card: SavedCard | None) -> str:
    if arrangement.budget is None:
        return _("Your own money") if card is not None and card.is_debit else _("Your own money, by card")
    name = money_words.name_of(arrangement.budget)
    return f"{name}: {arrangement.outcome.words}" if arrangement.outcome else name
