"""Django's i18n tags, the same in every letter; `translate` of fixed words looks them up once for each language.

Half of what a page says is fixed words, and to look one up goes through a lazy string and two dozen catalogues each
time. Templates load this library as `i18n` (see TEMPLATES in the settings).
"""

from django.template import Context, Library
from django.template.base import Parser, Token
from django.templatetags import i18n
from django.utils.translation import get_language

register = Library()
register.tags = dict(i18n.register.tags)
register.filters = dict(i18n.register.filters)


class FixedNode(i18n.TranslateNode):
    """`{% translate "fixed words" %}`, with or without `as`."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.name, self.asvar = self.asvar, None  # what it says is kept, wherever it goes
        self.said: dict[str | None, str] = {}

    def render(self, context: Context) -> str:
        language = get_language()
        said = self.said.get(language)
        if said is None:
            said = self.said[language] = super().render(context)
        if self.name:
            context[self.name] = said
            return ""
        return said


@register.tag("translate")
@register.tag("trans")
def translate(parser: Parser, token: Token) -> i18n.TranslateNode:
    node = i18n.do_translate(parser, token)
    words = node.filter_expression
    fixed = isinstance(words.var.literal, str) and not words.filters and not node.noop and not node.message_context
    return FixedNode(words, noop=False, asvar=node.asvar) if fixed else node
