"""The pages of an order that ask which money pays: only for somebody who has written a budget down."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _

from marketplace.core import clock
from marketplace.core.errors import DomainError
from marketplace.core.money import MOST_PENCE, pounds_exact
from marketplace.people.middleware import Standing
from marketplace.people.models import Scope, User
from payments.budgets import presentation as money_words
from payments.budgets import selectors as budgets
from payments.budgets import services as money
from payments.budgets.forms import OutcomeForm, PayForm, RelationForm, RestForm
from payments.budgets.models import AskedOf, Budget
from payments.budgets.rules import Figures, Share
from payments.budgets.states import BARS_RELATIVES, NEEDS_OUTCOME
from providers.listings.models import Offer

from .. import rules
from ..forms import QuantityForm
from ..rules import Wish
from ..services import funding

MONEY_STEPS = ("money", "rest", "outcome", "relation")
OWN = "own"
MOST_TYPED = 999  # places; the question itself knows the real most
Answers = dict[str, dict[str, str]]


@dataclass(frozen=True)
class Money:
    """What a person can pay an offer from. `limited` says that a helper orders who has a limit, or may only propose.

    `by_phone` says that staff order for a caller: they see which money there is, never how much.
    `unspoken` are those who work for the provider of whom nobody has said whether they are related to the person.
    `who` is the first name of a person for whom somebody else answers.
    """

    person: User
    offer: Offer
    budgets: list[Budget]
    figures: dict[int, Figures]
    limited: bool
    unspoken: Sequence[money.Worker]
    by_phone: bool = False
    who: str = ""

    @classmethod
    def of(cls, standing: Standing | None, offer: Offer, today: date) -> "Money | None":
        """None for strangers and for what is free. 3 queries."""
        if not standing or not offer.price_pence:
            return None
        person, provider = standing.person, offer.listing.provider
        open_now = list(budgets.open_budgets(person, today))
        proposes = not standing.may(Scope.BUY)
        limited = standing.delegation is not None and getattr(standing.delegation, "limit", None) is not None
        unspoken = money.workers_unspoken(person, provider) if open_now else []
        if proposes and unspoken:  # who is related to whom is for the person to say, or for whoever buys for them
            open_now = [budget for budget in open_now if budget.source not in BARS_RELATIVES]
        figures = budgets.figures_of(open_now)
        by_phone, who = standing.call is not None, person.first_name or str(person)
        limited = limited or proposes
        return cls(person, offer, open_now, figures, limited, unspoken, by_phone, who if standing.for_another else "")

    def total(self, answers: Answers) -> int:
        """Pence, read as the question reads its answer; of one while there is no good answer."""
        typed = QuantityForm(answers.get("quantity"), question="", most=MOST_TYPED)
        quantity = typed.cleaned_data["quantity"] if typed.is_valid() else 1
        return rules.total(self.offer.price_pence or 0, quantity)

    def steps(self, answers: Answers) -> list[str]:
        """The pages that the answers so far call for. Money that was chosen and is gone since is asked for again: the
        person's own never takes its place unasked."""
        if not self.budgets and "money" not in answers:
            return []
        steps, chosen = ["money"], self._chosen(answers)
        if chosen is None:
            return steps
        shares, rest = chosen
        if rest:
            steps.append("rest")
        named = [self._budget(share.budget_id) for share in shares if share.budget_id]
        if any(budget.source in NEEDS_OUTCOME for budget in named):
            steps.append("outcome")
        if any(budget.source in BARS_RELATIVES for budget in named) and self.unspoken:
            steps.append("relation")
        return steps

    def form(self, step: str, answers: Answers, data: Any) -> forms.Form:
        total = self.total(answers)
        match step:
            case "money":
                left = {str(budget.pk): self._spare(budget) for budget in self.budgets}
                return PayForm(data, choices=self._choices(), hints=self._hints(), left=left, total=total)
            case "rest":
                shares, rest = self._chosen(answers) or ([], 0)
                used = {share.budget_id for share in shares[:1]}
                choices = self._choices(without=used, least=rest)
                return RestForm(data, choices=choices, hints=self._hints(), rest=rest)
            case "outcome":
                shares = (self._chosen(answers) or ([], 0))[0]
                named = [self._budget(share.budget_id) for share in shares if share.budget_id]
                return OutcomeForm(data, budgets=[each for each in named if each.source in NEEDS_OUTCOME])
        return RelationForm(data, workers=self.unspoken, who=self.who)

    def shares(self, answers: Answers) -> list[Share]:
        """Who pays how much, for which outcome. Nothing when nobody needs to know."""
        total = self.total(answers)
        if not self.budgets:
            return [Share(total)] if self.limited else []
        shares = (self._chosen(answers) or ([], 0))[0]
        said = answers.get("outcome", {})
        outcomes = {share.budget_id: said.get(f"outcome-{share.budget_id}", "") for share in shares}
        return [
            Share(
                share.pence,
                share.budget_id,
                int(outcomes[share.budget_id]) if outcomes[share.budget_id].isdigit() else None,
            )
            for share in shares
        ]

    def _budget(self, pk: int | None) -> Budget:
        return next(budget for budget in self.budgets if budget.pk == pk)

    def _chosen(self, answers: Answers) -> tuple[list[Share], int] | None:
        """The shares that were chosen, and the pence that the second choice pays; None while nothing is chosen."""
        form = self.form("money", answers, answers.get("money"))
        if "money" not in answers or not form.is_valid():
            return None
        total, chosen, part = self.total(answers), form.cleaned_data["budget"], form.cleaned_data["part"]
        first = None if chosen == OWN else int(chosen)
        pence = total if part is None or first is None else part
        shares, rest = [Share(pence, first)], total - pence
        second = answers.get("rest", {}).get("budget")
        known = {str(budget.pk) for budget in self.budgets} | {OWN}
        if rest and second in known and second != chosen:
            shares.append(Share(rest, None if second == OWN else int(second)))
        return shares, rest

    def _choices(self, *, without: set[int | None] = frozenset(), least: int = 0) -> list[tuple[str, str]]:  # type: ignore[assignment]
        rows = [
            (str(budget.pk), money_words.name_of(budget))
            for budget in self.budgets
            if budget.pk not in without and self._spare(budget) >= least
        ]
        return [*rows, (OWN, _("My own money, by card"))]

    def _spare(self, budget: Budget) -> int:
        """Pence that the pages may count on; by telephone as much as is asked for, so that no page tells how much."""
        return MOST_PENCE if self.by_phone else self.figures[budget.pk].available

    def _hints(self) -> dict[str, str]:
        hints = {}
        for budget in self.budgets:
            words = "" if self.by_phone else money_words.left_words(self.figures[budget.pk])
            if budget.asks_first:
                who = budget.holder.name if budget.holder else budget.council.name if budget.council else ""
                words += (". " if words else "") + _("%(who)s says yes first, and pays.") % {"who": who}
            hints[str(budget.pk)] = words
        return hints

    def lines(self, answers: Answers, words: str) -> list[dict[str, object]]:
        """One line a share, for the table of what will be paid."""
        return [
            {
                "words": _("%(what)s: from %(who)s")
                % {
                    "what": words,
                    "who": money_words.name_of(self._budget(share.budget_id))
                    if share.budget_id
                    else _("your own money, by card"),
                },
                "pence": share.pence,
            }
            for share in self.shares(answers)
        ]

    def paid_words(self, answers: Answers) -> str:
        """Who pays, in words, for "check your answers"."""
        rows = []
        for share in self.shares(answers):
            budget = self._budget(share.budget_id) if share.budget_id else None
            name = money_words.name_of(budget) if budget else _("My own money, by card")
            outcome = (
                next((each for each in budget.outcomes.all() if each.pk == share.outcome_id), None) if budget else None
            )
            rows.append(f"{name}, {pounds_exact(share.pence)}" + (f"\n{outcome}" if outcome else ""))
        return "\n".join(rows)

    def asks_first(self, answers: Answers) -> Budget | None:
        """The budget whose holder has to say yes, if one was chosen."""
        named = [self._budget(share.budget_id) for share in self.shares(answers) if share.budget_id]
        return next((budget for budget in named if budget.asks_first), None)

    def asked(self, standing: Standing, answers: Answers, wish: Wish) -> tuple[str, bool]:
        """Whose yes is asked first, by name, and whether whoever says it pays; ("", False) when nobody is asked."""
        shares, held = self.shares(answers), self.asks_first(answers)
        facts: dict[str, Any] = {"person": self.person, "offer": self.offer, "wish": wish, "shares": shares}
        try:
            asks = funding.funding_check(delegation=standing.delegation, now=clock.now(), **facts) if shares else []
        except MONEY_REFUSALS:  # the button says why; until then the page names whoever would have to say yes
            asks = [] if standing.may(Scope.BUY) else [AskedOf.PERSON]
        if asks[:1] == [AskedOf.PERSON]:
            return str(self.person), len(asks) == 1
        if held is not None:
            return str(held.holder or held.council), True
        if not asks:
            return "", False
        named = [self._budget(share.budget_id) for share in shares if share.budget_id]
        return next((str(budget.council) for budget in named if budget.from_council), ""), False

    def barred(self, answers: Answers) -> list[str]:
        """Why the chosen money may not pay this provider, in words, so far as the answers tell. The length of a stay is
        looked at with the whole order."""
        goods = replace(funding.goods_of(self.offer, 1), stay_days=0)
        for share in self.shares(answers):
            if share.budget_id is None:
                continue
            budget = self._budget(share.budget_id)
            try:
                money.budget_check(person=self.person, budget=budget, goods=goods, today=timezone.localdate())
            except money.NotDeclared:  # asked on a later page
                continue
            except money.Barred as error:
                return refusal_words(error, self.offer)
        return []

    def declare(self, form: RelationForm, by: Any) -> None:
        """Keep what was said about the person and each who works there: it is asked once of each."""
        money.declaration_make(
            person=self.person,
            provider=self.offer.listing.provider,
            said=form.related(),
            by=by,
            now=clock.now(),
        )


def refusal_words(error: DomainError, offer: Offer) -> list[str]:
    """Why this money cannot pay for it, in plain words."""
    match error:
        case money.Barred():
            provider = offer.listing.provider
            return [money_words.barred_words(rule, provider=provider, budget=error.budget) for rule in error.broken]
        case money.NotEnoughLeft():
            return [_("There is not enough left in it any more. Go back and choose which money pays.")]
        case money.SharesDoNotFit():
            return [_("The money and the price do not fit together any more. Go back and choose which money pays.")]
    return [_("Something about this money has changed. Go back and choose which money pays.")]


MONEY_REFUSALS = (
    money.Barred,
    money.NotEnoughLeft,
    money.SharesDoNotFit,
    money.NotOpen,
    money.OutcomeMissing,
    money.NotDeclared,
)
