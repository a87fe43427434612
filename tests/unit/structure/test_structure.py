"""The shape of the code, where no linter looks."""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import ForeignKey, ManyToManyField, OneToOneField

ROOT = Path(__file__).resolve().parents[3]
CODE = [
    path
    for package in ("marketplace", "providers", "search", "payments")
    for path in (ROOT / package).rglob("*.py")
    if "migrations" not in path.parts
]
TESTS = list((ROOT / "tests").rglob("*.py"))
LONGEST = 600  # lines; at 400 a module becomes a package

# From the ground up: a model may point to its own layer or one below.
LAYERS = [
    {"core"}, {"people"}, {"cms"}, {"listings"}, {"sandbox"},
    {"ledger", "gateway", "assurance"}, {"budgets"}, {"orders"}, {"pools", "search"}, {"demo"},
]  # fmt: skip
LEVEL = {label: level for level, labels in enumerate(LAYERS) for label in labels}


@pytest.mark.parametrize("path", [*CODE, *TESTS], ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_is_longer_than_a_reader_can_hold(path):
    assert path.read_text().count("\n") <= LONGEST


def test_no_foreign_key_points_up():
    """A foreign key written as a string slips past the import contracts."""
    ours = [model for model in apps.get_models() if model._meta.app_label in LEVEL]
    assert len(ours) > 20
    up = [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for model in ours
        for field in model._meta.get_fields()
        if isinstance(field, ForeignKey | OneToOneField | ManyToManyField)
        and field.related_model._meta.app_label in LEVEL
        and LEVEL[field.related_model._meta.app_label] > LEVEL[model._meta.app_label]
    ]
    assert up == []


def test_modules_have_names_of_the_common_vocabulary():
    strangers = [path.name for path in CODE if path.stem in {"utils", "helpers", "misc", "common"}]
    assert strangers == []


def test_no_request_reaches_a_service_a_rule_or_a_selector():
    """Only views, forms, middleware and what Wagtail calls may know of a request."""
    found = []
    for path in CODE:
        if not {"services", "rules", "selectors", "states"} & {path.stem, *path.parts}:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and any(
                argument.annotation and "HttpRequest" in ast.unparse(argument.annotation)
                for argument in (*node.args.args, *node.args.kwonlyargs)
            ):
                found.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}")
    assert found == []


def test_templates_hold_no_inline_style_script_or_placeholder():
    bad = re.compile(r"<script(?![^>]*\b(?:src=|type=\"application/json\"))|\sstyle=|\son[a-z]+=|\splaceholder=")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in (ROOT / "templates").rglob("*.html")
        if "emails" not in path.parts
        for number, line in enumerate(path.read_text().split("\n"), 1)
        if bad.search(line)
    ]
    assert found == []


def test_no_form_loses_its_token_on_the_way_into_a_part():
    """`only` leaves the token outside: a browser's press of such a form is refused, and a test's client never asks."""
    folder = ROOT / "templates"
    texts = {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*.html")}
    with_forms = {name for name, text in texts.items() if "{% csrf_token %}" in text}
    part = re.compile(r"{% include (\S+)([^%]*)\bonly %}")
    found = [
        f"{name}: {included}"
        for name, text in texts.items()
        for included, given in part.findall(text)
        if (included.strip("\"'") in with_forms or included[0] not in "\"'") and "csrf_token=csrf_token" not in given
    ]
    assert found == []
