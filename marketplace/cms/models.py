"""The pages that councils write, and the root under which everything hangs."""

from typing import ClassVar

from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.images.models import AbstractImage, AbstractRendition, Image
from wagtail.models import AbstractGroupApprovalTask, Page, TaskState

from marketplace.core.pagecache import for_everyone
from marketplace.people.models import Council, User

from . import authorship
from .permissions import FixedPagePermissions


class Photo(AbstractImage):
    """A public photograph. What a provider uploads is re-encoded first; care photographs never come here."""

    admin_form_fields = Image.admin_form_fields

    class Meta(AbstractImage.Meta):
        permissions = [("choose_photo", "Can choose photo")]


class PhotoRendition(AbstractRendition):
    image = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["image", "filter_spec", "focal_point_key"], name="one_rendition_a_filter")
        ]


class ForEveryone:
    """A page that is the same for all who are not signed in, and so may be kept in memory."""

    def serve(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        response = super().serve(request, *args, **kwargs)  # type: ignore[misc]
        if getattr(request, "is_preview", False):
            return response
        return for_everyone(lambda _request: response.render())(request)


class HomePage(ForEveryone, Page):
    """The front page: one question, and what people ask for most."""

    heading = models.CharField(max_length=120, default="Find someone nearby who can give a hand")
    lead = models.CharField(
        max_length=300,
        default="A bit of gardening, a cooked lunch, company, a lift. "
        "See who does it near you, what it costs, and what the council has checked.",
    )
    content_panels: ClassVar[list] = [*Page.content_panels, FieldPanel("heading"), FieldPanel("lead")]
    promote_panels: ClassVar[list] = []  # its address is fixed
    parent_page_types: ClassVar[list[str]] = ["wagtailcore.Page"]
    max_count = 1
    template = "cms/home_page.html"

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        from .signals import home_shown

        context = super().get_context(request, *args, **kwargs)
        context["councils"] = CouncilPage.objects.child_of(self).live().order_by("title")
        for _receiver, extra in home_shown.send(sender=HomePage, page=self, request=request):
            context.update(extra)
        return context

    def permissions_for_user(self, user: User) -> FixedPagePermissions:
        return FixedPagePermissions(user, self)


class CouncilPage(ForEveryone, Page):
    """One council's front page; its guides and its listings hang below it."""

    council = models.OneToOneField(Council, on_delete=models.PROTECT, related_name="page")
    welcome = models.CharField(max_length=400, blank=True)
    content_panels: ClassVar[list] = [*Page.content_panels, FieldPanel("welcome")]
    promote_panels: ClassVar[list] = []  # its address is the council's short name
    parent_page_types: ClassVar[list[str]] = ["cms.HomePage"]
    template = "cms/council_page.html"

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        from .signals import home_shown

        context = super().get_context(request, *args, **kwargs)
        context["guides"] = GuidePage.objects.child_of(self).live().order_by("title")
        context["page_url"] = self.get_url(request)
        for _receiver, extra in home_shown.send(sender=CouncilPage, page=self, request=request):
            context.update(extra)
        return context

    def permissions_for_user(self, user: User) -> FixedPagePermissions:
        return FixedPagePermissions(user, self)


class GuidePage(ForEveryone, Page):
    """Something worth explaining, in plain words: what is checked, how to complain, privacy."""

    summary = models.CharField(max_length=300)
    body = StreamField(
        [
            ("heading", blocks.CharBlock(form_classname="title", icon="title", template="cms/blocks/heading.html")),
            ("text", blocks.RichTextBlock(features=["bold", "link", "ol", "ul"], template="cms/blocks/text.html")),
            (
                "question",
                blocks.StructBlock(
                    [
                        ("question", blocks.CharBlock()),
                        ("answer", blocks.RichTextBlock(features=["bold", "link", "ul"])),
                    ],
                    icon="help",
                    template="cms/blocks/question.html",
                ),
            ),
        ],
        blank=True,
    )
    content_panels: ClassVar[list] = [*Page.content_panels, FieldPanel("summary"), FieldPanel("body")]
    parent_page_types: ClassVar[list[str]] = ["cms.HomePage", "cms.CouncilPage"]
    subpage_types: ClassVar[list[str]] = []
    template = "cms/guide_page.html"

    class Meta:
        verbose_name = _("guide page")

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        context = super().get_context(request, *args, **kwargs)
        parent = self.get_parent()
        words = _("Find help") if parent.depth == 2 else parent.title
        context["crumbs"] = [{"url": parent.get_url(request), "words": words}]
        return context


class CouncilApprovalTask(AbstractGroupApprovalTask):
    """A curator of the council approves or returns words; never somebody who wrote any of them."""

    def get_actions(self, obj: Page, user: User) -> list[tuple[str, str, bool]]:
        actions = super().get_actions(obj, user)
        if actions and authorship.wrote_any(obj, user):
            return [action for action in actions if action[0] != "approve"]
        return actions

    def on_action(self, task_state: TaskState, user: User, action_name: str, **kwargs) -> None:
        """Raises PermissionDenied for an approval by an author, from whatever page or call it comes."""
        page = task_state.workflow_state.content_object
        if action_name == "approve":
            if authorship.wrote_any(page, user):
                raise PermissionDenied(_("Somebody else has to approve what you wrote yourself."))
            latest = page.get_latest_revision()
            if task_state.revision_id != latest.pk and authorship.same_words(page, task_state.revision, latest):
                task_state.revision = latest  # only a date or a comment is newer: no second approval for that
                task_state.save(update_fields=["revision"])
        super().on_action(task_state, user, action_name, **kwargs)

    @classmethod
    def get_description(cls) -> str:
        return str(_("A curator of the council approves; nobody approves their own words"))

    class Meta:
        verbose_name = _("council approval")
