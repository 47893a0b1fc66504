"""Compiler flags: which words of a compile command reach the parser.

What a file means hangs on few flags: where headers are, which macros are set, which C it is, how wide
types are. Those pass, with their paths made absolute. All else is dropped: flags of cross and GCC
toolchains that libclang does not know (some end its run), warnings, optimisation, and above all
whatever loads code or writes files (`-fplugin`, `-load`, `-Xclang`, `-o`, `-MF`). A flag that nobody
has thought of is therefore harmless.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from lwslint.sources.paths import is_file

# The patterns are compiled when the first flag is met: most runs have none.

# Options whose value may be joined to them or be the next word, with a folder or file as value.
_PATHS = ("-idirafter", "-imacros", "-include", "-iquote", "-isysroot", "-isystem", "--sysroot", "-I")
# The same, with a macro as value.
_MACROS = ("-D", "-U")
# Dropped together with the next word, which would else be taken for a source file.
_DROPPED_WITH_VALUE = (
    r"-(?:[ABFGLTluxzo]|M[FJQT]|X(?:analyzer|assembler|clang|linker|preprocessor)|arch|aux-info"
    r"|dump(?:base|base-ext|dir)|i?framework|imultilib|include-pch|iprefix|ivfsoverlay|iwithprefix(?:before)?"
    r"|load|mllvm|resource-dir|wrapper|-param)"
)
# What would load code or run it, or have the parser read files of its own forms: refused, and that is said.
_REFUSED = (
    r"(?s)"
    r"-f(?:pass-)?plugin[-=].*|-X(?:clang|analyzer) -(?:load|f?plugin|add-plugin|fpass-plugin|ivfsoverlay).*"
    r"|-load.*|-mllvm -load.*|-wrapper.*|--config.*|-ivfsoverlay.*|-include-pch.*|-fmodules-cache-path.*|@.*"
)
# `-include-pch FILE` loads a binary file; it must not pass as `-include` with the joined value `-pch`.
_NEVER_JOINED = ("-include-pch",)
_AS_THEY_ARE = (
    r"-ansi|-ffreestanding|-fgnu89-inline|-fms-extensions|-f(?:no-)?(?:short-enums|(?:un)?signed-char)"
    r"|-fshort-wchar|-m32|-m64|-nostdinc|-pthread|-trigraphs|-undef"
)
# What libclang 18 accepts; an unknown standard or target would end the parse.
_STANDARD = r"--?std=((?:c|gnu)(?:89|90|99|9x|11|1x|17|18|2x|23)|iso9899:(?:1990|199409|1999|2011|2017|2018))"
_NEWEST_STANDARD = r"--?std=(?:c|gnu)2y"
_TARGET = (
    r"(?:x86_64|i[3-6]86|arm(?:v[4-8][a-z]*)?|thumb(?:v[4-8][a-z]*)?|aarch64|arm64|riscv(?:32|64)|mips(?:64)?(?:el)?"
    r"|powerpc(?:64)?(?:le)?)(?:-[A-Za-z0-9_.]+){1,3}"
)


class Cleaned(msgspec.Struct, frozen=True):
    """A compile command after cleaning.

    `arguments` may reach a parser; `sources` are the words that are no options; `dropped` is the rest, an
    option with its value as one.
    """

    arguments: tuple[str, ...]
    sources: tuple[str, ...]
    dropped: tuple[str, ...]

    @property
    def refused(self) -> tuple[str, ...]:
        """Of what is dropped, what would have loaded or run code, or read files of other forms than C."""
        return tuple(word for word in self.dropped if re.fullmatch(_REFUSED, word))


# What Microsoft's compiler and clang-cl write for what others write otherwise.
_MICROSOFT = r"(?is)(?:.*[/\\])?(?:clang-)?cl(?:\.exe)?"
_MICROSOFT_OPTION = r"(?s)[/-](I|D|U|FI|std:|external:I|imsvc)(.*)"
_AS_OTHERS = {"FI": "-include", "std:": "-std=", "external:I": "-isystem", "imsvc": "-isystem"}


def is_microsoft(compiler: str) -> bool:
    """Whether a compiler takes the options of Microsoft's."""
    return bool(re.fullmatch(_MICROSOFT, compiler))


def from_microsoft(words: Sequence[str]) -> Iterator[str]:
    """The words of a compile command for `cl` (the compiler itself left out) as others have them.

    Options that change nothing of what a file means are left out.
    """
    rest = iter(words)
    for word in rest:
        if match := re.fullmatch(_MICROSOFT_OPTION, word):
            option = _AS_OTHERS.get(match[1], f"-{match[1]}")
            value = match[2] or next(rest, "")
            yield from (f"{option}{value}",) if option == "-std=" else (option, value)
        elif word.startswith("-"):
            yield word


def clean(words: Sequence[str], directory: Path) -> Cleaned:
    """Sorts the words of a compile command (the compiler itself left out) that runs in `directory`."""
    arguments: list[str] = []
    sources: list[str] = []
    dropped: list[str] = []
    rest = iter(_preprocessor_words(words))
    for word in rest:
        if not encodable(word):
            dropped.append("(a word that is no text)")
        elif word.startswith("@"):
            dropped.append(word)
        elif word == "--":
            sources.extend(filter(encodable, rest))
        elif not word.startswith("-") or word == "-":
            sources.append(word)
        elif (kept := _with_value(word, rest, directory)) or (kept := _alone(word)):
            arguments.extend(kept)
        else:
            value = next(rest, "") if re.fullmatch(_DROPPED_WITH_VALUE, word) else ""
            dropped.append(f"{word} {value}" if value and encodable(value) else word)
    return Cleaned(tuple(arguments), tuple(sources), tuple(dropped))


def _preprocessor_words(words: Sequence[str]) -> Iterator[str]:
    """The words, with `-Wp,-DX,-UY` taken apart."""
    for word in words:
        if word.startswith("-Wp,"):
            yield from word.split(",")[1:]
        else:
            yield word


def encodable(word: str) -> bool:
    """Whether the word can be handed to a C library at all (JSON may hold NUL and lone surrogates)."""
    try:
        return b"\0" not in word.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return False


def _with_value(word: str, rest: Iterator[str], directory: Path) -> tuple[str, ...]:
    """The words of an option with a value that passes, taking the value from `rest` if it stands apart."""
    if word.startswith("--target=") or word in ("-target", "--target"):
        triple = word.removeprefix("--target=") if "=" in word else next(rest, "")
        return (f"--target={triple}",) if re.fullmatch(_TARGET, triple) else ()
    option = next((one for one in (*_PATHS, *_MACROS) if word.startswith(one)), "")
    if not option or word.startswith(_NEVER_JOINED):
        return ()
    value = word[len(option) :].removeprefix("=" if option == "--sysroot" else "") or next(rest, "")
    if not value or not encodable(value):
        return ()
    return (option + value,) if option in _MACROS else _path_option(option, value, directory)


def _path_option(option: str, value: str, directory: Path) -> tuple[str, ...]:
    """A path option with its path made absolute.

    A file to include is also looked for on the include path, so its name stays if it is not in
    `directory`. `=DIR` (relative to the system root) and the old `-I-` are not taken.
    """
    if value == "-" or value.startswith("="):
        return ()
    path = _absolute(directory, value)
    if option == "--sysroot":
        return (f"--sysroot={path}",)
    if option in ("-include", "-imacros") and not is_file(Path(path)):
        return (option, value)
    return (option, path)


@functools.lru_cache(4096)  # the same few folders stand in every command of a database
def _absolute(directory: Path, value: str) -> str:
    return str(directory / value)


def _alone(word: str) -> tuple[str, ...]:
    """An option without a value as it may pass, or nothing."""
    if match := re.fullmatch(_STANDARD, word):
        return (f"-std={match[1]}",)
    if re.fullmatch(_NEWEST_STANDARD, word):
        return ("-std=gnu2x" if "gnu" in word else "-std=c2x",)
    return (word,) if re.fullmatch(_AS_THEY_ARE, word) else ()
