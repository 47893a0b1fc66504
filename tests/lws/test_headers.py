"""Model headers: they compile, they differ by release as the library does, programs can be read with them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from lwslint.errors import LwslintError
from lwslint.frontend.clang.shims import FILES, FOLDER
from lwslint.lws.headers import LIBC, MODEL, libc_headers, lowest_release_with, model_headers, newest

RELEASES = ["1.3", "1.5", "1.7.9", "2.0", "2.4.2", "3.0", "3.2", "4.0", "4.1.6", "4.3.10", "5.0.0"]
COMPILERS = [name for name in ("clang", "gcc") if shutil.which(name)]
PROGRAM = """
#include <libwebsockets.h>
#include <stdio.h>
#include <signal.h>

static int interrupted;

static int
callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t len)
{
	if (reason == LWS_CALLBACK_CLIENT_CONNECTION_ERROR)
		lwsl_err("%s\\n", in ? (char *)in : "?");
	return 0;
}

static const struct lws_protocols protocols[] = { { "a", callback, 0, 0, 0, NULL, 0 },
	LWS_PROTOCOL_LIST_TERM };

int main(void)
{
	struct lws_context_creation_info info;
	struct lws_context *context;
	unsigned char buffer[LWS_PRE + 10];

	memset(&info, 0, sizeof info);
	info.port = CONTEXT_PORT_NO_LISTEN;
	info.protocols = protocols;
	info.options = LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT | LWS_SERVER_OPTION_GLIB;
	context = lws_create_context(&info);
	while (context && !interrupted && lws_service(context, 0) >= 0)
		;
	lws_context_destroy(context);
	return buffer[0] & 0;
}
"""


def materialise(folder: Path, release: str) -> list[str]:
    for root, headers in ((MODEL, model_headers(release)), (LIBC, libc_headers())):
        for path, text in headers.items():
            target = folder / root.strip("/") / path.removeprefix(root)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text)
    return ["-nostdinc", "-I", str(folder / MODEL.strip("/")), "-isystem", str(folder / LIBC.strip("/"))]


def compile_text(folder: Path, compiler: str, release: str, text: str) -> str:
    source = folder / "program.c"
    source.write_text(text)
    command = [compiler, "-std=gnu11", "-Wall", "-Werror", "-Wno-unused", "-fsyntax-only"]
    done = subprocess.run(
        [*command, *materialise(folder, release), str(source)], capture_output=True, text=True, check=False
    )
    return done.stderr


@pytest.mark.parametrize("compiler", COMPILERS)
@pytest.mark.parametrize("release", RELEASES)
def test_each_model_compiles(tmp_path: Path, compiler: str, release: str) -> None:
    assert compile_text(tmp_path, compiler, release, "#include <libwebsockets.h>\n") == ""


@pytest.mark.parametrize("shims", [False, True])
@pytest.mark.parametrize("compiler", COMPILERS)
def test_each_header_of_the_c_library_compiles_alone(tmp_path: Path, compiler: str, shims: bool) -> None:
    """With the compiler's headers of the model, and with those that the front end puts before them."""
    flags = materialise(tmp_path, "")
    if shims and compiler != "clang":
        pytest.skip("the front end is clang")
    if shims:
        for path, text in FILES.items():
            (tmp_path / path.removeprefix(f"{FOLDER}/")).write_text(text)
        flags = [*flags, "-I", str(tmp_path)]
    sources = []
    for at, path in enumerate(libc_headers()):
        source = tmp_path / f"alone{at}.c"
        source.write_text(f"#include <{path.removeprefix(LIBC)}>\n")
        sources.append(str(source))
    done = subprocess.run(
        [compiler, "-fsyntax-only", "-Wall", "-Werror", *flags, *sources],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""


@pytest.mark.parametrize("compiler", COMPILERS)
def test_a_program_is_read(tmp_path: Path, compiler: str) -> None:
    assert compile_text(tmp_path, compiler, "4.3.10", PROGRAM) == ""


@pytest.mark.parametrize("compiler", COMPILERS)
def test_a_name_of_a_later_release_is_missed(tmp_path: Path, compiler: str) -> None:
    assert "LWS_PROTOCOL_LIST_TERM" in compile_text(tmp_path, compiler, "4.1.6", PROGRAM)


@pytest.mark.parametrize("compiler", COMPILERS)
def test_structs_differ_by_release(tmp_path: Path, compiler: str) -> None:
    checks = """
#include <libwebsockets.h>
_Static_assert(sizeof(((struct lws_context_creation_info *)0)->options) == WIDTH, "options");
_Static_assert(LWS_CALLBACK_CLOSED == 4 && LWS_CALLBACK_WSI_DESTROY == 30, "reasons");
_Static_assert(LWS_LIBRARY_VERSION_NUMBER == RELEASE, "version");
"""
    for release, width, number in (("3.2.3", 4, 3002003), ("4.1.6", 8, 4001006)):
        text = checks.replace("WIDTH", str(width)).replace("RELEASE", str(number))
        assert compile_text(tmp_path, compiler, release, text) == ""


def test_old_releases_have_the_old_names() -> None:
    old = model_headers("1.3")[f"{MODEL}libwebsockets.h"]
    new = model_headers("1.7")[f"{MODEL}libwebsockets.h"]
    assert "libwebsocket_create_context(" in old and "lws_create_context(" not in old
    assert "lws_create_context(" in new and "libwebsocket_create_context(" not in new


def test_the_newest_is_the_default() -> None:
    assert model_headers("") == model_headers(newest())


def test_an_unknown_release_is_refused() -> None:
    with pytest.raises(LwslintError):
        model_headers("no release")


def test_lowest_release_as_text() -> None:
    assert lowest_release_with(["lws_context_info_defaults"]) == "4.4.0"
    assert lowest_release_with(["libwebsocket_create_context", "lws_create_context"]) is None


def test_guards_only_name_lwslint() -> None:
    for path, text in (libc_headers() | model_headers("4.3.10")).items():
        first = next(line for line in text.splitlines() if line.startswith("#"))
        assert "LWSLINT" in first or first.startswith("#include"), path
