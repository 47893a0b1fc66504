"""Compiler builtins by the names of the functions that they stand for, and functions that do not return."""

from __future__ import annotations

import re

_CHECKED = re.compile(r"__builtin___(\w+)_chk\Z|__(\w+)_chk\Z")
_DROPPED_ARGUMENTS = {"sprintf": (1, 2), "vsprintf": (1, 2), "snprintf": (2, 3), "vsnprintf": (2, 3)}
_KEPT = frozenset({"__builtin_expect", "__builtin_unreachable", "__builtin_constant_p"})
_NO_RETURN = frozenset(
    [
        "exit",
        "_exit",
        "_Exit",
        "quick_exit",
        "abort",
        "longjmp",
        "siglongjmp",
        "_longjmp",
        "__assert_fail",
        "__assert",
        "__assert_func",
        "__assert_rtn",
        "__builtin_unreachable",
        "__builtin_trap",
        "thrd_exit",
        "pthread_exit",
        "err",
        "errx",
        "verr",
        "verrx",
        "__stack_chk_fail",
    ]
)


def normalised(name: str, count: int) -> tuple[str, list[int]]:
    """The function that a builtin stands for, and which of its `count` arguments stay."""
    every = list(range(count))
    if match := _CHECKED.match(name):
        plain = match[1] or match[2]
        if plain in _DROPPED_ARGUMENTS:
            return plain, [at for at in every if at not in _DROPPED_ARGUMENTS[plain]]
        if plain in ("printf", "fprintf", "vprintf", "vfprintf"):
            at_flag = 1 if plain.startswith(("f", "vf")) else 0
            return plain, [at for at in every if at != at_flag]
        return plain, every[:-1]
    if name.startswith("__builtin_") and name not in _KEPT:
        return name.removeprefix("__builtin_"), every
    return name, every


def returns(name: str, type_name: str) -> bool:
    """Whether a function of this name and type may return."""
    return name not in _NO_RETURN and "noreturn" not in type_name
