"""LWS5xx: what is written, and where to."""

from __future__ import annotations

import threading

from .program import PATIENCE, REPORTED, SANITIZERS, Build
from .servers import Connection, reply, serving, text_frames, upgrade


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


def test_lws503_counts_as_sent_what_was_not(built: Build) -> None:
    assert written_to_a_dead_connection(built, "LWS503/bad_runs") == ["1 sent"]
    assert written_to_a_dead_connection(built, "LWS503/good_runs") == ["0 sent"]


def written_to_a_dead_connection(built: Build, name: str) -> list[str]:
    """What a client says that it sent to a server that accepted the WebSocket and broke it off at once."""
    asked, held_up, broken_off = threading.Event(), threading.Event(), threading.Event()

    def break_off(connection: Connection) -> None:
        connection.request()
        asked.set()
        held_up.wait(PATIENCE)
        upgrade(connection)
        connection.reset()
        broken_off.set()

    with serving(break_off) as server, built(name, sanitize=SANITIZERS).started(server.port) as running:
        assert asked.wait(PATIENCE), running.output
        with running.held_up():
            held_up.set()
            assert broken_off.wait(PATIENCE)
        ended = running.ended()
    assert ended.status == 0, ended.output
    assert [one.received for one in server.connections] == [b""]
    return [line.partition(" N: ")[2] for line in ended.lines(" sent")]
