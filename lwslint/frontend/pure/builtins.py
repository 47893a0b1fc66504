"""The types of functions that a compiler knows though no header declares them."""

from __future__ import annotations

import re

from lwslint.frontend.pure.types import CType, Function, Maker

_CHECKED = re.compile(r"__builtin___(\w+)_chk\Z")
_LIBRARY = """
void *: memcpy memmove mempcpy (void *, const void *, size_t)
void *: memset (void *, int, size_t)
void *: memchr (const void *, int, size_t)
void *: memccpy (void *, const void *, int, size_t)
void *: malloc alloca (size_t)
void *: calloc aligned_alloc (size_t, size_t)
void *: realloc (void *, size_t)
int: memcmp bcmp (const void *, const void *, size_t)
void: bzero (void *, size_t)
void: free (void *)
void: exit _exit _Exit (int)
void: abort (void)
char *: strcpy strcat stpcpy (char *, const char *)
char *: strncpy strncat stpncpy (char *, const char *, size_t)
char *: strchr strrchr index rindex (const char *, int)
char *: strstr strpbrk (const char *, const char *)
char *: strtok (char *, const char *)
char *: strdup (const char *)
char *: strndup (const char *, size_t)
char *: strerror (int)
int: strcmp strcasecmp (const char *, const char *)
int: strncmp strncasecmp (const char *, const char *, size_t)
void: bcopy (const void *, void *, size_t)
size_t: strlcpy strlcat (char *, const char *, size_t)
size_t: strlen (const char *)
size_t: strspn strcspn (const char *, const char *)
size_t: strxfrm (char *, const char *, size_t)
long: strtol (const char *, char **, int)
long long: strtoll (const char *, char **, int)
unsigned long: strtoul (const char *, char **, int)
unsigned long long: strtoull (const char *, char **, int)
double: strtod (const char *, char **)
float: strtof (const char *, char **)
int: abs (int)
long: labs (long)
long long: llabs (long long)
int: isalnum isalpha isblank iscntrl isdigit isgraph islower isprint ispunct isspace isupper isxdigit (int)
int: tolower toupper (int)
int: printf (const char *, ...)
int: sprintf (char *, const char *, ...)
int: snprintf (char *, size_t, const char *, ...)
int: vprintf (const char *, va_list)
int: vsprintf (char *, const char *, va_list)
int: vsnprintf (char *, size_t, const char *, va_list)
int: sscanf (const char *restrict, const char *restrict, ...)
int: vsscanf (const char *restrict, const char *restrict, va_list)
double: acos asin atan ceil cos cosh exp fabs floor log log10 log2 round sin sinh sqrt tan tanh trunc (double)
double: atan2 fmax fmin fmod pow (double, double)
"""
"""Functions of C and POSIX as `result: names (parameters)`, those that clang 19 knows by itself."""
_BUILTIN = """
void *: alloca_with_align (size_t, size_t)
void *: frame_address return_address (unsigned int)
long: expect (long, long)
size_t: object_size dynamic_object_size (const void *, int)
void: unreachable trap debugtrap (void)
void: va_end (va_list)
void: va_start (va_list, ...)
void: va_copy (va_list, va_list)
int: ffs (int)
int: ffsl (long)
int: ffsll (long long)
int: clz ctz popcount parity (unsigned int)
int: clzl ctzl popcountl parityl (unsigned long)
int: clzll ctzll popcountll parityll (unsigned long long)
unsigned short: bswap16 (unsigned short)
unsigned int: bswap32 (unsigned int)
float: inff huge_valf (void)
double: inf huge_val (void)
long double: infl huge_vall (void)
float: nanf nansf (const char *)
double: nan nans (const char *)
long double: nanl nansl (const char *)
"""
"""Builtins of GCC that are no functions of a library, without `__builtin_`."""
_LOOSE: dict[str, tuple[str, list[str] | None]] = {
    "__sync_synchronize": ("void", ["void"]),
    "__builtin_prefetch": ("void", None),
    "__builtin_assume_aligned": ("void *", None),
    "__builtin_expect_with_probability": ("long", None),
}
"""Those for which it is not told what they take, or that are not called `__builtin_`."""


def known(name: str, maker: Maker) -> CType | None:
    """The type of a function that clang declares by itself; None for one that it takes to return `int`."""
    result, parameters = "int", None
    if declared := _DECLARED.get(name):
        result, parameters = declared
    elif checked := _CHECKED.match(name):
        result, _ = _DECLARED.get(checked[1], (result, None))
    elif not name.startswith(("__builtin_", "__sync_")):
        return None
    if parameters is None:
        return Function(_type(result, maker), None)
    types = [_type(one, maker) for one in parameters if one not in ("...", "void")]
    return Function(_type(result, maker), types, variadic="..." in parameters)


def _read(table: str, *prefixes: str) -> dict[str, tuple[str, list[str] | None]]:
    found: dict[str, tuple[str, list[str] | None]] = {}
    for line in table.strip().splitlines():
        result, _, rest = line.partition(": ")
        names, _, parameters = rest.rstrip(")").partition(" (")
        for prefix in prefixes:
            found |= {prefix + name: (result, parameters.split(", ")) for name in names.split()}
    return found


_DECLARED = {**_LOOSE, **_read(_LIBRARY, "", "__builtin_"), **_read(_BUILTIN, "__builtin_")}


def _type(text: str, maker: Maker) -> CType:
    """A type as `_LIBRARY` writes it."""
    if text.endswith("*"):
        return maker.pointer(_type(text[:-1].strip(), maker))
    if text.endswith("restrict"):
        return _type(text.removesuffix("restrict"), maker).qualified(["restrict"])
    if text.startswith("const "):
        return _type(text.removeprefix("const "), maker).qualified(["const"])
    named = {"size_t": maker.size_type, "va_list": maker.decayed(maker.va_list)}
    return named.get(text) or maker.basic[text]
