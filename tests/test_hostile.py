"""What strangers may give lwslint: promises of SECURITY.md that no test elsewhere holds."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from lwslint import bounded, engine
from lwslint.analysis import ProgramUnits, bounds
from lwslint.api import Program
from lwslint.cache import MAX_ENTRY, Cache, digest
from lwslint.cli import main
from lwslint.errors import LwslintError
from lwslint.frontend.pool import WorkerPool
from lwslint.frontend.request import ReadRequest
from lwslint.frontend.serving import WorkerError
from lwslint.frontend.work import read_encoded
from lwslint.sources import plan

PROGRAM = """\
#include <libwebsockets.h>
int create(int port)
{
    struct lws_context_creation_info info;
    info.port = port;
    struct lws_context *context = lws_create_context(&info);
    if (!context)
        return 1;
    lws_context_destroy(context);
    return 0;
}
"""
FOUND = re.compile(r"^normal\.c:6:.*LWS102", re.MULTILINE)
SMALL = 400 << 20  # bytes in which a worker reads a small unit

needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux bounds a process from outside")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a normal program that has a finding."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "normal.c").write_text(PROGRAM)
    return tmp_path


def check(capfd: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    """The exit status, and all that was said."""
    status = main([*words, "--format", "concise", "--no-cache"])
    said = "".join(capfd.readouterr())
    assert "Traceback" not in said and "internal error" not in said
    return status, said


def sparse(path: Path, size: int) -> None:
    with path.open("wb") as file:
        file.truncate(size)


# The parser


@pytest.mark.parametrize("jobs", ["-j1", "-j2"])
def test_a_unit_that_crashes_libclang_costs_that_unit(
    folder: Path, capfd: pytest.CaptureFixture[str], jobs: str
) -> None:
    (folder / "crash.c").write_text(f"#pragma clang __debug crash\n{PROGRAM}")
    (folder / "deep.c").write_text(PROGRAM.replace("return 0;", "if (port) " * 100_000 + "return 0;"))
    status, said = check(capfd, "--frontend", "clang", jobs, "normal.c", "crash.c", "deep.c")
    assert status == 2
    assert FOUND.search(said)
    assert "error: crash.c: libclang crashed" in said
    assert "error: deep.c: the parser died (signal " in said
    assert "1 of 3 files read" in said


def test_a_unit_that_hangs_libclang_costs_that_unit(
    folder: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "UNIT_SECONDS", 4)
    os.mkfifo(folder / "fifo.h")
    (folder / "hang.c").write_text(f'#include "fifo.h"\n{PROGRAM}')
    status, said = check(capfd, "--frontend", "clang", "-j2", "normal.c", "hang.c")
    assert status == 2
    assert FOUND.search(said)
    assert "error: hang.c: the parser took longer than 4 s" in said


def test_no_unit_has_the_terminal(folder: Path) -> None:
    """What a person types while lwslint runs is not read by a header called `/dev/tty`."""
    pty = pytest.importorskip("pty")
    (folder / "bomb.c").write_text(f'#include "/dev/tty"\n{PROGRAM}')
    command = [sys.executable, "-m", "lwslint", "--no-cache", "--frontend", "clang", "bomb.c", "normal.c"]
    child, terminal = pty.fork()
    if not child:
        os.execv(command[0], command)
    os.write(terminal, b"int typed\n")
    said = b""
    begin = time.monotonic()
    while True:
        try:
            said += os.read(terminal, 1 << 16)
        except OSError:
            break
    os.waitpid(child, 0)
    assert time.monotonic() - begin < 40
    assert b"/dev/tty" in said and said.count(b"LWS102") >= 2


@needs_linux
def test_memory_is_bounded_and_the_next_unit_has_all_of_it() -> None:
    bombs = {
        "doubling": "#define A0 a++;\n" + "".join(f"#define A{n + 1} A{n} A{n}\n" for n in range(30)) + "A30",
        "zeros": '#include "/dev/zero"\n',
        "macro": '#define Z "/dev/zero"\n#include Z\n',
    }
    with WorkerPool(1, 60, SMALL) as pool:
        huge: Future[bytearray] = pool.submit(bytearray, 1 << 30)
        read = [
            pool.submit(read_encoded, ReadRequest(f"{name}.c", "/", (), text, frontend="clang"))
            for name, text in bombs.items()
        ]
        normal = pool.submit(read_encoded, ReadRequest("normal.c", "/", (), PROGRAM))
        with pytest.raises(WorkerError, match="needs more than 400 MB of memory"):
            huge.result()
        for future in read:
            with pytest.raises((WorkerError, LwslintError)):
                future.result()
        assert normal.result()


@needs_linux
def test_work_is_bounded_for_each_unit_anew() -> None:
    with WorkerPool(1, 60, work=2) as pool:
        useful = [pool.submit(_work, 0.8) for _ in range(4)]
        endless = pool.submit(_work, 60)
        after = pool.submit(_work, 0)
        assert {future.result() for future in useful} == {True}
        with pytest.raises(WorkerError, match="2 s of processor time at most"):
            endless.result()
        assert after.result()


def _work(seconds: float) -> bool:
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass
    return True


@pytest.mark.parametrize(
    "text",
    [
        "#define I(x) x\nint a = " + "I(" * 20_000 + "1" + ")" * 20_000 + ";",
        "#define I(x) x\nint a = " + "I(" * 20_000,
        "".join(f"#define C{n + 1} C{n}\n" for n in range(20_000)) + "#define C0 1\nint a = C20000;",
        "".join(f"#define V{n + 1}(...) V{n}(__VA_ARGS__, __VA_ARGS__)\n" for n in range(30)) + "V30(a)",
    ],
    ids=["calls", "open calls", "chain", "variadic"],
)
def test_macro_bombs_end_without_libclang(text: str) -> None:
    begin = time.monotonic()
    with pytest.raises(LwslintError, match=r"^bomb\.c: its macros"):
        read_encoded(ReadRequest("bomb.c", "/", (), text, frontend="pycparser"))
    assert time.monotonic() - begin < 30


def test_members_of_members_end(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    members = ", ".join(f"m{n}" for n in range(10))
    levels = "".join(f"struct s{n + 1} {{ struct s{n} {members}; }};\n" for n in range(12))
    (folder / "bomb.c").write_text(f"struct s0 {{ int x; }};\n{levels}struct s12 *all;\n{PROGRAM}")
    begin = time.monotonic()
    status, said = check(capfd, "--frontend", "clang", "-j1", "normal.c", "bomb.c")
    assert time.monotonic() - begin < 30
    assert status == 1 and FOUND.search(said) and "too many members" in said


def test_the_analysis_of_a_program_is_bounded_as_a_whole(
    folder: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounds, "NODES_PER_PROGRAM", 100)
    includes, body = PROGRAM.split("\n", 1)
    creates = "".join(body.replace("create(", f"create{number}(") for number in range(30))
    (folder / "many.c").write_text(f"{includes}\n{creates}")
    status, said = check(capfd, "-j1", "-v", "normal.c", "many.c")
    assert status == 1 and FOUND.search(said)
    found = set(re.findall(r"^many\.c:(\d+):.*LWS102", said, re.MULTILINE))
    cut = re.findall(r"^note: many\.c:(\d+): .* in create\d+\(\) were not all followed", said, re.MULTILINE)
    assert found and cut
    assert {str(6 + 10 * number) for number in range(30)} == {*found, *cut}


def test_creates_that_have_nothing_to_do_with_each_other_are_explored_apart(
    folder: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each costs what it costs alone: a hundred come nowhere near a bound that ten would have reached."""
    monkeypatch.setattr(bounds, "NODES_PER_PROGRAM", 3_000)
    includes, body = PROGRAM.split("\n", 1)
    creates = "".join(body.replace("create(", f"create{number}(") for number in range(100))
    (folder / "many.c").write_text(f"{includes}\n{creates}")
    status, said = check(capfd, "-j1", "-v", "many.c")
    assert status == 1 and "not all followed" not in said
    assert len(re.findall(r"^many\.c:\d+:.*LWS102", said, re.MULTILINE)) == 100


def test_a_long_chain_of_calls_is_followed(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    depth = 3_000
    info = "struct lws_context_creation_info *info"
    declared = "".join(f"int d{at}({info});\n" for at in range(depth + 1))
    chain = "".join(f"int d{at}({info}) {{ return d{at + 1}(info); }}\n" for at in range(depth))
    last = f"int d{depth}({info}) {{ info->gid = 1; return 0; }}\n"
    program = PROGRAM.replace("info.port = port;", "info.port = port; d0(&info);")
    (folder / "deep.c").write_text(program.replace("int create", f"{declared}int create", 1) + chain + last)
    status, said = check(capfd, "-j1", "-v", "deep.c")
    assert status == 1 and "failed" not in said
    assert re.search(r"^deep\.c:.*only `gid` and `port` are set", said, re.MULTILINE)


def test_an_analysis_that_fills_the_memory_costs_that_program(
    folder: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    analyse = engine.analyse

    def filled(units: ProgramUnits, *rest: Any) -> Program:
        if "full.c" in units.paths[0]:
            raise MemoryError
        return analyse(units, *rest)

    monkeypatch.setattr(engine, "analyse", filled)
    (folder / "full.c").write_text(PROGRAM)
    status, said = check(capfd, "-j1", "normal.c", "full.c")
    assert status == 2 and FOUND.search(said)
    assert "error: full.c: the analysis needs more than 6144 MB of memory" in said


def test_a_run_that_fills_the_memory_ends_with_one_line(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def filled(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(engine, "run", filled)
    status, said = check(capfd, "normal.c")
    assert status == 2 and said == "lwslint: error: out of memory; name fewer files at a time\n"


@needs_linux
def test_the_memory_of_the_run_itself_is_bounded(folder: Path) -> None:
    words = ["check", "-q", "--no-cache", "normal.c"]
    script = (
        f"import resource, sys\nfrom lwslint.process import program\nsys.argv[1:] = {words}\n"
        "try:\n    program()\nexcept SystemExit:\n    print(resource.getrlimit(resource.RLIMIT_AS)[0])"
    )
    environment = {**os.environ, "LWSLINT_DEBUG": "1"}  # so that there is an end to see it at
    ran = subprocess.run(
        [sys.executable, "-c", script],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert 0 < int(ran.stdout.splitlines()[-1]) <= bounded.MEMORY


@needs_linux
def test_a_process_that_is_another_program_keeps_its_memory(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    import resource

    before = resource.getrlimit(resource.RLIMIT_AS)
    check(capfd, "normal.c")
    assert resource.getrlimit(resource.RLIMIT_AS) == before


# Permissions


@pytest.fixture(scope="session")
def held() -> Sequence[str]:
    """The words in front of a command that make permissions hold for it, as they do not for root."""
    if not hasattr(os, "geteuid"):
        pytest.skip("there are no such permissions here")
    if os.geteuid() != 0:
        return ()
    words = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")
    if shutil.which("setpriv") is None or subprocess.run([*words, "true"], check=False).returncode:
        pytest.skip("root has all permissions")
    return words


def run(held: Sequence[str], folder: Path, *words: str) -> tuple[int, str]:
    """The exit status of a run for which permissions hold, and all that it said."""
    command = [
        *held,
        sys.executable,
        "-m",
        "lwslint",
        "check",
        "--format",
        "concise",
        "--no-cache",
        "-j1",
        *words,
    ]
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    said = ran.stdout + ran.stderr
    assert "Traceback" not in said and "internal error" not in said
    return ran.returncode, said


@pytest.fixture
def locked(folder: Path) -> Iterator[Path]:
    """A folder that nobody may enter, with a file and a header in it."""
    inside = folder / "locked"
    inside.mkdir()
    (inside / "a.c").write_text(PROGRAM)
    (inside / "a.h").write_text("extern int a;\n")
    inside.chmod(0)
    yield inside
    inside.chmod(0o700)


@pytest.mark.parametrize("front_end", ["clang", "pycparser"])
def test_what_may_not_be_read_is_named_and_the_rest_is_read(
    folder: Path, locked: Path, held: Sequence[str], front_end: str
) -> None:
    (folder / "link.c").symlink_to("locked/a.c")
    (folder / "gone.c").symlink_to("nowhere.c")
    (folder / ".#lock.c").symlink_to("nobody@nowhere")
    os.mkfifo(folder / "pipe.c")
    (folder / "closed.c").write_text(PROGRAM)
    (folder / "closed.c").chmod(0)
    (folder / "names.c").write_text(f'#include "locked/a.h"\n{PROGRAM}')
    status, said = run(held, folder, ".", "-v", "--frontend", front_end, "--extra-arg=-Ilocked")
    assert status == 2 and FOUND.search(said)
    for name in ("link.c", "locked"):
        assert f"error: {name}: cannot be read; see its permissions" in said
    assert "error: closed.c: Permission denied" in said
    for name in ("gone.c", "pipe.c"):
        assert f"note: {name}: no regular file, left out" in said
    assert "lock.c" not in said
    assert re.search(r"^note: names\.c:1: .*locked/a\.h", said, re.MULTILINE)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["locked/a.c"], "locked/a.c: cannot be read; see the permissions of its folder"),
        (["locked"], "locked: cannot be read; see its permissions"),
        (["normal.c", "-o", "locked/r.txt"], "locked/r.txt: cannot be written (no permission)"),
        (["normal.c", "--report", "html=locked/r.html"], "locked/r.html: cannot be written (no permission)"),
        (["normal.c", "--write-baseline=locked/b"], "locked/b: cannot be written (Permission denied)"),
        (["normal.c", "--baseline", "locked/b"], "locked/b: "),
        (["normal.c", "--config", "locked/c"], "locked/c: cannot be read (Permission denied)"),
    ],
)
def test_a_word_that_leads_to_no_permission_is_one_line(
    folder: Path, locked: Path, held: Sequence[str], words: list[str], why: str
) -> None:
    status, said = run(held, folder, *words)
    assert status == 2 and said.startswith(f"lwslint: error: {why}") and said.count("\n") == 1


def test_a_working_directory_that_may_not_be_entered_is_one_line(
    folder: Path, locked: Path, held: Sequence[str]
) -> None:
    line = 'cd "$1" && chmod 0 . && shift && exec "$@"'
    locked.chmod(0o700)
    command = ["sh", "-c", line, "sh", str(locked), *held, sys.executable, "-P", "-m", "lwslint", "a.c"]
    environment = {**os.environ, "PYTHONPATH": str(Path(engine.__file__).parents[1])}
    ran = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert ran.returncode == 2, ran.stderr
    assert ran.stderr == "lwslint: error: a.c: cannot be read; see the permissions of its folder\n"


# Files that have no end, or are none


@pytest.mark.parametrize("front_end", ["clang", "pycparser"])
def test_a_file_that_is_too_long_is_refused(
    folder: Path, capfd: pytest.CaptureFixture[str], front_end: str
) -> None:
    sparse(folder / "long.c", 1 << 40)
    sparse(folder / "long.h", 1 << 40)
    (folder / "bomb.c").write_text(f'#include "long.h"\n{PROGRAM}')
    status, said = check(capfd, "--frontend", front_end, "-j1", "-v", "normal.c", "long.c", "bomb.c")
    assert status == 2 and FOUND.search(said)
    assert "long.c: larger than 64 MB" in said
    assert re.search(r"^(?:note|error): bomb\.c", said, re.MULTILINE)


def test_switches_in_each_other_cost_their_function(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    deep = PROGRAM.replace("create", "deep", 1).replace(
        "return 0;", "switch (port) case 1: " * 3000 + "return 0;"
    )
    (folder / "deep.c").write_text(deep + PROGRAM)
    status, said = check(capfd, "--frontend", "clang", "deep.c")
    assert status == 1
    assert "deep.c:17:" in said and "deep: nested too deeply" in said


def test_nothing_is_mended_in_a_long_file(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (folder / "long.c").write_text(PROGRAM + "// and more\n" * 800_000)
    status, said = check(capfd, "normal.c", "long.c")
    assert status == 1
    assert "normal.c:6:" in said and "long.c:6:" in said
    assert "1 can be mended by --fix." in said


def test_only_regular_files_are_read(folder: Path) -> None:
    os.mkfifo(folder / "fifo")
    (folder / "zero").symlink_to("/dev/zero")
    for name in ("fifo", "zero", "/dev/zero"):
        with pytest.raises(LwslintError, match="not a regular file"):
            bounded.read(folder / name, 10)
    (folder / "text").write_bytes(b"0123456789")
    assert bounded.read(folder / "text", 10) == b"0123456789"
    assert bounded.read(folder / "text", 9, cut=True) == b"012345678"
    with pytest.raises(LwslintError, match="larger than"):
        bounded.read(folder / "text", 9)


@pytest.mark.parametrize("words", [["--baseline", "odd"], ["--config", "odd"]])
@pytest.mark.parametrize("kind", ["fifo", "zero", "long"])
def test_other_files_are_regular_and_bounded(
    folder: Path, capfd: pytest.CaptureFixture[str], kind: str, words: list[str]
) -> None:
    if kind == "fifo":
        os.mkfifo(folder / "odd")
    elif kind == "zero":
        (folder / "odd").symlink_to("/dev/zero")
    else:
        sparse(folder / "odd", 1 << 40)
    status, said = check(capfd, "normal.c", *words)
    assert status == 2 and said.startswith("lwslint: error: odd: ") and said.count("\n") == 1


def test_odd_entries_of_a_cache_count_for_nothing(folder: Path) -> None:
    cache = Cache(folder / "cache")
    keys = [digest(bytes([number])) for number in range(4)]
    for key in keys:
        cache.put("unit", key, b"kept")
    fifo, link, long, torn = (cache._path("unit", key) for key in keys)
    for path in (fifo, link, long):
        path.unlink()
    os.mkfifo(fifo)
    link.symlink_to(torn)
    sparse(long, MAX_ENTRY + (1 << 30))
    assert cache.get("unit", keys[3]) == b"kept"
    torn.write_bytes(torn.read_bytes()[:-1] + b"?")
    assert [cache.get("unit", key) for key in keys] == [None] * 4


# Nothing is run, loaded or written


def test_flags_that_load_or_write_are_refused_with_a_word(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    words = ["-fplugin=./evil.so", "-Xclang", "-load", "-Xclang", "./evil.so", "@evil", "-o", "written.o"]
    words += [
        "-MD",
        "-MF",
        "written.d",
        "-save-temps",
        "-ivfsoverlay",
        "evil.yaml",
        "-include-pch",
        "evil.pch",
    ]
    entry = {"directory": str(folder), "file": "normal.c", "arguments": ["cc", *words, "-c", "normal.c"]}
    (folder / "compile_commands.json").write_text(json.dumps([entry]))
    before = sorted(path.name for path in folder.iterdir())
    status, said = check(capfd, "normal.c", "-v")
    assert status == 1 and FOUND.search(said)
    for word in ("-fplugin=./evil.so", "-Xclang -load", "-ivfsoverlay evil.yaml", "-include-pch evil.pch"):
        assert f"note: compile_commands.json: {word} refused" in said
    assert "note: compile_commands.json: @evil left out" in said
    assert re.search("left out what does not change what a file means: .*-MF, .*-o, -save-temps", said)
    assert sorted(path.name for path in folder.iterdir()) == before
    status, said = check(capfd, "normal.c", "--extra-arg=-fplugin=evil.so")
    assert status == 1 and "note: -fplugin=evil.so refused" in said


def test_the_sets_of_flags_of_a_file_are_bounded(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    entry = {"directory": str(folder), "file": "normal.c"}
    entries = [{**entry, "arguments": ["cc", f"-DX={number}"]} for number in range(2_000)]
    (folder / "compile_commands.json").write_text(json.dumps(entries))
    status, said = check(capfd, "normal.c", "--show-files")
    assert status == 0 and said.splitlines() == ["normal.c"] * 64
    planned = plan(["normal.c"], cwd=folder)
    assert [gap.text for gap in planned.gaps] == [
        "read with 64 of its sets of flags, compile_commands.json has more"
    ]


def test_rules_and_modules_are_not_taken_from_the_code_under_analysis(folder: Path) -> None:
    evil = "open('ran', 'w').write('x')\nclass Evil: pass\n"
    for name in ("evil.py", "msgspec.py", "click.py", "lwslint_rules.py", "sitecustomize.py", "conftest.py"):
        (folder / name).write_text(evil)
    information = folder / "evil-1.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: evil\nVersion: 1.0\n")
    (information / "entry_points.txt").write_text("[lwslint.rules]\nevil = evil\n")
    (folder / "pyproject.toml").write_text(
        '[project]\nname = "evil"\nversion = "1"\n[project.entry-points."lwslint.rules"]\nevil = "evil"\n'
    )
    command = [sys.executable, "-m", "lwslint", "--no-cache", "-j2", "--format", "concise", "normal.c"]
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    assert ran.returncode == 1 and FOUND.search(ran.stdout), ran.stderr
    assert not (folder / "ran").exists()


@pytest.mark.parametrize("text", ['rules = ["evil.py"]', 'output = "written"', 'libclang = "evil.so"'])
def test_a_configuration_can_neither_load_nor_write(
    folder: Path, capfd: pytest.CaptureFixture[str], text: str
) -> None:
    (folder / "lwslint.toml").write_text(text)
    status, said = check(capfd, "normal.c")
    assert status == 2 and "unknown key" in said
    assert not (folder / "written").exists()


@pytest.mark.parametrize("sources", ["/", "..", "link"])
def test_the_sources_of_a_configuration_are_in_its_project(
    folder: Path, capfd: pytest.CaptureFixture[str], sources: str
) -> None:
    (folder / "link").symlink_to("/usr")
    (folder / "lwslint.toml").write_text(f'sources = ["{sources}"]')
    status, said = check(capfd)
    assert status == 2 and "outside of the project" in said and said.count("\n") == 1


def test_what_of_other_files_is_shown(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A header may be any file, as for a compiler: what is shown of it is a word in a message, no line."""
    outside = folder / "outside"
    outside.mkdir()
    (outside / "secret").write_text("password = hunter2 one two three\n")
    project = folder / "project"
    project.mkdir()
    (project / "a.c").write_text(f'{PROGRAM}#include "../outside/secret"\n')
    status, said = check(capfd, "project/a.c", "--report", "html=r.html", "--report", "sarif=r.sarif", "-v")
    assert status == 1
    everything = said + (folder / "r.html").read_text() + (folder / "r.sarif").read_text()
    assert "one two three" not in everything
