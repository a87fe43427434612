"""A council's commissioner: sums of their own area, requests to answer, exceptions, budgets set up. Looks are kept."""

from datetime import datetime

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketplace.core import audit, clock
from marketplace.people.middleware import SignedInRequest
from marketplace.people.models import Council, CouncilRole, User
from marketplace.people.selectors import councils_of, known_by_email
from providers.listings.models import Provider
from providers.listings.selectors import categories_for

from .. import access, selectors, services
from ..forms import CouncilBudgetForm, CouncilMoneyForm, ExemptionForm, SheetForm
from ..models import Rule
from ..services import ImportRow
from ..services.keeping import MOST_BYTES
from ..states import Source
from .requests import answer_context, answer_form, kept, say_paid, to_pay_of

KEPT_ROWS = "money-import"  # session key: what the last spreadsheet said, until it is written


@never_cache
@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    """The councils this person commissions for; straight on when there is one."""
    mine = list(councils_of(request.user, CouncilRole.COMMISSIONER))
    if len(mine) == 1:
        return redirect("council_money:council", mine[0].slug)
    return render(request, "budgets/council/index.html", {"councils": mine})


@never_cache
@require_safe
def council(request: SignedInRequest, slug: str) -> HttpResponse:
    """What waits, and the sums. Figures of fewer than five people are not shown."""
    mine = access.council_for_commissioner(request.user, slug)
    today = timezone.localdate()
    settings = services.council_money(mine)
    audit.record("budgets.council.look", by=request.actor, subject=mine)
    context = {
        "council": mine,
        "approvals": list(selectors.approvals_for_council(mine)[:100]),
        "to_pay": to_pay_of(selectors.to_be_paid_by(council=mine)[:100]),
        "to_come_back": list(selectors.to_come_back_to(council=mine)[:100]),
        "came_back": list(selectors.came_back_to(clock.now(), council=mine)[:50]),
        "given": list(selectors.standing_yeses(today, council=mine)[:100]),
        "picture": selectors.picture_of(mine, today, surplus_weeks=settings.surplus_weeks),
        "exemptions": list(selectors.exemptions_of(mine, today)[:100]),
        "settings": settings,
    }
    return render(request, "budgets/council/council.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def approval(request: SignedInRequest, public_id: str) -> HttpResponse:
    """One request: what, from whom, for which outcome. Yes, or no with a reason."""
    found = access.approval_for_commissioner(request.user, public_id)
    audit.record("budgets.approval.look", by=request.actor, subject=found)
    form = answer_form(request, found)
    if request.method == "POST" and form.is_valid() and (words := kept(found, form, request)):
        messages.success(request, words)
        return redirect("council_money:council", found.council.slug)  # type: ignore[union-attr]
    return render(request, "budgets/answer.html", answer_context(found, form) | {"council": found.council})


@require_POST
def paid(request: SignedInRequest, slug: str, public_id: str) -> HttpResponse:
    """The council says that it has paid a provider."""
    mine = access.council_for_commissioner(request.user, slug)
    say_paid(request, access.purchase_for_commissioner(request.user, mine, public_id))
    return redirect("council_money:council", slug)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def exemption(request: SignedInRequest, slug: str) -> HttpResponse:
    """Record an exception, with its reason."""
    mine = access.council_for_commissioner(request.user, slug)
    kinds = {str(kind.pk): kind for kind in categories_for(mine)}
    choices = [(pk, kind.name) for pk, kind in kinds.items()]
    form = ExemptionForm(request.POST if request.method == "POST" else None, kinds=choices)
    if request.method == "POST" and form.is_valid():
        good = form.cleaned_data
        person = _budget_holder(mine, good["email"])
        named = good["provider"].strip()
        provider = Provider.objects.filter(name__iexact=named, council=mine).first() if named else None
        if person is None:
            form.add_error("email", _("Nobody with a budget from you has this address."))
        if named and provider is None:
            form.add_error("provider", _("No provider of yours has this name. Check how it is spelt."))
        if person is not None and not form.errors:
            services.exemption_grant(
                council=mine,
                person=person,
                rule=Rule(good["rule"]),
                provider=provider,
                category=kinds.get(good["category"]),
                reason=good["reason"],
                until=good["until"],
                decided_by=request.user,
                by=request.actor,
                now=clock.now(),
            )
            messages.success(request, _("Kept. The rule no longer stands in their way."))
            return redirect("council_money:council", slug)
    return render(request, "budgets/council/exemption.html", {"council": mine, "form": form})


def _budget_holder(council: Council, email: str) -> User | None:
    """Only people whom this council pays: nobody learns here who else has an account."""
    return User.objects.filter(email__iexact=email.strip(), budgets__council=council).distinct().first()


@require_POST
def exemption_end(request: SignedInRequest, public_id: str) -> HttpResponse:
    found = access.exemption_for_commissioner(request.user, public_id)
    services.exemption_end(exemption=found, by=request.actor, now=clock.now())
    messages.success(request, _("Ended. The rule holds again."))
    return redirect("council_money:council", found.council.slug)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def set_up(request: SignedInRequest, slug: str) -> HttpResponse:
    """A budget for one person."""
    mine = access.council_for_commissioner(request.user, slug)
    form = CouncilBudgetForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _open(request, mine, form):
        messages.success(request, _("Set up. They can use it from now on."))
        return redirect("council_money:council", slug)
    return render(request, "budgets/council/set_up.html", {"council": mine, "form": form})


def _open(request: SignedInRequest, council: Council, form: forms.Form) -> bool:
    good = form.cleaned_data
    person = known_by_email(good["email"])
    named = good["nominated"].strip()
    nominated = known_by_email(named)
    holder = Provider.objects.filter(name__iexact=good["holder"].strip(), council=council).first()
    if person is None:
        form.add_error("email", _("Nobody here has this address. Ask them to sign up first."))
        return False
    if named and nominated is None:
        form.add_error("nominated", _("Nobody here has this address. Ask them to sign up first."))
        return False
    try:
        services.budget_open(
            person=person,
            source=Source(good["source"]),
            starts_on=good["starts_on"],
            ends_on=good["ends_on"],
            allocated_pence=good["allocated"],
            contributed_pence=good["contributed"] or 0,
            outcomes=good["outcomes"].splitlines(),
            council=council,
            holder=holder,
            nominated=nominated,
            by=request.actor,
            now=clock.now(),
        )
    except services.OwnMoney:
        form.add_error("nominated", _("This is the person themselves. Leave it empty then."))
    except services.EndsBeforeItStarts:
        form.add_error("ends_on", _("The last day comes before the first. Check both."))
    except services.NoHolder:
        form.add_error("holder", _("No provider of yours has this name. Check how it is spelt."))
    except services.NoOutcome:
        form.add_error("outcomes", _("Write at least one line. A direct payment is always for something."))
    except services.NoMoney:
        form.add_error("allocated", _("Type more than nothing, for example 1560."))
    except services.TooMany:
        form.add_error(None, _("This person has twelve budgets open already."))
    else:
        return True
    return False


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request: SignedInRequest, slug: str) -> HttpResponse:
    """Many at once from a spreadsheet: tried first without a trace, written on the second press."""
    mine = access.council_for_commissioner(request.user, slug)
    now = clock.now()
    rows: list[ImportRow] = []
    form = SheetForm()
    if request.method == "POST" and request.POST.get("action") == "write":
        rows = [ImportRow(number, facts) for number, facts in request.session.get(KEPT_ROWS, {}).get(slug, [])]
        rows = services.budgets_import(council=mine, rows=rows, by=request.actor, now=now)
        if rows and not any(row.troubles for row in rows):
            del request.session[KEPT_ROWS]
            messages.success(request, _("%(count)d budgets set up.") % {"count": len(rows)})
            return redirect("council_money:council", slug)
    elif request.method == "POST":
        form = SheetForm(request.POST, request.FILES)
        if form.is_valid():
            rows = _tried(request, mine, form, now)
    context = {
        "council": mine,
        "form": form,
        "rows": [{"number": row.number, "who": row.facts.get("e-mail", ""), "troubles": row.troubles} for row in rows],
        "good": bool(rows) and not any(row.troubles for row in rows),
        "columns": services.COLUMNS,
    }
    return render(request, "budgets/council/sheet.html", context)


def _tried(request: SignedInRequest, council: Council, form: SheetForm, now: datetime) -> list[ImportRow]:
    try:
        rows = services.rows_read(form.cleaned_data["sheet"].read(MOST_BYTES))
    except services.NotASpreadsheet:
        form.add_error("sheet", _("That is not a spreadsheet with these columns. Save it as XLSX and try again."))
        return []
    if not rows:
        form.add_error("sheet", _("There is no line in it below the first."))
    request.session[KEPT_ROWS] = {council.slug: [(row.number, row.facts) for row in rows]}
    return services.budgets_try(council=council, rows=rows, by=request.actor, now=now)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: SignedInRequest, slug: str) -> HttpResponse:
    """Where the law leaves it to the council: weeks of surplus, days to answer, years of papers; and what it runs."""
    mine = access.council_for_commissioner(request.user, slug)
    known = services.council_money(mine)
    initial = {
        "surplus_weeks": known.surplus_weeks,
        "answer_days": known.answer_days,
        "retention_years": known.retention_years,
        "reinvest_percent": known.reinvest_percent or None,
        "own_services": "\n".join(each.name for each in known.own_services.order_by("name")) if known.pk else "",
    }
    form = CouncilMoneyForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid() and (own := _own_services(mine, form)) is not None:
        facts = form.cleaned_data | {"own_services": own}
        services.council_money_set(council=mine, by=request.actor, now=clock.now(), **facts)
        messages.success(request, _("Saved. It holds from now on."))
        return redirect("council_money:council", slug)
    return render(request, "budgets/council/settings.html", {"council": mine, "form": form})


def _own_services(council: Council, form: forms.Form) -> list[Provider] | None:
    """The providers that were named, or None, with words at the field, when this council has nobody of a name."""
    found = []
    for name in filter(None, (line.strip() for line in form.cleaned_data["own_services"].splitlines())):
        provider = Provider.objects.filter(name__iexact=name, council=council).first()
        if provider is None:
            words = _("No provider of yours is called “%(name)s”. Check how it is spelt.") % {"name": name}
            form.add_error("own_services", words)
            return None
        found.append(provider)
    return found
