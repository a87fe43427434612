"""Requests for a yes: what was asked, the person's own answer, and that of whoever holds a fund. And limits."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketplace.core import clock
from marketplace.core.access import signed_in
from marketplace.core.errors import DomainError
from marketplace.people.middleware import SignedInRequest
from marketplace.people.models import Scope, User

from .. import access, presentation, selectors, services
from ..forms import AnswerForm, EndYesForm, LimitForm
from ..models import Approval, AskedOf, Method, Purchase
from ..signals import request_shown, to_pay_shown
from ..states import SAID_YES, STANDS, UNDECIDED


def lines_of(purchase: Purchase) -> list[dict[str, object]]:
    """Who pays how much, for what."""
    return [
        {
            "words": ": ".join(
                filter(
                    None,
                    [
                        presentation.name_of(line.budget) if line.budget else _("Own money, on top"),
                        line.outcome.words if line.outcome else "",
                    ],
                )
            ),
            "pence": line.pence,
        }
        for line in purchase.lines.select_related("budget", "outcome")
    ]


def facts_of(purchase: Purchase) -> list[tuple[str, str]]:
    """What the app that asked has to say of it: what each thing is called, and words."""
    heard: list[tuple[Any, Any]] = request_shown.send(sender=Purchase, purchase=purchase)
    return [fact for _receiver, facts in heard for fact in facts]


def to_pay_of(waiting: Iterable[Purchase]) -> list[dict[str, object]]:
    """What whoever holds the money has to pay, and whether the provider has said yes to it: before, nothing is due."""
    purchases = list(waiting)
    orders = {purchase.order for purchase in purchases}
    heard: list[tuple[Any, Any]] = to_pay_shown.send(sender=Purchase, orders=orders)
    agreed = {order for _receiver, found in heard for order in found}
    return [{"purchase": purchase, "agreed": purchase.order in agreed} for purchase in purchases]


def answer(approval: Approval, form: AnswerForm, request: SignedInRequest) -> str:
    """Give the answer that the button says: words for the page when it was kept, none when the form says why not."""
    yes = not form.is_no
    facts: dict[str, Any] = {"user": request.user, "by": request.actor, "words": form.cleaned_data["words"]}
    try:
        if yes:
            until = form.cleaned_data.get("until")
            services.approval_give(approval=approval, now=clock.now(), until=until, **facts)
        else:
            services.approval_refuse(approval=approval, now=clock.now(), **facts)
    except services.IllegalMove:
        return _("It was answered a moment ago, so nothing was changed.")
    except services.TooLate:
        return _("The time to answer has run out. They can ask again.")
    except DomainError:
        form.add_error(
            None,
            _("This cannot be ordered any more: the price, the day or the listing has changed. Say no, and say so."),
        )
        return ""
    return _("You said yes. We have told them.") if yes else _("You said no. We have told them.")


def answer_form(request: SignedInRequest, approval: Approval) -> AnswerForm | EndYesForm:
    """Yes or no to what waits; an earlier end to a yes to help that comes again and again."""
    data, pressed = request.POST if request.method == "POST" else None, request.POST.get("action", "")
    today = timezone.localdate()
    if approval.until is not None and may_end(approval):
        return EndYesForm(data, pressed=pressed, today=today, latest=approval.until)
    return AnswerForm(data, pressed=pressed, today=today, latest=approval.until)


def may_end(approval: Approval) -> bool:
    """Whether it is a yes that still has days to run."""
    return (
        approval.state in SAID_YES
        and approval.purchase.state in STANDS
        and approval.until is not None
        and approval.until >= timezone.localdate()
    )


def kept(approval: Approval, form: AnswerForm | EndYesForm, request: SignedInRequest) -> str:
    """Do what the button says: words for the page when it was kept, none when the form says why not."""
    if isinstance(form, AnswerForm):
        return answer(approval, form, request)
    try:
        services.approval_shorten(
            approval=approval, user=request.user, by=request.actor, now=clock.now(), **form.cleaned_data
        )
    except (services.IllegalMove, services.NotThatDay):
        return _("It was changed a moment ago, so nothing was changed now. Look at it again.")
    return _("Kept. We have told the person and the provider what is still paid.")


def answer_context(approval: Approval, form: AnswerForm | EndYesForm) -> dict[str, Any]:
    return {
        "approval": approval,
        "purchase": approval.purchase,
        "lines": lines_of(approval.purchase),
        "facts": facts_of(approval.purchase),
        "waits": approval.state in UNDECIDED,
        "may_end": may_end(approval),
        "left": left_after(approval.purchase),
        "form": form,
    }


def left_after(purchase: Purchase) -> int | None:
    """Pence left of the budget that whoever holds it would pay this from, the purchase counted; None when they do not
    pay it at once."""
    if purchase.method != Method.FUNDER or purchase.is_standing:
        return None
    budget = selectors.held_behind(purchase)
    return selectors.figures(budget).available if budget else None


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def request_(request: SignedInRequest, public_id: str) -> HttpResponse:
    """One request as the person sees it; where it is theirs to answer, the two buttons."""
    approval = access.approval_to_see(request.standing, public_id)
    waits = approval.state in UNDECIDED
    mine = approval.asked_of == AskedOf.PERSON and not request.standing.for_another
    form = AnswerForm(
        request.POST if request.method == "POST" else None,
        pressed=request.POST.get("action", ""),
        today=timezone.localdate(),
    )
    if request.method == "POST":
        approval = access.approval_for_person(request.standing, public_id)
        if form.is_valid() and (words := answer(approval, form, request)):
            messages.success(request, words)
            return redirect("budgets:request", public_id)
    made_by = User.objects.filter(pk=approval.purchase.made_by or 0).first()
    context = {
        "approval": approval,
        "purchase": approval.purchase,
        "lines": lines_of(approval.purchase),
        "facts": facts_of(approval.purchase),
        "waits": waits,
        "mine": mine and waits,
        "own_answer": mine,
        "made_by": made_by if made_by != request.user else None,
        "may_take_back": waits and request.standing.may(Scope.BUY),
        "form": form,
    }
    return render(request, "budgets/request.html", context)


@require_POST
@signed_in
def take_back(request: SignedInRequest, public_id: str) -> HttpResponse:
    approval = access.approval_to_take_back(request.standing, public_id)
    try:
        services.approval_withdraw(approval=approval, by=request.actor, now=clock.now())
    except services.IllegalMove:
        messages.warning(request, _("It was answered a moment ago, so nothing was changed."))
    else:
        messages.success(request, _("Taken back. Nobody has to answer it any more."))
    return redirect("budgets:request", public_id)


@signed_in
@never_cache
@require_safe
def holding(request: SignedInRequest) -> HttpResponse:
    """For whoever holds funds: what waits for a yes, what is to be paid, and what is to come back."""
    context = {
        "approvals": [
            {"approval": each, "lines": lines_of(each.purchase)}
            for each in selectors.approvals_for_holder(request.user)[:100]
        ],
        "to_pay": to_pay_of(selectors.to_be_paid_by(holder_of=request.user)[:100]),
        "to_come_back": list(selectors.to_come_back_to(holder_of=request.user)[:100]),
        "came_back": list(selectors.came_back_to(clock.now(), holder_of=request.user)[:50]),
        "given": list(selectors.standing_yeses(timezone.localdate(), holder_of=request.user)[:100]),
    }
    return render(request, "budgets/holding.html", context)


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def holder_answer(request: SignedInRequest, public_id: str) -> HttpResponse:
    approval = access.approval_for_holder(request.user, public_id)
    form = answer_form(request, approval)
    if request.method == "POST" and form.is_valid() and (words := kept(approval, form, request)):
        messages.success(request, words)
        return redirect("budgets:holding")
    return render(request, "budgets/answer.html", answer_context(approval, form))


@require_POST
@signed_in
def holder_paid(request: SignedInRequest, public_id: str) -> HttpResponse:
    """The holder says that the provider has been paid."""
    purchase = access.purchase_for_holder(request.user, public_id)
    say_paid(request, purchase)
    return redirect("budgets:holding")


def say_paid(request: SignedInRequest, purchase: Purchase) -> None:
    try:
        services.purchase_holder_paid(purchase=purchase, by=request.actor, now=clock.now())
    except (services.NotPaidByHolder, services.IllegalMove):
        messages.warning(request, _("The provider has not said yes to it, or it was paid already."))
    else:
        messages.success(request, _("Kept: paid. Both sides have been told."))


@signed_in
@never_cache
@require_safe
def limits(request: SignedInRequest) -> HttpResponse:
    """How much each helper may spend without asking. Always about one's own helpers."""
    person = access.money_to_see(request.standing)
    helpers = [] if request.standing.for_another else list(selectors.helpers_who_buy(person, clock.now()))
    rows = [{"helper": each, "limit": getattr(each, "limit", None)} for each in helpers]
    return render(request, "budgets/limits.html", {"rows": rows, "for_another": request.standing.for_another})


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def limit(request: SignedInRequest, delegation_id: int) -> HttpResponse:
    now = clock.now()
    helper = access.helper_to_limit(request.standing, delegation_id, now)
    known = getattr(helper, "limit", None)
    initial = {"per_order": known.per_order_pence, "per_month": known.per_month_pence} if known else {}
    form = LimitForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        services.limit_set(
            delegation=helper,
            per_order_pence=form.cleaned_data["per_order"],
            per_month_pence=form.cleaned_data["per_month"],
            by=request.actor,
            now=now,
        )
        messages.success(request, _("Saved. It holds from now on."))
        return redirect("budgets:limits")
    return render(request, "budgets/limit.html", {"helper": helper, "form": form})
