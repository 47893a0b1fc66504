"""LWS2xx: what protocols and connects do to a program that runs."""

from __future__ import annotations

import time

from .program import REPORTED, SANITIZERS, Build, crashed, until
from .servers import Certificate, answer, closed_port, drop, greet_and_close, serving


def test_lws201_calls_what_lies_behind_the_array(built: Build) -> None:
    assert crashed(built("LWS201/bad_runs").run())
    bad = built("LWS201/bad_runs").under_valgrind()
    assert bad.status == REPORTED
    assert bad.lines("lws_protocol_init"), bad.output
    good = built("LWS201/good_runs", sanitize=SANITIZERS).run()
    assert good.status == 0, good.output


def test_lws202_reads_what_nobody_set(built: Build) -> None:
    bad = built("LWS202/bad_runs").under_valgrind()
    assert bad.status == REPORTED
    assert bad.lines("depends on uninitialised value"), bad.output
    assert bad.lines("lws_create_vhost")
    assert built("LWS202/good_runs").under_valgrind().status == 0


def test_lws203_reads_what_nobody_set(built: Build) -> None:
    bad = built("LWS203/bad_runs").under_valgrind(closed_port())
    assert bad.status == REPORTED
    assert bad.lines("depends on uninitialised value"), bad.output
    assert bad.lines("lws_client_connect_via_info")
    assert built("LWS203/good_runs").under_valgrind(closed_port()).status == 0


def test_lws204_second_server_is_asked_for_the_host_of_the_first(built: Build) -> None:
    assert b"Host: feed.example.org" in asked_of_the_second(built, "LWS204/bad_runs")
    assert b"Host: localhost" in asked_of_the_second(built, "LWS204/good_runs")


def test_lws205_messages_go_to_another_handler(built: Build) -> None:
    with serving(greet_and_close) as server:
        bad = built("LWS205/bad_runs", sanitize=SANITIZERS).run(server.port)
        good = built("LWS205/good_runs", sanitize=SANITIZERS).run(server.port)
    assert [one.head.count(b"Upgrade: websocket") for one in server.connections] == [1, 1]
    assert (bad.status, good.status) == (0, 0)
    assert not bad.lines("received hello")
    assert good.lines("received hello")


def test_lws206_connect_without_context_crashes(built: Build) -> None:
    with serving(greet_and_close) as server:
        assert crashed(built("LWS206/bad_runs").run(server.port))
        good = built("LWS206/good_runs", sanitize=SANITIZERS).run(server.port)
    assert good.status == 0
    assert good.lines("received hello")


def test_lws207_waits_for_ever_after_a_failed_connect(built: Build) -> None:
    with serving(drop) as server:
        good = built("LWS207/good_runs", sanitize=SANITIZERS).run(server.port)
        assert good.status == 0, good.output
        with built("LWS207/bad_runs").started(server.port) as bad:
            assert until(lambda: len(server.connections) == 2)
            time.sleep(2)
            assert bad.running
            assert len(server.connections) == 2


def test_lws208_believes_a_server_that_certifies_itself(built: Build, certificate: Certificate) -> None:
    with serving(answer, certificate.context()) as server:
        bad = built("LWS208/bad_runs", sanitize=SANITIZERS).run(server.port)
        good = built("LWS208/good_runs", sanitize=SANITIZERS).run(server.port)
    assert bad.status == 0
    assert bad.lines("status 200")
    assert good.status == 2
    assert good.lines("self-signed certificate")
    assert [one.head[:5] for one in server.connections] == [b"GET /", b""]


def test_lws209_callback_writes_to_a_dead_local(built: Build) -> None:
    with serving(greet_and_close) as server:
        bad = built("LWS209/bad_runs", sanitize=SANITIZERS).run(server.port)
        good = built("LWS209/good_runs", sanitize=SANITIZERS).run(server.port)
    assert bad.status == REPORTED
    assert bad.lines("AddressSanitizer: stack-use-after-"), bad.output
    assert bad.lines("in on_feed")
    assert good.status == 0
    assert good.lines("received hello")


def test_lws210_never_tries_again(built: Build) -> None:
    tries = {}
    for twin in ("bad", "good"):
        with serving(drop) as server:
            ended = built(f"LWS210/{twin}_runs", sanitize=SANITIZERS).run(server.port)
        assert ended.status == 0, ended.output
        tries[twin] = len(server.connections)
    assert tries == {"bad": 1, "good": 4}


def asked_of_the_second(built: Build, name: str) -> bytes:
    """The head of the request that the second of two servers gets."""
    with serving(greet_and_close) as first, serving(greet_and_close) as second:
        ended = built(name, sanitize=SANITIZERS).run(first.port, second.port)
    assert ended.status == 0, ended.output
    assert b"Host: feed.example.org" in first.connections[0].head
    return second.connections[0].head
