"""LWS4xx: threads, and the loop that sleeps."""

from __future__ import annotations

import time

from .program import SANITIZERS, Build, until
from .servers import Server, drop, greet, serving, text_frames


def test_lws401_sleeping_loop_does_not_send(built: Build) -> None:
    with serving(greet) as server, built("LWS401/bad_runs").started(server.port) as bad:
        bad.writes("asked")
        time.sleep(2)
        assert bad.running
        assert texts(server) == []
    with (
        serving(greet) as server,
        built("LWS401/good_runs", sanitize=SANITIZERS).started(server.port) as good,
    ):
        assert until(lambda: texts(server) == ["hello"]), good.output


def test_lws402_service_does_not_come_back(built: Build) -> None:
    with built("LWS402/bad_runs").started() as bad:
        bad.writes("ready")
        time.sleep(2)
        assert bad.running
        assert bad.output.count("alive") <= 1
    with built("LWS402/good_runs", sanitize=SANITIZERS).started() as good:
        assert until(lambda: good.output.count("alive") >= 5), good.output


def test_lws403_connects_many_times_a_second(built: Build) -> None:
    with serving(drop) as server, built("LWS403/bad_runs").started(server.port) as bad:
        assert until(lambda: len(server.connections) >= 20), bad.output
    assert server.connections[19].at - server.connections[0].at < 2
    with serving(drop) as server, built("LWS403/good_runs", sanitize=SANITIZERS).started(server.port) as good:
        assert until(lambda: len(server.connections) >= 2), good.output
    assert server.connections[1].at - server.connections[0].at > 0.9


def texts(server: Server) -> list[str]:
    """The texts that came on the one connection of a server."""
    return text_frames(bytes(server.connections[0].received)) if server.connections else []
