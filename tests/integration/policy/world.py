"""One of everything, belonging to somebody, so that everybody else can be refused it.

Names are keys: `world["order_paid"]` is what stands in an address. Whatever Quantock (council A) has not published
carries UNSEEN in its words.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone
from PIL import Image as Picture
from wagtail.admin.models import EditingSession
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents.models import Document
from wagtail.models import Comment, Page, Revision, Site, Task, UploadedFile, Workflow

from marketplace.cms import services as cms
from marketplace.cms.models import CouncilPage, GuidePage, Photo
from marketplace.core.audit import CLOCKWORK, SELF, Actor
from marketplace.people import services as people
from marketplace.people.models import Scope, User
from payments.budgets import services as budgets
from payments.budgets.models import Approval, AskedOf, Budget, Method, Purchase, Relation, Rule
from payments.budgets.rules import Share
from payments.budgets.states import Source
from payments.gateway import services as gateway
from payments.gateway.models import WebhookEvent
from payments.gateway.states import WebhookState
from payments.orders import services as orders
from payments.orders.models import Difference, DifferenceKind, Order, VisitRequest
from payments.orders.rules import Wish
from payments.orders.services import funding
from payments.sandbox import cards, place, webhooks
from payments.sandbox import services as sandbox
from providers.assurance import services as assurance
from providers.assurance.selectors import moment_of
from providers.listings import services as listings
from providers.listings.models import Listing, OfferDate, Unit
from providers.listings.states import HoldKind
from search.models import ShortlistEntry, WordRule
from tests.conftest import Cast, make_cast
from tests.factories.listings import make_category, make_listing, make_offer, make_provider
from tests.factories.people import make_delegation

from .groups import make_groups
from .weekly import make_weekly

UNSEEN = "Heliotrope"
PRIVATE = "Periwinkle"  # in whatever only Joan, her helper and who holds her money may read


@dataclass
class World:
    cast: Cast
    things: dict[str, Any] = field(default_factory=dict)

    def __getitem__(self, key: str) -> Any:
        return self.things[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.things[key] = value


def make_world(client_of: Callable[..., Client]) -> World:
    """The whole world in the database and in the practice payment store. About three seconds."""
    world = World(make_cast())
    _listings(world)
    _people(world)
    _orders(world, client_of)
    _money(world)
    make_groups(world)
    make_weekly(world)
    _care(world)
    _admin(world)
    return world


def actor(user: User) -> Actor:
    return Actor(by_id=user.pk, for_id=user.pk, channel=SELF)


def _picture(colour: str) -> bytes:
    stream = io.BytesIO()
    Picture.new("RGB", (640, 480), colour).save(stream, "JPEG")
    return stream.getvalue()


def _listings(world: World) -> None:
    cast, now = world.cast, timezone.now()
    quantock, wharfe = cast.council["quantock"], cast.council["wharfe"]
    gardening = make_category()
    own = make_category("orchard", "Orchards")
    own.council = quantock
    own.save()
    sam = make_provider(quantock, cast.sam, email="sam@example.org", phone="01632 960 442")
    live = make_listing(sam, categories=(gardening,), assured_on=date.today())
    offer = make_offer(live)
    free = make_offer(live, "A look round", 0, unit=Unit.FREE, minutes=None)
    lesson = make_offer(live, "Gentle exercise", 800, unit=Unit.SESSION, books_at_once=True)
    starts = (timezone.localtime(now) + timedelta(days=10)).replace(hour=14, minute=30, second=0, microsecond=0)
    lesson_date = OfferDate.objects.create(offer=lesson, starts_at=starts, places=5)
    draft = make_listing(sam, f"{UNSEEN} drafts", live=False, about=f"{UNSEEN} is what nobody has approved.")
    waiting = make_listing(sam, f"{UNSEEN} waits", live=False, summary=f"{UNSEEN} for Moira.")
    listings.listing_submit(listing=waiting, by=actor(cast.sam), user=cast.sam, now=now)
    changed = make_listing(sam, "Sam Orchard, hedges")
    listings.listing_edit(
        listing=changed, by=actor(cast.sam), user=cast.sam, now=now, title=f"{UNSEEN} hedges", summary=f"{UNSEEN} too"
    )
    listings.listing_submit(listing=changed, by=actor(cast.sam), user=cast.sam, now=now)
    archived = make_listing(sam, "Sam Orchard, chimneys")
    listings.listing_archive(listing=archived, by=actor(cast.sam), user=cast.sam, now=now)
    stopped = make_provider(quantock, cast.sam, "Stopped and Sons")
    suspended = make_listing(stopped, "Stopped and Sons, roofs")
    suspended_offer = make_offer(suspended)
    hold = listings.hold_place(
        provider=stopped, kind=HoldKind.SUSPENDED, by=actor(cast.moira), now=now, reason="Paperwork"
    )
    asha = make_provider(wharfe, cast.asha, "Asha’s Co-operative")
    hers = make_listing(asha, "Asha’s Co-operative, company at home")
    world.things |= {
        "provider": sam.public_id,
        "provider_pk": sam.pk,
        "category": own.pk,
        "rule": WordRule.objects.create(
            council=cast.council["quantock"], sort="both", text="bit of a sit, befriending", changed_at=now
        ).pk,
        "national_rule": WordRule.objects.filter(council=None).values_list("pk", flat=True)[0],
        "national_category": gardening.pk,
        "live": live.public_id,
        "live_page": live.page_id,
        "live_path": live.page.url,
        "offer": offer.public_id,
        "free_offer": free.public_id,
        "lesson": lesson.public_id,
        "lesson_date": lesson_date.public_id,
        "draft": draft.public_id,
        "draft_page": draft.page_id,
        "draft_path": draft.page.url,
        "waiting": waiting.public_id,
        "waiting_page": waiting.page_id,
        "waiting_path": waiting.page.url,
        "changed": changed.public_id,
        "changed_page": changed.page_id,
        "archived": archived.public_id,
        "archived_path": archived.page.url,
        "suspended_provider": stopped.public_id,
        "suspended": suspended.public_id,
        "suspended_path": suspended.page.url,
        "suspended_offer": suspended_offer.public_id,
        "hold": hold.pk,
        "hidden_at": moment_of(hold.placed_at),
        "asha": asha.public_id,
        "ashas": hers.public_id,
        "ashas_offer": make_offer(hers).public_id,
        "quantock": "quantock",
        "wharfe": "wharfe",
    }
    ShortlistEntry.objects.create(person=cast.ken, listing=live, added_by=cast.ken, at=now)


def _people(world: World) -> None:
    cast, now = world.cast, timezone.now()
    letter = people.invitation_send(
        person=cast.joan,
        name="Lee",
        email=cast.lee.email,
        scope=Scope.SEE,
        starts_on=timezone.localdate(now),
        ends_on=None,
        by=actor(cast.joan),
        now=now,
    )
    call = people.call_start(
        council=cast.council["quantock"],
        staff=cast.nia,
        caller=cast.ken,
        consent_words="Yes, go ahead",
        by=actor(cast.nia),
        now=now,
    )
    world.things |= {
        "joan_priya": make_delegation(cast.joan, cast.priya, Scope.BUY).pk,
        "ken_lee": make_delegation(cast.ken, cast.lee, Scope.SEE).pk,
        "letter": letter.public_id,
        "letter_key": people.invitation_key(letter),
        "call": call.pk,
        "ticket": people.caller_ticket(cast.ken, cast.nia),
        "work": cast.nia.council_work.get().pk,
    }


def _orders(world: World, client_of: Callable[..., Client]) -> None:
    cast, now = world.cast, timezone.now()
    live = Listing.objects.get(public_id=world["live"])
    offer = live.offers.get(public_id=world["offer"])
    store = place.store()
    account = gateway.account_open(provider=live.provider, by=CLOCKWORK, now=now)
    sandbox.onboarding_finish(store, account_id=account.stripe_id)
    account = gateway.account_refresh(account=account, now=now)
    numbers = iter(range(100))

    def ordered(person: User) -> Order:
        return orders.order_place(
            person=person,
            offer=offer,
            wish=Wish(quantity=2, wanted_on=timezone.localdate() + timedelta(days=5), begin_early=True),
            expected_total_pence=2 * offer.price_pence,
            token=f"world-{next(numbers)}",
            by=actor(person),
            now=now,
        )

    def paid(order: Order, user: User) -> Order:
        sandbox.session_pay(store, session_id=opened(order, user), number=cards.SUCCESS.number)
        return orders.order_look_up(order=order, now=now)

    def opened(order: Order, user: User) -> str:
        order = orders.order_accept(order=order, by=actor(cast.sam), now=now)
        answer = client_of(user).post(f"/orders/{order.public_id}/pay/")
        return answer.url.rstrip("/").rsplit("/", 1)[1]

    proposed = ordered(cast.ken)
    orders.order_propose(order=proposed, day=date.today() + timedelta(days=9), words="", by=actor(cast.sam), now=now)
    accepted, paying = ordered(cast.ken), ordered(cast.ken)
    orders.order_accept(order=accepted, by=actor(cast.sam), now=now)
    world.things |= {
        "account": account.stripe_id,
        "order": ordered(cast.ken).public_id,
        "order_proposed": proposed.public_id,
        "order_accepted": accepted.public_id,
        "order_paying": paying.public_id,
        "session": opened(paying, cast.ken),
        "order_paid": paid(ordered(cast.ken), cast.ken).public_id,
        "order_of_joan": ordered(cast.joan).public_id,
    }
    disputed = paid(ordered(cast.ken), cast.ken)
    charge = disputed.attempts.get().charge_id
    sandbox.dispute_open(store, charge_id=charge)
    dispute = next(gateway.disputes_of(account=account.stripe_id, since=now - timedelta(hours=1)))
    orders.dispute_settle(account=account, shown=dispute, now=now)
    world["order_disputed"] = disputed.public_id
    world["difference"] = Difference.objects.create(
        kind=DifferenceKind.AMOUNT, subject="pi_1", account=account, state_since=now, found_at=now
    ).pk
    world["webhook"] = WebhookEvent.objects.create(
        event_id="evt_1", kind="charge.succeeded", body="{}", received_at=now, state=WebhookState.QUARANTINED
    ).pk
    assert Order.objects.get(public_id=world["order_paid"]).paid_at, "the practice payment did not go through"
    webhooks.deliver(store, lambda _body, _headers: 200, settings.STRIPE_WEBHOOK_SECRET)
    visit = orders.visit_ask(
        person=cast.ken, listing=live, when_words="A Tuesday", note="", by=actor(cast.ken), now=now
    )
    other = Listing.objects.get(public_id=world["ashas"])
    elsewhere = orders.visit_ask(person=cast.ken, listing=other, when_words="", note="", by=actor(cast.ken), now=now)
    offered = orders.visit_ask(person=cast.joan, listing=live, when_words="", note="", by=actor(cast.joan), now=now)
    orders.visit_propose(visit=offered, day=date.today() + timedelta(days=3), words="10am", by=actor(cast.sam), now=now)
    world.things |= {
        "visit": visit.public_id,
        "visit_of_joan": VisitRequest.objects.get(pk=offered.pk).public_id,
        "visit_with_asha": elsewhere.public_id,
    }


def _money(world: World) -> None:
    """Joan's direct payment, a fund that Sam holds, a budget that Quantock looks after; a request in each queue."""
    cast, now, today = world.cast, timezone.now(), timezone.localdate()
    live = Listing.objects.get(public_id=world["live"])
    offer = live.offers.get(public_id=world["offer"])
    asha = Listing.objects.get(public_id=world["ashas"]).provider
    facts: dict[str, Any] = {
        "person": cast.joan,
        "starts_on": today - timedelta(days=20),
        "ends_on": today + timedelta(days=200),
        "allocated_pence": 90_000,
        "outcomes": [f"{PRIVATE} garden"],
        "council": cast.council["quantock"],
        "by": actor(cast.joan),
        "now": now,
    }
    mine = budgets.budget_open(source=Source.DIRECT_PAYMENT, **facts)
    fund = budgets.budget_open(source=Source.ISF, holder=asha, **facts)
    managed = budgets.budget_open(source=Source.COUNCIL_MANAGED, **facts)
    goods = budgets.Goods(f"{PRIVATE} digging", live.provider, (), 3600)

    def ask(budget: Budget, asked_of: AskedOf) -> Approval:
        purchase = budgets.purchase_commit(
            person=cast.joan, goods=goods, shares=[Share(3600, budget.pk)], day=today, by=actor(cast.joan), now=now,
            asks=[asked_of], wish={"offer": offer.public_id},
        )  # fmt: skip
        return purchase.approvals.get()

    def to_pay(budget: Budget) -> str:
        purchase = budgets.purchase_commit(
            person=cast.joan, goods=goods, shares=[Share(3600, budget.pk)], day=today, by=actor(cast.joan), now=now,
            order=f"none-{budget.pk}",
        )  # fmt: skip
        return purchase.public_id

    def to_come_back(budget: Budget, holder: User, token: str) -> Purchase:
        """Its holder paid, the provider called it off, and a part is back."""
        total = 2 * offer.price_pence
        wish = Wish(quantity=2, wanted_on=today + timedelta(days=5), begin_early=True)
        asked = funding.order_buy(
            person=cast.joan, offer=offer, wish=wish, expected_total_pence=total, token=token, by=actor(cast.joan),
            now=now, shares=[Share(total, budget.pk)],
        )  # fmt: skip
        budgets.approval_give(approval=asked.approvals.get(), user=holder, by=actor(holder), now=now)
        bought = Purchase.objects.get(pk=asked.pk)
        order = orders.order_accept(order=Order.objects.get(public_id=bought.order), by=actor(cast.sam), now=now)
        budgets.purchase_holder_paid(purchase=bought, by=actor(holder), now=now)
        orders.order_call_off(order=order, by=actor(cast.sam), now=now, words="I am ill.")
        budgets.money_back_record(
            purchase=bought, pence=100, came_on=today, seen_pence=total, by=actor(holder), now=now
        )
        return bought

    back_holder, back_council = to_come_back(fund, cast.asha, "fund"), to_come_back(managed, cast.theo, "managed")
    bought = budgets.purchase_record(
        person=cast.joan, title=f"{PRIVATE} spade", provider_name="A shop", method=Method.CASH, bought_on=today,
        shares=[Share(1200, mine.pk, mine.outcomes.get().pk)], by=actor(cast.joan), now=now,
        related=budgets.Related(Relation.NONE, shares_home=False),
    )  # fmt: skip
    paper = budgets.evidence_add(
        purchase=bought, name="till.pdf", content=b"%PDF-1.7 a receipt", by=actor(cast.joan), now=now
    )
    decision = budgets.exemption_grant(
        council=cast.council["quantock"], person=cast.joan, rule=Rule.RELATIVE, provider=live.provider, category=None,
        reason="Needed at night", until=None, decided_by=cast.theo, by=actor(cast.theo), now=now,
    )  # fmt: skip
    world.things |= {
        "budget": mine.public_id,
        "request_person": ask(mine, AskedOf.PERSON).public_id,
        "request_holder": ask(fund, AskedOf.HOLDER).public_id,
        "request_council": ask(managed, AskedOf.COUNCIL).public_id,
        "to_pay_holder": to_pay(fund),
        "to_pay_council": to_pay(managed),
        "back_holder": back_holder.public_id,
        "back_council": back_council.public_id,
        "order_called_off": back_council.order,
        "bought": bought.public_id,
        "paper": paper.public_id,
        "exemption": decision.public_id,
    }


def _care(world: World) -> None:
    cast, now = world.cast, timezone.now()
    live = Listing.objects.get(public_id=world["live"])
    credential = assurance.credential_claim(
        provider=live.provider, kind="insurance", by=actor(cast.sam), now=now, number=f"{UNSEEN}-7"
    )
    facts = {"severity": "ordinary", "by": actor(cast.ken), "now": now, "words": f"{UNSEEN} shouted at me."}
    concern = assurance.concern_raise(council=live.council, listing=live, reporter=cast.ken, name="Ken", **facts)
    homeless = assurance.concern_raise(council=None, listing=None, **facts)
    world.things |= {
        "credential": credential.public_id,
        "concern": concern.public_id,
        "concern_without_council": homeless.public_id,
    }


def _admin(world: World) -> None:
    cast, now = world.cast, timezone.now()
    council_page = CouncilPage.objects.get(council=cast.council["quantock"])
    collection = cms.collection_of(cast.council["quantock"])
    live = Page.objects.get(pk=world["live_page"])
    waiting = Page.objects.get(pk=world["waiting_page"]).specific
    state = waiting.current_workflow_state
    photo = listings.photo_store(
        council=cast.council["quantock"],
        title=f"{UNSEEN} photo",
        upload=io.BytesIO(_picture("teal")),
        user=cast.sam,
    )
    document = Document(title=f"{UNSEEN} document", collection=collection, uploaded_by_user=cast.moira)
    document.file.save("minutes.txt", ContentFile(b"Everybody came."))
    guide = council_page.add_child(
        instance=GuidePage(title=f"{UNSEEN} guide", slug="guide-in-draft", summary=f"{UNSEEN} inside", live=False)
    )
    guide.save_revision(user=cast.moira, log_action=True)
    guide.locked, guide.locked_by, guide.locked_at = True, cast.moira, now
    guide.save()
    comment = Comment.objects.create(
        page=live, user=cast.moira, text=f"{UNSEEN} comment", contentpath="summary", created_at=now
    )
    scheduled = Revision.objects.filter(object_id=str(world["changed_page"])).latest("pk")
    upload = UploadedFile.objects.create(
        uploaded_by_user=cast.moira, for_content_type=ContentType.objects.get_for_model(Photo)
    )
    upload.file.save("waiting.jpg", ContentFile(_picture("navy")))
    session = EditingSession.objects.create(user=cast.moira, content_object=live, last_seen_at=now)
    world.things |= {
        "council_page": council_page.pk,
        "home_page": council_page.get_parent().pk,
        "wharfe_page": CouncilPage.objects.get(council=cast.council["wharfe"]).pk,
        "guide": guide.pk,
        "revision": live.latest_revision_id,
        "waiting_revision": waiting.latest_revision_id,
        "changed_revision": scheduled.pk,
        "workflow": Workflow.objects.get(name="Quantock Council: listings").pk,
        "task": Task.objects.get(name="Quantock Council: approval").pk,
        "workflow_state": state.pk,
        "task_state": state.current_task_state_id,
        "comment": comment.pk,
        "photo": photo.pk,
        "document": document.pk,
        "document_name": document.filename,
        "media": photo.file.name,
        "collection": collection.pk,
        "upload": upload.pk,
        "editing_session": session.pk,
        "redirect": Redirect.add_redirect("/old", live).pk,
        "site": Site.objects.get(is_default_site=True).pk,
        "group": cast.moira.groups.get().pk,
        "user": cast.ken.pk,
    }
