"""Letters by e-mail, each in text and in simple HTML that say the same."""

from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template import TemplateDoesNotExist
from django.template.loader import get_template, render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from .text import one_line

NO_POST = ".invalid"  # ends the address of somebody who has none (RFC 2606)
SIGNATURE = "\n-- \n"  # what stands between the words of a letter and its foot (emails/base.txt)


def send(to: str, subject: str, template: str, context: dict[str, Any] | None = None) -> None:
    """Send `emails/<template>.txt`, and `emails/<template>.html` or an HTML letter made from the text.

    `template` is a path below templates/emails without its ending ("people/invitation"). Text templates extend
    emails/base.txt (block words). A line that is nothing but an address of this site becomes a link. `context`
    also gets product_name and site_url; it may carry `council`. Raises OSError when no mail server answers:
    call it from an outbox handler, which will be asked again. Does nothing for a person without e-mail.
    """
    if to.endswith(NO_POST):
        return
    known = {"product_name": settings.PRODUCT_NAME, "site_url": settings.SITE_URL, **(context or {})}
    text = render_to_string(f"emails/{template}.txt", known).strip() + "\n"
    message = EmailMultiAlternatives(one_line(subject), text, settings.DEFAULT_FROM_EMAIL, [one_line(to)])
    message.attach_alternative(_html_of(template, subject, text, known), "text/html")
    message.send()


def html_letter(subject: str, text: str, context: dict[str, Any]) -> str:
    """The HTML twin of a text letter: its paragraphs, in the frame of all our letters."""
    words = text.split(SIGNATURE, 1)[0]
    paragraphs = [part.strip() for part in words.split("\n\n") if part.strip()]
    body = format_html_join("\n", "<p>{}</p>", ((_lines(part),) for part in paragraphs))
    return render_to_string("emails/letter.html", {**context, "subject": one_line(subject), "paragraphs": body})


def _html_of(template: str, subject: str, text: str, context: dict[str, Any]) -> str:
    try:
        own = get_template(f"emails/{template}.html")
    except TemplateDoesNotExist:
        return html_letter(subject, text, context)
    return own.render({**context, "subject": one_line(subject)})


def _lines(paragraph: str) -> SafeString:
    """Only addresses of ours become links: a name may hold somebody else's address."""
    ours = f"{settings.SITE_URL}/"
    return format_html_join(
        SafeString("<br>"),
        "{}",
        (
            (format_html('<a href="{0}">{0}</a>', line) if line.startswith(ours) and " " not in line else line,)
            for line in paragraph.split("\n")
        ),
    )
