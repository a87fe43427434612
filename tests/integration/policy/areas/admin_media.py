"""Wagtail's admin, pictures and documents: each council has a collection of its own; documents are not used."""

from ..policy import CURATORS, MOIRA, NONE, row

PHOTO = {"image_id": "photo"}
DOCUMENT = {"document_id": "document"}
UNUSED = "documents are not used: nobody is given them"

PICTURES = [
    row("wagtailimages:index", CURATORS),
    row("wagtailimages:index_results", CURATORS),
    row("wagtailimages:add", CURATORS),
    row("wagtailimages:edit", MOIRA, **PHOTO),
    row("wagtailimages:delete", MOIRA, **PHOTO),
    row("wagtailimages:url_generator", NONE, **PHOTO),
    row("wagtailimages:url_generator_output", NONE, **PHOTO),
    row("wagtailimages:preview", CURATORS, **PHOTO, filter_spec="=max-165x165"),
    row("wagtailimages:image_usage", MOIRA, **PHOTO),
    row("wagtailimages:add_multiple", CURATORS),
    row("wagtailimages:edit_multiple", NONE, MOIRA, **PHOTO),
    row("wagtailimages:delete_multiple", NONE, MOIRA, **PHOTO),
    row("wagtailimages:create_multiple_from_uploaded_image", NONE, MOIRA, uploaded_file_id="upload"),
    row("wagtailimages:delete_upload_multiple", NONE, MOIRA, uploaded_file_id="upload"),
    row("wagtailimages_chooser:choose", CURATORS),
    row("wagtailimages_chooser:choose_results", CURATORS),
    row("wagtailimages_chooser:chosen", MOIRA, pk="photo"),
    row("wagtailimages_chooser:chosen_multiple", CURATORS, query="?id={photo}"),
    row("wagtailimages_chooser:create", CURATORS),
    row("wagtailimages_chooser:select_format", MOIRA, **PHOTO),
]

DOCUMENTS = [
    row("wagtaildocs:index", NONE, why=UNUSED),
    row("wagtaildocs:index_results", NONE),
    row("wagtaildocs:add", NONE),
    row("wagtaildocs:edit", NONE, **DOCUMENT),
    row("wagtaildocs:delete", NONE, **DOCUMENT),
    row("wagtaildocs:document_usage", NONE, **DOCUMENT),
    row("wagtaildocs:add_multiple", NONE),
    row("wagtaildocs:edit_multiple", NONE, doc_id="document"),
    row("wagtaildocs:delete_multiple", NONE, doc_id="document"),
    row("wagtaildocs:create_multiple_from_uploaded_document", NONE, uploaded_file_id="upload"),
    row("wagtaildocs:delete_upload_multiple", NONE, uploaded_file_id="upload"),
    row("wagtaildocs_chooser:choose", NONE),
    row("wagtaildocs_chooser:choose_results", NONE),
    row("wagtaildocs_chooser:chosen", NONE, pk="document"),
    row("wagtaildocs_chooser:chosen_multiple", NONE, query="?id={document}"),
    row("wagtaildocs_chooser:create", NONE),
]
