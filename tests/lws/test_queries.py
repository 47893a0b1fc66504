"""What rules ask of the knowledge, each question both ways and by release."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from lwslint.lws.facts import Kind, Lifetime, Side, UserData, Writing
from lwslint.lws.knowledge import CONNECT, INFO, Knowledge, Release

SOURCE = re.compile(r"v\d+\.\d+[\w.-]*:[\w./-]+(:\d+)?")
KNOWN = Knowledge.load()


def release(text: str) -> Release:
    return Release.parse(text)


# Members


@pytest.mark.parametrize(
    ("struct", "name", "at", "lifetime"),
    [
        (INFO, "protocols", "3.1", Lifetime.KEPT),
        (INFO, "protocols", "3.2", Lifetime.COPIED),
        (INFO, "iface", "4.3", Lifetime.KEPT),
        (INFO, "ssl_cert_filepath", "2.4", Lifetime.CONSUMED),
        (INFO, "ssl_cert_filepath", "3.0", Lifetime.COPIED),
        (INFO, "server_ssl_cert_mem", "5.0", Lifetime.CONSUMED),
        (INFO, "external_baggage_free_on_destroy", "4.3", Lifetime.OWNED),
        (INFO, "port", "4.3", Lifetime.VALUE),
        (INFO, "pprotocols", "3.1", None),
        (INFO, "nonsense", "4.3", None),
        (CONNECT, "address", "4.3", Lifetime.COPIED),
        (CONNECT, "retry_and_idle_policy", "4.3", Lifetime.KEPT),
        (CONNECT, "retry_and_idle_policy", "3.2", None),
        (CONNECT, "userdata", "2.4", Lifetime.KEPT),
        (CONNECT, "local_protocol_name", "4.3", Lifetime.CONSUMED),
        (CONNECT, "client_exts", "4.3", Lifetime.VALUE),
        ("lws_protocols", "name", "4.3", Lifetime.KEPT),
        ("my_struct", "name", "4.3", None),
    ],
)
def test_lifetimes(struct: str, name: str, at: str, lifetime: Lifetime | None) -> None:
    assert KNOWN.lifetime(struct, name, release(at)) is lifetime


def test_what_lists_point_at_may_be_kept_when_the_list_is_not() -> None:
    newest = KNOWN.newest()
    assert KNOWN.inner_lifetime(INFO, "protocols", newest) is Lifetime.KEPT
    assert KNOWN.inner_lifetime(INFO, "register_notifier_list", newest) is Lifetime.KEPT
    assert KNOWN.lifetime(INFO, "register_notifier_list", newest) is Lifetime.CONSUMED
    assert KNOWN.inner_lifetime(INFO, "plugin_dirs", newest) is Lifetime.CONSUMED
    assert KNOWN.inner_lifetime(INFO, "port", newest) is Lifetime.VALUE
    assert KNOWN.inner_lifetime(INFO, "nonsense", newest) is None


@pytest.mark.parametrize("struct", [INFO, CONNECT, "lws_protocols"])
def test_the_lifetime_of_every_pointer_is_said_for_all_of_its_releases(struct: str) -> None:
    unsaid = []
    for field in KNOWN.fields(struct):
        own = {at for span in field.spans for at in range(span.first, span.last + 1)}
        said = {at for one in field.retentions for at in range(one.span.first, one.span.last + 1)}
        if "*" in field.type and own - said and field.name not in ("_unused", "client_exts", "owning_server"):
            unsaid.append(field.name)
    assert unsaid == []


@pytest.mark.parametrize(
    ("struct", "name", "at", "part"),
    [
        (INFO, "port", "1.2", "no listener"),
        (INFO, "port", "1.3", "listen on a port that the kernel picks"),
        (INFO, "gid", "2.3", "become root"),
        (INFO, "gid", "2.4", "no change"),
        (INFO, "timeout_secs", "4.0", "20 seconds"),
        (INFO, "timeout_secs", "4.1", "5 seconds"),
        (INFO, "timeout_secs", "4.3", "15 seconds"),
        (CONNECT, "path", "3.2", "crash"),
        (CONNECT, "path", "4.3", "/"),
        ("lws_retry_bo", "conceal_count", "4.3", "nothing is ever scheduled"),
    ],
)
def test_what_zero_means(struct: str, name: str, at: str, part: str) -> None:
    assert part in KNOWN.zero_meaning(struct, name, release(at))


@pytest.mark.parametrize(("struct", "name"), [(INFO, "nonsense"), (INFO, "pprotocols"), ("my_struct", "x")])
def test_zero_means_nothing_where_there_is_no_member(struct: str, name: str) -> None:
    assert KNOWN.zero_meaning(struct, name, release("3.1")) == ""


@pytest.mark.parametrize(
    ("name", "at", "ignored"),
    [
        ("port", "4.3", True),
        ("mounts", "2.0", True),
        ("protocols", "4.2", True),
        ("protocols", "4.3", False),  # protocols_copy
        ("vhost_name", "3.2", True),
        ("vhost_name", "4.3", False),
        ("provided_client_ssl_ctx", "4.2", True),
        ("provided_client_ssl_ctx", "4.3", False),
        ("pprotocols", "4.3", True),
        ("pprotocols", "4.4", False),
        ("options", "4.3", False),
        ("user", "4.3", False),
        ("alpn", "4.3", False),
        ("port", "4.0", False),  # secure streams make a default vhost all the same
        ("port", "1.7", False),  # no EXPLICIT_VHOSTS yet
        ("nonsense", "4.3", False),
    ],
)
def test_what_a_context_ignores_under_explicit_vhosts(name: str, at: str, ignored: bool) -> None:
    assert KNOWN.ignored_by_context(name, release(at)) is ignored


def test_pprotocols_make_a_default_vhost_since_4_4() -> None:
    assert KNOWN.ignored_by_context("port", release("4.3"), pprotocols=True)
    assert KNOWN.ignored_by_context("port", release("4.4"))
    assert not KNOWN.ignored_by_context("port", release("4.4"), pprotocols=True)


@pytest.mark.parametrize(
    ("struct", "name", "side"),
    [
        (INFO, "ssl_cert_filepath", Side.BOTH),
        (INFO, "server_ssl_cert_mem", Side.SERVER),
        (INFO, "client_ssl_ca_filepath", Side.CLIENT),
        (CONNECT, "ssl_connection", Side.CLIENT),
        (INFO, "ssl_cipher_list", None),
        (INFO, "port", None),
    ],
)
def test_members_that_ask_for_tls(struct: str, name: str, side: Side | None) -> None:
    assert KNOWN.asks_for_tls(struct, name, release("4.3")) is side


@pytest.mark.parametrize(
    ("flags", "at", "tls"),
    [(0, "2.4", False), (2, "2.4", True), (2, "3.0", False), (3, "3.0", True), (1, "1.7", True)],
)
def test_connections_that_ask_for_tls(flags: int, at: str, tls: bool) -> None:
    assert KNOWN.connects_with_tls(flags, release(at)) is tls


# Options


@pytest.mark.parametrize(
    ("options", "at", "does"),
    [
        (1 << 12, "4.3", True),
        ((1 << 12) | 2, "4.3", True),
        (4104, "4.3", True),  # ALLOW_NON_SSL_ON_SSL_PORT contains it
        (1 << 13, "4.3", False),
        (0, "2.0", False),
        (0, "1.7", True),
    ],
)
def test_options_that_set_up_the_tls_library(options: int, at: str, does: bool) -> None:
    assert KNOWN.implies_global_init(options, release(at)) is does


def test_explicit_vhosts() -> None:
    assert KNOWN.has_explicit_vhosts((1 << 13) | 1, release("4.3"))
    assert not KNOWN.has_explicit_vhosts(1 << 12, release("4.3"))
    assert not KNOWN.has_explicit_vhosts(1 << 13, release("1.7"))


# Names that come and go


@pytest.mark.parametrize(
    ("name", "at", "gone", "successor"),
    [
        ("lws_client_connect", "3.1", True, "lws_client_connect_via_info"),
        ("libwebsocket_service_fd", "1.6", True, "lws_service_fd"),
        ("libwebsocket_context", "1.6", True, "lws_context"),
        (f"{INFO}.ws_ping_pong_interval", "4.1", True, f"{INFO}.retry_and_idle_policy"),
        ("LWS_CALLBACK_OPENSSL_CONTEXT_REQUIRES_PRIVATE_KEY", "4.3.3", True, ""),
        ("lws_sul_schedule", "3.1", False, ""),
        (f"{INFO}.pprotocols", "3.1", False, ""),
        ("LCCSCF_ALLOW_INSECURE", "3.1", False, ""),
        ("lws_context_destroy2", "3.0", True, ""),
    ],
)
def test_names_that_a_release_lacks(name: str, at: str, gone: bool, successor: str) -> None:
    absence = KNOWN.absence(name, release(at))
    assert absence is not None
    assert (absence.gone, absence.successor) == (gone, successor)
    assert (
        absence.last < release(at)
        if gone and absence.last != KNOWN.newest()
        else absence.first > Release(1, 0, 0)
    )


@pytest.mark.parametrize(
    ("name", "at"),
    [
        ("lws_client_connect", "3.0.1"),
        ("lws_sul_schedule", "3.2"),
        ("lws_create_context", "9.9"),
        (f"{INFO}.ws_ping_pong_interval", "4.0"),
        (f"{INFO}.nonsense", "4.3"),
        ("lws_context_creation_info.port.x", "4.3"),
        ("my_own_function", "4.3"),
        ("ARRAY_SIZE", "4.3"),
        ("lws_dsh_t", "4.3"),  # only some builds have it
    ],
)
def test_names_that_it_has_or_that_are_no_names_of_the_library(name: str, at: str) -> None:
    assert KNOWN.absence(name, release(at)) is None


def test_since() -> None:
    assert KNOWN.since("lws_sul_schedule") == release("3.2.0")
    assert KNOWN.since(f"{INFO}.pprotocols") == release("3.2.0")
    assert KNOWN.since("my_own_function") is None


def test_a_deprecated_name_has_a_successor_before_it_is_gone() -> None:
    option = KNOWN.successor("LWS_SERVER_OPTION_ONLY_RAW")
    assert option is not None
    assert option.name == "LWS_SERVER_OPTION_ADOPT_APPLY_LISTEN_ACCEPT_CONFIG"
    assert KNOWN.absence("LWS_SERVER_OPTION_ONLY_RAW", KNOWN.newest()) is None
    assert KNOWN.successor("lws_create_context") is None


def test_functions_that_are_not_for_programs() -> None:
    old = KNOWN.internal("lws_close_free_wsi", release("2.4"))
    new = KNOWN.internal("lws_close_free_wsi", release("4.3"))
    assert old is not None and "lws_set_timeout" in old.instead
    assert new is not None and "lws_wsi_close" in new.instead
    assert KNOWN.internal("lws_context_destroy2", release("2.4")) is None  # there it was public
    assert KNOWN.internal("lws_context_destroy2", release("4.3")) is not None
    assert KNOWN.internal("lws_handle_POLLOUT_event", release("2.2")) is not None
    assert KNOWN.internal("lws_handle_POLLOUT_event", release("2.3")) is None  # in the public headers since
    write = KNOWN.internal("lws_callback_as_writeable", release("4.3"))
    assert write is not None and "lws_write" in write.instead
    assert KNOWN.internal("lws_context_destroy", release("4.3")) is None
    assert KNOWN.internal("my_own_function", release("4.3")) is None


# Threads


@pytest.mark.parametrize(
    ("function", "at", "may"),
    [
        ("lws_cancel_service", "4.3", True),
        ("lws_callback_on_writable", "4.2", True),
        ("lws_callback_on_writable", "4.3", False),
        ("lws_write", "4.3", False),
        ("lws_context_destroy", "4.3", False),
        ("lws_smd_msg_printf", "4.3", True),
        ("lws_snprintf", "4.3", True),
        ("_lws_log", "4.3", True),
        ("my_own_function", "4.3", True),
    ],
)
def test_calls_from_other_threads(function: str, at: str, may: bool) -> None:
    assert KNOWN.may_be_called_off_thread(function, release(at)) is may


def test_each_release_has_a_thread_rule() -> None:
    for at in KNOWN.releases():
        rule = KNOWN.thread_rule(at)
        assert rule is not None
        assert ("lws_callback_on_writable" in rule.text) is (release("3.0.0") <= at < release("4.3.0"))


# Callback reasons


@pytest.mark.parametrize(
    ("name", "at", "side"),
    [
        ("CLOSED", "2.4", Side.BOTH),
        ("CLOSED", "3.0", Side.SERVER),
        ("CLIENT_CLOSED", "3.0", Side.CLIENT),
        ("CLIENT_CLOSED", "2.4", None),
        ("SERVER_NEW_CLIENT_INSTANTIATED", "3.1", Side.SERVER),
        ("SERVER_NEW_CLIENT_INSTANTIATED", "3.2", Side.BOTH),
        ("HTTP_BIND_PROTOCOL", "3.0", Side.BOTH),
        ("HTTP_BIND_PROTOCOL", "4.3", Side.SERVER),
        ("HTTP_WRITEABLE", "1.7", Side.SERVER),
        ("HTTP_WRITEABLE", "2.4", Side.BOTH),
        ("HTTP_WRITEABLE", "4.3", Side.SERVER),
        ("WS_PEER_INITIATED_CLOSE", "4.3", Side.BOTH),
        ("PROTOCOL_INIT", "4.3", Side.BOTH),
        ("RAW_RX", "4.3", Side.BOTH),
        ("OF_MINE", "4.3", None),
    ],
)
def test_who_gets_a_reason(name: str, at: str, side: Side | None) -> None:
    assert KNOWN.reason_side(f"LWS_CALLBACK_{name}", release(at)) is side


@pytest.mark.parametrize(
    ("name", "at", "user"),
    [
        ("PROTOCOL_INIT", "4.3", UserData.NULL),
        ("EVENT_WAIT_CANCELLED", "4.3", UserData.NULL),
        ("FILTER_NETWORK_CONNECTION", "4.0", UserData.NULL),
        ("FILTER_NETWORK_CONNECTION", "4.1", UserData.OTHER),
        ("SERVER_NEW_CLIENT_INSTANTIATED", "2.0", UserData.NULL),
        ("SERVER_NEW_CLIENT_INSTANTIATED", "4.3", UserData.MAYBE),
        ("CLIENT_CONNECTION_ERROR", "4.3", UserData.MAYBE),
        ("OPENSSL_LOAD_EXTRA_CLIENT_VERIFY_CERTS", "4.3", UserData.OTHER),
        ("CLIENT_RECEIVE", "4.3", UserData.SESSION),
        ("CLIENT_CLOSED", "2.4", None),
    ],
)
def test_what_user_is(name: str, at: str, user: UserData | None) -> None:
    assert KNOWN.reason_user(f"LWS_CALLBACK_{name}", release(at)) is user


@pytest.mark.parametrize(
    ("kind", "side", "at", "names"),
    [
        (Kind.WS, Side.CLIENT, "2.4", {"CLIENT_CONNECTION_ERROR", "CLOSED", "WSI_DESTROY"}),
        (Kind.WS, Side.CLIENT, "4.3", {"CLIENT_CONNECTION_ERROR", "CLIENT_CLOSED", "WSI_DESTROY"}),
        (Kind.WS, Side.SERVER, "4.3", {"CLOSED", "WSI_DESTROY"}),
        (Kind.HTTP, Side.CLIENT, "4.3", {"CLIENT_CONNECTION_ERROR", "CLOSED_CLIENT_HTTP", "WSI_DESTROY"}),
        (Kind.MQTT, Side.CLIENT, "4.3", {"CLIENT_CONNECTION_ERROR", "MQTT_CLIENT_CLOSED", "WSI_DESTROY"}),
        (Kind.WS, Side.BOTH, "4.3", {"CLIENT_CONNECTION_ERROR", "CLOSED", "CLIENT_CLOSED", "WSI_DESTROY"}),
    ],
)
def test_the_reasons_that_end_a_connection(kind: Kind, side: Side, at: str, names: set[str]) -> None:
    found = KNOWN.closing_reasons(kind, side, release(at))
    assert {reason.name.removeprefix("LWS_CALLBACK_") for reason in found} == names


# Connecting and writing


@pytest.mark.parametrize(
    ("method", "at", "kind"),
    [
        (None, "4.3", Kind.WS),
        ("GET", "4.3", Kind.HTTP),
        ("RAW", "4.3", Kind.RAW),
        ("RAW", "2.1", Kind.HTTP),
        ("MQTT", "4.0", Kind.MQTT),
        ("MQTT", "3.2", Kind.HTTP),
    ],
)
def test_kinds_of_connection(method: str | None, at: str, kind: Kind) -> None:
    assert KNOWN.connection_kind(method, release(at)) is kind


@pytest.mark.parametrize(
    ("kind", "at", "tls", "members"),
    [
        (Kind.WS, "3.2", False, {"context", "address", "host", "path"}),
        (Kind.RAW, "3.2", False, {"context", "address", "host", "path"}),
        (Kind.WS, "4.2", False, {"context", "address", "host", "path"}),
        (Kind.WS, "4.3", False, {"context", "address", "host"}),
        (Kind.RAW, "4.3", False, {"context", "address"}),
        (Kind.RAW, "4.3", True, {"context", "address", "host"}),
        (Kind.MQTT, "4.3", False, {"context", "address", "mqtt_cp"}),
    ],
)
def test_what_a_connect_needs(kind: Kind, at: str, tls: bool, members: set[str]) -> None:
    needs = KNOWN.needed_to_connect(kind, release(at), tls=tls)
    assert {need.member for need in needs} == members
    assert len(needs) == len(members)


def test_what_happens_without_a_host_depends_on_tls() -> None:
    def otherwise(tls: bool) -> str:
        needs = KNOWN.needed_to_connect(Kind.WS, release("4.3"), tls=tls)
        return next(need.otherwise for need in needs if need.member == "host")

    assert "Host: (null)" in otherwise(False)
    assert "the connection fails" in otherwise(True)


@pytest.mark.parametrize(
    ("value", "at", "writing"),
    [
        (0, "4.3", Writing.WS),
        (0x41, "4.3", Writing.WS),  # BINARY | NO_FIN
        (0x21, "4.3", Writing.WS),  # BINARY | BUFLIST
        (0x21, "3.0", None),  # no BUFLIST yet
        (5, "4.3", Writing.CONTROL),
        (3, "4.3", Writing.HTTP),
        (9, "2.3", None),
        (9, "2.4", Writing.HTTP),
        (10, "5.0", Writing.DATAGRAM),
        (77, "4.3", None),
    ],
)
def test_what_is_written(value: int, at: str, writing: Writing | None) -> None:
    assert KNOWN.writing(value, release(at)) is writing


def _sources() -> Iterator[str]:
    for field in (*KNOWN.fields(INFO), *KNOWN.fields(CONNECT), *KNOWN.fields("lws_protocols")):
        yield from (one.source for one in field.retentions)
        yield from (note.source for note in (*field.zeros, *field.notes, *field.vhost_only))
    for reason in KNOWN.reasons():
        yield from (one.source for one in reason.sides)
        yield from (one.source for one in reason.users)
    yield from (rule.source for at in KNOWN.releases() if (rule := KNOWN.thread_rule(at)))


def test_every_statement_names_its_source() -> None:
    sources = list(_sources())
    assert len(sources) > 200
    for source in sources:
        assert all(SOURCE.fullmatch(part) for part in source.split(", ")), source
