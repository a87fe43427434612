"""A13: every form and every page that asks for something, given what nobody should type. Never a broken page."""

import random
from urllib.parse import quote, urlencode, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.faults.plugin import share
from tests.integration.policy import policy
from tests.integration.policy.test_matrix import EVERY_ROW

from .forms_found import FormFound, forms_on

pytestmark = [pytest.mark.django_db, pytest.mark.fault("A13"), pytest.mark.xdist_group("attacks")]
TYPED = {
    "nothing": "",
    "spaces": " \t  ",
    "5,000 letters": "longest " * 625,
    "one long word": "Llanfair" * 600,
    "emoji": "👵🏽🧺 " * 20,
    "right to left": "\u202eمرحبا بكم في الموقع",
    "marks piled up": "Z\u0351\u036b\u0343\u036a" * 40,
    "HTML": "<script>alert(1)</script><img src=x onerror=alert(2)>",
    "an attribute": '" autofocus onfocus="alert(3)',
    "NUL": "a\x00b",
    "control characters": "\x01\x02\x1b[31m\x7f",
    "SQL": "' OR 1=1; DROP TABLE people_user; --",
    "search operators": '"NEAR( * ^ AND OR NOT title: {a b}',
    "a template": "{{ 7*7 }}{% debug %} %(name)s {0.__class__}",
    "a header": "a\r\nBcc: everybody@example.org\r\n\r\nHello",
    "a formula": "=cmd|' /C calc'!A0",
    "a path": "../../../../etc/passwd",
    "minus one": "-1",
    "nought": "0",
    "a penny less": "-0.01",
    "forty nines": "9" * 40,
    "past 64 bits": "9223372036854775808",
    "no number": "NaN",
    "endless": "1e400",
    "Arabic digits": "١٢٣",
    "a day that is not": "31/02/2026",
    "long ago": "0001-01-01",
    "far ahead": "99999-12-31",
    "a date and more": "2026-11-22T25:61",
    "a postcode": "JE2 3AB",
    "half a postcode": "TA1",
    "an address": "a@b",
    "somebody else’s": "7KQ2-M9XD-4TRB",
    "yes": "on",
}
QUERIES = (
    "q",
    "postcode",
    "within",
    "page",
    "sort",
    "next",
    "l",
    "kind",
    "price_to",
    "day",
    "back",
    "link",
    "to",
    "at",
)
ENOUGH = 20_000
ACTORS = (policy.NOBODY, "ken", "joan", policy.PRIYA_FOR_JOAN, "sam", "moira", "nia", "olwen")
TOO_LONG = 10 * 1024 * 1024  # letters


def chance(name: str) -> random.Random:
    return random.Random(f"bad input, {name}")


def pages_with_forms(asker) -> list[tuple[str, FormFound]]:
    """Every form on every page of ours that one of the actors may open; Wagtail's own are Wagtail's business."""
    found = {}
    for row in EVERY_ROW:
        for actor in ACTORS:
            if actor not in row.may or row.in_admin:
                continue
            path = asker.path(row)
            answer = asker.ask(actor, "GET", path)
            for form in forms_on(path, answer.body) if answer.status == 200 else []:
                if not form.action.startswith(("http:", "https:", "//")):
                    found.setdefault((urlsplit(form.action).path, form.method, tuple(form.values)), (actor, form))
    return list(found.values())


def problem(answer) -> str:
    if answer.status >= 500:
        return f"broke: {answer.error}"
    if b"<script>alert(1)" in answer.body or b"<img src=x onerror" in answer.body:
        return "says HTML back as HTML"
    if b'" autofocus onfocus="alert' in answer.body:
        return "says an attribute back as an attribute"
    return ""


def test_no_form_breaks_whatever_is_typed(asker, fault_row):
    pick = chance("forms")
    forms = pages_with_forms(asker)
    assert len(forms) > 40, [form.action for _actor, form in forms]
    for number in range(share(ENOUGH)):
        actor, form = forms[number % len(forms)]
        names = sorted(form.values)
        spoiled = pick.sample(names, pick.randint(1, len(names))) if names else []
        what = {name: pick.choice(list(TYPED)) for name in spoiled}
        data = form.values | {name: TYPED[kind] for name, kind in what.items()}
        if form.files and pick.random() < 0.1:  # each starts a process of its own to look at it
            data |= {name: SimpleUploadedFile(TYPED["a path"], TYPED["HTML"].encode()) for name in form.files}
        answer = asker.ask(actor, form.method, form.action, data, compare=False)
        fault_row.count()
        wrong = problem(answer)
        if wrong:
            fault_row.violation(f"{actor}: {form.method} {form.action} {what}: {wrong}")


def test_no_question_in_an_address_breaks_a_page(asker, fault_row):
    pick = chance("addresses")
    rows = [row for row in EVERY_ROW if row.may and not row.in_admin]
    for number in range(share(ENOUGH // 2)):
        row = rows[number % len(rows)]
        actor = pick.choice(sorted(row.may))
        kinds = {name: pick.choice(list(TYPED)) for name in pick.sample(QUERIES, 3)}
        asked = urlencode({name: TYPED[kind] for name, kind in kinds.items()}, errors="replace")
        path = asker.path(row).partition("?")[0]
        answer = asker.ask(actor, "GET", f"{path}?{asked}", compare=False)
        fault_row.count()
        wrong = problem(answer)
        if wrong:
            fault_row.violation(f"{actor}: GET {path} {kinds}: {wrong}")


def test_no_invented_id_breaks_a_page(asker, fault_row):
    """In the address itself, where an id belongs."""
    pick = chance("ids")
    rows = [row for row in EVERY_ROW if row.args and not row.name.startswith("/")]
    things = asker.world.things
    for number in range(share(ENOUGH // 4)):
        row = rows[number % len(rows)]
        key = pick.choice([key for key in row.args.values() if not key.startswith("=")] or ["-"])
        kind = pick.choice(list(TYPED))
        real = quote(str(things.get(key, "nothing")), safe="")
        path = asker.path(row).replace(real, quote(TYPED[kind][:300], safe=""), 1)
        answer = asker.ask(pick.choice(ACTORS), pick.choice(("GET", "POST")), path, compare=False)
        fault_row.count()
        wrong = problem(answer)
        if wrong:
            fault_row.violation(f"{path[:120]} ({kind} for {key}): {wrong}")


def test_bytes_that_are_no_text_break_nothing(asker, fault_row):
    """Half a letter, half an escape: what a careless script sends."""
    for path in (
        "/search/?q=%ED%A0%80",
        "/search/?q=%",
        "/search/?q=%FF%FE&postcode=%C3",
        "/%FF/",
        "/quantock/%C3%28/",
    ):
        answer = asker.ask(policy.NOBODY, "GET", path, compare=False)
        fault_row.count()
        if answer.status >= 500:
            fault_row.violation(f"{path} broke: {answer.error}")


def test_ten_million_letters_are_turned_away_without_breaking(asker, fault_row):
    letters = "a" * TOO_LONG
    for actor, form in pages_with_forms(asker)[:: 4 if share(10) == 1 else 1]:
        if form.method == "POST" and form.values:
            data = form.values | {sorted(form.values)[0]: letters}
            answer = asker.ask(actor, "POST", form.action, data, compare=False)
            fault_row.count()
            if answer.status >= 500:
                fault_row.violation(f"{form.action} broke: {answer.error}")
