"""Ctrl-C ends a run at once, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

PROGRAM = """\
#include <libwebsockets.h>
{functions}
int main(int argc, char **argv)
{{
    struct lws_context_creation_info info = {{0}};
    struct lws_context *context = lws_create_context(&info);
    while (context && lws_service(context, 0) >= 0)
        last(argc, context);
    lws_context_destroy(context);
    return 0;
}}
"""
STEP = "static void {name}(int n, struct lws_context *c) {{ if (n & {bit}) lws_cancel_service(c); }}\n"


def program(size: int) -> str:
    steps = "".join(STEP.format(name=f"f{at}", bit=1 << at % 20) for at in range(size))
    calls = " ".join(f"f{at}(n, c);" for at in range(size))
    return PROGRAM.format(functions=f"{steps}static void last(int n, struct lws_context *c) {{ {calls} }}")


@pytest.fixture(autouse=True)
def interrupts_count() -> Iterator[None]:
    """Also where these tests were started in the background, where interrupts are ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="there are no process groups")
@pytest.mark.parametrize("to_all", [True, False])
def test_an_interrupt_ends_it(tmp_path: Path, to_all: bool) -> None:
    for number in range(60):
        (tmp_path / f"p{number}.c").write_text(program(50 + number))
    command = [sys.executable, "-m", "lwslint", "--no-cache", "-j2", "."]
    with subprocess.Popen(
        command, cwd=tmp_path, start_new_session=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        time.sleep(1.5)
        assert process.poll() is None, "the run is too short for this test"
        if to_all:  # as a terminal does
            os.killpg(process.pid, signal.SIGINT)
        else:
            process.send_signal(signal.SIGINT)
        out, said = process.communicate(timeout=10)
    assert process.returncode == 130
    assert not out and b"Traceback" not in said
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)
