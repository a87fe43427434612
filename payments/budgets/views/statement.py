"""A budget's statement for any dates: to read, to print, as a spreadsheet and on paper."""

from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from marketplace.core import audit, clock
from marketplace.core.access import signed_in
from marketplace.people.middleware import SignedInRequest

from .. import access
from ..forms import DatesForm
from ..models import Budget
from ..statement import Statement, as_pdf, as_xlsx, statement_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _asked(request: SignedInRequest, budget: Budget) -> tuple[DatesForm, Statement]:
    """The form as it was filled in, and the account for its days; for all days where they make no sense."""
    asked = any(f"first_{box}" in request.GET or f"last_{box}" in request.GET for box in range(3))
    today = timezone.localdate()
    usual = {"first": budget.starts_on, "last": min(budget.ends_on, today)}
    form = DatesForm(request.GET if asked else None, initial=usual)
    first: date | None = None
    last: date | None = None
    if asked and form.is_valid():
        first, last = form.cleaned_data["first"], form.cleaned_data["last"]
    first, last = first or budget.starts_on, last or max(usual["last"], budget.starts_on)
    return form, statement_of(budget, first=first, last=max(first, last), now=clock.now())


@signed_in
@never_cache
@require_safe
def statement(request: SignedInRequest, public_id: str) -> HttpResponse:
    budget = access.budget_to_see(request.standing, public_id)
    form, account = _asked(request, budget)
    query = (
        f"first_0={account.first.day}&first_1={account.first.month}&first_2={account.first.year}"
        f"&last_0={account.last.day}&last_1={account.last.month}&last_2={account.last.year}"
    )
    return render(
        request, "budgets/statement.html", {"budget": budget, "form": form, "statement": account, "query": query}
    )


@signed_in
@never_cache
@require_safe
def sheet(request: SignedInRequest, public_id: str) -> HttpResponse:
    budget = access.budget_to_see(request.standing, public_id)
    _form, account = _asked(request, budget)
    return _file(request, budget, as_xlsx(account), XLSX, "xlsx")


@signed_in
@never_cache
@require_safe
def paper(request: SignedInRequest, public_id: str) -> HttpResponse:
    budget = access.budget_to_see(request.standing, public_id)
    _form, account = _asked(request, budget)
    return _file(request, budget, as_pdf(account), "application/pdf", "pdf")


def _file(request: SignedInRequest, budget: Budget, content: bytes, kind: str, ending: str) -> HttpResponse:
    audit.record("budgets.statement.take", by=request.actor, subject=budget, ending=ending)
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="statement-{budget.public_id}.{ending}"'
    return answer
