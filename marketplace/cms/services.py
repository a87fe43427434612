"""Making room for a council: its page, its curators' group, its pictures and its workflow."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.models import (
    Collection,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Site,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

from marketplace.core import audit, pagecache
from marketplace.core.audit import Actor
from marketplace.core.errors import DomainError
from marketplace.people.models import Council, CouncilRole, CouncilStaff, User

from .guides import GUIDES
from .models import CouncilApprovalTask, CouncilPage, GuidePage, HomePage

RESERVED_SLUGS = frozenset(
    [
        "search",
        "shortlist",
        "compare",
        "orders",
        "money",
        "provider",
        "accounts",
        "admin",
        "health",
        "sandbox",
        "demo",
        "documents",
        "media",
        "static",
        "map",
        "style",
        "language",
        "operator",
        "staff",
        "acting",
        "payments",
        "offline",
        "look",
        "api",
        "help",
        "concern",
        *(guide.slug for guide in GUIDES),
    ]
)
PAGE_PERMISSIONS = ("add_page", "change_page", "publish_page", "lock_page", "unlock_page")


class SlugTaken(DomainError):
    """A council, or a fixed address of the site, already has this short name."""


def home_page() -> HomePage:
    """The front page, made with its site the first time it is asked for."""
    page = HomePage.objects.first()
    if page is None:
        root = Page.get_first_root_node()
        Page.objects.child_of(root).filter(slug="home").exclude(pk=getattr(page, "pk", None)).delete()
        root.refresh_from_db()
        page = root.add_child(instance=HomePage(title="Home", slug="front"))
        Site.objects.update_or_create(
            is_default_site=True,
            defaults={"hostname": "localhost", "root_page": page, "site_name": settings.PRODUCT_NAME},
        )
    return page


@transaction.atomic
def council_create(*, slug: str, name: str, by: Actor, now: datetime, welcome: str = "", **facts: Any) -> Council:
    """A new council, ready to work: its row, page, curators' group, picture collection and workflow.

    `facts` are Council's own fields. Raises SlugTaken.
    """
    if slug in RESERVED_SLUGS or Council.objects.filter(slug=slug).exists():
        raise SlugTaken(slug)
    home = home_page()
    Page.objects.select_for_update().get(pk=home.pk)
    home.refresh_from_db()
    council = Council.objects.create(slug=slug, name=name, **facts)
    page = home.add_child(instance=CouncilPage(title=name, slug=slug, council=council, welcome=welcome))
    group = Group.objects.create(name=curators_group_name(council))
    group.permissions.add(Permission.objects.get(codename="access_admin", content_type__app_label="wagtailadmin"))
    for codename in PAGE_PERMISSIONS:
        permission = Permission.objects.get(codename=codename, content_type__app_label="wagtailcore")
        GroupPagePermission.objects.create(group=group, page=page, permission=permission)
    collection = Collection.get_first_root_node().add_child(name=pictures_name(name))
    for codename in ("add_image", "change_image", "choose_image"):  # Wagtail asks for these, whatever the picture model
        permission = Permission.objects.get(codename=codename, content_type__app_label="wagtailimages")
        GroupCollectionPermission.objects.create(group=group, collection=collection, permission=permission)
    task = CouncilApprovalTask.objects.create(name=f"{name}: approval")
    task.groups.add(group)
    workflow = Workflow.objects.create(name=f"{name}: listings")
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    WorkflowPage.objects.create(workflow=workflow, page=page)
    audit.record("cms.council.create", by=by, subject=council, at=now)
    pagecache.something_public_changed()
    return council


@transaction.atomic
def council_open(*, slug: str, name: str, by: Actor, now: datetime, welcome: str = "", **facts: Any) -> Council:
    """A new council with its guides, ready for strangers. `facts` are Council's own fields. Raises SlugTaken."""
    council = council_create(slug=slug, name=name, by=by, now=now, welcome=welcome, **facts)
    guides_add(council=None, by=by, now=now)
    guides_add(council=council, by=by, now=now)
    return council


@transaction.atomic
def guides_add(*, council: Council | None, by: Actor, now: datetime) -> int:
    """Write the standard guides that are missing: the council's, or the whole site's. Returns how many."""
    parent: Page = home_page() if council is None else CouncilPage.objects.get(council=council)
    Page.objects.select_for_update().get(pk=parent.pk)
    parent.refresh_from_db()
    there = set(Page.objects.child_of(parent).values_list("slug", flat=True))
    missing = [guide for guide in GUIDES if guide.slug not in there]
    for guide in missing:
        page = GuidePage(
            title=guide.title,
            slug=guide.slug,
            summary=guide.summary,
            body=guide.body(council),
            first_published_at=now,
            last_published_at=now,
        )
        parent.add_child(instance=page)
    if missing:
        audit.record("cms.guides.add", by=by, subject=parent, at=now, guides=[guide.slug for guide in missing])
        pagecache.something_public_changed()
    return len(missing)


@transaction.atomic
def council_change(*, council: Council, by: Actor, now: datetime, **facts: Any) -> Council:
    """The council's own facts (name, colour, area, telephone numbers, standards), in force at the next request.

    Whether standards are strict enough is asked before (providers.assurance.rules.standards_troubles).
    """
    council = Council.objects.select_for_update().get(pk=council.pk)
    changed = [name for name, value in facts.items() if getattr(council, name) != value]
    if "name" in changed:
        Collection.objects.filter(name=pictures_name(council.name)).update(name=pictures_name(facts["name"]))
    for name in changed:
        setattr(council, name, facts[name])
    if changed:
        council.save(update_fields=changed)
        audit.record("cms.council.change", by=by, subject=council, at=now, fields=changed)
        pagecache.something_public_changed()
    return council


def curators_group_name(council: Council) -> str:
    return f"{council.slug} curators"


def pictures_name(council_name: str) -> str:
    return f"{council_name}: pictures"


@transaction.atomic
def council_staff_add(*, council: Council, user: User, role: CouncilRole, by: Actor, now: datetime) -> CouncilStaff:
    """Give somebody a role at a council; curators also get its part of the page tree."""
    work, _made = CouncilStaff.objects.get_or_create(council=council, user=user, role=role)
    if role == CouncilRole.CURATOR:
        user.groups.add(Group.objects.get(name=curators_group_name(council)))
    audit.record("cms.staff.add", by=by, subject=work, at=now, role=str(role))
    return work


class NobodyWithThatAddress(DomainError):
    """No account has this e-mail address, verified."""


def council_staff_invite(*, council: Council, email: str, role: CouncilRole, by: Actor, now: datetime) -> CouncilStaff:
    """Give a role to whoever has this verified address. Raises NobodyWithThatAddress."""
    return council_staff_add(council=council, user=_with_address(email), role=role, by=by, now=now)


@transaction.atomic
def council_staff_remove(*, work: CouncilStaff, by: Actor, now: datetime) -> None:
    """Take a role away, at once."""
    if work.role == CouncilRole.CURATOR:
        work.user.groups.remove(Group.objects.get(name=curators_group_name(work.council)))
    audit.record("cms.staff.remove", by=by, subject=work, at=now, role=work.role)
    work.delete()


def collection_of(council: Council) -> Collection:
    """Where this council's public pictures lie."""
    return Collection.objects.get(name=pictures_name(council.name))


@transaction.atomic
def operator_add(*, email: str, by: Actor, now: datetime) -> User:
    """Let whoever has this verified address run the site for all councils. Raises NobodyWithThatAddress."""
    return _operator(email, True, "cms.operator.add", by, now)


@transaction.atomic
def operator_remove(*, email: str, by: Actor, now: datetime) -> User:
    """Take that away again, at once. Raises NobodyWithThatAddress."""
    return _operator(email, False, "cms.operator.remove", by, now)


def _operator(email: str, runs_it: bool, action: str, by: Actor, now: datetime) -> User:
    user = _with_address(email)
    if user.is_national_operator != runs_it:
        user.is_national_operator = runs_it
        user.save(update_fields=["is_national_operator"])
        audit.record(action, by=by, subject=user, at=now)
    return user


def _with_address(email: str) -> User:
    user = User.objects.filter(emailaddress__email__iexact=email, emailaddress__verified=True, is_active=True).first()
    if user is None:
        raise NobodyWithThatAddress(email)
    return user
