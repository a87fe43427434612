"""From a listing to an order, one question a page. What was typed waits in the session, also through signing up."""

import secrets
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.core import clock
from payments.budgets.forms import RelationForm
from payments.budgets.models import Purchase
from providers.listings.models import Offer, OfferDate

from .. import access, presentation, rules, selectors, services
from ..access import PersonRequest
from ..forms import CheckForm, ClassDateForm, NoteForm, QuantityForm, WhenForm
from ..models import Channel, Order
from ..rules import Wish
from ..services import funding
from .funding import MONEY_REFUSALS, MONEY_STEPS, Money, refusal_words
from .paying import to_payment

DRAFTS = "order-drafts"  # session key: {offer id: {"token": ..., "answers": {step: {field: text}}}}, newest last
MOST_DRAFTS = 4
CHECK = "check"


@dataclass
class Draft:
    """An order in progress: the answers as typed, so that every page can show and check them again."""

    offer: Offer
    token: str
    answers: dict[str, dict[str, str]]

    @classmethod
    def of(cls, request: PersonRequest, offer: Offer) -> "Draft":
        kept = request.session.get(DRAFTS, {}).get(offer.public_id) or {}
        return cls(offer, kept.get("token") or secrets.token_urlsafe(16), kept.get("answers") or {})

    def keep(self, request: PersonRequest) -> None:
        drafts = request.session.get(DRAFTS, {})
        drafts.pop(self.offer.public_id, None)
        drafts[self.offer.public_id] = {"token": self.token, "answers": self.answers}
        request.session[DRAFTS] = dict(list(drafts.items())[-MOST_DRAFTS:])

    def forget(self, request: PersonRequest) -> None:
        drafts = request.session.get(DRAFTS, {})
        drafts.pop(self.offer.public_id, None)
        request.session[DRAFTS] = drafts


@dataclass(frozen=True)
class Questions:
    """The pages of one offer, in order, and the form of each."""

    offer: Offer
    dates: list[OfferDate]
    today: date
    money: Money | None = None
    answers: dict[str, dict[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, request: PersonRequest, draft: Draft) -> "Questions":
        today, offer = timezone.localdate(), draft.offer
        money = Money.of(request.standing, offer, today)
        return cls(offer, selectors.dates_to_choose(offer, clock.now()), today, money, draft.answers)

    @property
    def by_date(self) -> bool:
        return self.offer.books_at_once or bool(self.dates)

    @property
    def most(self) -> int:
        return rules.most_of(self.offer.unit, has_date=self.by_date)

    @property
    def steps(self) -> list[str]:
        paid_from = self.money.steps(self.answers) if self.money else []
        return ["date" if self.by_date else "when", *(["quantity"] if self.most > 1 else []), "note", *paid_from]

    def form(self, step: str, data: Any = None) -> forms.Form:
        match step:
            case "when":
                return WhenForm(data, today=self.today)
            case "date":
                return ClassDateForm(data, dates=[each for each in self.dates if each.places_left > 0])
            case "quantity":
                question = presentation.quantity_question(self.offer, has_date=self.by_date)
                return QuantityForm(data, question=question, most=self.most)
            case "note":
                return NoteForm(data)
        if self.money and step in MONEY_STEPS:
            return self.money.form(step, self.answers, data)
        raise Http404

    def wish(self, answers: dict[str, dict[str, str]]) -> Wish | str:
        """The wish when every answer is good, or the first step that has to be asked (again)."""
        good: dict[str, Any] = {}
        for step in self.steps:
            form = self.form(step, answers.get(step))
            if step not in answers or not form.is_valid():
                return step
            good |= form.cleaned_data
        chosen = next((each for each in self.dates if each.public_id == good.get("date")), None)
        return Wish(
            quantity=good.get("quantity", 1),
            wanted_on=good.get("day"),
            wanted_words=good.get("words", ""),
            date=chosen,
            note=good["note"],
        )


@require_safe
def choose(request: PersonRequest, listing_id: str) -> HttpResponse:
    """What can be bought from one listing; straight on when there is one thing."""
    access.may_propose(request.standing)
    listing = access.listing_to_ask(listing_id)
    offers = list(selectors.offers_to_buy(listing))
    if len(offers) == 1:
        return redirect("orders:begin", offers[0].public_id)
    ways = [
        {
            "url": reverse("orders:begin", args=[offer.public_id]),
            "words": offer.title,
            "more": ". ".join(filter(None, [presentation.offer_price(offer), offer.details])),
        }
        for offer in offers
    ]
    context = {"listing": listing, "ways": ways, "buying": presentation.buying(listing, offers)}
    return render(request, "orders/choose.html", context)


@require_safe
def begin(request: PersonRequest, offer_id: str) -> HttpResponse:
    """The first question of an order, or why it cannot be placed just now."""
    access.may_propose(request.standing)
    offer = access.offer_to_buy(offer_id)
    refusal = _refusal(request, offer)
    if refusal:
        return render(request, "orders/cannot.html", {"offer": offer, "listing": offer.listing, "why_not": refusal})
    return redirect("orders:step", offer_id, Questions.of(request, Draft.of(request, offer)).steps[0])


def _refusal(request: PersonRequest, offer: Offer) -> str:
    name = presentation.first_name(offer.listing.provider)
    if access.only_proposes(request.standing) and not offer.price_pence:
        return _("This is free, so there is nothing to ask them for. They can book it themselves.")
    try:
        services.offer_check(offer=offer)
    except services.NotPayable:
        return _("%(name)s cannot be paid through this site yet. You can ask for a first visit.") % {"name": name}
    except services.NotOffered:
        return _("This cannot be ordered here. You can ask for a first visit.")
    return ""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: PersonRequest, offer_id: str, step: str) -> HttpResponse:
    """One question. The answer is kept as typed and the next question asked."""
    access.may_propose(request.standing)
    offer = access.offer_to_buy(offer_id)
    if _refusal(request, offer):
        return redirect("orders:begin", offer_id)
    draft = Draft.of(request, offer)
    questions = Questions.of(request, draft)
    if step in MONEY_STEPS and step not in questions.steps:
        return redirect("orders:check", offer_id)
    if step not in questions.steps:
        raise Http404
    form = questions.form(step, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if form.is_valid() and questions.money and "budget" in form.fields:
            earlier = {name: said for name, said in draft.answers.items() if name != "rest"}
            for words in questions.money.barred(earlier | {step: _typed(form)}):
                form.add_error("budget", words)
        if form.is_valid():
            draft.answers[step] = _typed(form)
            draft.keep(request)
            onwards = _next(questions, draft, step)
            if isinstance(form, RelationForm) and questions.money:
                questions.money.declare(form, request.actor)
                if told := questions.money.barred(draft.answers):
                    messages.warning(request, " ".join(told))
                    return redirect("orders:step", offer_id, "money")
            return redirect(onwards)
    elif step in draft.answers:
        form = questions.form(step, draft.answers[step])
        form.is_valid()
    at = questions.steps.index(step)
    back = reverse("orders:step", args=[offer_id, questions.steps[at - 1]]) if at else offer.listing.page.url
    context = {
        "offer": offer,
        "listing": offer.listing,
        "council": offer.listing.council,
        "price": presentation.offer_price(offer),
        "form": form,
        "step": step,
        "number": at + 1,
        "total": len(questions.steps) + 1,
        "back": back,
        "no_dates": questions.by_date and not any(each.places_left for each in questions.dates),
        "full": [presentation.date_words(each) for each in questions.dates if not each.places_left],
    }
    return render(request, "orders/step.html", context)


def _typed(form: forms.Form) -> dict[str, str]:
    """What was typed, by the name of the input: a date has three."""
    names = {f"{name}{box}" for name in form.fields for box in ("", "_0", "_1", "_2")}
    return {name: str(form.data[name]) for name in form.data if name in names}


def _next(questions: Questions, draft: Draft, step: str) -> str:
    """The question after this one, unless all have been answered before."""
    later = questions.steps[questions.steps.index(step) + 1 :]
    unanswered = [name for name in later if name not in draft.answers]
    if unanswered:
        return reverse("orders:step", args=[questions.offer.public_id, unanswered[0]])
    return reverse("orders:check", args=[questions.offer.public_id])


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: PersonRequest, offer_id: str) -> HttpResponse:
    """Check your answers, then order. Somebody who is not signed in is asked who they are first."""
    access.may_propose(request.standing)
    placed = _placed_before(request)
    if placed is not None:
        return redirect("orders:order", placed.public_id)
    offer = access.offer_to_buy(offer_id)
    draft = Draft.of(request, offer)
    questions = Questions.of(request, draft)
    wish = questions.wish(draft.answers)
    if isinstance(wish, str):
        if request.method == "POST":
            messages.warning(request, _("Please answer this question again. Something has changed since."))
        return redirect("orders:step", offer_id, wish)
    if not request.standing:
        return render(request, "orders/who.html", {"offer": offer, "listing": offer.listing, "here": request.path})
    form = _check_form(request, offer, draft, wish, questions.today)
    if request.method == "POST" and form.is_valid():
        done = _place(request, questions, draft, wish, form)
        if done is not None:
            draft.forget(request)
            return _placed(request, done) if isinstance(done, Order) else _asked(request, done)
    return render(request, "orders/check.html", _check_context(request, questions, wish, form))


def _placed_before(request: PersonRequest) -> Order | None:
    """The order that this very form made, when its button was pressed twice."""
    token = request.POST.get("token")
    return selectors.placed_before(request.user, token) if token and request.standing else None


def _check_form(request: PersonRequest, offer: Offer, draft: Draft, wish: Wish, today: date) -> CheckForm:
    day = timezone.localdate(wish.date.starts_at) if wish.date else wish.wanted_on
    early = bool(offer.price_pence) and rules.may_begin_early(
        rules.latest_contract(today, at_once=offer.books_at_once), day
    )
    total = rules.total(offer.price_pence or 0, wish.quantity)
    draft.keep(request)
    return CheckForm(
        request.POST if request.method == "POST" else None,
        initial={"token": draft.token, "total": total},
        early=early,
        must_ask=early and day is not None,
    )


def _place(
    request: PersonRequest, questions: Questions, draft: Draft, wish: Wish, form: CheckForm
) -> Order | Purchase | None:
    standing, offer = access.proposer(request.standing), questions.offer
    call = standing.call
    asked = Wish(**{**wish.__dict__, "begin_early": form.cleaned_data.get("begin_early", False)})
    try:
        return funding.order_buy(
            person=standing.person,
            offer=offer,
            wish=asked,
            expected_total_pence=form.cleaned_data["total"],
            token=draft.token,
            by=standing.actor,
            now=clock.now(),
            council=call.council if call else None,
            shares=questions.money.shares(draft.answers) if questions.money else (),
            delegation=standing.delegation,
        )
    except MONEY_REFUSALS as error:
        for words in refusal_words(error, offer):
            form.add_error(None, words)
    except services.PriceChanged:
        form.data = {**form.data.dict(), "total": str(rules.total(offer.price_pence or 0, wish.quantity))}  # type: ignore[attr-defined]
        form.add_error(None, _("The price has changed since you began. Look at it again before you order."))
    except services.NoPlaceLeft:
        form.add_error(None, _("Somebody else has just taken the last place. Go back and choose another date."))
    except services.NotPayable:
        form.add_error(None, _("They cannot be paid through this site just now. You have ordered nothing."))
    except services.NotOffered:
        form.add_error(None, _("This is not available any more. You have ordered nothing."))
    except services.OwnListing:
        form.add_error(None, _("You look after this listing, so you cannot order from it."))
    except (services.OutOfBounds, services.WrongDay, services.EarlyStartNotAsked):
        form.add_error(None, _("The number or the day does not work any more. Go back and choose again."))
    return None


def _asked(request: PersonRequest, purchase: Purchase) -> HttpResponse:
    """Somebody has to say yes first: to the page of the request."""
    waiting = purchase.approvals.latest("pk")
    messages.success(request, _("Asked. Nothing is ordered until there is a yes."))
    if request.standing.call is not None:  # the request is a page of their money, which nobody sees on the telephone
        return redirect("orders:mine")
    return redirect("budgets:request", waiting.public_id)


def _placed(request: PersonRequest, order: Order) -> HttpResponse:
    if presentation.can(order, "begin_payment") and order.channel != Channel.PHONE:
        return to_payment(request, order)
    if order.is_free and order.books_at_once:
        messages.success(request, _("Booked. There is nothing to pay."))
    return redirect("orders:order", order.public_id)


def _check_context(request: PersonRequest, questions: Questions, wish: Wish, form: CheckForm) -> dict[str, Any]:
    offer, money, answers = questions.offer, questions.money, questions.answers
    provider, here = offer.listing.provider, offer.public_id
    total = rules.total(offer.price_pence or 0, wish.quantity)
    amount = (
        presentation.amount_words(offer.unit, wish.quantity)
        if wish.date is None
        else presentation.places_ordered(wish.quantity)
    )
    when_step = "date" if wish.date else "when"
    when = (
        presentation.date_words(wish.date) if wish.date else presentation.day_words(wish.wanted_on, wish.wanted_words)
    )
    facts = [
        {"term": _("What"), "words": offer.title},
        {"term": _("When"), "words": when, "change_url": reverse("orders:step", args=[here, when_step])},
    ]
    if amount:
        facts.append(
            {"term": _("How many"), "words": amount, "change_url": reverse("orders:step", args=[here, "quantity"])}
        )
    facts.append(
        {
            "term": _("Note"),
            "words": wish.note or _("Nothing"),
            "change_url": reverse("orders:step", args=[here, "note"]),
        }
    )
    facts.append({"term": _("Who does it"), "words": presentation.identity(provider)})
    words = f"{offer.title}{', ' + amount if amount else ''}"
    asked, they_pay = money.asked(access.proposer(request.standing), answers, wish) if money else ("", False)
    lines: list[dict[str, object]] = [{"words": words, "pence": total}]
    if money and money.budgets:
        change_url = reverse("orders:step", args=[here, "money"])
        facts.append({"term": _("Who pays"), "words": money.paid_words(answers), "change_url": change_url})
        lines = money.lines(answers, words)
    if request.standing.for_another:
        facts.insert(0, {"term": _("For whom"), "words": str(request.standing.person)})
    return {
        "offer": offer,
        "listing": offer.listing,
        "council": offer.listing.council,
        "form": form,
        "facts": facts,
        "total": total,
        "free": total == 0,
        "lines": lines,
        "asked": asked,
        "they_pay": they_pay,
        "terms": presentation.terms_of(
            provider=provider,
            cancel_until=rules.cancel_until(timezone.localdate()) if offer.books_at_once else None,
            asked_early=False,
            free=total == 0,
        ),
        "first_name": presentation.first_name(provider),
        "by_phone": request.standing.call is not None,
        "back": reverse("orders:step", args=[here, questions.steps[-1]]),
    }
