"""Wagtail's admin, what governs it: people, groups, workflows, sites. No curator is given any of it.

"Change user" in Wagtail is as good as superuser, and a workflow changed is an approval skipped.
"""

from ..policy import CURATORS, NONE, row

EVERY_CURATOR = [
    row("wagtailadmin_account", CURATORS),
    row("wagtailadmin_logout", CURATORS),
    row("wagtailadmin_dismissibles", CURATORS),
    row("wagtailadmin_sprite", CURATORS),
    row("wagtailadmin_javascript_catalog", CURATORS),
    row("/admin/test404/", CURATORS, why="Wagtail’s own picture of a page that is not there"),
    row("admin_login", CURATORS, why="sends to /admin/, and that to our own sign-in with its second step"),
]

NOBODYS = [
    row("wagtailembeds:chooser", NONE, why="nothing from elsewhere is embedded"),
    row("wagtailembeds:chooser_upload", NONE),
    row("/admin/no-such-page/", NONE),
    row("/admin/failwhale/", NONE, why="Wagtail’s own way to make a page break"),
    row("wagtailadmin_password_reset", NONE, why="would go round our rate limits"),
    row("wagtailadmin_password_reset_done", NONE),
    row("wagtailadmin_password_reset_confirm", NONE, uidb64="=MQ", token="=set-password"),
    row("wagtailadmin_password_reset_complete", NONE),
    row("wagtailadmin_collections:index", NONE),
    row("wagtailadmin_collections:add", NONE),
    row("wagtailadmin_collections:edit", NONE, pk="collection"),
    row("wagtailadmin_collections:delete", NONE, pk="collection"),
    row("wagtailadmin_collections:set_privacy", NONE, collection_id="collection"),
    row("wagtailforms:index", NONE, why="no page of ours is a form"),
    row("wagtailforms:index_results", NONE),
    row("wagtailforms:list_submissions", NONE, page_id="live_page"),
    row("wagtailforms:list_submissions_results", NONE, page_id="live_page"),
    row("wagtailforms:delete_submissions", NONE, page_id="live_page"),
    row("wagtailredirects:index", NONE),
    row("wagtailredirects:index_results", NONE),
    row("wagtailredirects:add", NONE),
    row("wagtailredirects:edit", NONE, redirect_id="redirect"),
    row("wagtailredirects:delete", NONE, redirect_id="redirect"),
    row("wagtailredirects:start_import", NONE),
    row("wagtailredirects:process_import", NONE),
    row("wagtailsettings:edit", NONE, app_name="=wagtailcore", model_name="=site"),
    row("wagtailsettings:edit", NONE, app_name="=wagtailcore", model_name="=site", pk="site"),
    row("wagtailsettings:preview_on_edit", NONE, app_name="=wagtailcore", model_name="=site", pk="site"),
    row("wagtailsnippets:index", NONE),
]

WORKFLOWS = [
    row("wagtailadmin_workflows:index", NONE),
    row("wagtailadmin_workflows:index_results", NONE),
    row("wagtailadmin_workflows:add", NONE),
    row("wagtailadmin_workflows:enable", NONE, pk="workflow"),
    row("wagtailadmin_workflows:disable", NONE, pk="workflow"),
    row("wagtailadmin_workflows:edit", NONE, pk="workflow"),
    row("wagtailadmin_workflows:usage", NONE, pk="workflow"),
    row("wagtailadmin_workflows:usage_results", NONE, pk="workflow"),
    row("wagtailadmin_workflows:remove", NONE, page_pk="council_page"),
    row("wagtailadmin_workflows:remove", NONE, page_pk="council_page", workflow_pk="workflow"),
    row("wagtailadmin_workflows:add_task", NONE, app_label="=cms", model_name="=councilapprovaltask"),
    row("wagtailadmin_workflows:select_task_type", NONE),
    row("wagtailadmin_workflows:task_index", NONE),
    row("wagtailadmin_workflows:task_index_results", NONE),
    row("wagtailadmin_workflows:edit_task", NONE, pk="task"),
    row("wagtailadmin_workflows:disable_task", NONE, pk="task"),
    row("wagtailadmin_workflows:enable_task", NONE, pk="task"),
    row("wagtailadmin_workflows:task_chooser", NONE),
    row("wagtailadmin_workflows:task_chooser_results", NONE),
    row("wagtailadmin_workflows:task_chooser_create", NONE),
    row("wagtailadmin_workflows:task_chosen", NONE, task_id="task"),
]

GOVERNING = [
    *(row(f"wagtailsites:{name}", NONE) for name in ("index", "index_results", "add")),
    *(
        row(f"wagtailsites:{name}", NONE, pk="site")
        for name in ("edit", "delete", "history", "history_results", "usage", "copy")
    ),
    *(row(f"wagtailusers_users:{name}", NONE) for name in ("index", "index_results", "add")),
    *(
        row(f"wagtailusers_users:{name}", NONE, pk="user")
        for name in ("edit", "delete", "history", "history_results", "usage", "copy")
    ),
    *(row(f"wagtailusers_groups:{name}", NONE) for name in ("index", "index_results", "add")),
    *(
        row(f"wagtailusers_groups:{name}", NONE, pk="group")
        for name in ("edit", "delete", "history", "history_results", "usage")
    ),
]
