"""One budget for the council that pays it: how it stands, and what the council writes down. Never what was bought."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.core import audit, clock
from marketplace.people.middleware import SignedInRequest
from marketplace.people.selectors import known_by_email
from providers.listings.selectors import categories_for

from .. import access, presentation, selectors, services
from ..forms import CouncilMoreForm, DecisionForm, FindForm, KindRulesForm, NominatedForm, ReviewForm
from ..models import About, Budget
from .money import budget_add, token_of

SHOWN = 100


@never_cache
@require_safe
def budgets(request: SignedInRequest, slug: str) -> HttpResponse:
    """Whose budgets this council pays, the next review on top. The look is kept."""
    mine = access.council_for_commissioner(request.user, slug)
    audit.record("budgets.council.look", by=request.actor, subject=mine)
    form = FindForm(request.GET if "q" in request.GET else None)
    words = form.cleaned_data["q"].strip() if form.is_valid() else ""
    today = timezone.localdate()
    rows = [
        (each, presentation.name_of(each), each.review_overdue(today))
        for each in selectors.budgets_paid_by(mine, words=words)[:SHOWN]
    ]
    context = {"council": mine, "rows": rows, "words": words, "shown": SHOWN, "form": form}
    return render(request, "budgets/council/budgets.html", context)


@never_cache
@require_safe
def budget(request: SignedInRequest, public_id: str) -> HttpResponse:
    found = access.budget_for_commissioner(request.user, public_id)
    audit.record("budgets.budget.look", by=request.actor, subject=found)
    context = {
        "budget": found,
        "council": found.council,
        "name": presentation.name_of(found),
        "figures": selectors.figures(found),
        "overdue": found.review_overdue(timezone.localdate()),
        "decisions": list(found.decisions.select_related("decided_by")[:20]),
    }
    return render(request, "budgets/council/budget.html", context)


ACTS: dict[str, tuple[Promise, Promise]] = {
    "more": (gettext_lazy("Add money to this budget"), gettext_lazy("Add it")),
    "review": (gettext_lazy("A review was held"), gettext_lazy("Keep the day")),
    "decision": (gettext_lazy("Write a decision"), gettext_lazy("Keep it")),
    "nominated": (gettext_lazy("Who looks after the money"), gettext_lazy("Keep it")),
}


def _form(act: str, found: Budget, request: SignedInRequest) -> forms.Form:
    data = request.POST if request.method == "POST" else None
    match act:
        case "more":
            return CouncilMoreForm(data)
        case "review":
            return ReviewForm(data, today=timezone.localdate(), first=found.starts_on)
        case "decision":
            return DecisionForm(data)
        case "nominated":
            return NominatedForm(data, initial={"nominated": found.nominated.email if found.nominated else ""})
    raise Http404


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: SignedInRequest, public_id: str, act: str) -> HttpResponse:
    """One form of the council's about one budget."""
    found = access.budget_for_commissioner(request.user, public_id)
    form = _form(act, found, request)
    if request.method == "POST" and form.is_valid() and _do(act, found, form, request):
        return redirect("council_money:budget", public_id)
    title, button = ACTS[act]
    context = {
        "budget": found,
        "council": found.council,
        "form": form,
        "title": title,
        "button": button,
        "token": token_of(request) if act == "more" else "",
    }
    return render(request, "budgets/council/act.html", context)


def _do(act: str, found: Budget, form: forms.Form, request: SignedInRequest) -> bool:
    """One call, and words for what came of it; False when the form has to be shown again."""
    good, by, now = form.cleaned_data, request.actor, clock.now()
    match act:
        case "more":
            budget_add(request, found, good)
        case "review":
            services.review_hold(budget=found, held_on=good["held_on"], by=by, now=now)
            messages.success(request, _("Kept. The next review is due within a year of that day."))
        case "decision":
            services.decision_record(
                budget=found,
                about=About(good["about"]),
                words=good["words"],
                decided_by=request.user,
                by=by,
                now=now,
            )
            messages.success(request, _("Kept. They read it beside their budget."))
        case "nominated":
            return _nominate(found, form, request)
    return True


def _nominate(found: Budget, form: forms.Form, request: SignedInRequest) -> bool:
    address = form.cleaned_data["nominated"].strip()
    who = known_by_email(address)
    if address and who is None:
        form.add_error("nominated", _("Nobody here has this address. Ask them to sign up first."))
        return False
    try:
        services.nominated_set(budget=found, nominated=who, by=request.actor, now=clock.now())
    except services.OwnMoney:
        form.add_error("nominated", _("This is the person themselves. Leave it empty then."))
        return False
    messages.success(request, _("Kept. It counts from the next purchase."))
    return True


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def kinds(request: SignedInRequest, slug: str) -> HttpResponse:
    """What this council's money may pay for, where its answer is not the national one."""
    mine = access.council_for_commissioner(request.user, slug)
    national = {each.pk: each for each in categories_for(None)}
    form = KindRulesForm(
        request.POST if request.method == "POST" else None,
        kinds=list(national.values()),
        known=selectors.kind_rules_of(mine),
    )
    if request.method == "POST" and form.is_valid():
        wanted = {national[pk]: answer for pk, answer in form.answers().items()}
        services.kind_rules_set(council=mine, wanted=wanted, by=request.actor, now=clock.now())
        messages.success(request, _("Saved. It holds from now on."))
        return redirect("council_money:council", slug)
    return render(request, "budgets/council/kinds.html", {"council": mine, "form": form})
