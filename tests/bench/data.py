"""Ten thousand live listings in seconds: rows written in bulk, the same as the services would write one by one."""

from random import Random

from django.db import connection, transaction
from django.utils import timezone
from wagtail.models import Page

from marketplace.core import geo
from marketplace.core.models import public_id
from marketplace.demo.seed import people, providers
from marketplace.demo.seed.kinds import KINDS
from marketplace.demo.seed.names import FIRST, GROUND, LAST
from marketplace.people.models import Council
from providers.listings.models import Category, Listing, ListingPage, Offer, Provider
from providers.listings.states import ListingState


@transaction.atomic
def fill(count: int, seed: int = 7) -> None:
    """`count` live listings of one council, three offers each; nothing when they are there already."""
    if Listing.objects.count() >= count:
        return
    now = timezone.now()
    councils = people.councils(now)
    people.cast(now, councils)
    categories = providers.categories()
    council = councils["quantock"]
    lot = Random(seed)
    ground = [
        (place, code)
        for outcode, place in GROUND["quantock"]
        for code in list(geo.postcodes_in(outcode, council.area_codes[0]))[::7]
    ]
    made = Provider.objects.bulk_create(
        Provider(council=council, name=f"{lot.choice(FIRST)} {lot.choice(LAST)} {n}", contact_name=lot.choice(FIRST))
        for n in range(count)
    )
    pages = _pages(council, made, ground, lot)
    rows = Listing.objects.bulk_create(
        Listing(
            provider=provider, council=council, page_id=page.pk, state=ListingState.LIVE, state_since=now,
            assured_on=now.date(), takes_direct_payments=bool(n % 3), public_id=public_id(),
        )
        for n, (provider, page) in enumerate(zip(made, pages, strict=True))
    )  # fmt: skip
    _categories_and_offers(rows, categories, lot)


def _pages(council: Council, made: list[Provider], ground: list[tuple[str, str]], lot: Random) -> list[Page]:
    parent = Page.objects.get(pk=council.page.pk)  # as it is now: making the cast may have put pages below it
    start = parent.numchild
    from django.contrib.contenttypes.models import ContentType

    kind = ContentType.objects.get_for_model(ListingPage)
    pages = []
    for n, provider in enumerate(made):
        slug = f"listing-{n}"
        pages.append(
            Page(
                title=provider.name, draft_title=provider.name, slug=slug, live=True, content_type=kind,
                path=Page._get_path(parent.path, parent.depth + 1, start + n + 1), depth=parent.depth + 1,
                url_path=f"{parent.url_path}{slug}/", locale=parent.locale,
            )
        )  # fmt: skip
    pages = Page.objects.bulk_create(pages, batch_size=2000)
    Page.objects.filter(pk=parent.pk).update(numchild=start + len(pages))
    fields = [field for field in ListingPage._meta.local_concrete_fields if field.name != "page_ptr"]
    columns = ["page_ptr_id", *(field.column for field in fields)]
    rows = []
    for page in pages:
        kind_of_help = lot.choice([each for each in KINDS if each.share])  # somebody has words for it
        place, code = lot.choice(ground)
        words = ListingPage(
            who=f"{page.title} works alone",
            summary=lot.choice(kind_of_help.summaries).format(place=place),
            about="\n\n".join(part.format(place=place) for part in lot.sample(kind_of_help.abouts, 2)),
            when="Monday to Friday, 9 to 5",
            days=lot.sample(["mon", "tue", "wed", "thu", "fri", "sat"], 3),
            languages=["English"],
            comes_to_you=True,
            reach_kind="miles",
            reach_miles=lot.choice((5, 10, 15)),
            base_postcode=code,
        )
        rows.append([page.pk, *(field.get_db_prep_save(getattr(words, field.attname), connection) for field in fields)])
    named = ", ".join(f'"{name}"' for name in columns)
    marks = ", ".join(["%s"] * len(columns))
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {ListingPage._meta.db_table} ({named}) VALUES ({marks})", rows)
    return pages


def _categories_and_offers(rows: list[Listing], categories: dict[str, Category], lot: Random) -> None:
    through = ListingPage.categories.through
    through.objects.bulk_create(
        (through(listingpage_id=row.page_id, category=lot.choice(list(categories.values()))) for row in rows),
        batch_size=5000,
    )
    Offer.objects.bulk_create(
        (
            Offer(listing=row, title=title, unit="hour", price_pence=lot.randrange(1000, 3000, 50), position=position)
            for row in rows
            for position, title in enumerate(("An hour", "Two hours", "A half day"))
        ),
        batch_size=5000,
    )
