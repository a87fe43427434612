"""The person's own: a new proposal, the card, and what they say of a visit."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.core import clock
from marketplace.core.access import signed_in
from payments.orders.access import PersonRequest
from payments.orders.presentation import first_name, offer_price

from .. import access, presentation, selectors, services
from ..forms import TermsForm, WordsForm
from ..models.arrangement import Side
from ..models.money import Way
from ..presentation import visit_line
from ..services import GatewayError, GatewayRefused
from ..states import CARD_READY, CARD_UNDER_WAY, UNDER_WAY
from . import money
from .both import Door, asked, done, door, refusal, visit_door

NOT_NOW = gettext_lazy("This cannot be arranged just now. Ask for a first visit instead.")


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: PersonRequest, offer_id: str) -> HttpResponse:
    """Ask for help that comes again and again, at the price on the price list."""
    standing = access.buyer(request.standing)
    offer = access.offer_to_arrange(offer_id)
    provider, data = offer.listing.provider, request.POST if request.method == "POST" else None
    terms = TermsForm(data, today=timezone.localdate(), asks_price=False)
    pays = money.form_of(standing, provider, data)
    token = request.POST.get("token", "") or get_random_string(24)
    if request.method != "POST" and not services.can_be_arranged(offer):
        messages.warning(request, NOT_NOW)
        return redirect("orders:choose", offer.listing.public_id)
    if request.method == "POST" and terms.is_valid() & pays.is_valid():
        try:
            made = services.arrangement_propose(
                person=standing.person,
                offer=offer,
                wanted=terms.wanted(price_pence=offer.price_pence or 0),
                side=Side.PERSON,
                token=f"{standing.person.pk}:{token}"[:40],
                by=request.actor,
                now=clock.now(),
                paid_from=money.paid_from(request, provider, pays),
                delegation=standing.delegation,
            )
        except money.REFUSED as error:
            for words in money.refusal_words(error, provider):
                pays.add_error("paid_from", words)
        except services.EarlyStartNotAsked:
            pays.add_error("begin_early", money.early_words())
        except services.OwnListing:
            pays.add_error(None, _("You keep this listing, so you cannot ask it for help, for yourself or for others."))
        except services.WrongTerms as error:
            terms.add_error(None, refusal(error))
        except services.NotEveryWeek:
            terms.add_error(None, NOT_NOW)
        else:
            messages.success(request, _("We have asked %(name)s.") % {"name": first_name(provider)})
            return redirect("arrangements:arrangement", made.public_id)
    context = {
        "form": terms,
        "pays": pays,
        "token": token[:24],
        "council": provider.council,
        "title": _("Help every week from %(name)s") % {"name": first_name(provider)},
        "lead": _("%(title)s, %(price)s. They say yes or no; nothing is arranged until then.")
        % {"title": offer.title, "price": offer_price(offer)},
        "button": _("Ask %(name)s") % {"name": first_name(provider)},
        "back": reverse("orders:choose", args=[offer.listing.public_id]),
    }
    return render(request, "arrangements/terms.html", context)


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def choose_money(request: PersonRequest, public_id: str) -> HttpResponse:
    """Other money, or the same once more where whoever holds it said no or did not answer."""
    here = door(request, public_id, Side.PERSON)
    found, provider = here.arrangement, here.arrangement.provider
    if request.standing.call is not None or found.state not in UNDER_WAY or found.ends_on is not None:
        return here.home()
    form = money.form_of(
        request.standing, provider, request.POST if request.method == "POST" else None, only_money=True
    )
    if request.method == "POST" and form.is_valid():
        try:
            asked_for = services.money_choose(
                arrangement=found,
                paid_from=money.paid_from(request, provider, form),
                by=here.by,
                now=clock.now(),
                delegation=request.standing.delegation,
            )
        except money.REFUSED as error:
            for words in money.refusal_words(error, provider):
                form.add_error("paid_from", words)
        except (services.OwnListing, services.NotUnderWay) as error:
            messages.warning(request, refusal(error))
            return here.home()
        else:
            said = _("Saved. It pays from now on.") if asked_for is None else _("We have asked them.")
            messages.success(request, said)
            return here.home()
    lead = _("Visits that have happened and are on a bill stay with the money they were on.")
    return asked(here, request, title=_("Which money pays?"), lead=lead, form=form, button=_("Choose this money"))


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def card(request: PersonRequest, public_id: str) -> HttpResponse:
    """What saving a card means, and the way to the page where it is saved."""
    here = door(request, public_id, Side.PERSON)
    if request.method != "POST":
        offers_debit = selectors.may_debit(here.arrangement)
        return asked(
            here,
            request,
            title=_("Save a card"),
            lead=services.consent(here.arrangement),
            button=_("Go on to save a card"),
            small=_("The number is typed on the page of Stripe, who take the payments. This site never sees it."),
            more=(here.url("debit"), _("Pay by Direct Debit instead")) if offers_debit else None,
        )
    return _to_the_page(request, here, Way.CARD)


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def debit(request: PersonRequest, public_id: str) -> HttpResponse:
    """What a Direct Debit means, the guarantee, and the way to the page where the bank account is given."""
    here = door(request, public_id, Side.PERSON)
    if not selectors.may_debit(here.arrangement):
        return here.home()
    if request.method != "POST":
        return asked(
            here,
            request,
            title=_("Pay by Direct Debit"),
            lead=services.consent(here.arrangement, Way.DEBIT),
            button=_("Go on to set it up"),
            small=_(
                "The account number is typed on the page of Stripe, who collect the payments for %(name)s. "
                "This site never sees it. Your bank statement says Stripe, or the name of %(name)s."
            )
            % {"name": here.arrangement.provider.name},
            guarantee=presentation.guarantee(),
            more=(here.url("card"), _("Save a card instead")),
        )
    return _to_the_page(request, here, Way.DEBIT)


def _to_the_page(request: PersonRequest, here: Door, way: str) -> HttpResponse:
    """To Stripe's page, where the way to pay is saved."""
    if request.standing.call is not None:
        messages.warning(request, _("Nobody may give a card number by phone. They save it from their own page."))
        return here.home()
    try:
        begun = services.card_begin(
            arrangement=here.arrangement,
            by=here.by,
            now=clock.now(),
            saved_url=request.build_absolute_uri(here.url("card_saved")),
            back_url=request.build_absolute_uri(here.url("arrangement")),
            way=way,
        )
    except services.OwnListing as error:
        messages.warning(request, refusal(error))
    except services.NoCardNeeded:
        messages.warning(request, _("There is nothing to save a card for just now."))
    except services.NoDebits:
        messages.warning(request, _("They cannot collect by Direct Debit just now. Save a card instead."))
    except GatewayRefused:
        messages.warning(request, _("That cannot be saved just now. Try again later."))
    except GatewayError:
        messages.warning(request, _("The page did not answer. Nothing was saved. Try again in a minute."))
    else:
        if begun.state in CARD_UNDER_WAY and begun.session_url:
            return HttpResponseRedirect(begun.session_url)
    return here.home()


@signed_in
@never_cache
@require_safe
def card_saved(request: PersonRequest, public_id: str) -> HttpResponse:
    """Where the page sends people afterwards. Its word counts for nothing: the gateway is asked."""
    here = door(request, public_id, Side.PERSON, change=False)
    newest = here.arrangement.cards.last()
    if newest is not None and newest.state in CARD_UNDER_WAY:
        try:
            newest = services.card_look_up(card=newest, now=clock.now())
        except GatewayError:
            messages.warning(request, _("We cannot see it yet. Look again in a minute."))
            return here.home()
    if newest is not None and newest.state in CARD_READY:
        said = _("Your Direct Debit is set up. Nothing was taken.") if newest.is_debit else None
        messages.success(request, said or _("Your card is saved. Nothing was taken."))
    else:
        messages.warning(request, _("Nothing was saved."))
    return here.home()


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def query(request: PersonRequest, public_id: str, visit_id: str) -> HttpResponse:
    """Something about a visit is not right: it is not charged until the two agree."""
    here, visit = visit_door(request, public_id, visit_id, Side.PERSON)
    line = visit_line(visit, clock.now())
    if not line.may_query:
        return here.home()
    required = _("Say in a few words what was not right.")
    form = WordsForm(request.POST or None, label=_("What was not right?"), required=required)
    if request.method == "POST" and form.is_valid():
        try:
            services.visit_query(visit=visit, by=here.by, now=clock.now(), words=form.cleaned_data["words"])
        except (services.QueryTooLate, services.IllegalMove):
            messages.warning(request, _("The three days are over. Talk to them, or ring the council."))
        else:
            messages.success(request, _("We have asked them. Nothing is charged for this visit meanwhile."))
        return here.home()
    lead = _("%(day)s: %(words)s. It is not charged until the two of you agree.") % {
        "day": line.day,
        "words": line.words,
    }
    return asked(here, request, title=_("Ask about this visit"), lead=lead, form=form, button=_("Send the question"))


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def settle(request: PersonRequest, public_id: str, visit_id: str) -> HttpResponse:
    """It is all right after all."""
    here, visit = visit_door(request, public_id, visit_id, Side.PERSON)
    if request.method == "POST":
        return done(here, request, services.visit_settle, _("Thank you. It is paid with the others."), visit=visit)
    return here.home()


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def missed(request: PersonRequest, public_id: str, visit_id: str) -> HttpResponse:
    """Nobody came."""
    here, visit = visit_door(request, public_id, visit_id, Side.PERSON)
    form = WordsForm(request.POST or None, label=_("A few words for them"))
    if request.method == "POST" and form.is_valid():
        facts = {"visit": visit, "side": Side.PERSON, "words": form.cleaned_data["words"]}
        words = _("Written down. We have told them, and nothing is charged.")
        return done(here, request, services.visit_missed, words, **facts)
    lead = visit_line(visit, clock.now()).day
    return asked(here, request, title=_("Did nobody come?"), lead=lead, form=form, button=_("Nobody came"))
