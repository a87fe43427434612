"""What every app that keeps something about people listens to."""

from django.dispatch import Signal

# May this person be erased now? Sent with `person` (User). A receiver returns sentences that say what has to be
# finished first; none when nothing stands in the way. It changes nothing.
erasure_asked = Signal()

# Take away what names this person. Sent inside the transaction with `person` (User, named still), `identity`
# (rules.Identity), `by` and `now`. A receiver blanks the words it keeps about them and deletes what need not stay;
# sums, dates and states stay, because the books of others rest on them. Files go by the outbox, after commit.
person_erasing = Signal()

# The last thing, sent with the same after everybody has heard that: the links by which others found their rows, such as
# who keeps a provider, go now.
person_erased = Signal()
