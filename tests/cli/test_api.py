"""`lwslint api`: what is known of a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lwslint import registry
from lwslint.model.finding import Level, Precision
from lwslint.model.outcome import RuleInfo
from tests.cli.conftest import BadWord

if TYPE_CHECKING:
    from tests.cli.conftest import Cli


def test_a_member_of_two_structs_has_two_entries(cli: Cli) -> None:
    ran = cli("api", "iface")
    assert (ran.status, ran.err) == (0, "")
    info, connect = ran.out.split("\n\n")
    assert info.splitlines()[:6] == [
        "lws_context_creation_info.iface: member of struct lws_context_creation_info",
        "  releases    since 1.2.0",
        "  type        const char *",
        "  lifetime    kept: the library stores the pointer, so what it points at must live as long as the",
        "              context",
        "  0 means     all interfaces",
    ]
    assert "vhosts      2.0.0 to 3.2.3, since 4.1.0: a context made with EXPLICIT_VHOSTS ignores it" in info
    assert "  said in     v4.3.10:lib/core-net/vhost.c:665\n" in info
    assert "lifetime    copied: what it points at may go when the call returns" in connect


def test_one_release_is_told_of_alone(cli: Cli) -> None:
    ran = cli("api", "lws_context_creation_info.timeout_secs", "--lws-version", "4.1")
    assert "  0 means     5 seconds\n" in ran.out
    assert "20 seconds" not in ran.out and "15 seconds" not in ran.out
    every = cli("api", "timeout_secs").out
    assert "up to 4.0.21: 20 seconds" in every and "since 4.2.0: 15 seconds" in every


def test_a_name_that_a_release_lacks(cli: Cli) -> None:
    ran = cli("api", "lws_client_connect", "--lws-version", "4.3")
    assert ran.status == 0
    assert "not in 4.3.10: 1.6.0 to 3.0.1; use lws_client_connect_via_info" in ran.out
    assert "does" not in ran.out and "threads" not in ran.out


@pytest.mark.parametrize("word", ["CLOSED", "LWS_CALLBACK_CLOSED"])
def test_a_callback_reason(cli: Cli, word: str) -> None:
    out = cli("api", word).out
    assert out.startswith("LWS_CALLBACK_CLOSED: callback reason of websocket connections\n")
    assert "up to 2.4.2: clients and servers get it" in out
    assert "since 3.0.0: servers get it" in out
    assert "lws_context_destroy" in out


def test_a_function(cli: Cli) -> None:
    out = cli("api", "lws_callback_on_writable").out
    assert "up to 4.2.2: any thread may call it" in out
    assert "since 4.3.0: only the service loop's thread may call it" in out


def test_a_function_of_another_library(cli: Cli) -> None:
    out = cli("api", "pthread_create").out
    assert out.startswith("pthread_create: function of another library\n")
    assert "calls argument 3 in a thread of its own" in out


def test_a_flag(cli: Cli) -> None:
    out = cli("api", "LWS_SERVER_OPTION_SSL_ECDH").out
    assert "up to 1.7.9: 512 (0x200)" in out and "since 2.0.0: 4608 (0x1200)" in out
    assert "contains    LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT" in out
    assert "since 2.0.0: has the context set up the TLS library" in out


def test_a_struct_and_a_type(cli: Cli) -> None:
    struct = cli("api", "lws_protocols", "--lws-version", "4.3").out
    assert struct.startswith("lws_protocols: struct with 7 members\n")
    assert "owning_server" not in struct and "owning_server" in cli("api", "lws_protocols").out
    assert cli("api", "lws_dll2_t").out == "lws_dll2_t: name\n  releases    since 3.2.0\n"


def test_rules_that_speak_of_it_in_their_prose(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    page = "# x\n\nIt is about `info.iface`.\n\n```c\nlws_service(context, 0);\n```\n"
    info = RuleInfo("TEST101", "bad-word", "a line", Level.NOTE, Precision.HIGH, page)
    monkeypatch.setattr(
        registry, "load", lambda: registry.Registry((registry.RegisteredRule(BadWord, info),))
    )
    assert "rule        TEST101 bad-word" in cli("api", "lws_client_connect_info.iface").out
    assert "TEST101" not in cli("api", "lws_service").out


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("ifase", "did you mean iface"),
        ("lws_creat_context", "did you mean lws_create_context"),
        ("lws_context_creation_info.prot", "did you mean lws_context_creation_info.port"),
        ("qqqqqq", "no name of libwebsockets that lwslint knows"),
        ("", "an empty name"),
        ("a\nb\x1b[31m", "no name of libwebsockets"),
        ("lws_" * 5000, "..."),
        ("lws_context_creation_info.", "no name of libwebsockets"),
        (".", "no name of libwebsockets"),
    ],
)
def test_an_unknown_name_is_one_line(cli: Cli, name: str, hint: str) -> None:
    ran = cli("api", name)
    assert (ran.status, ran.out) == (2, "")
    assert hint in ran.err
    assert ran.err.count("\n") == 1 and len(ran.err) < 300 and "\x1b" not in ran.err


def test_no_such_release(cli: Cli) -> None:
    ran = cli("api", "iface", "--lws-version", "newest")
    assert (ran.status, ran.out) == (2, "")
    assert "no release of libwebsockets" in ran.err
