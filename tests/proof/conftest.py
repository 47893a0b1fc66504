"""What the proofs need: the library, a compiler, valgrind, and certificates."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from .program import Build, Program, compile_fixture
from .servers import Certificate, self_signed

# Read here, since the environment of the tests is cleared of all that begins like this.
REQUIRED = os.environ.get("LWSLINT_REQUIRE_PROOF") == "1"
"""Whether a proof that cannot be run is a failure. CI says so."""

RELEASE = (4, 1)
"""The release of libwebsockets that the proofs are of, Debian's 4.1.6; others behave otherwise."""

COMMANDS = ("gcc", "openssl", "pkg-config", "valgrind")


def missing() -> str:
    """What is not there; empty if all is."""
    if not Path("/proc/self/fd").is_dir():
        return "the /proc of Linux"
    if absent := [command for command in COMMANDS if not shutil.which(command)]:
        return ", ".join(absent)
    command = ["pkg-config", "--modversion", "libwebsockets"]
    asked = subprocess.run(command, capture_output=True, text=True, check=False)
    if asked.returncode:
        return "libwebsockets with its headers"
    major, minor, *_ = asked.stdout.split(".")
    if (int(major), int(minor)) != RELEASE:
        return f"libwebsockets 4.1, not {asked.stdout.strip()}"
    return ""


@pytest.fixture(scope="session")
def library() -> None:
    """Skips where the proofs cannot be run, or fails where they must be."""
    if what := missing():
        (pytest.fail if REQUIRED else pytest.skip)(f"needs {what}")


@pytest.fixture(scope="session")
def built(library: None, tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Builds a fixture such as `LWS103/bad_runs`, once; `sanitize` names gcc's sanitizers."""
    folder = tmp_path_factory.mktemp("programs")

    def build(name: str, *, sanitize: str = "") -> Program:
        executable = folder / "-".join([*name.split("/"), *sanitize.split(",")])
        if not executable.exists():
            done = compile_fixture(name, executable, sanitize=sanitize)
            assert done.returncode == 0, done.stderr
        return Program(executable)

    return build


@pytest.fixture(scope="session")
def certificate(library: None, tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """A certificate for `localhost`, trusted by nobody who is not given it."""
    return self_signed(tmp_path_factory.mktemp("certificate"), "localhost")
