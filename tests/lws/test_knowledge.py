"""What each release promises, as the analysis asks for it."""

from __future__ import annotations

import pytest

from lwslint.errors import LwslintError
from lwslint.lws.effects import Failure, Role
from lwslint.lws.facts import Meaning, Side
from lwslint.lws.knowledge import Knowledge, Release

LOSSES = {
    "CLIENT_CONNECTION_ERROR",
    "CLIENT_CLOSED",
    "CLOSED",
    "CLOSED_CLIENT_HTTP",
    "WS_PEER_INITIATED_CLOSE",
    "RAW_CLOSE",
    "MQTT_CLIENT_CLOSED",
    "WSI_DESTROY",
}


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return Knowledge.load()


@pytest.mark.parametrize(
    ("text", "release"),
    [
        ("4.1.6", "4.1.6"),
        ("v4.1.6", "4.1.6"),
        ("4.1.6-", "4.1.6"),
        ("4.1", "4.1.6"),
        ("2.4", "2.4.2"),
        ("4", "4.5.8"),
        ("1.3", "1.3.0"),
        ("1.23", "1.2.3"),
        ("4.0.08", "4.0.8"),
        ("9.1.2", "9.1.2"),
    ],
)
def test_releases_as_a_person_writes_them(text: str, release: str) -> None:
    assert str(Release.parse(text)) == release


@pytest.mark.parametrize("text", ["", "newest", "4.", "4.9", "-1", "4.1.6.2", "٤.1", "1" * 5000])
def test_nonsense_is_one_clear_line(text: str) -> None:
    with pytest.raises(LwslintError) as caught:
        Release.parse(text)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 200


def test_releases_are_ordered_by_version_not_by_text(knowledge: Knowledge) -> None:
    releases = knowledge.releases()
    assert list(releases) == sorted(releases)
    assert Release.parse("4.3.10") > Release.parse("4.3.9")
    assert Release.parse("1.23") < Release.parse("1.3")
    assert knowledge.newest() == releases[-1]


def test_the_losses_are_exactly_those_of_the_catalogue(knowledge: Knowledge) -> None:
    found = {r.name.removeprefix("LWS_CALLBACK_") for r in knowledge.reasons() if r.meaning is Meaning.LOSS}
    assert found == LOSSES


def test_protocol_destroy_is_no_loss_but_comes_with_a_destroy(knowledge: Knowledge) -> None:
    reason = knowledge.reason("LWS_CALLBACK_PROTOCOL_DESTROY")
    assert reason is not None
    assert reason.by_destroy
    assert reason.meaning is Meaning.LIFECYCLE


def test_closed_was_told_to_clients_before_3_0(knowledge: Knowledge) -> None:
    closed = knowledge.reason("LWS_CALLBACK_CLOSED")
    assert closed is not None
    assert closed.side_at(Release.parse("2.4.2")) is Side.BOTH
    assert closed.side_at(Release.parse("3.0.0")) is Side.SERVER
    client_closed = knowledge.reason("LWS_CALLBACK_CLIENT_CLOSED")
    assert client_closed is not None
    assert client_closed.first == Release.parse("3.0.0")
    assert not client_closed.at(Release.parse("2.4.2"))


def test_reasons_by_value_differ_by_release(knowledge: Knowledge) -> None:
    newest = knowledge.reason_by_value(4, Release.parse("4.3"))
    oldest = knowledge.reason_by_value(4, Release.parse("1.0"))
    assert newest is not None and newest.name == "LWS_CALLBACK_CLOSED"
    assert oldest is not None and oldest.name == "LWS_CALLBACK_RECEIVE"


def test_creating_a_context(knowledge: Knowledge) -> None:
    effects = knowledge.effects("lws_create_context")
    assert effects is not None
    assert (effects.creates, effects.info, effects.fails) == ("context", 0, Failure.NULL)
    assert not effects.writes
    old = knowledge.effects("lws_create_context", Release.parse("2.4.2"))
    assert old is not None
    assert {"port", "protocols", "options"} <= set(old.fields)


@pytest.mark.parametrize(
    ("release", "told"),
    [("3.2.3", True), ("4.0.19", True), ("4.0.20", False), ("4.1.6", False), ("4.2.0", True)],
)
def test_an_immediate_connection_error(knowledge: Knowledge, release: str, told: bool) -> None:
    effects = knowledge.effects("lws_client_connect_via_info", Release.parse(release))
    assert effects is not None
    assert effects.loss
    assert effects.fails is Failure.NULL
    assert ("LWS_CALLBACK_CLIENT_CONNECTION_ERROR" in effects.reasons) is told


def test_destroying_accepts_null(knowledge: Knowledge) -> None:
    effects = knowledge.effects("lws_context_destroy")
    assert effects is not None
    assert effects.destroys == 0
    assert effects.needs == ()
    assert "LWS_CALLBACK_WSI_DESTROY" in effects.reasons


@pytest.mark.parametrize(
    "name", ["lws_service", "libwebsocket_service", "uv_run", "g_main_loop_run", "ev_run"]
)
def test_what_runs_the_loop(knowledge: Knowledge, name: str) -> None:
    effects = knowledge.effects(name)
    assert effects is not None and effects.runs_loop


def test_functions_that_are_handed_over(knowledge: Knowledge) -> None:
    def deferral(name: str) -> tuple[int, Role, int | None]:
        effects = knowledge.effects(name)
        assert effects is not None
        first = effects.defers[0]
        return first.function, first.role, first.data

    assert deferral("pthread_create") == (2, Role.THREAD, 3)
    assert deferral("lws_sul_schedule") == (3, Role.SUL, 2)
    assert deferral("g_timeout_add") == (1, Role.TIMER, 2)
    assert deferral("signal") == (1, Role.SIGNAL, None)
    assert deferral("qsort") == (3, Role.NOW, None)


def test_only_cancel_service_is_safe_in_any_thread_today(knowledge: Knowledge) -> None:
    cancel = knowledge.effects("lws_cancel_service")
    writable = knowledge.effects("lws_callback_on_writable")
    earlier = knowledge.effects("lws_callback_on_writable", Release.parse("4.2"))
    assert cancel is not None and cancel.thread_safe
    assert writable is not None and not writable.thread_safe
    assert earlier is not None and earlier.thread_safe


def test_strangers_are_unknown(knowledge: Knowledge) -> None:
    assert knowledge.effects("my_own_function") is None
    assert not knowledge.is_library("my_own_function")
    assert knowledge.function("my_own_function") is None
    assert knowledge.reason("LWS_CALLBACK_OF_MINE") is None
    assert knowledge.option("LWS_SERVER_OPTION_OF_MINE") is None
    assert knowledge.fields("my_struct") == ()
    assert knowledge.is_library("libwebsocket_create_context")


def test_types_differ_by_release(knowledge: Knowledge) -> None:
    options = knowledge.field("lws_context_creation_info", "options")
    assert options is not None
    assert options.type_at(Release.parse("3.2")) == "unsigned int"
    assert options.type_at(Release.parse("4.0")) == "uint64_t"


def test_flags_that_contain_the_ssl_initialisation(knowledge: Knowledge) -> None:
    ecdh = knowledge.option("LWS_SERVER_OPTION_SSL_ECDH")
    assert ecdh is not None
    assert ecdh.implies == ("LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT",)
    assert ecdh.value_at(Release.parse("1.7")) == 512


@pytest.mark.parametrize(
    ("names", "release"),
    [
        (["lws_create_context"], "1.6.0"),
        (["lws_create_context", "lws_context_creation_info.pprotocols"], "3.2.0"),
        (["LWS_PROTOCOL_LIST_TERM"], "4.3.0"),
        (["lws_context_info_defaults", "lws_service"], "4.4.0"),
        (["LWS_CALLBACK_CLIENT_CLOSED"], "3.0.0"),
        (["LLL_USER", "lws_sorted_usec_list_t"], "3.2.0"),
        (["printf", "my_struct.field"], "1.0.0"),
    ],
)
def test_the_lowest_release_with_all_names(knowledge: Knowledge, names: list[str], release: str) -> None:
    assert str(knowledge.lowest_with(names)) == release


def test_no_release_has_names_of_different_ages(knowledge: Knowledge) -> None:
    assert knowledge.lowest_with(["libwebsocket_create_context", "lws_sul_schedule"]) is None
    newest = knowledge.newest_with(["lws_client_connect"])
    assert newest == Release.parse("3.0.1")
