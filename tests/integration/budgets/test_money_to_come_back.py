"""Whoever holds the money paid for something that was called off: it waits on their desk until they have it again."""

import importlib
from datetime import timedelta

import pytest
from django.apps import apps
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from marketplace.core import outbox
from marketplace.core.models import AuditEntry
from payments.budgets import selectors, services
from payments.budgets.models import Budget, MoneyBack, Purchase
from payments.budgets.services import returning
from payments.budgets.statement import statement_of
from payments.budgets.states import PurchaseState, Source
from payments.ledger import selectors as ledger
from payments.ledger.models import Account, Entry
from payments.orders import services as orders
from payments.orders.models import Order
from tests.factories.listings import make_provider
from tests.integration.budgets.test_amounts import day_boxes
from tests.integration.orders.conftest import by_self

pytestmark = pytest.mark.django_db
HOLDING, DESK = "/money/holding/", "/staff/money/quantock/"
EMPTY = "Nothing is to come back."


@pytest.fixture
def fund(cast, open_budget) -> Budget:
    """£100 for Joan, that Asha's co-operative holds."""
    holder = make_provider(cast.council["quantock"], cast.asha, "Asha’s Co-op")
    return open_budget(Source.ISF, 10_000, holder=holder, now=timezone.now() - timedelta(days=20))


@pytest.fixture
def managed(open_budget) -> Budget:
    """£100 for Joan, that her council looks after."""
    return open_budget(Source.COUNCIL_MANAGED, 10_000, now=timezone.now() - timedelta(days=20))


@pytest.fixture
def called_off(cast, buy, share, deliver):
    """£36 of this budget: its holder said yes and paid ten days ago, and Joan has called it off today."""

    def make(budget: Budget, *, cancelled: bool = True) -> Purchase:
        now = timezone.now()
        holder = cast.asha if budget.holder_id else cast.theo
        asked = buy(share(budget, 3600))
        services.approval_give(approval=asked.approvals.get(), user=holder, by=by_self(holder), now=now)
        asked.refresh_from_db()
        order = Order.objects.get(public_id=asked.order)
        orders.order_accept(order=order, by=by_self(cast.sam), now=now)
        services.purchase_holder_paid(purchase=asked, by=by_self(holder), now=now - timedelta(days=10))
        if cancelled:
            orders.order_cancel(order=order, by=by_self(cast.joan), now=now)
        deliver()
        asked.refresh_from_db()
        return asked

    return make


@pytest.fixture
def typed():
    """What is sent from the page: so much of what was still to come, on a day so many days ago."""

    def of(purchase: Purchase, pounds: str, *, ago: int = 0, seen: int | None = None) -> dict[str, str]:
        left = selectors.left_to_come_back(purchase) if seen is None else seen
        day = timezone.localdate() - timedelta(days=ago)
        return {"pence": pounds, "seen": str(left), **day_boxes("came_on", day)}

    return of


def letters_to(user) -> list[str]:
    return [letter.subject for letter in mail.outbox if letter.to == [user.email]]


def desks(cast, client_of) -> dict[str, tuple]:
    """Both who hold money: who signs in, their desk, and the page of one purchase."""
    return {
        "fund": (client_of(cast.asha), HOLDING, HOLDING + "{}/back/", cast.asha),
        "managed": (client_of(cast.theo), DESK, DESK + "back/{}/", cast.theo),
    }


@pytest.mark.parametrize("which", ["fund", "managed"])
def test_what_is_called_off_waits_on_the_desk_until_it_is_back(
    cast, client_of, request, which, called_off, typed, figures, deliver
):
    client, desk, page, holder = desks(cast, client_of)[which]
    budget = request.getfixturevalue(which)
    assert EMPTY in client.get(desk).content.decode()
    bought = called_off(budget)
    assert bought.state == PurchaseState.COMING_BACK
    assert "Called off: money comes back from Sam Orchard" in letters_to(holder)
    url, shown = page.format(bought.public_id), client.get(desk).content.decode()
    assert url in shown
    assert EMPTY not in shown
    for words in (bought.title, "£36.00", "Sam Orchard for Joan", "called off "):
        assert words in shown, words
    assert figures(budget) == (6400, 0, 3600), "nothing moves before somebody says so"
    form = client.get(url).content.decode()
    assert "£36.00 is to come back to you" in form
    mail.outbox.clear()
    said = client.post(url, typed(bought, "36", ago=2), follow=True)
    assert "Kept. It is in the budget again, and we have told the person." in said.content.decode()
    deliver()
    bought.refresh_from_db()
    assert (bought.state, figures(budget)) == (PurchaseState.CAME_BACK, (10_000, 0, 0))
    assert letters_to(holder) == letters_to(cast.joan) == ["Money came back from Sam Orchard"]
    for letter in mail.outbox:
        assert "£" not in letter.body
        assert "Joan" not in letter.body.replace("Dear Joan", "")
    desk_after = client.get(desk).content.decode()
    assert EMPTY in desk_after
    assert "Came back in the last two months" in desk_after
    assert "All of it came back to you" in client.get(url).content.decode()
    order = Order.objects.get()
    mine = client_of(cast.joan).get(f"/orders/{order.public_id}/").content.decode()
    assert "paid £36.00 and has all of it back." in mine
    receipt = client_of(cast.joan).get(f"/orders/{order.public_id}/receipt/").content.decode()
    assert f"Paid back to {budget.holder or 'Quantock Council'}" in receipt
    theirs = client_of(cast.sam).get(f"/provider/orders/{order.public_id}/").content.decode()
    assert "has all of the money back." in theirs
    assert ledger.out_of_step() == []
    assert Account.objects.get(key=f"provider:{order.provider_id}:earning").balance_pence == 0


def test_the_statement_has_the_line_on_the_day_it_came(cast, client_of, managed, called_off, typed):
    bought, today = called_off(managed), timezone.localdate()
    client_of(cast.theo).post(f"{DESK}back/{bought.public_id}/", typed(bought, "36", ago=3))
    read = statement_of(managed, first=managed.starts_on, last=today, now=timezone.now())
    assert [(line.day, line.what, line.pence) for line in read.lines[1:]] == [
        (today - timedelta(days=10), bought.title, -3600),
        (today - timedelta(days=3), f"Money back: {bought.title}", 3600),
    ]
    assert read.closing == 10_000
    early = statement_of(managed, first=managed.starts_on, last=today - timedelta(days=4), now=timezone.now())
    assert early.closing == 6400


def test_it_may_come_in_parts_and_more_than_was_paid_never_comes(cast, client_of, managed, called_off, typed, figures):
    bought, theo = called_off(managed), client_of(cast.theo)
    url = f"{DESK}back/{bought.public_id}/"
    theo.post(url, typed(bought, "£10.50", ago=1))
    bought.refresh_from_db()
    assert (bought.state, figures(managed)) == (PurchaseState.COMING_BACK, (7450, 0, 2550))
    order = Order.objects.get()
    mine = client_of(cast.joan).get(f"/orders/{order.public_id}/").content.decode()
    assert "paid £36.00 and has £10.50 of it back. Sam gives them the rest." in mine
    theirs = client_of(cast.sam).get(f"/provider/orders/{order.public_id}/").content.decode()
    assert "Please give them the other £25.50 yourself." in theirs
    refused = theo.post(url, typed(bought, "25.51"))
    assert "That is more than is still to come. Type at most £25.50." in refused.content.decode()
    theo.post(url, typed(bought, "25.50"))
    bought.refresh_from_db()
    assert (bought.state, figures(managed)) == (PurchaseState.CAME_BACK, (10_000, 0, 0))
    assert theo.post(url, typed(bought, "1")).status_code == 200, "there is nothing more, and no error page"
    assert MoneyBack.objects.count() == 2


@pytest.mark.parametrize("wrong", ["0", "-1", "1e9", "1.005", "١٢", "£12,50", "", "36.01", "lots"])
def test_what_is_no_amount_is_asked_for_again(cast, client_of, managed, called_off, typed, wrong):
    bought = called_off(managed)
    before = Entry.objects.count()
    answer = client_of(cast.theo).post(f"{DESK}back/{bought.public_id}/", typed(bought, wrong))
    assert list(answer.context["form"].errors) == ["pence"]
    assert 'id="id_pence_error"' in answer.content.decode()
    assert (Entry.objects.count(), MoneyBack.objects.count()) == (before, 0)


@pytest.mark.parametrize("ago", [-1, 11, 400])
def test_a_day_that_cannot_be_is_asked_for_again(cast, client_of, managed, called_off, typed, ago):
    """Not to come, and not before they paid."""
    bought = called_off(managed)
    answer = client_of(cast.theo).post(f"{DESK}back/{bought.public_id}/", typed(bought, "36", ago=ago))
    assert list(answer.context["form"].errors) == ["came_on"]
    with pytest.raises(services.NotOnThatDay):
        services.money_back_record(
            purchase=bought, pence=3600, came_on=timezone.localdate() - timedelta(days=ago), seen_pence=3600,
            by=by_self(cast.theo), now=timezone.now(),
        )  # fmt: skip
    assert not MoneyBack.objects.exists()


def test_two_presses_and_two_at_one_desk_write_it_down_once(cast, client_of, managed, called_off, typed, figures):
    """Each page says what it saw: the second press of a part is not a second part."""
    bought, theo = called_off(managed), client_of(cast.theo)
    url, sent = f"{DESK}back/{bought.public_id}/", typed(bought, "10")
    theo.post(url, sent)
    again = theo.post(url, sent, follow=True).content.decode()
    assert "Something was written down a moment ago, so nothing was changed now. Look again." in again
    for nonsense in ("", "x", "-3600", "999999999999999999999"):
        theo.post(url, sent | {"seen": nonsense})
    assert figures(managed) == (7400, 0, 2600)
    with pytest.raises(services.SeenOtherwise):
        services.money_back_record(
            purchase=bought, pence=1000, came_on=timezone.localdate(), seen_pence=3600, by=by_self(cast.theo),
            now=timezone.now(),
        )  # fmt: skip
    row = MoneyBack.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        MoneyBack.objects.create(purchase=bought, number=row.number, pence=1, came_on=row.came_on, said_at=row.said_at)


def test_a_mistake_is_put_right_by_a_new_row(cast, client_of, managed, called_off, typed, figures, deliver):
    bought, theo = called_off(managed), client_of(cast.theo)
    url = f"{DESK}back/{bought.public_id}/"
    theo.post(url, typed(bought, "36", ago=4))
    assert f"{url}1/mistake/" in theo.get(url).content.decode()
    assert "Did the £36.00 not come back?" in theo.get(f"{url}1/mistake/").content.decode()
    deliver()
    mail.outbox.clear()
    known = list(Entry.objects.values_list("key", "amount_pence"))
    theo.post(f"{url}1/mistake/")
    deliver()
    bought.refresh_from_db()
    assert (bought.state, figures(managed)) == (PurchaseState.COMING_BACK, (6400, 0, 3600))
    assert list(Entry.objects.values_list("key", "amount_pence"))[: len(known)] == known, "old rows stay as they were"
    wrong = "Money from Sam Orchard has not come back after all"
    assert letters_to(cast.joan) == letters_to(cast.theo) == [wrong]
    assert theo.post(f"{url}1/mistake/").status_code == 404, "once"
    assert theo.post(f"{url}2/mistake/").status_code == 404, "what puts right is no mistake itself"
    read = statement_of(managed, first=managed.starts_on, last=timezone.localdate(), now=timezone.now())
    assert [line.pence for line in read.lines[1:]] == [-3600, 3600, -3600]
    assert read.lines[-1].what == f"Money back that did not arrive: {bought.title}"
    theo.post(url, typed(bought, "36"))
    assert figures(managed) == (10_000, 0, 0)
    assert ledger.out_of_step() == []


def test_what_was_spent_since_cannot_be_taken_out_again(
    cast, client_of, managed, called_off, typed, figures, buy, share
):
    bought, theo = called_off(managed), client_of(cast.theo)
    url = f"{DESK}back/{bought.public_id}/"
    theo.post(url, typed(bought, "36"))
    buy(share(managed, 9000), quantity=5)
    before = (Entry.objects.count(), figures(managed))
    said = theo.post(f"{url}1/mistake/").content.decode()
    assert "Part of it has been spent or promised since, so it cannot be taken out. Nothing was changed." in said
    bought.refresh_from_db()
    assert (Entry.objects.count(), figures(managed)) == before
    assert (MoneyBack.objects.count(), bought.state) == (1, PurchaseState.CAME_BACK)


def test_a_provider_says_that_they_gave_it_back_and_no_money_moves(
    cast, client_of, managed, called_off, typed, figures, deliver
):
    bought, sam, theo = called_off(managed), client_of(cast.sam), client_of(cast.theo)
    order = Order.objects.get()
    url, entries = f"/provider/orders/{order.public_id}/", Entry.objects.count()
    page = sam.get(url).content.decode()
    assert "Quantock Council paid you £36: please give it back to them yourself." in page
    assert f"{url}gave-back/" in page
    mail.outbox.clear()
    done = sam.post(f"{url}gave-back/", {"words": "By bank transfer on <b>Tuesday</b>."}, follow=True)
    assert "We have told Quantock Council." in done.content.decode()
    sam.post(f"{url}gave-back/", {"words": "Once more."})
    deliver()
    assert letters_to(cast.theo) == ["Sam Orchard says that they gave money back"], "once"
    assert (Entry.objects.count(), figures(managed)) == (entries, (6400, 0, 3600))
    assert "You told Quantock Council on" in sam.get(url).content.decode()
    for shown in (theo.get(DESK), theo.get(f"{DESK}back/{bought.public_id}/")):
        assert "By bank transfer on &lt;b&gt;Tuesday&lt;/b&gt;." in shown.content.decode()
    theo.post(f"{DESK}back/{bought.public_id}/", typed(bought, "6"))
    assert "I gave the rest back" in sam.get(url).content.decode(), "of what is still to come it can be said anew"
    theo.post(f"{DESK}back/{bought.public_id}/", typed(bought, "30"))
    late = sam.post(f"{url}gave-back/", {"words": ""}).content.decode()
    assert "They have all of it back, so there is nothing to tell them." in late
    assert sam.get("/provider/orders/nothing/gave-back/").status_code == 404


def test_only_whoever_holds_the_money_sees_and_says_it(cast, client_of, fund, managed, called_off, typed):
    """Each at each other's door, and everybody else; nothing is written."""
    of_fund, of_council = called_off(fund), called_off(managed)
    theirs, councils = f"{HOLDING}{of_fund.public_id}/back/", f"{DESK}back/{of_council.public_id}/"
    crossed = (f"{HOLDING}{of_council.public_id}/back/", f"{DESK}back/{of_fund.public_id}/")
    for who, urls in {
        cast.asha: (councils, *crossed),
        cast.theo: (theirs, *crossed),
        **dict.fromkeys((cast.joan, cast.priya, cast.sam, cast.moira, cast.bea, cast.ken), (theirs, councils)),
    }.items():
        for url in urls:
            assert client_of(who).get(url).status_code == 404, (who, url)
            assert client_of(who).post(url, typed(of_fund, "36")).status_code == 404
            assert client_of(who).post(f"{url}1/mistake/").status_code == 404
    assert not MoneyBack.objects.exists()
    client_of(cast.theo).get(councils)
    assert AuditEntry.objects.filter(action="budgets.money_back.look", by_id=cast.theo.pk).count() == 1


def test_what_was_not_called_off_or_not_paid_does_not_come_back(cast, client_of, managed, called_off, buy, share):
    done = called_off(managed, cancelled=False)
    assert done.state == PurchaseState.SPENT
    theo, url = client_of(cast.theo), f"{DESK}back/{done.public_id}/"
    assert theo.get(url).status_code == 404
    asked = buy(share(managed, 3600))
    services.approval_give(approval=asked.approvals.get(), user=cast.theo, by=by_self(cast.theo), now=timezone.now())
    asked.refresh_from_db()
    order = Order.objects.get(public_id=asked.order)
    orders.order_cancel(order=order, by=by_self(cast.joan), now=timezone.now())
    asked.refresh_from_db()
    assert asked.state == PurchaseState.RELEASED
    assert EMPTY in theo.get(DESK).content.decode()
    with pytest.raises(services.NothingToComeBack):
        services.money_back_say(order=done.order, words="", by=by_self(cast.sam), now=timezone.now())


def test_a_councils_sums_follow_and_old_rows_are_never_rewritten(cast, managed, called_off, client_of, typed):
    bought = called_off(managed)
    today = timezone.localdate()
    before = selectors.spent_by_outcome(managed)
    client_of(cast.theo).post(f"{DESK}back/{bought.public_id}/", typed(bought, "36"))
    assert (dict(before), dict(selectors.spent_by_outcome(managed))) == (
        {"I get into the garden every week": 3600, "I see people I like": 0},
        {"I get into the garden every week": 0, "I see people I like": 0},
    )
    assert selectors.spent_lately(managed, timezone.now()) == 0
    picture = selectors.picture_of(cast.council["quantock"], today, surplus_weeks=8)
    assert [row.pence for row in picture.by_category] in ([], [None])
    purchase_page = client_of(cast.joan).get(f"/money/bought/{bought.public_id}/").content.decode()
    assert "Called off, the money came back" in purchase_page
    assert "£36.00 back" in purchase_page


def test_what_was_called_off_before_this_was_kept_waits_as_well(cast, client_of, managed, called_off):
    bought = called_off(managed)
    Purchase.objects.update(state=PurchaseState.SPENT, back_since=None)
    migration = importlib.import_module("payments.orders.migrations.0008_what_holders_get_back")
    migration.wait(apps, connection.schema_editor)
    bought.refresh_from_db()
    assert bought.state == PurchaseState.COMING_BACK
    assert bought.back_since == Order.objects.get().state_since
    assert bought.title in client_of(cast.theo).get(DESK).content.decode()


def test_a_provider_calls_it_off_and_the_holder_hears_of_it_too(cast, managed, called_off, deliver):
    bought = called_off(managed, cancelled=False)
    mail.outbox.clear()
    orders.order_call_off(order=Order.objects.get(), by=by_self(cast.sam), now=timezone.now(), words="I am ill.")
    deliver()
    bought.refresh_from_db()
    assert bought.state == PurchaseState.COMING_BACK
    assert letters_to(cast.theo) == ["Called off: money comes back from Sam Orchard"]


def test_a_letter_is_sent_once_however_often_the_worker_asks(cast, managed, called_off):
    bought = called_off(managed)
    returning.money_call_back(order=bought.order, now=timezone.now())
    assert not outbox.pending(returning.BACK_LETTER), "it was called off before"


def test_words_of_a_note_go_with_the_person(cast, managed, called_off):
    bought = called_off(managed)
    now = timezone.now()
    services.money_back_say(order=bought.order, words="Left it with Joan’s sister", by=by_self(cast.sam), now=now)
    services.budgets_forget(sender=type(cast.joan), person=cast.joan, now=now)
    bought.refresh_from_db()
    assert (bought.said_back_words, bought.state) == ("", PurchaseState.COMING_BACK)
