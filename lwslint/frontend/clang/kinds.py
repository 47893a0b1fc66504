"""libclang's cursor and type kinds and operator numbers, as far as C needs them (clang-c/Index.h)."""

from __future__ import annotations

from typing import Final

STRUCT_DECL: Final = 2
UNION_DECL: Final = 3
ENUM_DECL: Final = 5
FIELD_DECL: Final = 6
ENUM_CONSTANT: Final = 7
FUNCTION_DECL: Final = 8
VAR_DECL: Final = 9
PARM_DECL: Final = 10
TYPE_REF: Final = 43
MEMBER_REF: Final = 47
LABEL_REF: Final = 48

UNEXPOSED_EXPR: Final = 100
DECL_REF: Final = 101
MEMBER: Final = 102
CALL: Final = 103
INTEGER: Final = 106
FLOATING: Final = 107
IMAGINARY: Final = 108
STRING: Final = 109
CHARACTER: Final = 110
PAREN: Final = 111
UNARY: Final = 112
SUBSCRIPT: Final = 113
BINARY: Final = 114
COMPOUND_ASSIGN: Final = 115
CONDITIONAL: Final = 116
CAST: Final = 117
COMPOUND_LITERAL: Final = 118
INIT_LIST: Final = 119
STATEMENT_EXPR: Final = 121
GENERIC: Final = 122
BOOL_LITERAL: Final = 130
NULLPTR: Final = 131
SIZEOF: Final = 136
TORN_EXPR: Final = 199
"""None of libclang's: an unexposed expression that means nothing, with what could be read of it below."""

FIRST_STATEMENT: Final = 200
UNEXPOSED_STMT: Final = 200
LABEL: Final = 201
COMPOUND: Final = 202
CASE: Final = 203
DEFAULT: Final = 204
IF: Final = 205
SWITCH: Final = 206
WHILE: Final = 207
DO: Final = 208
FOR: Final = 209
GOTO: Final = 210
INDIRECT_GOTO: Final = 211
CONTINUE: Final = 212
BREAK: Final = 213
RETURN: Final = 214
ASM: Final = 215
MS_ASM: Final = 229
NULL_STMT: Final = 230
DECL_STMT: Final = 231
LAST_STATEMENT: Final = 299
FIRST_ATTRIBUTE: Final = 400
LAST_ATTRIBUTE: Final = 499

TYPE_VOID: Final = 2
TYPE_DEPENDENT: Final = 26
TYPE_FIRST_FLOAT: Final = 21
TYPE_LAST_FLOAT: Final = 23
TYPE_POINTER: Final = 101
TYPE_RECORD: Final = 105
TYPE_ENUM: Final = 106
TYPE_FUNCTIONS: Final = (110, 111)
TYPE_ARRAYS: Final = (112, 114, 115)
TYPE_INCOMPLETE_ARRAY: Final = 114
TYPE_VARIABLE_ARRAY: Final = 115
TYPE_DEPENDENT_ARRAY: Final = 116
"""An array whose length follows from an initialiser with an error in it."""

STORAGE_EXTERN: Final = 2
STORAGE_STATIC: Final = 3

BINARY_OPERATORS: Final = dict(
    enumerate(
        [
            "*",
            "/",
            "%",
            "+",
            "-",
            "<<",
            ">>",
            "<=>",
            "<",
            ">",
            "<=",
            ">=",
            "==",
            "!=",
            "&",
            "^",
            "|",
            "&&",
            "||",
            "=",
            "*=",
            "/=",
            "%=",
            "+=",
            "-=",
            "<<=",
            ">>=",
            "&=",
            "^=",
            "|=",
            ",",
        ],
        3,
    )
)
UNARY_OPERATORS: Final = dict(enumerate(["p++", "p--", "++", "--", "&", "*", "+", "-", "~", "!"], 1))
