"""The compiler's own headers, as in-memory files: the libclang wheel ships none.

Written for clang in terms of its predefined macros and builtins; they say what C11 (C23 for
`stdbool.h` and friends) asks for, and no more.
"""

from __future__ import annotations

from typing import Final

FOLDER: Final = "/lwslint-builtin"
"""The folder that these files seem to be in."""

_STDDEF = """
#if defined(__need_wint_t)
typedef __WINT_TYPE__ wint_t;
#undef __need_wint_t
#endif
#if !defined(__lwslint_size_t)
#define __lwslint_size_t
typedef __SIZE_TYPE__ size_t;
#endif
#if !defined(__lwslint_ptrdiff_t)
#define __lwslint_ptrdiff_t
typedef __PTRDIFF_TYPE__ ptrdiff_t;
#endif
#if !defined(__lwslint_wchar_t) && !defined(__cplusplus)
#define __lwslint_wchar_t
typedef __WCHAR_TYPE__ wchar_t;
#endif
#undef NULL
#define NULL ((void*)0)
#undef __need_size_t
#undef __need_ptrdiff_t
#undef __need_wchar_t
#undef __need_NULL
#if !defined(__lwslint_max_align_t)
#define __lwslint_max_align_t
typedef struct { long long __ll; long double __ld; } max_align_t;
#define offsetof(t, d) __builtin_offsetof(t, d)
#if __STDC_VERSION__ >= 202000L
typedef typeof(nullptr) nullptr_t;
#define unreachable() __builtin_unreachable()
#endif
#endif
"""

_STDARG = """
#if !defined(__GNUC_VA_LIST)
#define __GNUC_VA_LIST
typedef __builtin_va_list __gnuc_va_list;
#endif
#if !defined(__need___va_list)
typedef __builtin_va_list va_list;
#define va_start(ap, ...) __builtin_va_start(ap, __lwslint_va_first(__VA_ARGS__, 0))
#define __lwslint_va_first(first, ...) first
#define va_end(ap) __builtin_va_end(ap)
#define va_arg(ap, type) __builtin_va_arg(ap, type)
#define va_copy(to, from) __builtin_va_copy(to, from)
#define __va_copy(to, from) __builtin_va_copy(to, from)
#endif
#undef __need___va_list
"""

_STDBOOL = """
#pragma once
#if __STDC_VERSION__ < 202000L
#define bool _Bool
#define true 1
#define false 0
#endif
#define __bool_true_false_are_defined 1
"""


def _stdint() -> str:
    lines = ["#pragma once"]
    for bits in (8, 16, 32, 64):
        for sign, upper in (("", ""), ("u", "U")):
            kind = f"{upper}INT"
            lines += [
                f"typedef __{kind}{bits}_TYPE__ {sign}int{bits}_t;",
                f"typedef __{kind}_LEAST{bits}_TYPE__ {sign}int_least{bits}_t;",
                f"typedef __{kind}_FAST{bits}_TYPE__ {sign}int_fast{bits}_t;",
                f"#define {kind}{bits}_MAX __{kind}{bits}_MAX__",
                f"#define {kind}_LEAST{bits}_MAX __{kind}_LEAST{bits}_MAX__",
                f"#define {kind}_FAST{bits}_MAX __{kind}_FAST{bits}_MAX__",
            ]
        lines += [
            f"#define INT{part}{bits}_MIN (-__INT{part}{bits}_MAX__-1)" for part in ("", "_LEAST", "_FAST")
        ]
    for name in ("INTPTR", "UINTPTR", "INTMAX", "UINTMAX"):
        lines += [f"typedef __{name}_TYPE__ {name.lower()}_t;", f"#define {name}_MAX __{name}_MAX__"]
    for name in ("INTPTR", "INTMAX", "PTRDIFF"):
        lines.append(f"#define {name}_MIN (-__{name}_MAX__-1)")
    for name in ("PTRDIFF", "SIZE", "WCHAR", "WINT", "SIG_ATOMIC"):
        lines.append(f"#define {name}_MAX __{name}_MAX__")
    lines += [
        "#define INT8_C(v) v",
        "#define INT16_C(v) v",
        "#define INT32_C(v) v",
        "#define INT64_C(v) v##L",
        "#define UINT8_C(v) v",
        "#define UINT16_C(v) v",
        "#define UINT32_C(v) v##U",
        "#define UINT64_C(v) v##UL",
        "#define INTMAX_C(v) v##L",
        "#define UINTMAX_C(v) v##UL",
    ]
    hosted = "#if __STDC_HOSTED__ && __has_include_next(<stdint.h>)\n#include_next <stdint.h>\n#else\n"
    return hosted + "\n".join(lines) + "\n#endif\n"


def _limits() -> str:
    lines = [
        "#define CHAR_BIT __CHAR_BIT__",
        "#define SCHAR_MAX __SCHAR_MAX__",
        "#define SCHAR_MIN (-__SCHAR_MAX__-1)",
        "#define UCHAR_MAX (__SCHAR_MAX__*2+1)",
        "#ifdef __CHAR_UNSIGNED__",
        "#define CHAR_MIN 0",
        "#define CHAR_MAX UCHAR_MAX",
        "#else",
        "#define CHAR_MIN SCHAR_MIN",
        "#define CHAR_MAX __SCHAR_MAX__",
        "#endif",
        "#define SHRT_MAX __SHRT_MAX__",
        "#define SHRT_MIN (-__SHRT_MAX__-1)",
        "#define USHRT_MAX (__SHRT_MAX__*2+1)",
        "#define INT_MAX __INT_MAX__",
        "#define INT_MIN (-__INT_MAX__-1)",
        "#define UINT_MAX (__INT_MAX__*2U+1U)",
        "#define LONG_MAX __LONG_MAX__",
        "#define LONG_MIN (-__LONG_MAX__-1L)",
        "#define ULONG_MAX (__LONG_MAX__*2UL+1UL)",
        "#define LLONG_MAX __LONG_LONG_MAX__",
        "#define LLONG_MIN (-__LONG_LONG_MAX__-1LL)",
        "#define ULLONG_MAX (__LONG_LONG_MAX__*2ULL+1ULL)",
        "#ifndef MB_LEN_MAX",
        "#define MB_LEN_MAX 16",
        "#endif",
    ]
    names = [line.split()[1] for line in lines if line.startswith("#define")]
    undefined = [f"#undef {name}" for name in dict.fromkeys(names) if name != "MB_LEN_MAX"]
    system = (
        "#if !defined(__lwslint_limits)\n#define __lwslint_limits\n"
        "#if defined(__GNUC__) && !defined(_GCC_LIMITS_H_)\n#define _GCC_LIMITS_H_\n#endif\n"
        "#if __STDC_HOSTED__ && __has_include_next(<limits.h>)\n#include_next <limits.h>\n#endif\n#endif\n"
    )
    return system + "\n".join([*undefined, *lines]) + "\n"


def _float() -> str:
    lines = ["#pragma once", "#define FLT_RADIX __FLT_RADIX__", "#define DECIMAL_DIG __DECIMAL_DIG__"]
    for prefix in ("FLT", "DBL", "LDBL"):
        for name in [
            "MANT_DIG",
            "DIG",
            "MIN_EXP",
            "MIN_10_EXP",
            "MAX_EXP",
            "MAX_10_EXP",
            "MAX",
            "EPSILON",
            "MIN",
            "DECIMAL_DIG",
        ]:
            lines.append(f"#define {prefix}_{name} __{prefix}_{name}__")
        lines.append(f"#define {prefix}_TRUE_MIN __{prefix}_DENORM_MIN__")
    lines += ["#define FLT_EVAL_METHOD __FLT_EVAL_METHOD__", "#define FLT_ROUNDS (__builtin_flt_rounds())"]
    return "\n".join(lines) + "\n"


_ISO646 = "#pragma once\n" + "".join(
    f"#define {name} {operator}\n"
    for name, operator in (
        ("and", "&&"),
        ("and_eq", "&="),
        ("bitand", "&"),
        ("bitor", "|"),
        ("compl", "~"),
        ("not", "!"),
        ("not_eq", "!="),
        ("or", "||"),
        ("or_eq", "|="),
        ("xor", "^"),
        ("xor_eq", "^="),
    )
)

_STDALIGN = """
#pragma once
#if __STDC_VERSION__ < 202000L
#define alignas _Alignas
#define alignof _Alignof
#endif
#define __alignas_is_defined 1
#define __alignof_is_defined 1
"""

_STDNORETURN = "#pragma once\n#define noreturn _Noreturn\n#define __noreturn_is_defined 1\n"


def _stdatomic() -> str:
    kinds = {
        "bool": "_Bool",
        "char": "char",
        "schar": "signed char",
        "uchar": "unsigned char",
        "short": "short",
        "ushort": "unsigned short",
        "int": "int",
        "uint": "unsigned int",
        "long": "long",
        "ulong": "unsigned long",
        "llong": "long long",
        "ullong": "unsigned long long",
        "size_t": "__SIZE_TYPE__",
        "ptrdiff_t": "__PTRDIFF_TYPE__",
        "intptr_t": "__INTPTR_TYPE__",
        "uintptr_t": "__UINTPTR_TYPE__",
        "intmax_t": "__INTMAX_TYPE__",
        "uintmax_t": "__UINTMAX_TYPE__",
    }
    lines = [
        "#pragma once",
        "typedef enum { memory_order_relaxed, memory_order_consume, memory_order_acquire,",
        "memory_order_release, memory_order_acq_rel, memory_order_seq_cst } memory_order;",
        "#define ATOMIC_VAR_INIT(v) (v)",
        "#define ATOMIC_FLAG_INIT { 0 }",
        "#define kill_dependency(v) (v)",
        *(f"typedef _Atomic({type_}) atomic_{name};" for name, type_ in kinds.items()),
        "typedef struct { atomic_bool _Value; } atomic_flag;",
        "#define atomic_init(p, v) ((void)(*(p) = (v)))",
        "#define atomic_thread_fence(o) ((void)(o))",
        "#define atomic_signal_fence(o) ((void)(o))",
        "#define atomic_is_lock_free(p) 1",
        "#define atomic_store(p, v) ((void)(*(p) = (v)))",
        "#define atomic_store_explicit(p, v, o) ((void)(*(p) = (v)))",
        "#define atomic_load(p) (*(p))",
        "#define atomic_load_explicit(p, o) (*(p))",
        "#define atomic_exchange(p, v) __c11_atomic_exchange(p, v, 5)",
        "#define atomic_exchange_explicit(p, v, o) __c11_atomic_exchange(p, v, 5)",
        "#define atomic_flag_test_and_set(p) __c11_atomic_exchange(&(p)->_Value, 1, 5)",
        "#define atomic_flag_test_and_set_explicit(p, o) __c11_atomic_exchange(&(p)->_Value, 1, 5)",
        "#define atomic_flag_clear(p) ((void)((p)->_Value = 0))",
        "#define atomic_flag_clear_explicit(p, o) ((void)((p)->_Value = 0))",
    ]
    for name in ("strong", "weak"):
        call = f"__c11_atomic_compare_exchange_{name}(p, e, v, 5, 5)"
        lines.append(f"#define atomic_compare_exchange_{name}(p, e, v) {call}")
        lines.append(f"#define atomic_compare_exchange_{name}_explicit(p, e, v, s, f) {call}")
    for name, operator in (("add", "+"), ("sub", "-"), ("or", "|"), ("xor", "^"), ("and", "&")):
        lines.append(f"#define atomic_fetch_{name}(p, v) (*(p) {operator}= (v))")
        lines.append(f"#define atomic_fetch_{name}_explicit(p, v, o) (*(p) {operator}= (v))")
    return "\n".join(lines) + "\n"


FILES: Final[dict[str, str]] = {
    f"{FOLDER}/{name}": text
    for name, text in (
        ("stddef.h", _STDDEF),
        ("stdarg.h", _STDARG),
        ("stdbool.h", _STDBOOL),
        ("stdint.h", _stdint()),
        ("limits.h", _limits()),
        ("float.h", _float()),
        ("iso646.h", _ISO646),
        ("stdalign.h", _STDALIGN),
        ("stdnoreturn.h", _STDNORETURN),
        ("stdatomic.h", _stdatomic()),
    )
}
