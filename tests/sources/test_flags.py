"""Which words of a compile command reach the parser."""

from __future__ import annotations

from pathlib import Path

import pytest

from lwslint.sources.flags import clean

HERE = Path("/project/build")


@pytest.mark.parametrize(
    ("words", "passed"),
    [
        (["-Iinc"], ["-I", "/project/build/inc"]),
        (["-I", "/abs"], ["-I", "/abs"]),
        (
            ["-isystem", "sys", "-iquotequo"],
            ["-isystem", "/project/build/sys", "-iquote", "/project/build/quo"],
        ),
        (["-DX", "-D", "Y=1", "-UZ"], ["-DX", "-DY=1", "-UZ"]),
        (['-DNAME="a b"'], ['-DNAME="a b"']),
        (["-include", "config.h"], ["-include", "config.h"]),
        (["--sysroot=root"], ["--sysroot=/project/build/root"]),
        (["-isysroot", "/sdk"], ["-isysroot", "/sdk"]),
        (["-std=gnu11"], ["-std=gnu11"]),
        (["--std=c99"], ["-std=c99"]),
        (["-std=gnu2y"], ["-std=gnu2x"]),
        (
            ["-m32", "-pthread", "-fshort-enums", "-funsigned-char"],
            ["-m32", "-pthread", "-fshort-enums", "-funsigned-char"],
        ),
        (["-target", "armv7-linux-gnueabihf"], ["--target=armv7-linux-gnueabihf"]),
        (["-Wp,-DX,-MD,dep"], ["-DX"]),
    ],
)
def test_flags_that_change_what_a_file_means_pass(words: list[str], passed: list[str]) -> None:
    assert list(clean(words, HERE).arguments) == passed


@pytest.mark.parametrize(
    "words",
    [
        ["-fplugin=evil.so"],
        ["-fpass-plugin=evil.so"],
        ["-load", "evil.so"],
        ["-Xclang", "-load", "-Xclang", "evil.so"],
        ["-include-pch", "evil.pch"],
        ["-include-pchevil"],
        ["-o", "/etc/passwd"],
        ["-o/etc/passwd"],
        ["-MF", "dep.d", "-MD", "-MT", "x.o"],
        ["-save-temps"],
        ["-ftime-trace=/tmp/x"],
        ["-serialize-diagnostics", "out"],
        ["--config=evil.cfg"],
        ["-ivfsoverlay", "evil.yaml"],
        ["-B", "bin", "-wrapper", "gdb,--args"],
        ["-mlongcalls", "-mcpu=cortex-m4", "-fno-tree-switch-conversion", "-Wall", "-O2", "-g", "-c"],
        ["-std=c++17"],
        ["-std=unheard-of"],
        ["-target", "xtensa-esp32-elf"],
        ["--target=x86_64-../../evil"],
        ["-I-"],
        ["-I=rel"],
        ["-DA\0B"],
        ["-D\ud800"],
        ["-I", "\0"],
        ["-I"],
    ],
)
def test_all_else_is_dropped(words: list[str]) -> None:
    assert clean(words, HERE).arguments == ()


def test_a_file_to_include_is_absolute_where_it_is_there(tmp_path: Path) -> None:
    (tmp_path / "config.h").touch()
    assert clean(["-includeconfig.h"], tmp_path).arguments == ("-include", str(tmp_path / "config.h"))


def test_values_of_dropped_options_are_no_source_files() -> None:
    cleaned = clean(["-o", "a.c", "-MF", "b.c", "-Xclang", "c.c", "-x", "c", "d.c", "--", "e.c"], HERE)
    assert cleaned.sources == ("d.c", "e.c")


def test_what_was_dropped_is_told() -> None:
    assert clean(["-Wall", "-DX", "-o", "x"], HERE).dropped == ("-Wall", "-o x")


@pytest.mark.parametrize(
    "words",
    [
        ["-fplugin=evil.so"],
        ["-fplugin-arg-evil-x=1"],
        ["-fpass-plugin=evil.so"],
        ["-load", "evil.so"],
        ["-Xclang", "-load"],
        ["-mllvm", "-load=evil.so"],
        ["-include-pch", "evil.pch"],
        ["-include-pchevil"],
        ["--config=evil.cfg"],
        ["-ivfsoverlay", "evil.yaml"],
        ["-wrapper", "sh,-c,id"],
        ["-fmodules-cache-path=x"],
        ["@evil"],
    ],
)
def test_what_would_load_or_run_something_is_refused(words: list[str]) -> None:
    cleaned = clean([*words, "-DX", "a.c", "-Wall", "-o", "x"], HERE)
    assert cleaned.refused == (" ".join(words),)
    assert cleaned.arguments == ("-DX",) and cleaned.sources == ("a.c",)


def test_what_merely_does_not_matter_is_not_called_refused() -> None:
    assert (
        clean(["-o", "x", "-MF", "x.d", "-fno-plt", "-Xclang", "-fopenmp", "-B.", "-Wall"], HERE).refused
        == ()
    )
