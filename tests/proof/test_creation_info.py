"""LWS1xx: what creation info does to a program that runs."""

from __future__ import annotations

from pathlib import Path

from .program import REPORTED, SANITIZERS, Build, compile_fixture, until
from .servers import Certificate, answer, closed_port, drop, hold, serving


def test_lws101_what_another_function_left_fails_the_create(built: Build, certificate: Certificate) -> None:
    bad = built("LWS101/bad_runs").run(certificate.certificate, certificate.key)
    assert bad.status == 2
    assert bad.lines("problem 0 getting cert 'backup.example.org'")
    good = built("LWS101/good_runs", sanitize=SANITIZERS).run(certificate.certificate, certificate.key)
    assert good.status == 0, good.output


def test_lws102_reads_what_nobody_set(built: Build) -> None:
    bad = built("LWS102/bad_runs").under_valgrind()
    assert bad.status == REPORTED, bad.output
    assert bad.lines("depends on uninitialised value")
    assert bad.lines("lws_create_context")
    assert built("LWS102/good_runs").under_valgrind().status == 0


def test_lws103_second_create_fails(built: Build, certificate: Certificate) -> None:
    arguments = (certificate.certificate, certificate.key, closed_port())
    bad = built("LWS103/bad_runs").run(*arguments)
    assert bad.status == 2
    assert bad.lines("problem 0 getting cert 'backup.example.org'")
    assert bad.lines("no context at try 1")
    good = built("LWS103/good_runs", sanitize=SANITIZERS).run(*arguments)
    assert good.status == 0, good.output


def test_lws103_unchanged_works_today(built: Build, certificate: Certificate) -> None:
    """Why the level is a warning where nothing has changed between the two creates."""
    unchanged = built("LWS103/bad_runs_unchanged", sanitize=SANITIZERS)
    ended = unchanged.run(certificate.certificate, certificate.key, closed_port())
    assert ended.status == 0, ended.output
    assert ended.lines("tried 3 times")


def test_lws104_descriptors_and_memory_grow_with_each_loss(built: Build) -> None:
    left = {}
    for twin in ("bad", "good"):
        with built(f"LWS104/{twin}_runs", sanitize=SANITIZERS).started(closed_port()) as running:
            running.writes("lost 8 times")
            left[twin] = len(running.descriptors())
            running.answer()
            ended = running.ended()
        assert (ended.status, bool(ended.lines("LeakSanitizer"))) == (
            (REPORTED, True) if twin == "bad" else (0, False)
        ), ended.output
    assert left["bad"] - left["good"] >= 7


def test_lws105_reads_what_the_reset_did_not_cover(built: Build) -> None:
    bad = built("LWS105/bad_runs").under_valgrind()
    assert bad.status == REPORTED, bad.output
    assert bad.lines("depends on uninitialised value")
    assert bad.lines("lws_create_context")
    assert built("LWS105/good_runs").under_valgrind().status == 0


def test_lws106_wiped_port_opens_a_listener(built: Build) -> None:
    assert len(listening(built, "LWS106/bad_runs")) == 1
    assert listening(built, "LWS106/good_runs") == []


def test_lws107_connect_reads_the_freed_name(built: Build) -> None:
    with serving(drop) as server:
        bad = built("LWS107/bad_runs", sanitize=SANITIZERS).run(server.port)
        assert bad.status == REPORTED
        assert bad.lines("heap-use-after-free"), bad.output
        assert bad.lines("lws_client_connect_via_info")
        good = built("LWS107/good_runs", sanitize=SANITIZERS).run(server.port)
        assert good.status == 0, good.output


def test_lws108_port_0_opens_a_listener(built: Build) -> None:
    assert len(listening(built, "LWS108/bad_runs")) == 1
    assert listening(built, "LWS108/good_runs") == []


def test_lws109_tls_fails_without_global_init(built: Build, certificate: Certificate) -> None:
    with serving(answer, certificate.context()) as server:
        bad = built("LWS109/bad_runs").run(certificate.certificate, server.port)
        assert bad.status == 2
        assert bad.lines("SSL_new failed")
        good = built("LWS109/good_runs", sanitize=SANITIZERS).run(certificate.certificate, server.port)
        assert good.status == 0, good.output
        assert good.lines("status 200")


def test_lws110_url_is_no_file(built: Build, certificate: Certificate) -> None:
    bad = built("LWS110/bad_runs").run(certificate.certificate, certificate.key)
    assert bad.status == 2
    assert bad.lines("problem 0 getting cert 'https://example.org/client.crt'")
    good = built("LWS110/good_runs", sanitize=SANITIZERS).run(certificate.certificate, certificate.key)
    assert good.status == 0, good.output


def test_lws111_keep_alive_without_interval_refuses_the_create(built: Build) -> None:
    bad = built("LWS111/bad_runs").run()
    assert bad.status == 2
    assert bad.lines("info->ka_interval can't be 0 if ka_time used")
    good = built("LWS111/good_runs", sanitize=SANITIZERS).run()
    assert good.status == 0, good.output


def test_lws113_removed_member_does_not_build(built: Build, tmp_path: Path) -> None:
    bad = compile_fixture("LWS113/bad_runs", tmp_path / "bad")
    assert bad.returncode
    assert "has no member named 'ws_ping_pong_interval'" in bad.stderr
    good = built("LWS113/good_runs", sanitize=SANITIZERS).run()
    assert good.status == 0, good.output


def test_lws114_threads_race_for_the_object(built: Build) -> None:
    bad = built("LWS114/bad_runs").under_valgrind(options=["--tool=helgrind"])
    assert bad.status == REPORTED
    assert bad.lines("data race"), bad.output
    assert bad.lines("lws_create_context")
    assert bad.lines("read_settings")
    good = built("LWS114/good_runs").under_valgrind(options=["--tool=helgrind"])
    assert good.status == 0, good.output


def listening(built: Build, name: str) -> list[int]:
    """The ports on which a client listens once it has connected."""
    with serving(hold) as server, built(name, sanitize=SANITIZERS).started(server.port) as running:
        assert until(lambda: server.connections), running.output
        return running.listening()
