"""Letters and the record: words from outside stay words, and nothing is lost for want of a sentence."""

import pytest
from django.core import mail as outgoing

from marketplace.core import audit, mail
from marketplace.core.models import AuditEntry


def test_a_line_break_in_a_subject_cannot_add_a_header():
    """A10: names go into subjects."""
    mail.send("ken@example.org", "Hello\nBcc: everybody@example.org", "people/code", {"code": "ABC123"})
    message = outgoing.outbox[0]
    assert message.subject == "Hello Bcc: everybody@example.org"
    assert message.recipients() == ["ken@example.org"]


def test_text_and_html_say_the_same():
    mail.send("ken@example.org", "Your code", "people/code", {"code": "ABC123"})
    message = outgoing.outbox[0]
    assert "ABC123" in message.body
    assert "ABC123" in message.alternatives[0].content


def test_nobody_is_written_to_who_has_no_address():
    mail.send("7kq2@no-post.invalid", "Your code", "people/code", {"code": "ABC123"})
    assert outgoing.outbox == []


def test_only_addresses_of_this_site_become_links(settings):
    settings.SITE_URL = "https://hereabouts.example"
    text = "https://hereabouts.example/orders/\nhttps://hereabouts.example.evil.test/\nhttps://evil.test/"
    html = mail.html_letter("Hello", text, {})
    assert html.count("<a href") == 1
    assert 'href="https://hereabouts.example/orders/"' in html


def test_a_deed_without_a_sentence_is_still_told():
    entry = AuditEntry(action="orders.something.new", details={})
    assert audit.sentence_of(entry, "Priya Tapper") == "Priya Tapper changed something (orders.something.new)."


def test_an_old_deed_that_lacks_a_detail_is_still_told():
    entry = AuditEntry(action="people.call.start", details={"council": "Quantock Council"})
    assert "of Quantock Council helped you" in audit.sentence_of(entry, "Nia Pugh")


@pytest.mark.parametrize("words", ["100% sure", "%s", "%(who)s"])
def test_percent_signs_in_what_people_said_stay_as_they_are(words):
    entry = AuditEntry(action="people.call.start", details={"council": "Quantock Council", "consent": words})
    assert words in audit.sentence_of(entry, "Nia Pugh")
