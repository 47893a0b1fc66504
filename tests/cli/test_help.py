"""`lwslint explain` and `lwslint doctor`."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lwslint import registry
from lwslint.cli import main
from lwslint.frontend import installed
from lwslint.frontend.shared_library import shared_libraries
from lwslint.lws.knowledge import Knowledge
from lwslint.lws.messages import matching, messages

if TYPE_CHECKING:
    from tests.cli.conftest import Cli

Printed = pytest.CaptureFixture[str]


def explained(capsys: Printed, *words: str) -> str:
    status = main(["explain", *words])
    ran = capsys.readouterr()
    assert (status, ran.err) == (0, "")
    return ran.out


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("Unable to load SSL Client certs file from /etc/x.pem -- client ssl isn't going to work", "LWS110"),
        ("[2024/01/02 10:00:00:1234] E: [wsicli|0]: info->ka_interval can't be 0 if ka_time used", "LWS111"),
        ("lws_write: ****** Illegal back-to-back write of 300 detected...", "LWS503"),
        ("VH default: iface eth7 port 0 DOESN'T EXIST", "LWS108"),
        ("lws_socket_bind: ERROR on binding fd 7 to port 7681 (-1 98)", "LWS302"),
        ("unable to LOAD ssl client cert", "LWS110"),
        ("cannot match protocol", "LWS205"),
    ],
)
def test_a_log_line_leads_to_rules(capsys: Printed, line: str, rule: str) -> None:
    out = explained(capsys, line)
    assert re.search(rf"^  rule     {rule} [a-z-]+: ", out, re.MULTILINE)
    assert re.search(r"^  said in  v\d", out, re.MULTILINE)
    assert explained(capsys, *line.split()) == out


def test_names_are_looked_up_where_the_line_is_unknown(capsys: Printed) -> None:
    assert "lwslint api lws_create_context" in explained(capsys, "lws_create_context said no")
    assert "lwslint rule LWS103" in explained(capsys, "what is LWS103")


@pytest.mark.parametrize("line", ["foo bar", "", "\x1b[31m", "%" * 100_000, "certs", "port"])
def test_what_nobody_knows(capsys: Printed, line: str) -> None:
    assert main(["explain", line]) == 2
    err = capsys.readouterr().err
    assert err.count("\n") == 1 and "\x1b" not in err and len(err) < 300


def test_messages_speak_of_rules_and_names_that_there_are() -> None:
    rules = {one.info.code for one in registry.load().rules}
    known = {part for name in Knowledge.load().names() for part in (name, name.rpartition(".")[2])}
    for one in messages():
        assert set(one.rules) <= rules and one.rules
        assert set(one.names) <= known
        assert all(re.fullmatch(r"v\d+\.\d+\.\d+:lib/\S+\.c:\d+", part) for part in one.source.split(", "))
        for text in one.text:
            assert one in matching(text.replace("%", "x 1"))


def header(folder: Path, release: str) -> Path:
    """A folder with a header of a release."""
    folder.mkdir(parents=True)
    (folder / "libwebsockets.h").write_text("")
    (folder / "lws_config.h").write_text(f'#define LWS_LIBRARY_VERSION "{release}"\n')
    return folder


def database(folder: Path, *commands: str) -> None:
    entries = []
    for number, command in enumerate(commands):
        (folder / f"u{number}.c").touch()
        entries.append({"directory": str(folder), "file": f"u{number}.c", "command": command})
    (folder / "compile_commands.json").write_text(json.dumps(entries))


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """pkg-config knows a library of 4.3.2."""
    (tmp_path / "pc").mkdir()
    (tmp_path / "pc/libwebsockets.pc").write_text("Name: libwebsockets\nVersion: 4.3.2-\n")
    monkeypatch.setenv("PKG_CONFIG_PATH", str(tmp_path / "pc"))


def test_all_is_well(cli: Cli, tmp_path: Path, library: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LWSLINT_NO_SYSTEM_HEADERS", "1")
    database(tmp_path, f"cc -I{header(tmp_path / 'lws', '4.3.2')} -c u0.c")
    ran = cli("doctor")
    assert (ran.status, ran.err) == (0, "")
    assert re.search(r"^ok +libclang +\d+\.\d+\.\d+, /", ran.out, re.MULTILINE)
    assert re.search(r"^ok +front end +C is read by libclang \d+\.\d+\.\d+$", ran.out, re.MULTILINE)
    assert re.search(r"^ok +database +compile_commands.json, 1 C units$", ran.out, re.MULTILINE)
    assert re.search(r"^ok +header +lws/libwebsockets.h, libwebsockets 4.3.2$", ran.out, re.MULTILINE)
    assert "libwebsockets.pc, libwebsockets 4.3.2" in ran.out


def test_header_and_library_of_different_releases(
    cli: Cli, tmp_path: Path, library: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LWSLINT_NO_SYSTEM_HEADERS", "1")
    database(tmp_path, f"cc -I{header(tmp_path / 'lws', '2.4.2')} -c u0.c")
    ran = cli("doctor")
    assert ran.status == 1
    assert "header 2.4.2, library 4.3.2" in ran.out and "cure: install both of one release" in ran.out


def test_several_headers_on_the_include_path(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LWSLINT_NO_SYSTEM_HEADERS", "1")
    monkeypatch.setattr(installed, "libraries", list)
    one, two = header(tmp_path / "one", "4.1.6"), header(tmp_path / "two", "4.3.2")
    database(tmp_path, f"cc -I{one} -I{two} -c u0.c", f"cc -I{one} -c u1.c")
    ran = cli("doctor")
    assert ran.status == 1
    assert "one/libwebsockets.h, libwebsockets 4.1.6; behind it two/libwebsockets.h (4.3.2)" in ran.out
    assert "cure: leave one of them" in ran.out
    database(tmp_path, f"cc -I{one} -c u0.c", f"cc -I{two} -c u1.c")
    assert "units are built with 4.1.6 and 4.3.2" in cli("doctor").out
    database(tmp_path, f"cc -I{one} -c u0.c", f"cc -I{one}/../one -c u1.c")
    assert cli("doctor").status == 0


def test_two_packages_with_one_module(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installed, "owners", lambda: ["clang 21.1.7", "libclang 18.1.1"])
    ran = cli("doctor")
    assert ran.status == 1
    assert "cure: pip uninstall -y clang libclang; pip install libclang" in ran.out


def test_a_broken_configuration_and_lost_sources(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "lwslint.toml").write_text("ignroe = 1")
    database(tmp_path, "cc -c u0.c")
    (tmp_path / "u0.c").unlink()
    ran = cli("doctor")
    assert ran.status == 1
    assert "did you mean ignore?" in ran.out and "u0.c cannot be read" in ran.out


def test_a_path_that_is_not_there(cli: Cli) -> None:
    ran = cli("doctor", "nowhere")
    assert ran.status == 2 and ran.err.count("\n") == 1


def shared(folder: Path, text: bytes) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "libwebsockets.so.17").write_bytes(b"\x7fELF\0 4.9.9 \0" + text + b"\0" + b"1.2.11\0")
    (folder / "libwebsockets.so").symlink_to("libwebsockets.so.17")


@pytest.mark.parametrize(
    ("text", "release"),
    [
        (b"4.1.6-", "4.1.6"),
        (b"v4.3.2-unknown", "4.3.2"),
        (b"2.4.2 joe@host.lan-v2.4.2-1-gabc", "2.4.2"),
        (b"nothing", ""),
        (b"4.1.6-\x004.2.0-", ""),
    ],
)
def test_a_shared_library_tells_its_release(tmp_path: Path, text: bytes, release: str) -> None:
    shared(tmp_path, text)
    found = shared_libraries({"LD_LIBRARY_PATH": str(tmp_path)})
    assert (found[0].path, found[0].release) == (str(tmp_path / "libwebsockets.so"), release)
    assert str(tmp_path / "libwebsockets.so.17") not in [one.path for one in found]


def test_the_library_itself_is_of_another_release_than_its_package_says(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LWSLINT_NO_SYSTEM_HEADERS", "1")
    (tmp_path / "lib/pkgconfig").mkdir(parents=True)
    (tmp_path / "lib/pkgconfig/libwebsockets.pc").write_text("Version: 4.3.2\n")
    monkeypatch.setenv("PKG_CONFIG_PATH", str(tmp_path / "lib/pkgconfig"))
    database(tmp_path, f"cc -I{header(tmp_path / 'lws', '4.3.2')} -c u0.c")
    shared(tmp_path / "lib", b"4.3.3-")
    assert cli("doctor").status == 0
    (tmp_path / "lib/libwebsockets.so").unlink()
    shared(tmp_path / "lib", b"4.1.6-")
    ran = cli("doctor")
    assert ran.status == 1
    assert f"header 4.3.2, library 4.1.6 ({tmp_path}/lib/libwebsockets.so)" in ran.out


def test_files_that_are_no_library_do_no_harm(tmp_path: Path) -> None:
    (tmp_path / "libwebsockets.so").write_bytes(b"")
    (tmp_path / "libwebsockets.so.1").mkdir()
    (tmp_path / "libwebsockets.so.2").symlink_to("gone")
    found = shared_libraries({"LD_LIBRARY_PATH": str(tmp_path)})
    assert [one.release for one in found[:3]] == ["", "", ""]
