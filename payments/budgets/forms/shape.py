"""What several of these forms share."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

CHOOSE = _("Choose one.")
Choices = Sequence[tuple[object, object]]
