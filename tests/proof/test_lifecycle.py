"""LWS3xx: what becomes of a context that is made, lost, destroyed, and used."""

from __future__ import annotations

from .program import REPORTED, SANITIZERS, Build, until
from .servers import answer, closed_port, greet, greet_and_close, occupied_port, serving


def test_lws301_spins_without_a_context(built: Build) -> None:
    with occupied_port() as port:
        good = built("LWS301/good_runs").run(port)
        assert good.status == 2
        with built("LWS301/bad_runs").started(port) as bad:
            bad.writes("Failed to create default vhost")
            assert until(lambda: bad.seconds_of_cpu() > 0.5)
            assert bad.running


def test_lws302_descriptors_and_memory_of_the_first_stay(built: Build) -> None:
    left = {}
    for twin in ("bad", "good"):
        with built(f"LWS302/{twin}_runs", sanitize=SANITIZERS).started() as running:
            running.writes("ready")
            left[twin] = len(running.descriptors())
            running.answer()
            ended = running.ended()
        assert (ended.status, bool(ended.lines("LeakSanitizer"))) == (
            (REPORTED, True) if twin == "bad" else (0, False)
        ), ended.output
    assert left["bad"] > left["good"]


def test_lws303_reads_a_freed_context(built: Build) -> None:
    bad = built("LWS303/bad_runs").under_valgrind()
    assert bad.status == REPORTED
    assert bad.lines("Invalid read"), bad.output
    assert bad.lines("lws_cancel_service")
    assert bad.lines("free'd")
    good = built("LWS303/good_runs").under_valgrind()
    assert good.status == 0, good.output


def test_lws304_second_destroy_reads_a_freed_context(built: Build) -> None:
    bad = built("LWS304/bad_runs").under_valgrind()
    assert bad.status == REPORTED
    assert bad.lines("Invalid read"), bad.output
    assert bad.lines("lws_context_destroy")
    assert bad.lines("free'd")
    good = built("LWS304/good_runs").under_valgrind()
    assert good.status == 0, good.output


def test_lws304_after_a_callback_the_second_destroy_is_due(built: Build) -> None:
    """Releases before 4.2 free nothing while in `lws_service()`: the second destroy is what frees it."""
    leaks = ["--leak-check=full", "--errors-for-leak-kinds=definite,indirect,possible"]
    good = built("LWS304/good_runs_after_callback").under_valgrind(closed_port(), options=leaks)
    assert good.status == 0, good.output


def test_lws305_what_is_destroyed_in_its_callback_is_never_freed(built: Build) -> None:
    bad = built("LWS305/bad_runs", sanitize=SANITIZERS).run(closed_port())
    assert bad.status == REPORTED
    assert bad.lines("LeakSanitizer"), bad.output
    good = built("LWS305/good_runs", sanitize=SANITIZERS).run(closed_port())
    assert good.status == 0, good.output


def test_lws306_descriptors_grow_with_each_request(built: Build) -> None:
    left = {}
    paths = [f"/{number}" for number in range(6)]
    for twin in ("bad", "good"):
        with serving(answer) as server:
            program = built(f"LWS306/{twin}_runs", sanitize=SANITIZERS)
            with program.started(server.port, *paths) as running:
                running.writes("ready")
                left[twin] = len(running.descriptors())
                running.answer()
                ended = running.ended()
        assert len(server.connections) == len(paths)
        assert (ended.status, bool(ended.lines("LeakSanitizer"))) == (
            (REPORTED, True) if twin == "bad" else (0, False)
        ), ended.output
    assert left["bad"] - left["good"] >= len(paths) - 1


def test_lws307_loop_writes_to_the_freed_timer(built: Build) -> None:
    bad = built("LWS307/bad_runs").under_valgrind()
    assert bad.status == REPORTED
    assert bad.lines("Invalid"), bad.output
    assert bad.lines("lws_service")
    assert bad.lines("close_session")
    good = built("LWS307/good_runs").under_valgrind()
    assert good.status == 0, good.output


def test_lws308_uses_a_freed_connection(built: Build) -> None:
    with serving(greet_and_close) as server:
        bad = built("LWS308/bad_runs").under_valgrind(server.port)
        good = built("LWS308/good_runs").under_valgrind(server.port)
    assert bad.status == REPORTED
    assert bad.lines("Invalid read"), bad.output
    assert bad.lines("lws_callback_on_writable")
    assert bad.lines("free'd")
    assert good.status == 0, good.output


def test_lws309_library_reads_the_connection_that_was_killed(built: Build) -> None:
    with serving(greet) as server:
        bad = built("LWS309/bad_runs").under_valgrind(server.port)
        good = built("LWS309/good_runs").under_valgrind(server.port)
    assert bad.status == REPORTED
    assert bad.lines("Invalid read"), bad.output
    assert bad.lines("free'd")
    assert good.status == 0, good.output
