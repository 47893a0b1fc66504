"""LWS5xx: what is written, and where to."""

from __future__ import annotations

from .program import REPORTED, Build
from .servers import reply, serving, text_frames


def test_lws501_header_is_written_before_the_block(built: Build) -> None:
    with serving(reply) as server:
        bad = built("LWS501/bad_runs").under_valgrind(server.port)
        good = built("LWS501/good_runs").under_valgrind(server.port)
    assert bad.status == REPORTED
    assert bad.lines("Invalid write"), bad.output
    assert bad.lines("lws_write")
    assert bad.lines("bytes before a block")
    assert good.status == 0, good.output
    assert text_frames(bytes(server.connections[1].received)) == ["hello"]
