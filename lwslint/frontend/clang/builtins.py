"""Compiler builtins by the names of the functions that they stand for, and functions that do not return."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lwslint import ir

_CHECKED = re.compile(r"__builtin___(\w+)_chk\Z|__(\w+)_chk\Z")
_DROPPED_ARGUMENTS = {"sprintf": (1, 2), "vsprintf": (1, 2), "snprintf": (2, 3), "vsnprintf": (2, 3)}
_KEPT = frozenset({"__builtin_expect", "__builtin_unreachable", "__builtin_constant_p"})
_NO_RETURN = frozenset(
    {
        "exit", "_exit", "_Exit", "quick_exit", "abort", "longjmp", "siglongjmp", "_longjmp",
        "__assert", "__assert_fail", "__assert_func", "__assert_perror_fail", "__assert_rtn", "_assert",
        "__builtin_unreachable", "__builtin_trap", "__stack_chk_fail", "thrd_exit", "pthread_exit",
        "g_abort", "g_assertion_message", "g_assertion_message_expr", "g_thread_exit",
        "esp_restart", "esp_system_abort", "_esp_error_check_failed",
        "ExitProcess", "ExitThread", "_endthread", "_endthreadex",
    }
)  # fmt: skip
_ERR = frozenset({"err", "errx", "verr", "verrx", "errc", "verrc"})
_ERR_TYPE = "void (int, "
"""How <err.h> declares them: a program's own `err()`, which may well return, takes the message first."""
_ERROR = frozenset({"error", "error_at_line"})
_ERROR_TYPE = "void (int, int, const char *, "
"""How <error.h> declares them: they end the process if the status is not 0."""


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
    if "noreturn" in type_name:
        return False
    if name in _ERR:
        return not type_name.startswith(_ERR_TYPE)
    return name not in _NO_RETURN


def ends(name: str, type_name: str, arguments: Sequence[ir.Value]) -> bool:
    """Whether a call does not return because of its first argument.

    `error()` with a status other than 0 exits (error.h of glibc); `vTaskDelete(NULL)` deletes the task that
    calls it (task.h of FreeRTOS).
    """
    first = arguments[0] if arguments else None
    if not isinstance(first, ir.Const):
        return False
    if name in _ERROR:
        return first.value != 0 and type_name.startswith(_ERROR_TYPE)
    return name == "vTaskDelete" and first.value == 0
