"""The same findings whatever the headers, the target and the other flags of a program are."""

from __future__ import annotations

import functools
import json
import os
import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from lwslint import engine
from lwslint.lws.headers import MODEL, model_headers
from lwslint.model.finding import Finding
from lwslint.model.outcome import Outcome
from lwslint.sources import Flags, plan

from ..expectations import FIXTURES, Fixture, fixtures
from ..run import settings

INSTALLED = "4.1.6"
"""What Debian 12 has; where nothing is installed, the model of it gives the same findings."""


def _chosen() -> list[Fixture]:
    """The demo, and of each rule a bad fixture and a good one: files, as far as there are any."""
    chosen = []
    for code in sorted(path.name for path in FIXTURES.glob("LWS*")):
        own = [one for one in fixtures() if one.name.startswith(f"{code}/") and one.path.is_file()]
        own = [one for one in own if not one.directive("lws-version")]
        for bad in (True, False):
            chosen += [one for one in own if one.bad is bad][:1]
    return [*chosen, *(one for one in fixtures() if one.name == "demo")]


CHOSEN = _chosen()
BAD = [fixture for fixture in CHOSEN if fixture.bad or fixture.name == "demo"]

# As ESP-IDF's CMake files write them.
ESP_IDF = [
    "-mlongcalls",
    "-Wno-frame-address",
    "-fstrict-volatile-bitfields",
    "-fno-jump-tables",
    "-fno-tree-switch-conversion",
    "-ffunction-sections",
    "-fdata-sections",
    "-Og",
    "-ggdb",
    "-std=gnu17",
    "-DESP_PLATFORM",
    "-D_GNU_SOURCE",
    "-fmacro-prefix-map=/esp/=/",
    "-fzero-init-padding-bits=all",
    "-specs=picolibc.specs",
    "-fno-malloc-dce",
]
GCC_ONLY = [
    "-fanalyzer",
    "-fstack-usage",
    "-fno-gcse",
    "-fno-tree-vectorize",
    "-mfpu=neon",
    "--param=ssp-buffer-size=4",
    "--param",
    "l1-cache-size=32",
    "-Wa,-mimplicit-it=thumb",
    "-Wl,--as-needed",
    "-save-temps",
    "-fplugin=none.so",
    "-fconserve-stack",
    "-mno-fdpic",
    "-gstabs",
    "-fno-var-tracking-assignments",
    "-Wlogical-op",
]

FLAGS = {
    "m32": ["-m32"],
    "arm": ["--target=arm-none-eabi"],
    "aarch64": ["--target=aarch64-linux-gnu"],
    "esp-idf": ESP_IDF,
    "gcc": GCC_ONLY,
    "freestanding": ["-ffreestanding", "-nostdinc"],
    "c99": ["-std=c99"],
}


@pytest.mark.parametrize(
    ("flags", "fixture"),  # every third fixture for each, the demo for all
    [
        (flags, one)
        for at, flags in enumerate(FLAGS)
        for one in {BAD[-1]: None, **dict.fromkeys(BAD[at % 3 :: 3])}
    ],
    ids=lambda one: one if isinstance(one, str) else one.name,
)
def test_flags_make_no_difference(fixture: Fixture, flags: str) -> None:
    """With the headers of this machine, which are not those of another one."""
    expected = _plainly(fixture)
    got = _check(fixture.path, FLAGS[flags])
    assert _facts(got) == _facts(expected)
    assert got.complete, got.gaps


@pytest.mark.parametrize("fixture", CHOSEN, ids=lambda one: one.name)
def test_neither_headers_nor_libclang_make_a_difference(
    fixture: Fixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = _plainly(fixture)
    monkeypatch.setenv("LWSLINT_NO_SYSTEM_HEADERS", "1")
    got = _check(fixture.path, frontend="pycparser")
    assert _facts(got, columns=False) == _facts(expected, columns=False)
    assert got.complete, got.gaps


@pytest.mark.parametrize("flags", ["m32", "arm", "esp-idf", "freestanding"])
@pytest.mark.parametrize("fixture", BAD[:8], ids=lambda one: one.name)
def test_flags_make_no_difference_without_libclang(fixture: Fixture, flags: str) -> None:
    expected = _check(fixture.path, frontend="pycparser")
    assert _facts(_check(fixture.path, FLAGS[flags], frontend="pycparser")) == _facts(expected)


@pytest.mark.parametrize("release", ["2.4", "3.2", "4.0", "4.3", "5.0"])
def test_headers_of_other_releases_make_no_difference(
    release: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They lie in a folder of the program; the release that is asked for is theirs."""
    for path, text in model_headers(release).items():
        (tmp_path / path.removeprefix(MODEL)).write_text(text)
    for fixture in BAD[::4]:
        monkeypatch.delenv("LWSLINT_NO_SYSTEM_HEADERS", raising=False)
        found = _check(fixture.path, ["-I", str(tmp_path)], release=release)
        monkeypatch.setenv("LWSLINT_NO_SYSTEM_HEADERS", "1")
        assert _facts(found) == _facts(_check(fixture.path, release=release)), fixture.name


def test_headers_that_were_found_tell_the_release(tmp_path: Path) -> None:
    for path, text in model_headers("4.3").items():
        (tmp_path / path.removeprefix(MODEL)).write_text(text)
    demo = FIXTURES / "demo"
    found = _check(demo, ["-isystem", str(tmp_path)], release="")
    assert found.release.startswith("4.3.")
    assert _facts(found) == _facts(_check(demo, release="4.3"))


def test_a_memset_that_is_too_short_is_told_in_the_bytes_of_the_target() -> None:
    """What a flag does change: how wide a pointer is."""
    fixture = FIXTURES / "LWS105/bad_array_first_pointer.c"
    for flags, size in ((["-m64"], 8), (["-m32"], 4), (["--target=arm-none-eabi"], 4)):
        (finding,) = _check(fixture, flags).findings
        assert f"only {size} bytes" in finding.message


@pytest.mark.parametrize(
    ("compiler", "words"),
    [
        ("/esp/xtensa-esp32-elf-gcc", [*ESP_IDF, "-Iinc", "-include", "config.h"]),
        (
            "arm-none-eabi-gcc",
            ["-mcpu=cortex-m4", "-mthumb", "--specs=nano.specs", "-I", "inc", "-DCONFIG=1"],
        ),
        ("C:\\VC\\cl.exe", ["/nologo", "/W4", "/Iinc", "/D", "CONFIG=1", "/Foclient.obj", "/c"]),
        ("clang-cl", ["-Iinc", "/FIconfig.h", "/Zi"]),
    ],
)
def test_compile_databases_of_other_toolchains(
    compiler: str, words: Sequence[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The program is read only if its headers and macros are found by these flags."""
    expected = [one[:2] for one in _facts(_check(FIXTURES / "demo"))]
    inc = tmp_path / "build/inc"
    inc.mkdir(parents=True)
    (tmp_path / "build/config.h").write_text("#define CONFIG 1\n")
    for path in (FIXTURES / "demo").glob("*.[ch]"):
        text = path.read_text()
        if path.suffix == ".c":
            text = "#if !CONFIG\n#error\n#endif\n" + text
        ((inc if path.suffix == ".h" else tmp_path) / path.name).write_text(text)
    entries = [
        {"directory": str(tmp_path / "build"), "file": str(file), "arguments": [compiler, *words, str(file)]}
        for file in sorted(tmp_path.glob("*.c"))
    ]
    (tmp_path / "build/compile_commands.json").write_text(json.dumps(entries))
    monkeypatch.chdir(tmp_path)
    outcome = engine.run(plan([], cwd=tmp_path), settings(INSTALLED))
    assert outcome.complete, outcome.gaps
    assert [one[:2] for one in _facts(outcome)] == expected


@functools.cache
def _plainly(fixture: Fixture) -> Outcome:
    os.environ.pop("LWSLINT_NO_SYSTEM_HEADERS", None)
    return _check(fixture.path)


def _check(
    path: Path, flags: Sequence[str] = (), *, release: str = INSTALLED, frontend: str = "clang"
) -> Outcome:
    planned = plan([str(path)], cwd=Path.cwd(), flags=Flags(after=tuple(flags)))
    return engine.run(planned, settings(release, frontend))


def _facts(outcome: Outcome, *, columns: bool = True) -> list[tuple[object, ...]]:
    return [_fact(finding, columns) for finding in outcome.findings]


def _fact(finding: Finding, columns: bool) -> tuple[object, ...]:
    message = re.sub(r"\d+ bytes", "its bytes", finding.message)  # which hang on the width of a pointer
    steps = tuple(
        (step.place if columns else (step.place.path, step.place.line), step.text) for step in finding.steps
    )
    place = finding.place if columns else (finding.place.path, finding.place.line)
    return finding.rule, finding.level, place, message, steps
