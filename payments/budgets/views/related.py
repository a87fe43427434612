"""What somebody said about themselves and their money, put right later: relatives, and what the money is for."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.core import clock
from marketplace.core.access import signed_in
from marketplace.people.middleware import SignedInRequest
from marketplace.people.models import Scope

from .. import access, presentation, selectors, services
from ..forms import OutcomeWordsForm, RelationForm


def _who(request: SignedInRequest) -> str:
    """The first name of the person for whom somebody else is here; empty for the person themselves."""
    standing = request.standing
    return (standing.person.first_name or str(standing.person)) if standing.for_another else ""


@signed_in
@never_cache
@require_safe
def related(request: SignedInRequest) -> HttpResponse:
    person = access.money_to_see(request.standing)
    context = {
        "said": selectors.said_of(person),
        "may_change": request.standing.may(Scope.BUY),
        "who": _who(request),
    }
    return render(request, "budgets/related.html", context)


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def relation(request: SignedInRequest, provider_id: str) -> HttpResponse:
    """Say it anew, or take it back: then the next order asks again."""
    said, provider = access.declarations_to_change(request.standing, provider_id)
    now, person = clock.now(), request.standing.person
    if request.POST.get("action") == "take_back":
        services.declaration_take_back(person=person, provider=provider, by=request.actor, now=now)
        messages.success(request, _("Taken back. Your next order from them asks again."))
        return redirect("budgets:related")
    form = RelationForm(
        request.POST if request.method == "POST" else None,
        workers=services.workers_of(provider),
        who=_who(request),
        known=services.known_by_key(said),
    )
    if request.method == "POST" and form.is_valid():
        services.declaration_make(
            person=person,
            provider=provider,
            said=form.related(),
            by=request.actor,
            now=now,
        )
        messages.success(request, _("Kept. It counts from your next order."))
        return redirect("budgets:related")
    return render(request, "budgets/relation.html", {"form": form, "provider": provider, "who": _who(request)})


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def outcomes(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Other words for what the money is for, one more, or one less."""
    budget = access.budget_to_change(request.standing, public_id)
    form = OutcomeWordsForm(request.POST if request.method == "POST" else None, outcomes=list(budget.outcomes.all()))
    if request.method == "POST" and form.is_valid():
        try:
            services.outcomes_change(
                budget=budget, words=form.words(), more=form.cleaned_data["more"], by=request.actor, now=clock.now()
            )
        except services.OutcomeUsed as error:
            (outcome,) = error.args
            form.add_error(
                f"outcome-{outcome.pk}", _("Something was bought for this. Say it in other words, or leave it.")
            )
        except services.TooManyOutcomes:
            form.add_error("more", _("There is room for ten. Change one of those above, or empty one first."))
        except services.NoOutcome:
            form.add_error("more", _("Write at least one line. Money from the council is always for something."))
        else:
            messages.success(request, _("The words are changed."))
            return redirect("budgets:budget", public_id)
    context = {"form": form, "budget": budget, "name": presentation.name_of(budget)}
    return render(request, "budgets/outcomes.html", context)
