"""What was bought elsewhere, and the papers that show it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.core import clock
from marketplace.core.access import signed_in
from marketplace.core.money import pounds_exact
from marketplace.people.middleware import SignedInRequest
from marketplace.people.models import Scope

from .. import access, presentation, selectors, services
from ..forms import BoughtForm, PaperForm
from ..models import Budget, Method, Purchase, PurchaseKind, Relation
from ..rules import Share
from ..services.keeping import MOST_BYTES
from ..states import BARS_RELATIVES, NEEDS_OUTCOME, PAID


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def bought(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Write down a purchase made elsewhere, with its receipt."""
    budget = access.budget_to_change(request.standing, public_id)
    sent = request.method == "POST"
    form = BoughtForm(
        request.POST if sent else None,
        request.FILES if sent else None,
        outcomes=[(str(each.pk), each.words) for each in budget.outcomes.all()],
        must=budget.source in NEEDS_OUTCOME,
        asks_relation=budget.source in BARS_RELATIVES,
        today=timezone.localdate(),
        first=budget.starts_on,
    )
    if sent and form.is_valid():
        purchase = _record(request, budget, form)
        if purchase is not None:
            messages.success(request, _("Written down."))
            return redirect("budgets:purchase", purchase.public_id)
    context = {"budget": budget, "form": form, "name": presentation.name_of(budget)}
    return render(request, "budgets/bought.html", context)


def _record(request: SignedInRequest, budget: Budget, form: BoughtForm) -> Purchase | None:
    good, now = form.cleaned_data, clock.now()
    outcome = int(good["outcome"]) if good.get("outcome") else None
    shares = [Share(good["pence"], budget.pk, outcome)]
    if good["own"]:
        shares.append(Share(good["own"]))
    related = None
    if good.get("relation"):
        related = services.Related(Relation(good["relation"]), shares_home=good["shares_home"] == "yes")
    paper = good["paper"]
    content = paper.read(MOST_BYTES + 1) if paper else b""
    try:
        if content:
            services.evidence_check(name=paper.name, content=content)
        purchase = services.purchase_record(
            person=budget.person,
            title=good["what"],
            provider_name=good["who"],
            shares=shares,
            method=Method(good["method"]),
            bought_on=good["bought_on"],
            by=request.actor,
            now=now,
            related=related,
        )
        if content:
            services.evidence_add(purchase=purchase, name=paper.name, content=content, by=request.actor, now=now)
    except services.NotEnoughLeft:
        left = pounds_exact(selectors.figures(budget).available)
        words = _("There is only %(left)s left. Put what went above it under your own money.")
        form.add_error("pence", words % {"left": left})
    except services.NotDeclared:
        form.add_error("relation", _("Choose how you are related, or that you are not."))
        form.add_error("shares_home", _("Choose whether they live with you."))
    except services.Barred as error:
        form.add_error("relation", presentation.barred_elsewhere_words(error.budget, name=good["who"]))
    except services.OutcomeMissing:
        form.add_error("outcome", _("Choose what it was for."))
    except services.NotOpen:
        form.add_error("bought_on", _("This money was not open on that day. Check the date."))
    except services.NotAPaper:
        form.add_error("paper", _("That is not a photograph or a PDF of up to 10 MB. Choose another file."))
    else:
        return purchase
    return None


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def purchase(request: SignedInRequest, public_id: str) -> HttpResponse:
    """One purchase: who paid how much, and its papers. Sending adds a paper."""
    found = access.purchase_to_see(request.standing, public_id)
    may_change = request.standing.may(Scope.BUY)
    sent = request.method == "POST"
    if sent and not may_change:
        raise Http404
    form = PaperForm(request.POST if sent else None, request.FILES if sent else None)
    if sent and form.is_valid():
        paper = form.cleaned_data["paper"]
        try:
            services.evidence_add(
                purchase=found, name=paper.name, content=paper.read(), by=request.actor, now=clock.now()
            )
        except services.NotAPaper:
            form.add_error("paper", _("That is not a photograph or a PDF, or there are ten already."))
        else:
            messages.success(request, _("Added. Only you and those who act for you can open it."))
            return redirect("budgets:purchase", public_id)
    lines: list[dict[str, Any]] = [
        {
            "words": presentation.name_of(line.budget) if line.budget else _("Your own money, on top"),
            "outcome": line.outcome.words if line.outcome else "",
            "pence": line.pence,
            "back": line.back_pence,
        }
        for line in found.lines.select_related("budget", "outcome")
    ]
    first = found.lines.filter(budget__isnull=False).select_related("budget").first()
    context = {
        "purchase": found,
        "lines": lines,
        "total": sum(line["pence"] - line["back"] for line in lines),
        "evidence": found.evidence.all(),
        "form": form,
        "may_change": may_change,
        "may_correct": may_change and found.kind == PurchaseKind.ELSEWHERE and found.state in PAID,
        "taken_back": found.kind == PurchaseKind.ELSEWHERE and all(line["back"] == line["pence"] for line in lines),
        "budget": first.budget if first else None,
    }
    return render(request, "budgets/purchase.html", context)


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: SignedInRequest, public_id: str) -> HttpResponse:
    """It was written down by mistake: asked once more, then its money comes back."""
    found = access.purchase_to_change(request.standing, public_id)
    if found.kind != PurchaseKind.ELSEWHERE:
        raise Http404
    if request.method == "POST":
        services.purchase_correct(purchase=found, by=request.actor, now=clock.now())
        messages.success(request, _("Taken back. Both stand in the statement, so that nothing is hidden."))
        return redirect("budgets:purchase", public_id)
    return render(request, "budgets/correct.html", {"purchase": found})


@signed_in
@never_cache
@require_safe
def evidence(request: SignedInRequest, public_id: str) -> HttpResponse:
    """The paper itself, always as a download; that it was opened is written down."""
    paper = access.evidence_to_see(request.standing, public_id)
    try:
        content = services.evidence_read(evidence=paper, by=request.actor, now=clock.now())
    except services.Unreadable as error:
        raise Http404 from error
    answer = HttpResponse(content, content_type="application/octet-stream")
    answer["Content-Disposition"] = f'attachment; filename="{paper.public_id}.{paper.name.rsplit(".", 1)[-1]}"'
    answer["Cache-Control"] = "private, no-store"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
