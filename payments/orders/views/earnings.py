"""What a provider earned in a tax year: to read, as a spreadsheet, on paper. And all sellers', for the operator."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from marketplace.core import audit
from marketplace.core.access import signed_in
from marketplace.core.spreadsheet import XLSX
from marketplace.people.middleware import SignedInRequest
from providers.listings.models import Provider

from .. import access, earnings, selectors
from ..access import PersonRequest
from .provider import keeper


def _asked(request: PersonRequest, provider: Provider) -> tuple[int, list[int], earnings.Account]:
    """The tax year that was asked for, this one when none was; Http404 for one in which nothing can have been paid."""
    years = earnings.years_of(provider, timezone.localdate())
    year = _year(request.GET.get("year", ""), years)
    first, last = earnings.tax_year(year)
    return year, years, earnings.account_of(provider, first=first, last=last)


def _year(asked: str, years: list[int]) -> int:
    if not asked:
        return years[0]
    year = int(asked) if asked.isascii() and asked.isdigit() and len(asked) == 4 else 0
    if year not in years:
        raise Http404
    return year


@signed_in
@never_cache
@require_safe
def year(request: PersonRequest, provider_id: str) -> HttpResponse:
    provider = access.provider_for_keeper(request.user, provider_id)
    which, years, account = _asked(request, provider)
    context = {
        "provider": provider,
        "account": account,
        "year": which,
        "years": years,
        "sums": [{"words": words, "pence": pence} for words, pence in earnings.sums(account)],
        "waiting": selectors.waiting_earnings(provider),
    }
    return render(request, "orders/provider/earnings.html", context)


@signed_in
@never_cache
@require_safe
def sheet(request: PersonRequest, provider_id: str) -> HttpResponse:
    provider = access.provider_for_keeper(request.user, provider_id)
    which, _years, account = _asked(request, provider)
    return _file(request, provider, which, earnings.as_xlsx(account), XLSX, "xlsx")


@signed_in
@never_cache
@require_safe
def paper(request: PersonRequest, provider_id: str) -> HttpResponse:
    provider = access.provider_for_keeper(request.user, provider_id)
    which, _years, account = _asked(request, provider)
    return _file(request, provider, which, earnings.as_pdf(account), "application/pdf", "pdf")


def _file(
    request: PersonRequest, provider: Provider, which: int, content: bytes, kind: str, ending: str
) -> HttpResponse:
    audit.record("orders.earnings.take", by=keeper(request), subject=provider, year=which, ending=ending)
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="earnings-{which}-{provider.public_id}.{ending}"'
    return answer


@never_cache
@require_safe
def sellers(request: SignedInRequest) -> HttpResponse:
    """What the tax authority asks of whoever runs a platform; every look is written down."""
    access.operator(request.user)
    years = earnings.years_to_report(timezone.localdate())
    which = _year(request.GET.get("year", ""), years)
    found = earnings.sellers_of(which)
    audit.record("orders.sellers.see", by=request.actor, subject=Provider(pk=0), year=which, sellers=len(found))
    return render(request, "orders/operator/sellers.html", {"year": which, "years": years, "sellers": found})


@never_cache
@require_safe
def sellers_sheet(request: SignedInRequest) -> HttpResponse:
    access.operator(request.user)
    which = _year(request.GET.get("year", ""), earnings.years_to_report(timezone.localdate()))
    found = earnings.sellers_of(which)
    audit.record("orders.sellers.take", by=request.actor, subject=Provider(pk=0), year=which, sellers=len(found))
    answer = HttpResponse(earnings.sellers_xlsx(which, found), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="sellers-{which}.xlsx"'
    return answer
