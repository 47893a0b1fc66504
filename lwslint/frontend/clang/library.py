"""libclang's C functions, declared once for ctypes.

The binding classes of the wheel build several objects for each cursor; the walk here calls the C
functions directly. `LWSLINT_LIBCLANG` names another library than the wheel's.
"""

from __future__ import annotations

import ctypes
import functools
import importlib.util
import os
from ctypes import CFUNCTYPE, POINTER, Structure, c_char_p, c_int, c_longlong, c_size_t, c_uint, c_void_p
from pathlib import Path
from typing import Any

from lwslint.errors import LwslintError


class Cursor(Structure):
    """CXCursor. `d1` is the statement; for declarations it is 0 or 1 and `d0` the declaration."""

    _fields_ = (
        ("kind", c_int),
        ("xdata", c_int),
        ("d0", c_size_t),
        ("d1", c_size_t),
        ("d2", c_size_t),
    )


class Type(Structure):
    """CXType. `d0` is the qualified type's address, which names it within a translation unit."""

    _fields_ = (("kind", c_int), ("d0", c_size_t), ("d1", c_size_t))


class Location(Structure):
    """CXSourceLocation. `raw` is clang's offset into all text read, its top bit set inside macros."""

    _fields_ = (("p0", c_size_t), ("p1", c_size_t), ("raw", c_uint))


class Range(Structure):
    """CXSourceRange."""

    _fields_ = (("p0", c_size_t), ("p1", c_size_t), ("begin", c_uint), ("end", c_uint))


class String(Structure):
    """CXString."""

    _fields_ = (("data", c_void_p), ("flags", c_uint))


class UnsavedFile(Structure):
    """CXUnsavedFile."""

    _fields_ = (("name", c_char_p), ("contents", c_char_p), ("length", ctypes.c_ulong))


Visitor = CFUNCTYPE(c_int, Cursor, Cursor, c_void_p)
FieldVisitor = CFUNCTYPE(c_int, Cursor, c_void_p)

BREAK, CONTINUE, RECURSE = 0, 1, 2

_PLACE = [Location, POINTER(c_void_p), POINTER(c_uint), POINTER(c_uint), POINTER(c_uint)]

_FUNCTIONS: dict[str, tuple[Any, list[Any]]] = {
    "clang_createIndex": (c_void_p, [c_int, c_int]),
    "clang_disposeIndex": (None, [c_void_p]),
    "clang_parseTranslationUnit2": (
        c_int,
        [
            c_void_p,
            c_char_p,
            POINTER(c_char_p),
            c_int,
            POINTER(UnsavedFile),
            c_uint,
            c_uint,
            POINTER(c_void_p),
        ],
    ),
    "clang_disposeTranslationUnit": (None, [c_void_p]),
    "clang_saveTranslationUnit": (c_int, [c_void_p, c_char_p, c_uint]),
    "clang_getTranslationUnitTargetInfo": (c_void_p, [c_void_p]),
    "clang_TargetInfo_getPointerWidth": (c_int, [c_void_p]),
    "clang_TargetInfo_dispose": (None, [c_void_p]),
    "clang_getTranslationUnitCursor": (Cursor, [c_void_p]),
    "clang_getClangVersion": (String, []),
    "clang_getCString": (c_char_p, [String]),
    "clang_disposeString": (None, [String]),
    "clang_visitChildren": (c_uint, [Cursor, Visitor, c_void_p]),
    "clang_getCursorType": (Type, [Cursor]),
    "clang_getCursorReferenced": (Cursor, [Cursor]),
    "clang_getCursorDefinition": (Cursor, [Cursor]),
    "clang_getCursorSemanticParent": (Cursor, [Cursor]),
    "clang_isCursorDefinition": (c_uint, [Cursor]),
    "clang_getCursorSpelling": (String, [Cursor]),
    "clang_getCursorLocation": (Location, [Cursor]),
    "clang_getCursorExtent": (Range, [Cursor]),
    "clang_getCursorTLSKind": (c_int, [Cursor]),
    "clang_Cursor_getStorageClass": (c_int, [Cursor]),
    "clang_Cursor_getVarDeclInitializer": (Cursor, [Cursor]),
    "clang_isInvalidDeclaration": (c_uint, [Cursor]),
    "clang_Cursor_isAnonymousRecordDecl": (c_uint, [Cursor]),
    "clang_Cursor_getOffsetOfField": (c_longlong, [Cursor]),
    "clang_Cursor_Evaluate": (c_void_p, [Cursor]),
    "clang_EvalResult_getKind": (c_int, [c_void_p]),
    "clang_EvalResult_getAsLongLong": (c_longlong, [c_void_p]),
    "clang_EvalResult_isUnsignedInt": (c_uint, [c_void_p]),
    "clang_EvalResult_getAsUnsigned": (ctypes.c_ulonglong, [c_void_p]),
    "clang_EvalResult_dispose": (None, [c_void_p]),
    "clang_getEnumConstantDeclValue": (c_longlong, [Cursor]),
    "clang_getCanonicalType": (Type, [Type]),
    "clang_getTypeSpelling": (String, [Type]),
    "clang_isConstQualifiedType": (c_uint, [Type]),
    "clang_getPointeeType": (Type, [Type]),
    "clang_getArrayElementType": (Type, [Type]),
    "clang_getArraySize": (c_longlong, [Type]),
    "clang_getResultType": (Type, [Type]),
    "clang_getNumArgTypes": (c_int, [Type]),
    "clang_getArgType": (Type, [Type, c_uint]),
    "clang_isFunctionTypeVariadic": (c_uint, [Type]),
    "clang_getTypeDeclaration": (Cursor, [Type]),
    "clang_Type_getSizeOf": (c_longlong, [Type]),
    "clang_Type_visitFields": (c_uint, [Type, FieldVisitor, c_void_p]),
    "clang_getExpansionLocation": (None, _PLACE),
    "clang_getFileLocation": (None, _PLACE),
    "clang_getFile": (c_void_p, [c_void_p, c_char_p]),
    "clang_getFileName": (String, [c_void_p]),
    "clang_getFileContents": (c_void_p, [c_void_p, c_void_p, POINTER(c_size_t)]),
    "clang_getLocationForOffset": (Location, [c_void_p, c_void_p, c_uint]),
    "clang_Location_isInSystemHeader": (c_int, [Location]),
    "clang_getNumDiagnostics": (c_uint, [c_void_p]),
    "clang_getDiagnostic": (c_void_p, [c_void_p, c_uint]),
    "clang_disposeDiagnostic": (None, [c_void_p]),
    "clang_getDiagnosticSeverity": (c_int, [c_void_p]),
    "clang_getDiagnosticSpelling": (String, [c_void_p]),
    "clang_getDiagnosticLocation": (Location, [c_void_p]),
    "clang_getDiagnosticOption": (String, [c_void_p, c_void_p]),
}

_OPTIONAL: dict[str, tuple[Any, list[Any]]] = {
    "clang_getCursorBinaryOperatorKind": (c_int, [Cursor]),
    "clang_getCursorUnaryOperatorKind": (c_int, [Cursor]),
}


def _path() -> str:
    chosen = os.environ.get("LWSLINT_LIBCLANG", "")
    if chosen:
        return chosen
    package = importlib.util.find_spec("clang")
    for folder in (package.submodule_search_locations or ()) if package else ():
        for name in ("libclang.so", "libclang.dylib", "libclang.dll"):
            if (found := Path(folder, "native", name)).is_file():
                return str(found)
    raise LwslintError(
        "libclang not found: install the package libclang, or set LWSLINT_LIBCLANG to the library"
    )


@functools.cache
def load() -> ctypes.CDLL:
    """The library, its functions declared.

    Raises:
        LwslintError: there is none, or it is too old.
    """
    path = _path()
    try:
        library = ctypes.CDLL(path)
        for name, (result, arguments) in _FUNCTIONS.items():
            function = getattr(library, name)
            function.restype, function.argtypes = result, arguments
    except (OSError, AttributeError) as error:
        raise LwslintError(f"{path}: not a usable libclang: {error}") from error
    for name, (result, arguments) in _OPTIONAL.items():
        if (optional := getattr(library, name, None)) is not None:
            optional.restype, optional.argtypes = result, arguments
    return library


def text(string: String) -> str:
    """What a CXString holds; the string is disposed of."""
    library = load()
    data: bytes | None = library.clang_getCString(string)
    library.clang_disposeString(string)
    return (data or b"").decode("utf-8", "surrogateescape")


def version() -> tuple[str, str]:
    """Libclang's version ("18.1.1") and the path of the library in use."""
    words = text(load().clang_getClangVersion()).split()
    number = next((word for word in words if word[:1].isdigit()), "")
    return number, _path()
