"""Wagtail's admin, pages: Moira works with Quantock's, Bea with Wharfe's, and neither sees the other's drafts."""

from ..policy import CURATORS, MOIRA, NONE, row, who

BEA = who("bea")
WAITING = {"page_id": "waiting_page"}
LIVE = {"page_id": "live_page"}
GUIDE_TYPE = {"content_type_app_name": "=cms", "content_type_model_name": "=guidepage"}
LISTING_TYPE = {"content_type_app_name": "=listings", "content_type_model_name": "=listingpage"}
NO_BODY = {"body-count": "0"}  # Wagtail breaks on a form of its own without it
FIXED = "other rows stand on it: its words may change, its place may not"

LOOKING = [
    row("wagtailadmin_home", CURATORS),
    row("wagtailadmin_explore_root", CURATORS),
    row("wagtailadmin_explore", MOIRA, parent_page_id="council_page"),
    row("wagtailadmin_explore", BEA, parent_page_id="wharfe_page"),
    row("wagtailadmin_explore_results", MOIRA, parent_page_id="council_page"),
    row("wagtailadmin_pages:search", CURATORS, query="?q=heliotrope"),
    row("wagtailadmin_pages:search_results", CURATORS, query="?q=heliotrope"),
    row("wagtailadmin_pages:usage", MOIRA, **WAITING),
    row("wagtailadmin_pages:history", MOIRA, **WAITING),
    row("wagtailadmin_pages:history_results", MOIRA, **WAITING),
    row("wagtailadmin_pages:view_draft", MOIRA, **WAITING),
    row("wagtailadmin_pages:workflow_history", MOIRA, **WAITING),
    row("wagtailadmin_pages:workflow_history_detail", MOIRA, **WAITING, workflow_state_id="workflow_state"),
    row("wagtailadmin_pages:revisions_index", MOIRA, **WAITING),
    row("wagtailadmin_pages:revisions_view", MOIRA, **WAITING, revision_id="waiting_revision"),
    row(
        "wagtailadmin_pages:revisions_compare",
        MOIRA,
        pk="changed_page",
        revision_id_a="=earliest",
        revision_id_b="=latest",
    ),
    row("wagtailadmin_pages:type_use", CURATORS, **LISTING_TYPE),
    row("wagtailadmin_pages:type_use_results", CURATORS, **LISTING_TYPE),
]

CHANGING = [
    row("wagtailadmin_pages:edit", MOIRA, **WAITING),
    row("wagtailadmin_pages:edit", MOIRA, page_id="guide", data=NO_BODY),
    row("wagtailadmin_pages:preview_on_edit", MOIRA, **WAITING),
    row("wagtailadmin_pages:add", MOIRA, **GUIDE_TYPE, parent_page_id="council_page", data=NO_BODY),
    row("wagtailadmin_pages:add", BEA, **GUIDE_TYPE, parent_page_id="wharfe_page", data=NO_BODY),
    row("wagtailadmin_pages:add", NONE, **LISTING_TYPE, parent_page_id="council_page", why="providers make listings"),
    row("wagtailadmin_pages:add", NONE, **GUIDE_TYPE, parent_page_id="home_page"),
    row("wagtailadmin_pages:preview_on_add", MOIRA, **GUIDE_TYPE, parent_page_id="council_page", data=NO_BODY),
    row("wagtailadmin_pages:add_subpage", MOIRA, parent_page_id="council_page"),
    row("wagtailadmin_pages:choose_parent", CURATORS, app_label="=cms", model_name="=guidepage"),
    row("wagtailadmin_pages:delete", NONE, **WAITING, why=FIXED),
    row("wagtailadmin_pages:delete", NONE, page_id="council_page", why=FIXED),
    row("wagtailadmin_pages:unpublish", NONE, **LIVE, why="archived by its keeper or suspended, with a reason"),
    row("wagtailadmin_pages:convert_alias", NONE, **LIVE),
    row("wagtailadmin_pages:copy", NONE, **LIVE, why=FIXED),
    row("wagtailadmin_pages:move", NONE, page_to_move_id="live_page", why=FIXED),
    row(
        "wagtailadmin_pages:move_confirm",
        NONE,
        page_to_move_id="live_page",
        destination_id="wharfe_page",
        why=FIXED,
    ),
    row("wagtailadmin_pages:set_page_position", NONE, page_to_move_id="live_page", why=FIXED),
    row("wagtailadmin_pages:set_privacy", NONE, **LIVE, why="a listing is public or it is not there"),
    row("wagtailadmin_pages:lock", NONE, MOIRA, **WAITING),
    row("wagtailadmin_pages:unlock", NONE, MOIRA, page_id="guide"),
    row("wagtailadmin_pages:revisions_revert", MOIRA, page_id="changed_page", revision_id="changed_revision"),
    row("wagtailadmin_pages:revisions_unschedule", MOIRA, **WAITING, revision_id="waiting_revision"),
    row(
        "wagtailadmin_pages:workflow_action",
        MOIRA,
        **WAITING,
        action_name="=approve",
        task_state_id="task_state",
        why="not for who wrote the words: see tests/integration/listings/test_moderation",
    ),
    row("wagtailadmin_pages:workflow_action", MOIRA, **WAITING, action_name="=reject", task_state_id="task_state"),
    row(
        "wagtailadmin_pages:collect_workflow_action_data",
        MOIRA,
        **WAITING,
        action_name="=reject",
        task_state_id="task_state",
    ),
    row("wagtailadmin_pages:confirm_workflow_cancellation", MOIRA, **WAITING),
    row("wagtailadmin_pages:workflow_preview", MOIRA, **WAITING, task_id="task"),
    row(
        "wagtailadmin_editing_sessions:ping",
        NONE,
        MOIRA,
        app_label="=listings",
        model_name="=listingpage",
        object_id="live_page",
        session_id="editing_session",
    ),
    row("wagtailadmin_editing_sessions:release", NONE, CURATORS, session_id="editing_session"),
    *(
        row(
            "wagtail_bulk_action",
            MOIRA,
            app_label="=wagtailcore",
            model_name="=page",
            action=f"={action}",
            query="?id={live_page}&next=/admin/pages/",
            keeps=True,
            why="asks page by page, and every page says no",
        )
        for action in ("delete", "move", "publish", "unpublish")
    ),
    row("wagtail_bulk_action", MOIRA, app_label="=cms", model_name="=photo", action="=delete", query="?id={photo}"),
]

CHOOSING = [
    row("wagtailadmin_choose_page", CURATORS),
    row("wagtailadmin_choose_page_child", CURATORS, parent_page_id="council_page"),
    row("wagtailadmin_choose_page_search", CURATORS, query="?q=heliotrope"),
    row("wagtailadmin_choose_page_chosen_multiple", CURATORS, query="?id={live_page}"),
    row("wagtailadmin_choose_page_external_link", CURATORS, data={"external-link-chooser-url": "https://nhs.uk"}),
    row("wagtailadmin_choose_page_email_link", CURATORS),
    row("wagtailadmin_choose_page_phone_link", CURATORS),
    row("wagtailadmin_choose_page_anchor_link", CURATORS),
    row("wagtailadmin_tag_autocomplete", CURATORS, query="?term=a"),
    row("wagtailadmin_tag_model_autocomplete", CURATORS, app_name="=taggit", model_name="=tag", query="?term=a"),
    row("wagtailadmin_block_preview", NONE, why="no block has a preview of its own"),
]

INTERFACE = [
    row("wagtailadmin_api:pages:listing", CURATORS),
    row("wagtailadmin_api:pages:detail", MOIRA, pk="waiting_page"),
    row("wagtailadmin_api:pages:find", MOIRA, query="?html_path=/quantock/"),
    row("wagtailadmin_api:pages:action", NONE, pk="waiting_page", action_name="=publish"),
    row("wagtailadmin_api:pages:action", NONE, pk="waiting_page", action_name="=delete"),
    row("wagtailadmin_api:documents:listing", NONE, why="would name every council’s"),
    row("wagtailadmin_api:documents:detail", NONE, pk="document"),
    row("wagtailadmin_api:documents:find", NONE),
    row("wagtailadmin_api:images:listing", NONE, why="would name every council’s"),
    row("wagtailadmin_api:images:detail", NONE, pk="photo"),
    row("wagtailadmin_api:images:find", NONE),
]

REPORTS = [
    row(
        "wagtailadmin_reports:locked_pages",
        NONE,
        why="what waits is on the desk; reports look past a council’s own pages",
    ),
    row("wagtailadmin_reports:locked_pages_results", NONE),
    row("wagtailadmin_reports:workflow", NONE),
    row("wagtailadmin_reports:workflow_results", NONE),
    row("wagtailadmin_reports:workflow_tasks", NONE),
    row("wagtailadmin_reports:workflow_tasks_results", NONE),
    row("wagtailadmin_reports:site_history", NONE),
    row("wagtailadmin_reports:site_history_results", NONE),
    row("wagtailadmin_reports:aging_pages", NONE),
    row("wagtailadmin_reports:aging_pages_results", NONE),
    row("wagtailadmin_reports:page_types_usage", NONE, why="names the page last edited, whoever’s it is"),
    row("wagtailadmin_reports:page_types_usage_results", NONE),
]
