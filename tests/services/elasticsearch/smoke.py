"""Shows that the test server has what the search backend needs. Run it against any Elasticsearch 8."""

import sys

from elasticsearch import Elasticsearch

client = Elasticsearch(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:9200", request_timeout=30)
INDEX, SET = "smoke", "smoke-synonyms"

client.indices.delete(index=INDEX, ignore_unavailable=True)
client.synonyms.put_synonym(id=SET, synonyms_set=[{"id": "1", "synonyms": "home help, domiciliary care, home care"}])
client.indices.create(
    index=INDEX,
    settings={
        "number_of_shards": 1,
        "number_of_replicas": 0,
        "analysis": {
            "filter": {
                "possessive": {"type": "stemmer", "language": "possessive_english"},
                "stem": {"type": "stemmer", "language": "english"},
                "grams": {"type": "edge_ngram", "min_gram": 2, "max_gram": 15},
                "lay_words": {"type": "synonym_graph", "synonyms_set": SET, "updateable": True},
            },
            "analyzer": {
                "plain": {"tokenizer": "standard", "filter": ["lowercase", "asciifolding", "possessive", "stem"]},
                "asked": {
                    "tokenizer": "standard",
                    "filter": ["lowercase", "asciifolding", "possessive", "lay_words", "stem"],
                },
                "typed": {"tokenizer": "standard", "filter": ["lowercase", "asciifolding", "grams"]},
            },
            "normalizer": {"folded": {"type": "custom", "filter": ["lowercase", "asciifolding"]}},
        },
    },
    mappings={
        "properties": {
            "title": {
                "type": "text",
                "analyzer": "plain",
                "search_analyzer": "asked",
                "fields": {
                    "typed": {"type": "text", "analyzer": "typed", "search_analyzer": "standard"},
                    "sort": {"type": "keyword", "normalizer": "folded"},
                },
            },
            "suggest": {"type": "completion", "contexts": [{"name": "council", "type": "category"}]},
            "place": {"type": "geo_point"},
            "reach_miles": {"type": "short"},
            "districts": {"type": "keyword"},
            "category": {"type": "keyword"},
            "assured": {"type": "date"},
        }
    },
)
DOCUMENTS = [
    ("Domiciliary care in Taunton", 51.015, -3.10, "care", "2026-11-01", 5),
    ("Dog walking", 51.02, -3.11, "pets", "2026-10-01", 0),
    ("Siân's gardening", 51.30, -2.90, "garden", "2025-01-01", 20),
]
for number, (title, lat, lon, category, assured, reach) in enumerate(DOCUMENTS):
    client.index(
        index=INDEX,
        id=str(number),
        document={
            "title": title,
            "suggest": {"input": [title], "contexts": {"council": ["somerset"]}},
            "place": {"lat": lat, "lon": lon},
            "reach_miles": reach,
            "districts": ["TA1"] if reach else ["TA5"],
            "category": category,
            "assured": assured,
        },
    )
client.indices.refresh(index=INDEX)


def titles(**body):
    return [hit["_source"]["title"] for hit in client.search(index=INDEX, **body)["hits"]["hits"]]


def match(text):
    return {"match": {"title": text}}


def serves(point, district):
    """Base within one of the fixed travel distances, or a named district: no shapes needed."""
    travels = [
        {
            "bool": {
                "filter": [
                    {"term": {"reach_miles": miles}},
                    {"geo_distance": {"distance": f"{miles}mi", "place": point}},
                ]
            }
        }
        for miles in (2, 5, 10, 15, 20, 30)
    ]
    return {"bool": {"should": [*travels, {"term": {"districts": district}}]}}


checks = {
    "synonym set, several words": titles(query=match("home help")) == [DOCUMENTS[0][0]],
    "stemming": titles(query=match("dogs walks")) == [DOCUMENTS[1][0]],
    "accents and possessive": titles(query=match("sian")) == [DOCUMENTS[2][0]],
    "fuzzy": titles(query={"match": {"title": {"query": "gardenning", "fuzziness": "AUTO"}}}) == [DOCUMENTS[2][0]],
    "as you type": titles(query={"match": {"title.typed": "gar"}}) == [DOCUMENTS[2][0]],
    "radius": len(titles(query={"geo_distance": {"distance": "5mi", "place": "51.0153,-3.1068"}})) == 2,
    "service area": len(titles(query=serves("51.0153,-3.1068", "TA1"))) == 2,
    "distance sort": titles(sort=[{"_geo_distance": {"place": "51.30,-2.90", "unit": "mi"}}])[0] == DOCUMENTS[2][0],
    "decay": titles(
        query={
            "function_score": {
                "query": {"match_all": {}},
                "functions": [
                    {"gauss": {"place": {"origin": "51.02,-3.11", "scale": "3km", "decay": 0.3}}},
                    {"gauss": {"assured": {"origin": "2026-11-21", "scale": "180d"}}},
                ],
            }
        }
    )[0]
    in (DOCUMENTS[0][0], DOCUMENTS[1][0]),
    "facets": {
        bucket["key"]
        for bucket in client.search(
            index=INDEX,
            size=0,
            aggs={"all": {"filter": {"match_all": {}}, "aggs": {"by": {"terms": {"field": "category"}}}}},
            post_filter={"term": {"category": "pets"}},
        )["aggregations"]["all"]["by"]["buckets"]
    }
    == {"care", "pets", "garden"},
    "map grid": len(
        client.search(index=INDEX, size=0, aggs={"grid": {"geotile_grid": {"field": "place", "precision": 8}}})[
            "aggregations"
        ]["grid"]["buckets"]
    )
    >= 1,
    "search_after": len(titles(sort=["title.sort"], size=2, search_after=["dog walking"])) == 2,
    "did you mean": client.search(
        index=INDEX,
        suggest={
            "s": {
                "text": "gardeming",
                "term": {"field": "title.typed", "analyzer": "standard", "suggest_mode": "always"},
            }
        },
    )["suggest"]["s"][0]["options"]
    is not None,
    "completion": [
        o["text"]
        for o in client.search(
            index=INDEX,
            suggest={"s": {"prefix": "dog", "completion": {"field": "suggest", "contexts": {"council": "somerset"}}}},
        )["suggest"]["s"][0]["options"]
    ]
    == ["Dog walking"],
}
client.synonyms.put_synonym(id=SET, synonyms_set=[{"id": "1", "synonyms": "hound, dog"}])
checks["synonym set reloaded"] = titles(query=match("hound")) == [DOCUMENTS[1][0]] and titles(
    query=match("home help")
) != [DOCUMENTS[0][0]]
client.indices.delete(index=INDEX)
client.synonyms.delete_synonym(id=SET)

for name, held in checks.items():
    print("ok  " if held else "FAIL", name)
sys.exit(not all(checks.values()))
