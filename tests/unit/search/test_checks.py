"""Settings of the search server that cannot be meant are refused when the site starts."""

import pytest

from search.checks import the_search_server_can_be_reached_as_named as check


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        ({}, set()),
        ({"URL": "http://127.0.0.1:9200"}, set()),
        ({"URL": "https://a.example:9200, https://b.example:9200", "API_KEY": "k"}, set()),
        ({"URL": "https://elastic:secret@a.example:9200"}, set()),
        ({"URL": "127.0.0.1:9200"}, {"search.E001"}),
        ({"URL": "https://a.example"}, {"search.E001"}),
        ({"URL": "https://a.example:port"}, {"search.E001"}),
        ({"URL": "ftp://a.example:9200"}, {"search.E001"}),
        ({"URL": "https://a.example:9200", "CA": "/nowhere.pem"}, {"search.E002"}),
        ({"URL": "http://a.example:9200", "CA": __file__}, {"search.E003"}),
        ({"URL": "https://a.example:9200", "API_KEY": "k", "USER": "u", "PASSWORD": "p"}, {"search.E004"}),
        ({"URL": "https://u:p@a.example:9200", "API_KEY": "k"}, {"search.E004"}),
        ({"URL": "https://a.example:9200", "USER": "u"}, {"search.E005"}),
        ({"URL": "https://a.example:9200", "INDEX": "Here*"}, {"search.E006"}),
    ],
)
def test_what_cannot_be_meant(said, refused, settings):
    settings.ELASTICSEARCH_INDEX = "hereabouts"
    for name, value in said.items():
        setattr(settings, f"ELASTICSEARCH_{name}", value)
    assert {each.id for each in check(None)} == refused
