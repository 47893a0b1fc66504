"""What is known, in words: every name can be told of, and releases are said as people say them."""

from __future__ import annotations

import pytest

from lwslint.lws.entries import entries
from lwslint.lws.knowledge import Knowledge, Release
from lwslint.lws.release import Span
from lwslint.lws.telling import ALL, release_range, stretches

KNOWN = Knowledge.load()
SAMPLE = KNOWN.names()[::13]


@pytest.mark.parametrize("release", [None, "1.7", "4.3"])
def test_every_name_can_be_told_of(release: str | None) -> None:
    at = None if release is None else Release.parse(release)
    for name in SAMPLE:
        found = entries(KNOWN, name, at)
        assert found, name
        for entry in found:
            assert all(label and text and "\n" not in text for label, text in entry.facts), name


def test_members_are_told_of_with_and_without_their_struct() -> None:
    assert [entry.name for entry in entries(KNOWN, "lws_protocols.name")] == ["lws_protocols.name"]
    assert {entry.name for entry in entries(KNOWN, "name")} > {"lws_protocols.name", "lws_extension.name"}
    assert entries(KNOWN, "lws_protocols.nonsense") == []
    assert entries(KNOWN, "nonsense") == []


def test_sources_are_those_of_the_release_that_is_asked_about() -> None:
    (every,) = entries(KNOWN, "lws_context_creation_info.ssl_cert_filepath")
    (old,) = entries(KNOWN, "lws_context_creation_info.ssl_cert_filepath", Release.parse("2.4"))
    assert set(old.sources) < set(every.sources)
    assert "v2.4.2:lib/server/ssl-server.c:214" in old.sources


def test_ranges_of_releases() -> None:
    newest = ALL[0].last
    assert release_range(0, newest, ALL) == ""
    assert release_range(5, newest, (Span(5, newest),)) == ""
    assert release_range(36, newest, ALL) == "since 2.4.2"
    assert release_range(0, 36, ALL) == "up to 2.4.2"
    assert release_range(36, 37, ALL) == "2.4.2 to 3.0.0"
    assert release_range(36, 36, ALL) == "2.4.2 alone"


@pytest.mark.parametrize(
    ("positions", "spans", "found"),
    [
        ([], [Span(0, 9)], []),
        ([0, 1, 2], [Span(0, 9)], [(0, 2)]),
        ([0, 2, 3], [Span(0, 9)], [(0, 0), (2, 3)]),
        ([0, 2, 3], [Span(0, 0), Span(2, 9)], [(0, 3)]),
    ],
)
def test_stretches(positions: list[int], spans: list[Span], found: list[tuple[int, int]]) -> None:
    assert list(stretches(positions, spans)) == found
