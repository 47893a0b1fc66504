"""What a target says of itself: sizes of types, and the macros that its compilers define."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import msgspec


class Target(msgspec.Struct, frozen=True):
    """Sizes in bytes. `wide` is the alignment of 8-byte scalars in records."""

    pointer: int = 8
    long: int = 8
    long_double: int = 16
    wide: int = 8
    machine: str = "x86_64"
    linux: bool = True
    unsigned_char: bool = False


def target_of(arguments: Sequence[str]) -> Target:
    """The target that flags ask for: `-m32`, `--target=arm-none-eabi`; else a 64-bit Linux."""
    triple = ""
    small = False
    rest = iter(arguments)
    for argument in rest:
        if argument in ("-target", "--target"):
            triple = next(rest, "")
        elif argument.startswith("--target="):
            triple = argument.removeprefix("--target=")
        elif argument in ("-m32", "-mx32"):
            small = True
        elif argument in ("-m64",):
            small = False
    machine = triple.split("-")[0]
    linux = not triple or "linux" in triple
    plain = "-funsigned-char" in arguments
    if (
        machine.startswith(("arm", "thumb", "xtensa", "mips", "riscv32", "powerpc-", "avr"))
        and "64" not in machine
    ):
        return Target(4, 4, 8, 8, machine, linux, True)
    if small or machine in ("i386", "i486", "i586", "i686", "x86"):
        return Target(4, 4, 12, 4, "i386", linux, plain)
    if machine.startswith(("aarch64", "arm64")):
        return Target(8, 8, 16, 8, "aarch64", linux, True)
    return Target(linux=linux, unsigned_char=plain)


_STANDARDS = {"89": "", "90": "", "99": "199901L", "9x": "199901L", "11": "201112L", "1x": "201112L"}


@cache
def predefined(target: Target, arguments: tuple[str, ...]) -> str:
    """The macros that are defined before the first line, as directives."""
    long = target.long * 8
    size = "long" if target.pointer == 8 else "int"
    wide = "long" if target.long == 8 else "long long"
    suffix = "L" if target.long == 8 else "LL"
    largest = {8: "127", 16: "32767", 32: "2147483647", 64: f"9223372036854775807{suffix}"}
    most = {8: "255", 16: "65535", 32: "4294967295U", 64: f"18446744073709551615U{suffix}"}
    found = {
        "__STDC__": "1",
        "__STDC_UTF_16__": "1",
        "__STDC_UTF_32__": "1",
        "__STDC_HOSTED__": "0" if "-ffreestanding" in arguments else "1",
        "__GNUC__": "4",
        "__GNUC_MINOR__": "2",
        "__GNUC_PATCHLEVEL__": "1",
        "__GNUC_STDC_INLINE__": "1",
        "__GXX_ABI_VERSION": "1002",
        "__clang__": "1",
        "__clang_major__": "18",
        "__clang_minor__": "1",
        "__clang_patchlevel__": "1",
        "__llvm__": "1",
        "__VERSION__": '"Clang 18.1.1"',
        "__CHAR_BIT__": "8",
        "__SCHAR_MAX__": "127",
        "__SHRT_MAX__": "32767",
        "__INT_MAX__": "2147483647",
        "__LONG_MAX__": f"{(1 << (long - 1)) - 1}L",
        "__LONG_LONG_MAX__": "9223372036854775807LL",
        "__SIZE_TYPE__": f"unsigned {size}",
        "__PTRDIFF_TYPE__": size,
        "__INTPTR_TYPE__": size,
        "__UINTPTR_TYPE__": f"unsigned {size}",
        "__INTMAX_TYPE__": wide,
        "__UINTMAX_TYPE__": f"unsigned {wide}",
        "__WCHAR_TYPE__": "int" if target.machine in ("x86_64", "i386") else "unsigned int",
        "__WINT_TYPE__": "unsigned int",
        "__CHAR16_TYPE__": "unsigned short",
        "__CHAR32_TYPE__": "unsigned int",
        "__WCHAR_MAX__": "2147483647",
        "__WINT_MAX__": "4294967295U",
        "__SIG_ATOMIC_MAX__": "2147483647",
        "__SIZE_MAX__": f"{(1 << (target.pointer * 8)) - 1}U{'L' if size == 'long' else ''}",
        "__PTRDIFF_MAX__": f"{(1 << (target.pointer * 8 - 1)) - 1}{'L' if size == 'long' else ''}",
        "__INTMAX_MAX__": largest[64],
        "__UINTMAX_MAX__": most[64],
        "__SIZEOF_INT__": "4",
        "__SIZEOF_SHORT__": "2",
        "__SIZEOF_LONG__": str(target.long),
        "__SIZEOF_LONG_LONG__": "8",
        "__SIZEOF_POINTER__": str(target.pointer),
        "__SIZEOF_SIZE_T__": str(target.pointer),
        "__SIZEOF_PTRDIFF_T__": str(target.pointer),
        "__SIZEOF_WCHAR_T__": "4",
        "__SIZEOF_FLOAT__": "4",
        "__SIZEOF_DOUBLE__": "8",
        "__SIZEOF_LONG_DOUBLE__": str(target.long_double),
        "__ORDER_LITTLE_ENDIAN__": "1234",
        "__ORDER_BIG_ENDIAN__": "4321",
        "__ORDER_PDP_ENDIAN__": "3412",
        "__BYTE_ORDER__": "__ORDER_LITTLE_ENDIAN__",
        "__LITTLE_ENDIAN__": "1",
        "__USER_LABEL_PREFIX__": "",
        "__REGISTER_PREFIX__": "",
        "__FLT_RADIX__": "2",
        "__FLT_EVAL_METHOD__": "0",
        "__DECIMAL_DIG__": "21",
        "__NO_INLINE__": "1",
        "__ELF__": "1",
        "__ATOMIC_RELAXED": "0",
        "__ATOMIC_CONSUME": "1",
        "__ATOMIC_ACQUIRE": "2",
        "__ATOMIC_RELEASE": "3",
        "__ATOMIC_ACQ_REL": "4",
        "__ATOMIC_SEQ_CST": "5",
        "__FLT_MAX__": "3.40282347e+38F",
        "__FLT_MIN__": "1.17549435e-38F",
        "__FLT_EPSILON__": "1.19209290e-7F",
        "__DBL_MAX__": "1.7976931348623157e+308",
        "__DBL_MIN__": "2.2250738585072014e-308",
        "__DBL_EPSILON__": "2.2204460492503131e-16",
        "__FLT_DIG__": "6",
        "__DBL_DIG__": "15",
    }
    for bits, kind in ((8, "signed char"), (16, "short"), (32, "int"), (64, wide)):
        unsigned = f"unsigned {kind.removeprefix('signed ')}"
        for flavour in ("", "_LEAST", "_FAST"):
            name = f"INT{flavour}{bits}"
            found |= {f"__{name}_TYPE__": kind, f"__{name}_MAX__": largest[bits]}
            found |= {f"__U{name}_TYPE__": unsigned, f"__U{name}_MAX__": most[bits]}
    if target.unsigned_char:
        found["__CHAR_UNSIGNED__"] = "1"
    if target.pointer == 8:
        found |= {"__LP64__": "1", "_LP64": "1"}
    else:
        found |= {"__ILP32__": "1", "_ILP32": "1"}
    found |= _machine(target)
    standard = next((one for one in reversed(arguments) if one.startswith("-std=") or one == "-ansi"), "")
    strict = standard.startswith(("-std=c", "-std=iso")) or standard == "-ansi"
    version = (
        ""
        if standard == "-ansi"
        else _STANDARDS.get(standard[-2:], "202000L" if standard[-2:-1] == "2" else "201710L")
    )
    if version:
        found["__STDC_VERSION__"] = version
    if version == "202000L":
        found |= {"bool": "_Bool", "thread_local": "_Thread_local"}
    if strict:
        found["__STRICT_ANSI__"] = "1"
    elif target.linux:
        found |= {"linux": "1", "unix": "1"}
    if "-pthread" in arguments:
        found["_REENTRANT"] = "1"
    return "".join(f"#define {name} {value}\n" for name, value in found.items())


def _machine(target: Target) -> dict[str, str]:
    found: dict[str, str] = {}
    if target.linux:
        found |= dict.fromkeys(("__linux__", "__linux", "__unix__", "__unix", "__gnu_linux__"), "1")
    if target.machine == "x86_64":
        found |= dict.fromkeys(("__x86_64__", "__x86_64", "__amd64__", "__amd64"), "1")
    elif target.machine == "i386":
        found |= dict.fromkeys(("__i386__", "__i386"), "1")
    elif target.machine == "aarch64":
        found["__aarch64__"] = "1"
    elif target.machine.startswith(("arm", "thumb")):
        found |= {"__arm__": "1", "__arm": "1"}
    elif target.machine:
        found[f"__{target.machine}__"] = "1"
    return found
