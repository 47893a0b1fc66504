"""Which compiler flags reach the parser.

Only flags that say what the text means pass: where headers are, what is defined, which language. All
others are dropped, so nothing that loads code, reads argument files or writes output gets through.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_WITH_VALUE = (
    "-isystem",
    "-iquote",
    "-idirafter",
    "-include",
    "-imacros",
    "-isysroot",
    "--sysroot",
    "-target",
    "--target",
    "-I",
    "-D",
    "-U",
)
_JOINED = re.compile(
    r"-(?:[IDU].|isystem.|iquote.|idirafter.|isysroot.|include(?!-pch).|imacros.|-sysroot=.|-target=.)",
    re.DOTALL,
)
_STANDARD = re.compile(r"-std=(?:c|gnu|iso9899:)[0-9a-z]+\Z|-ansi\Z")
_PLAIN = re.compile(
    r"(?:-nostdinc|-m(?:32|64|x32)|-pthread|-trigraphs|-undef|-f(?:no-)?(?:signed-char|unsigned-char|short-enums|"
    r"gnu89-inline|freestanding|ms-extensions|plan9-extensions|short-wchar|pack-struct(?:=\d+)?|blocks))\Z"
)
_SILENT = re.compile(
    r"-(?:[WOgcS]|M[MDPG]?\Z|f|m|pipe\Z|pedantic|v\Z|w\Z|s\Z|p\Z|E\Z|rdynamic\Z|shared\Z|static)"
)
_SILENT_WITH_VALUE = ("-o", "-MF", "-MT", "-MQ", "-x", "-Xclang", "-Xpreprocessor", "-Xlinker", "-Xassembler")


def clean(arguments: Iterable[str]) -> tuple[list[str], list[str]]:
    """The flags that pass, and those that are unknown (harmless ones are dropped without a word)."""
    passed: list[str] = []
    unknown: list[str] = []
    rest = iter(arguments)
    for argument in rest:
        if argument in _WITH_VALUE:
            if (value := next(rest, None)) is not None:
                passed += [f"--target={value}"] if argument == "--target" else [argument, value]
        elif argument in _SILENT_WITH_VALUE:
            next(rest, None)
        elif _STANDARD.match(argument):
            passed.append(_standard(argument))
        elif _JOINED.match(argument) or _PLAIN.match(argument):
            passed.append(argument)
        elif (
            argument.startswith("-f") and ("plugin" in argument or "pass" in argument)
        ) or not _SILENT.match(argument):
            unknown.append(argument)
    return passed, unknown


_ISO = {"1990": "90", "199409": "90", "1999": "99", "2011": "11", "2017": "17", "2018": "18"}


def _standard(argument: str) -> str:
    """The standard by a name that libclang 18 knows; GNU extensions stay on or off."""
    if argument == "-ansi":
        return "-std=c89"
    name = argument.removeprefix("-std=")
    gnu = "gnu" if name.startswith("gnu") else "c"
    digits = name.removeprefix("gnu").removeprefix("iso9899:").removeprefix("c")
    digits = _ISO.get(digits, digits)
    for level in ("89", "90", "99", "9x", "11", "1x", "17", "18", "2x", "23"):
        if digits == level:
            return f"-std={gnu}{level.replace('23', '2x')}"
    return "-std=gnu2x" if digits[:1] == "2" else "-std=gnu17"
