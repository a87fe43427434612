"""The words of a listing: a Wagtail page, so that a council can compare, comment, approve and go back."""

from typing import ClassVar

from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Page

from marketplace.cms.permissions import ModeratedPagePermissions
from marketplace.core.pagecache import for_everyone
from marketplace.people.models import User

REACHES = (2, 5, 10, 15, 20, 30)  # miles


class ReachKind(models.TextChoices):
    MILES = "miles", _("So many miles from where I start")
    DISTRICTS = "districts", _("These districts")
    COUNCIL = "council", _("The whole council area")
    VENUE = "venue", _("People come to a place")


class Doers(models.TextChoices):
    """Who does the work, where a provider says: some people want a woman, or a man, to help them wash."""

    MEN = "men", _("Men")
    WOMEN = "women", _("Women")


class ListingPage(Page):
    """Words, picture, categories and service area: what a council approves. Everything else has its own rows.

    Publishing an older draft overwrites every column here, so nothing that acts at once may live on it.
    """

    who = models.CharField(_("who comes"), max_length=160, blank=True)
    summary = models.CharField(_("in one or two sentences"), max_length=240, blank=True)
    about = models.TextField(_("in your own words"), max_length=4000, blank=True)
    when = models.CharField(_("when"), max_length=200, blank=True)
    days = models.JSONField(_("days"), default=list, blank=True)
    languages = models.JSONField(_("languages"), default=list, blank=True)
    done_by = models.JSONField(_("who does the work (men, women, or nothing said)"), default=list, blank=True)
    comes_to_you = models.BooleanField(_("comes to the person's home"), default=False)
    accessible_venue = models.BooleanField(_("step-free place"), default=False)
    reach_kind = models.CharField(
        _("where it reaches"), max_length=10, choices=ReachKind.choices, default=ReachKind.MILES
    )
    reach_miles = models.PositiveSmallIntegerField(_("miles"), null=True, blank=True)
    reach_districts = models.JSONField(_("districts"), default=list, blank=True)
    base_postcode = models.CharField(_("postcode where they start (never shown)"), max_length=10, blank=True)
    base_is_home = models.BooleanField(_("that is somebody's home"), default=True)
    venue_name = models.CharField(_("name of the place"), max_length=120, blank=True)
    venue_address = models.CharField(_("address of the place"), max_length=240, blank=True)
    venue_postcode = models.CharField(_("postcode of the place"), max_length=10, blank=True)
    changing_your_mind = models.CharField(_("changing your mind"), max_length=300, blank=True)
    photo = models.ForeignKey("cms.Photo", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    photo_alt = models.CharField(_("what the photograph shows"), max_length=160, blank=True)
    categories = ParentalManyToManyField("listings.Category", blank=True, related_name="pages")

    parent_page_types: ClassVar[list[str]] = ["cms.CouncilPage"]
    subpage_types: ClassVar[list[str]] = []
    template = "listings/listing_page.html"
    content_panels: ClassVar[list] = [
        *Page.content_panels,
        FieldPanel("who"),
        FieldPanel("done_by"),
        FieldPanel("summary"),
        FieldPanel("about"),
        FieldPanel("categories"),
        MultiFieldPanel([FieldPanel("when"), FieldPanel("days"), FieldPanel("languages")], heading=_("When")),
        MultiFieldPanel(
            [
                FieldPanel("comes_to_you"),
                FieldPanel("reach_kind"),
                FieldPanel("reach_miles"),
                FieldPanel("reach_districts"),
                FieldPanel("base_postcode"),
                FieldPanel("base_is_home"),
            ],
            heading=_("Where it reaches"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("venue_name"),
                FieldPanel("venue_address"),
                FieldPanel("venue_postcode"),
                FieldPanel("accessible_venue"),
            ],
            heading=_("The place"),
        ),
        FieldPanel("changing_your_mind"),
        MultiFieldPanel([FieldPanel("photo"), FieldPanel("photo_alt")], heading=_("Photograph")),
    ]
    promote_panels: ClassVar[list] = [FieldPanel("slug")]
    is_creatable = False  # providers make listings in the site's own pages; see providers.listings.services

    class Meta:
        verbose_name = _("listing")

    def permissions_for_user(self, user: User) -> ModeratedPagePermissions:
        return ModeratedPagePermissions(user, self)

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        from .. import presentation

        return {**super().get_context(request, *args, **kwargs), **presentation.page_context(self, request)}

    def show(self, request: HttpRequest) -> HttpResponse:
        """The page for everyone, without asking again whether it may be seen."""
        return for_everyone(lambda asked: super(ListingPage, self).serve(asked).render())(request)

    def serve(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """The page, if the database says that it may be seen just now; 404 otherwise. A preview asks nobody.

        Where a second council shows it, its address there leads to the one page with its checks and prices.
        """
        from .. import selectors

        if getattr(request, "is_preview", False):
            return super().serve(request, *args, **kwargs)
        shown = self.alias_of.specific if self.alias_of_id else self
        if not selectors.may_be_seen(shown):
            raise Http404
        if shown is not self:
            return redirect(shown.get_url(request))
        return self.show(request)
