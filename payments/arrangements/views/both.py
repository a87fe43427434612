"""What both sides do with an arrangement: look, say yes or no, change, skip, end. `side` comes from the address."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.core import clock
from marketplace.core.access import signed_in
from marketplace.core.audit import Actor
from marketplace.people.models import Scope
from payments.orders.access import PersonRequest
from payments.orders.services import stopping_holds
from providers.listings import selectors as listings

from .. import access, presentation, selectors, services
from ..forms import SkipForm, TermsForm, WordsForm
from ..models import Arrangement, Terms
from ..models.arrangement import Side
from ..rules import SOONEST_CHANGE, WEEKDAYS, read_weekly
from ..states import HAS_VISITS, TERMS_ASKING, UNDER_WAY, WAITING
from . import money

OWN_LISTING = gettext_lazy("You keep this listing, so you cannot do this for them. They can, or others they trust.")
REFUSALS: dict[type[Exception], Promise] = {
    services.OwnListing: OWN_LISTING,
    services.TooLate: gettext_lazy("That cannot be answered any more. Here it is as it is now."),
    services.NotYours: gettext_lazy("You proposed this, so the other side answers."),
    services.ChangeWaits: gettext_lazy("There is a change already that waits for an answer."),
    services.WrongTerms: gettext_lazy("Those days are not possible. Check them and try again."),
    services.OnlyThePerson: gettext_lazy(
        "You may spend up to a limit for them, so only they can promise money week after week."
    ),
    services.NotUnderWay: gettext_lazy("It is over, or ends soon, so there is nothing to choose."),
    services.IllegalMove: gettext_lazy("That is not possible any more. Here it is as it is now."),
}
REFUSED = tuple(REFUSALS)


def refusal(error: Exception) -> str:
    return str(next(words for kind, words in REFUSALS.items() if isinstance(error, kind)))


@dataclass(frozen=True)
class Door:
    """One arrangement, seen from one side by somebody who may."""

    side: Side
    arrangement: Arrangement
    by: Actor

    @property
    def space(self) -> str:
        return "arrangements" if self.side == Side.PERSON else "provider_arrangements"

    def url(self, name: str, *more: str) -> str:
        return reverse(f"{self.space}:{name}", args=[self.arrangement.public_id, *more])

    def home(self) -> HttpResponse:
        return redirect(self.url("arrangement"))


def door(request: PersonRequest, public_id: str, side: str, *, change: bool = True) -> Door:
    """Http404 for everybody who may not. A keeper acts for the provider, whomever else they may be acting for."""
    if side == Side.PROVIDER:
        by = Actor(by_id=request.user.pk, for_id=request.user.pk)
        return Door(Side.PROVIDER, access.arrangement_for_provider(request.user, public_id), by)
    load = access.arrangement_to_change if change else access.arrangement_to_see
    return Door(Side.PERSON, load(request.standing, public_id), request.actor)


def done(here: Door, request: PersonRequest, act: Callable[..., object], said: str, /, **facts: Any) -> HttpResponse:
    """One call of the domain by whoever is at this door, now; then back to the arrangement with what came of it."""
    try:
        act(by=here.by, now=clock.now(), **facts)
    except REFUSED as error:
        messages.warning(request, refusal(error))
    else:
        messages.success(request, said)
    return here.home()


def asked(here: Door, request: PersonRequest, **words: Any) -> HttpResponse:
    """A page with one form on it: title, lead, form, button."""
    fixed = {"here": here, "back": here.url("arrangement"), "council": here.arrangement.provider.council}
    return render(request, "arrangements/ask.html", fixed | words)


@signed_in
@never_cache
@require_safe
def mine(request: PersonRequest, side: str) -> HttpResponse:
    """Every arrangement of one side, those that wait first."""
    if side == Side.PERSON:
        found = list(selectors.arrangements_of(request.standing.person)[:200])
    else:
        found = list(selectors.arrangements_kept_by(request.user)[:200])
    lines = [presentation.line(each, side) for each in found if not each.is_over]
    over = [presentation.line(each, side) for each in found if each.is_over]
    context = {
        "lines": lines,
        "over": over,
        "side": side,
        "space": "arrangements" if side == Side.PERSON else "provider_arrangements",
        "providers": listings.providers_kept_by(request.user) if side == Side.PROVIDER else [],
    }
    return render(request, "arrangements/mine.html", context)


@signed_in
@never_cache
@require_safe
def arrangement(request: PersonRequest, public_id: str, side: str) -> HttpResponse:
    """One arrangement: how it stands, what was agreed, the visits, and what one may do."""
    here = door(request, public_id, side, change=False)
    found, now = here.arrangement, clock.now()
    is_person = here.side == Side.PERSON
    is_theirs = is_person and access.keeps_too(request.standing, found)
    may = not is_person or (request.standing.may(Scope.BUY) and not is_theirs)
    by_phone = is_person and request.standing.call is not None
    card = selectors.card_of(found)
    change = found.change
    waits = found.state in WAITING
    standing = money.standing_of(found)
    may_card = may and is_person and found.state in UNDER_WAY and not by_phone
    by_card = found.budget is None or not found.budget.asks_first
    context = {
        "here": here,
        "arrangement": found,
        "council": found.provider.council,
        "other": presentation.other_name(found, here.side),
        "headline": presentation.headline(found, here.side, has_card=card is not None, asked=standing["asked"]),
        "facts": presentation.facts(found.terms),
        "terms": found.terms,
        "change": presentation.facts(change) if change else None,
        "change_words": change.words if change else "",
        "change_mine": change is not None and change.proposed_by == here.side,
        "change_asking": change is not None and change.state in TERMS_ASKING,
        "may": may,
        "own_listing": OWN_LISTING if is_theirs else "",
        "is_person": is_person,
        "may_answer": may and waits and found.proposed_by != here.side,
        "may_withdraw": may and waits and found.proposed_by == here.side,
        "may_change": may and found.state in UNDER_WAY and found.ends_on is None and change is None,
        "may_end": may and found.state in UNDER_WAY and found.ends_on is None,
        "may_skip": may and found.state in HAS_VISITS,
        "card": presentation.card_words(card),
        "needs_card": is_person and by_card and card is None and found.state in UNDER_WAY,
        "may_choose": may and is_person and found.state in UNDER_WAY and found.ends_on is None and not by_phone,
        "may_card": may_card,
        "may_debit": may_card and selectors.may_debit(found),
        "by_debit": card is not None and card.is_debit,
        "debited": [presentation.debited_words(bill, here.side) for bill in selectors.bills_debited(found)],
        "bills": [(bill, presentation.refusal_words(bill)) for bill in selectors.bills_unpaid(found)],
        "to_mark": [presentation.visit_line(each, now) for each in selectors.visits_to_mark(found, now)[:20]],
        "to_query": [presentation.visit_line(each, now) for each in selectors.visits_to_query(found)[:20]],
        "to_come": [presentation.visit_line(each, now) for each in selectors.visits_to_come(found, now)[:8]],
        "behind": [presentation.visit_line(each, now) for each in selectors.visits_behind(found, now)],
        "stopped": not found.is_over and stopping_holds(found.listing).exists(),
        "money": money.words_of(found, card) if is_person and not by_phone else "",
        "unpromised": is_person and found.budget_id is not None and selectors.unpromised(found, now),
        **standing,
    }
    return render(request, "arrangements/arrangement.html", context)


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def agree(request: PersonRequest, public_id: str, side: str) -> HttpResponse:
    """Yes to what the other side proposes; the person chooses which money pays."""
    here = door(request, public_id, side)
    found = here.arrangement
    if found.state not in WAITING or found.proposed_by == here.side:
        return here.home()
    form: forms.Form = forms.Form(request.POST or None)
    if here.side == Side.PERSON:
        form = money.form_of(request.standing, found.provider, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        now = clock.now()
        try:
            chosen = money.paid_from(request, found.provider, form) if here.side == Side.PERSON else None
            services.arrangement_agree(
                arrangement=found,
                side=here.side,
                by=here.by,
                now=now,
                paid_from=chosen,
                delegation=request.standing.delegation if here.side == Side.PERSON else None,
            )
        except money.REFUSED as error:
            for words in money.refusal_words(error, found.provider):
                form.add_error("paid_from", words)
        except services.EarlyStartNotAsked:
            form.add_error("begin_early", money.early_words())
        except REFUSED as error:
            messages.warning(request, refusal(error))
            return here.home()
        else:
            messages.success(request, _("Agreed. We have told them."))
            return here.home()
    return asked(
        here,
        request,
        title=_("Say yes to this?"),
        facts=presentation.facts(found.terms),
        form=form,
        button=_("Yes, agree to this"),
        lead=_("It holds until one of you ends it with the notice below.") if not found.terms.until else "",
    )


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def decline(request: PersonRequest, public_id: str, side: str) -> HttpResponse:
    """No to what the other side proposes, or one's own proposal taken back."""
    here = door(request, public_id, side)
    found = here.arrangement
    if found.state not in WAITING:
        return here.home()
    taking_back = found.proposed_by == here.side
    form = WordsForm(request.POST or None, label=_("A few words for them"))
    if request.method == "POST" and form.is_valid():
        facts = {"arrangement": found, "side": here.side, "words": form.cleaned_data["words"]}
        return done(here, request, services.arrangement_decline, _("Done. We have told them."), **facts)
    title = _("Take this back?") if taking_back else _("Say no to this?")
    return asked(here, request, title=title, form=form, button=_("Take it back") if taking_back else _("Say no"))


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: PersonRequest, public_id: str, side: str) -> HttpResponse:
    """Propose other terms: what was agreed holds until the other side says yes."""
    here = door(request, public_id, side)
    found, today = here.arrangement, timezone.localdate()
    if found.state not in UNDER_WAY or found.ends_on is not None or found.change is not None:
        return here.home()
    form = TermsForm(
        request.POST or None,
        today=today,
        soonest=today + SOONEST_CHANGE,
        asks_price=True,
        initial=_as_typed(found.terms) | {"starts_on": today + timedelta(days=7)},
    )
    form.fields["starts_on"].label = _("From which day?")
    form.fields["price"].label = _("The price of an hour") if found.by_hour else _("The price of a visit")
    if request.method == "POST" and form.is_valid():
        try:
            services.change_propose(
                arrangement=found,
                wanted=form.wanted(price_pence=found.terms.price_pence),
                side=here.side,
                by=here.by,
                now=clock.now(),
                delegation=request.standing.delegation if here.side == Side.PERSON else None,
            )
        except money.REFUSED as error:
            for words in money.refusal_words(error, found.provider):
                form.add_error(None, words)
        except services.WrongTerms as error:
            form.add_error(None, refusal(error))
        except REFUSED as error:
            messages.warning(request, refusal(error))
            return here.home()
        else:
            messages.success(request, _("We have asked them. What you agreed holds until they say yes."))
            return here.home()
    context = {
        "form": form,
        "title": _("Propose a change"),
        "lead": _("What you agreed holds until the other side says yes."),
        "button": _("Propose this change"),
        "back": here.url("arrangement"),
        "council": found.provider.council,
    }
    return render(request, "arrangements/terms.html", context)


def typed_times(times: Sequence[time]) -> str:
    return " and ".join(f"{each:%H.%M}" for each in times)


def _as_typed(terms: Terms) -> dict[str, Any]:
    days, every = read_weekly(terms.rule)
    pattern = terms.pattern
    usual = max((pattern.on(day) for day in days), key=[pattern.on(day) for day in days].count)
    others = {f"on_{day}": typed_times(pattern.on(day)) for day in days if pattern.on(day) != usual}
    return others | {
        "days": days,
        "every": str(every),
        "begins_at": typed_times(usual),
        "minutes": str(terms.minutes),
        "price": terms.price_pence,
        "until": terms.until,
        "bank_holidays": "yes" if terms.on_bank_holidays else "no",
        "notice_days": str(terms.notice_days),
        "collects": terms.collects,
    }


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change_answer(request: PersonRequest, public_id: str, side: str) -> HttpResponse:
    """Yes or no to a change; no also takes back one's own."""
    here = door(request, public_id, side)
    if request.method != "POST":
        return here.home()
    now = clock.now()
    try:
        if request.POST.get("answer") == "yes":
            delegation = request.standing.delegation if here.side == Side.PERSON else None
            services.change_agree(
                arrangement=here.arrangement, side=here.side, by=here.by, now=now, delegation=delegation
            )
            messages.success(request, _("Agreed. The visits follow what you both said."))
        else:
            services.change_refuse(arrangement=here.arrangement, side=here.side, by=here.by, now=now)
            messages.success(request, _("Nothing has changed. We have told them."))
    except money.REFUSED as error:
        messages.warning(request, " ".join(money.refusal_words(error, here.arrangement.provider)))
    except REFUSED as error:
        messages.warning(request, refusal(error))
    return here.home()


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: PersonRequest, public_id: str, side: str) -> HttpResponse:
    """Give notice, having read which day is the last."""
    here = door(request, public_id, side)
    found = here.arrangement
    if found.state not in UNDER_WAY or found.ends_on is not None:
        return here.home()
    form = WordsForm(request.POST or None, label=_("A few words for them"))
    if request.method == "POST" and form.is_valid():
        facts = {"arrangement": found, "side": here.side, "words": form.cleaned_data["words"]}
        return done(here, request, services.arrangement_end, _("Done. We have told them."), **facts)
    notice = presentation.notice_words(found.terms.notice_days)
    at_once = services.ends_at_once(found, here.side, timezone.localdate())
    lead = (
        presentation.at_once_words(found)
        if at_once
        else _("You agreed on %(notice)s of notice, so visits go on until then.") % {"notice": notice}
    )
    return asked(here, request, title=_("End this?"), lead=lead, form=form, button=_("End it"))


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def skip(request: PersonRequest, public_id: str, side: str) -> HttpResponse:
    """Days on which nobody comes; nothing is charged for them."""
    here = door(request, public_id, side)
    if here.arrangement.state not in HAS_VISITS:
        return here.home()
    pattern = here.arrangement.terms.pattern
    several = {at for day in WEEKDAYS if len(pattern.on(day)) > 1 for at in pattern.on(day)}
    form = SkipForm(request.POST or None, today=timezone.localdate(), times=sorted(several))
    if request.method == "POST" and form.is_valid():
        try:
            services.skip_add(
                arrangement=here.arrangement,
                first=form.cleaned_data["first"],
                last=form.cleaned_data["last"],
                at=form.cleaned_data.get("at"),
                side=here.side,
                by=here.by,
                now=clock.now(),
            )
        except REFUSED as error:
            form.add_error(None, refusal(error))
        else:
            messages.success(request, _("Called off. We have told them."))
            return here.home()
    lead = _("Holidays, or a day that does not suit. Nothing is charged.")
    return asked(here, request, title=_("Days without a visit"), lead=lead, form=form, button=_("Call these days off"))


def visit_door(request: PersonRequest, public_id: str, visit_id: str, side: str) -> tuple[Door, Any]:
    here = door(request, public_id, side)
    visit = access.visit_of(here.arrangement, visit_id)
    if visit.starts_at > clock.now():
        raise Http404
    return here, visit
