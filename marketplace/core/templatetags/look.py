"""What templates say about pictures, money, distance, dates and form controls."""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any
from urllib.parse import urlencode

from django import template
from django.forms import BoundField, CheckboxInput
from django.template import Context
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from marketplace.core import money
from marketplace.core.look import art, colours, controls, drawing, words
from marketplace.core.look.forms import SearchQuestion

register = template.Library()
for draw in (
    drawing.mark,
    drawing.price,
    drawing.seen,
    drawing.small_choices,
    drawing.small_pounds,
    drawing.small_select,
):
    register.simple_tag(draw)

STEP = 'class="hb-ink" fill="var(--art-light)"'


def _drawn_on(context: Context) -> set[str]:
    """The drawings this page has already had; kept where every include of one page sees it, and no other page."""
    page: dict[str, Any] = context.render_context.dicts[0]  # type: ignore[assignment]
    return page.setdefault("look.drawn", set())


def _use(context: Context, name: str, x: float = 0, y: float = 0, width: float = 96, height: float = 96) -> str:
    """A `<use>` of the drawing, with its symbol before it when this page has not had it yet."""
    seen = _drawn_on(context)
    symbol = "" if name in seen else art.drawing(name).symbol()
    seen.add(name)
    place = (f' x="{x:g}"' if x else "") + (f' y="{y:g}"' if y else "")
    return f'{symbol}<use href="#art-{name}"{place} width="{width:g}" height="{height:g}"/>'


def _svg(classes: str, box: str, inside: str, width: int, height: int) -> SafeString:
    return mark_safe(  # noqa: S308  the parts are our own drawings; names are checked against the set
        f'<svg class="{escape(classes)}" viewBox="{box}" width="{width}" height="{height}" aria-hidden="true">'
        f"{inside}</svg>"
    )


def _tone(number: int | str) -> str:
    """The class of a tone, 1 to 6; the first when the number is none of them."""
    wanted = f"hb-t{number}"
    return wanted if wanted in art.TONES else art.TONES[0]


@register.simple_tag(takes_context=True)
def symbols(context: Context, *names: str) -> SafeString:
    """The named drawings as symbols, for a template that draws its own scene with `<use href="#art-NAME">`."""
    seen = _drawn_on(context)
    wanted = [name for name in dict.fromkeys(names) if name not in seen]
    seen.update(wanted)
    inside = "".join(art.drawing(name).symbol() for name in wanted)
    return mark_safe(f'<svg class="hb-drawn" aria-hidden="true">{inside}</svg>') if inside else mark_safe("")  # noqa: S308


@register.simple_tag(takes_context=True)
def picture(context: Context, name: str, tone: int | str = 1, classes: str = "") -> SafeString:
    """One object from the set on its tone (1 to 6): `{% picture "kettle" 2 %}`."""
    inside = _use(context, art.object_or_pot(name))
    return _svg(f"hb-pic {_tone(tone)} {classes}".strip(), "-8 -8 112 112", inside, 112, 112)


@register.simple_tag(takes_context=True)
def doorstep(context: Context, slug: str, name: str = "") -> SafeString:
    """The square doorstep that stands for a listing without photographs: `{% doorstep card.slug card.art %}`."""
    step = art.Doorstep.of(slug)
    door_x, thing_x = (52, 4) if step.flipped else (12, 64)
    inside = (
        _use(context, step.door, door_x, 8, 57, 97)
        + f'<path {STEP} d="M{door_x - 5} 103h67v8h-67zM0 111h120"/>'
        + _use(context, art.object_or_pot(name), thing_x, 64, 52, 52)
    )
    return _svg(f"hb-pic {_tone(step.tone)}", "0 0 120 120", inside, 120, 120)


@register.simple_tag(takes_context=True)
def doorstep_wide(context: Context, slug: str, name: str = "") -> SafeString:
    """The same step with its wall and window, for the top of a listing."""
    step = art.Doorstep.of(slug)
    window = (
        '<g transform="translate(3 3)"><path fill="var(--art-light)" d="M40 34h78v72H40z"/>'
        '<path fill="var(--art-2)" d="M40 34h22c0 30-6 52-22 72zM118 34H96c0 30 6 52 22 72z"/></g>'
        '<path class="hb-ink" fill="none" d="M40 34h78v72H40zM79 34v72M40 70h78M32 106h94v7H32zM62 34c0 30-6 52-22 72'
        "M96 34c0 30 6 52 22 72M300 30h16M322 30h16M311 38h16M350 62h16M18 60h10M372 70h14M268 46h12M14 128h14"
        'M136 24h12"/>'
    )
    inside = (
        window
        + _use(context, step.door, 168, 20, 74, 126)
        + f'<path {STEP} d="M160 142h90v9h-90zM0 151h400"/>'
        + _use(context, "milk" if art.object_or_pot(name) == "pot" else "pot", 104, 94, 64, 64)
        + _use(context, art.object_or_pot(name), 262, 60, 102, 102)
    )
    return _svg(f"hb-pic {_tone(step.tone)}", "0 0 400 160", inside, 400, 160)


@register.simple_tag(takes_context=True)
def street(context: Context) -> SafeString:
    """The terrace that runs the width of the home page."""
    terrace = art.drawing("street").inside
    houses = "".join(f'<use href="#street" x="{x}"/>' for x in (-1280, -640, 0, 640, 1280))
    things = (
        _use(context, "pot", 381, 169, 32, 32)
        + _use(context, "dog", 759, 167, 34, 34)
        + _use(context, "milk", 632, 179, 22, 22)
        + _use(context, "pot", 1021, 169, 32, 32)
    )
    return mark_safe(  # noqa: S308
        '<svg class="hb-street" viewBox="0 0 1280 204" preserveAspectRatio="xMidYMax slice" aria-hidden="true">'
        f'<defs><g id="street">{terrace}</g></defs>{houses}{things}</svg>'
    )


@register.simple_tag
def roofline() -> SafeString:
    """The roofs along the top of the footer."""
    inside = art.drawing("roofline").inside
    return mark_safe(  # noqa: S308
        '<svg class="hb-roofs" viewBox="0 0 1200 60" preserveAspectRatio="xMidYMax slice" aria-hidden="true">'
        f"{inside}</svg>"
    )


@register.filter
def pounds(pence: int | None) -> str:
    """£14, £14.50: an amount in a sentence. Nothing for nothing known."""
    return "" if pence is None else money.pounds(pence)


@register.filter
def pounds_exact(pence: int | None) -> str:
    """£14.00: an amount in a table or receipt."""
    return "" if pence is None else money.pounds_exact(pence)


@register.filter
def miles(distance: float | None) -> str:
    """1.2 miles. Nothing when the distance is not known."""
    return "" if distance is None else words.miles(float(distance))


@register.filter
def away(distance: float | None) -> str:
    """1.2 miles away."""
    return _("%(distance)s away") % {"distance": miles(distance)}


@register.filter
def uk_date(value: date | datetime | None) -> str:
    """Tuesday 3 March, with the year when it is not this one."""
    return "" if value is None else words.uk_date(_local(value), today=timezone.localdate())


@register.filter
def uk_date_full(value: date | datetime | None) -> str:
    """3 March 2026: for what is kept, such as a check or a receipt."""
    return "" if value is None else words.uk_date_full(_local(value))


@register.filter
def uk_time(value: time | datetime | None) -> str:
    """2.30pm, midday, midnight."""
    if value is None:
        return ""
    if isinstance(value, datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    return words.uk_time(value)


@register.filter
def plain_list(items: Iterable[object] | None) -> str:
    """who she is, insurance and DBS."""
    return words.plain_list([str(item) for item in items or ()])


def _local(value: date | datetime) -> date:
    if isinstance(value, datetime):
        return (timezone.localtime(value) if timezone.is_aware(value) else value).date()
    return value


@register.filter
def control_kind(field: BoundField) -> str:
    """How `components/field.html` draws the field: see `controls.kind_of`."""
    return controls.kind_of(field)


@register.simple_tag
def control(field: BoundField, classes: str = "") -> SafeString:
    """The bare input, select or textarea of a bound field, dressed and tied to its hint and error."""
    return controls.dressed(field, classes)


@register.simple_tag
def text_question(field: BoundField, question: str) -> SafeString:
    """A text with its label, as components/field.html draws it where there is neither hint nor error."""
    return drawing.labelled(question, field.auto_id, controls.dressed(field))


@register.simple_tag
def choices(field: BoundField, kind: str) -> SafeString:
    """Each radio button or checkbox of the field with its label, hint and count. `kind`: "radios", "checkboxes"."""
    return drawing.rows_of_choices(controls.choices_of(field), kind)


@register.filter
def date_boxes(field: BoundField) -> list[dict[str, Any]]:
    """The three boxes of a date: see `controls.date_boxes`."""
    return controls.date_boxes(field)


@register.filter
def is_checked(field: BoundField) -> bool:
    """Whether a single tick box is ticked."""
    widget = field.field.widget
    return isinstance(widget, CheckboxInput) and widget.check_test(field.value())


@register.filter
def error_links(form: Any) -> list[dict[str, str]]:
    """What the error summary lists: the words, and the id of the input they belong to ('' for the whole form)."""
    return controls.error_links(form)


@register.simple_tag(takes_context=True)
def here(context: Context, *paths: str) -> SafeString:
    """` aria-current="page"` when the request is for one of these paths."""
    request = context.get("request")
    return (
        format_html(' aria-current="{}"', "page") if request is not None and request.path in paths else SafeString("")
    )


@register.simple_tag
def council_sheet(colour: str = "") -> SafeString:
    """The link to the council's colour, or nothing when there is no council or no colour."""
    digits = str(colour or "").lstrip("#").lower()
    if not colours.is_hex(digits):
        return SafeString("")
    return format_html('<link rel="stylesheet" href="{}">', reverse("look:colour", args=[digits]))


@register.simple_tag(takes_context=True)
def language_link(context: Context) -> SafeString:
    """A link to this page in the other language."""
    other, words = ("en-gb", "English") if get_language() == "cy" else ("cy", "Cymraeg")
    request = context.get("request")
    path = request.get_full_path() if request is not None and request.method == "GET" else "/"
    return format_html(
        ' <a class="hb-language" href="{}?{}" lang="{}">{}</a>',
        reverse("look:language", args=[other]),
        urlencode({"next": path}),
        other[:2],
        words,
    )


@register.simple_tag(takes_context=True)
def guide_url(context: Context, slug: str) -> str:
    """The address of a guide that every site has: under the council's part when the page stands there."""
    council = context.get("council")
    return f"/{council.slug}/{slug}/" if council else f"/{slug}/"


@register.simple_tag(takes_context=True)
def search_question(context: Context, form: Any = None) -> Any:
    """The form of the search box: the page's own, or an empty one filled from the address."""
    if form and "q" in form.fields and "postcode" in form.fields:
        return form
    request = context.get("request")
    asked = request.GET if request is not None else {}
    return SearchQuestion(initial={name: asked.get(name, "")[:200] for name in ("q", "postcode")})


@register.simple_tag(takes_context=True)
def example(context: Context, part: Any) -> SafeString:
    """A component of the gallery with its example, as part of this page."""
    component = context.template.engine.get_template(part.path)  # type: ignore[union-attr]
    with context.push(**part.context):
        return component.render(context)
