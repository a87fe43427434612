"""Somebody's money: all budgets, one budget, and what it has been used for."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.core import clock
from marketplace.core.access import signed_in
from marketplace.people.middleware import SignedInRequest
from marketplace.people.models import Scope

from .. import access, presentation, rules, selectors, services
from ..forms import MoreForm
from ..models import Budget

REVIEW_SOON = 42  # days before a review in which the page speaks of it


@signed_in
@never_cache
@require_safe
def money(request: SignedInRequest) -> HttpResponse:
    """Every budget of the person; straight to the only one that is open."""
    person = access.money_to_see(request.standing)
    today = timezone.localdate()
    budgets = list(selectors.budgets_of(person)[:50])
    running = [budget for budget in budgets if budget.closed_at is None and budget.ends_on >= today]
    known = selectors.figures_of(budgets)
    context = {
        "person": person,
        "may_change": request.standing.may(Scope.BUY),
        "running": [_row(budget, known) for budget in running],
        "over": [_row(budget, known) for budget in budgets if budget not in running],
        "requests": list(selectors.approvals_waiting_for(person)),
        "draft": selectors.draft_of(person),
        "holds_funds": person.providers_kept.filter(funds_held__isnull=False).exists(),
        "left": sum(known[budget.pk].available for budget in running),
    }
    return render(request, "budgets/money.html", context)


def _row(budget: Budget, known: dict[int, rules.Figures]) -> dict[str, Any]:
    return {
        "budget": budget,
        "name": presentation.name_of(budget),
        "figures": known[budget.pk],
        "words": presentation.sentence(known[budget.pk], budget.ends_on),
    }


@signed_in
@never_cache
@require_safe
def budget(request: SignedInRequest, public_id: str) -> HttpResponse:
    """What is left, what is promised, what was paid, and how long it would last."""
    budget = access.budget_to_see(request.standing, public_id)
    now = clock.now()
    today = timezone.localdate(now)
    figures = selectors.figures(budget)
    points = selectors.forecast(budget, now)
    spent = selectors.spent_lately(budget, now)
    context = {
        "budget": budget,
        "person": budget.person,
        "for_another": request.standing.for_another,
        "may_change": request.standing.may(Scope.BUY),
        "is_open": budget.closed_at is None and budget.ends_on >= today,
        "name": presentation.name_of(budget),
        "figures": figures,
        "pace": presentation.pace_words(budget, figures, spent_lately=spent, today=today),
        "ring": presentation.ring(figures),
        "points": points,
        "curve": presentation.curve(points, figures.whole) if len(points) > 1 else None,
        "promised": list(selectors.promised_from(budget)),
        "paid": list(selectors.paid_from(budget)),
        "outcomes": selectors.spent_by_outcome(budget),
        "warning": _warning(budget, figures, today),
        "review_soon": budget.review_on is not None and (budget.review_on - today).days <= REVIEW_SOON,
        "review_late": budget.review_overdue(today),
        "decisions": list(budget.decisions.exclude(words="")[:10]),
    }
    return render(request, "budgets/budget.html", context)


def _warning(budget: Budget, figures: rules.Figures, today: date) -> int:
    """Pence of surplus that a council may ask about, or 0."""
    if budget.council is None:
        return 0
    weeks = services.council_money(budget.council).surplus_weeks
    return rules.surplus_pence(figures, starts_on=budget.starts_on, ends_on=budget.ends_on, today=today, weeks=weeks)


def token_of(request: SignedInRequest) -> str:
    """What names one filling-in of a form, so that sending it twice counts once."""
    return (request.POST.get("token", "") or get_random_string(24))[:24]


def budget_add(request: SignedInRequest, budget: Budget, good: dict[str, int | None]) -> None:
    """The one call of a form for more money, and words for what came of it. `good` is what a MoreForm read."""
    try:
        services.budget_fund(
            budget=budget,
            allocated_pence=good["allocated"] or 0,
            contributed_pence=good["contributed"] or 0,
            key=token_of(request),
            by=request.actor,
            now=clock.now(),
        )
    except services.Closed:
        messages.warning(request, _("This budget is closed, so no money was added."))
    else:
        messages.success(request, _("Added."))


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def more(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Money that came on top: from the council, or one's own."""
    budget = access.budget_to_change(request.standing, public_id)
    form = MoreForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        budget_add(request, budget, form.cleaned_data)
        return redirect("budgets:budget", public_id)
    context = {"budget": budget, "name": presentation.name_of(budget), "form": form, "token": token_of(request)}
    return render(request, "budgets/more.html", context)


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def close(request: SignedInRequest, public_id: str) -> HttpResponse:
    """No more is bought from it; asked once more on a page of its own."""
    budget = access.budget_to_change(request.standing, public_id)
    if request.method == "POST":
        try:
            services.budget_close(budget=budget, by=request.actor, now=clock.now())
        except services.StillPromised:
            messages.warning(request, _("Something is still promised from it. Pay or cancel that first."))
        else:
            messages.success(request, _("Closed. Its statement stays here."))
        return redirect("budgets:budget", public_id)
    return render(request, "budgets/close.html", {"budget": budget, "name": presentation.name_of(budget)})
