"""The first set-up: five questions, one a page, kept as they are answered and taken up again another day."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.core import clock
from marketplace.core.access import signed_in
from marketplace.core.look.words import uk_date_full
from marketplace.core.money import pounds_exact
from marketplace.people.middleware import SignedInRequest
from marketplace.people.models import Council, Delegation, User
from providers.listings.models import Provider

from .. import access, selectors, services
from ..forms import AmountForm, OutcomesForm, PeriodForm, SourceForm, WhoForm
from ..states import ASKS_FIRST, FROM_COUNCIL, NEEDS_OUTCOME, Source

STEPS = ("source", "period", "amount", "outcomes", "who")


def _form(step: str, answers: dict[str, dict[str, str]], person: User, data: Any = None) -> forms.Form:
    source = answers.get("source", {}).get("source", "")
    match step:
        case "source":
            return SourceForm(data)
        case "period":
            return PeriodForm(data)
        case "amount":
            return AmountForm(data)
        case "outcomes":
            return OutcomesForm(data, required=source in NEEDS_OUTCOME)
        case "who":
            councils = [(council.slug, council.name) for council in Council.objects.all()]
            helpers = [(str(each.pk), str(each.delegate)) for each in _helpers(person)]
            return WhoForm(
                data,
                councils=councils,
                has_council=source in FROM_COUNCIL,
                has_holder=source == Source.ISF,
                helpers=helpers,
            )
    raise Http404


def _helpers(person: User) -> QuerySet[Delegation]:
    return selectors.helpers_who_buy(person, clock.now())


def _first_open(answers: dict[str, dict[str, str]], person: User) -> str | None:
    """The first question without a good answer, or None when all have one."""
    for step in STEPS:
        form = _form(step, answers, person, answers.get(step, {}))
        if step not in answers or not form.is_valid():
            return step
    return None


@signed_in
@never_cache
@require_safe
def begin(request: SignedInRequest) -> HttpResponse:
    """To the first question that has no answer yet."""
    person = access.money_to_change(request.standing)
    draft = selectors.draft_of(person)
    step = _first_open(draft.answers if draft else {}, person)
    return redirect("budgets:begin_step", step) if step else redirect("budgets:begin_check")


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: SignedInRequest, step: str) -> HttpResponse:
    person = access.money_to_change(request.standing)
    if step not in STEPS:
        raise Http404
    draft = selectors.draft_of(person)
    answers = dict(draft.answers) if draft else {}
    if request.method == "POST":
        form = _form(step, answers, person, request.POST)
        if form.is_valid() and _holder_is_known(form):
            kept = {name: str(request.POST[name]) for name in request.POST if name != "csrfmiddlewaretoken"}
            services.draft_keep(person=person, step=step, answer=kept, now=clock.now())
            return redirect("budgets:begin")
    else:
        form = _form(step, answers, person, answers.get(step))
        if step in answers:
            form.is_valid()
    at = STEPS.index(step)
    context = {
        "form": form,
        "step": step,
        "number": at + 1,
        "total": len(STEPS),
        "back": reverse("budgets:begin_step", args=[STEPS[at - 1]]) if at else reverse("budgets:money"),
    }
    return render(request, "budgets/begin.html", context)


def _holder_is_known(form: forms.Form) -> bool:
    """A name that no provider here has cannot hold a fund."""
    name = form.cleaned_data.get("holder")
    if name and _holder(name, form.cleaned_data.get("council")) is None:
        form.add_error("holder", _("We do not know anybody of this name. Check it, or ask the council to set this up."))
        return False
    return True


def _holder(name: str, slug: str | None) -> Provider | None:
    return Provider.objects.filter(name__iexact=name.strip(), council__slug=slug).first()


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: SignedInRequest) -> HttpResponse:
    """Check the answers, then write the budget down."""
    person = access.money_to_change(request.standing)
    draft = selectors.draft_of(person)
    answers = draft.answers if draft else {}
    if _first_open(answers, person) is not None:
        return redirect("budgets:begin")
    facts = _facts(answers, person)
    if request.method == "POST":
        try:
            budget = services.budget_open(person=person, by=request.actor, now=clock.now(), **facts)
        except services.TooMany:
            messages.warning(request, _("You have twelve budgets open already. Close one first."))
            return redirect("budgets:money")
        services.draft_forget(person=person)
        messages.success(request, _("Written down. You can choose it whenever you order something."))
        return redirect("budgets:budget", budget.public_id)
    return render(request, "budgets/begin_check.html", {"facts": _shown(facts), "person": person})


def _facts(answers: dict[str, dict[str, str]], person: User) -> dict[str, Any]:
    """What services.budget_open is given, from good answers."""
    good: dict[str, Any] = {}
    for step in STEPS:
        form = _form(step, answers, person, answers[step])
        form.is_valid()
        good |= form.cleaned_data
    slug, named = good.get("council"), good.get("nominated")
    return {
        "source": Source(good["source"]),
        "starts_on": good["starts_on"],
        "ends_on": good["ends_on"],
        "allocated_pence": good["allocated"],
        "contributed_pence": good["contributed"] or 0,
        "outcomes": good["outcomes"].splitlines(),
        "council": Council.objects.filter(slug=slug).first() if slug else None,
        "holder": _holder(good["holder"], slug) if good.get("holder") else None,
        "nominated": next((each.delegate for each in _helpers(person) if str(each.pk) == named), None),
        "review_on": good["review_on"],
    }


def _shown(facts: dict[str, Any]) -> list[dict[str, str]]:
    def change(step: str) -> str:
        return reverse("budgets:begin_step", args=[step])

    days = _("%(first)s to %(last)s") % {
        "first": uk_date_full(facts["starts_on"]),
        "last": uk_date_full(facts["ends_on"]),
    }
    rows = [
        {"term": _("Where it comes from"), "words": str(facts["source"].label), "change_url": change("source")},
        {"term": _("How long"), "words": days, "change_url": change("period")},
        {"term": _("How much"), "words": pounds_exact(facts["allocated_pence"]), "change_url": change("amount")},
    ]
    if facts["contributed_pence"]:
        words = pounds_exact(facts["contributed_pence"])
        rows.append({"term": _("What you add"), "words": words, "change_url": change("amount")})
    outcomes = "\n".join(facts["outcomes"]) or _("Nothing in particular")
    rows.append({"term": _("What it is for"), "words": outcomes, "change_url": change("outcomes")})
    if facts["council"]:
        rows.append({"term": _("Council"), "words": facts["council"].name, "change_url": change("who")})
    if facts["holder"]:
        rows.append({"term": _("Who holds it"), "words": facts["holder"].name, "change_url": change("who")})
    if facts["nominated"]:
        rows.append({"term": _("Who looks after it"), "words": str(facts["nominated"]), "change_url": change("who")})
    if facts["source"] in ASKS_FIRST:
        rows.append({"term": _("How you buy"), "words": _("You ask here, and they say yes or no.")})
    return rows
