"""The committed data is what the build makes of its committed inputs."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from lwslint.errors import LwslintError
from lwslint.lws.build import DATA, main
from lwslint.lws.build_history import history, release_tags, release_text
from lwslint.lws.build_knowledge import compiled
from lwslint.lws.build_scan import scan
from lwslint.lws.build_syntax import Printer
from lwslint.lws.build_values import constant_text


def test_the_data_is_up_to_date() -> None:
    for name, content in compiled(DATA).items():
        assert (DATA / name).read_bytes() == content, f"{name}: run python -m lwslint.lws.build"


def test_inputs_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    for path in DATA.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "effects.toml").write_text('[[effect]]\nnames = ["f"]\nexplodes = true\n')
    with pytest.raises(LwslintError, match="explodes"):
        compiled(tmp_path)


@pytest.mark.parametrize(
    ("table", "entry", "part"),
    [
        (
            "members",
            'struct = "lws_protocols"\nnames = ["nonsense"]\nsource = "v1:h:1"',
            "no release has nonsense",
        ),
        ("members", 'struct = "lws_protocols"\nnames = ["name"]\nlifetime = "rented"', "rented"),
        ("members", 'struct = "lws_protocols"\nnames = ["name"]\nlifetme = "kept"', "cannot say lifetme"),
        (
            "members",
            'struct = "lws_protocols"\nnames = ["name"]\nzero = "x"\nfirst = "9.9.9"\nsource = "v1:h:1"',
            "the headers of 9.9.9 were not read",
        ),
    ],
)
def test_tables_that_do_not_fit_are_refused(tmp_path: Path, table: str, entry: str, part: str) -> None:
    for path in DATA.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    with (tmp_path / f"{table}.toml").open("a", encoding="utf-8") as file:
        file.write(f"\n[[member]]\n{entry}\n")
    with pytest.raises(LwslintError, match=part):
        compiled(tmp_path)


HEADER = """
#if defined(A)
LWS_VISIBLE LWS_EXTERN int lws_one(struct lws *wsi, const char *s) LWS_WARN_UNUSED_RESULT;
#else
static inline int lws_one(void) { if (1) { return 2; } return 3; }
#endif
/* LWS_EXTERN int lws_commented(void); */
struct lws_protocols {
    const char *name; // the name
    unsigned int bit:1, other;
    void (*cb)(struct lws *wsi, int a);
    void *_unused[2];
};
typedef struct lws_retry_bo { int conceal_count; } lws_retry_bo_t;
enum lws_callback_reasons {
    LWS_CALLBACK_A, /**< first, of all */
    LWS_CALLBACK_B = (1 << 4) |
                     1,
    LWS_CALLBACK_C,
};
#define LWS_SERVER_OPTION_X (1 << 5)
#define lws_call(x) \\
    lws_one(x, 0)
#ifdef __cplusplus
extern "C" {
#endif
LWS_EXTERN
const char *
lws_two(void);
#ifdef __cplusplus
}
#endif
"""


def test_headers_are_read_whatever_the_configuration() -> None:
    found = scan(HEADER)
    assert found.functions == {
        "lws_one": "int lws_one(struct lws *wsi, const char *s)",
        "lws_two": "const char * lws_two(void)",
    }
    assert found.structs["lws_protocols"] == {
        "name": "const char *",
        "bit": "unsigned int:1",
        "other": "unsigned int",
        "cb": "void (*)(struct lws *wsi, int a)",
        "_unused": "void *[2]",
    }
    assert found.structs["lws_retry_bo"] == {"conceal_count": "int"}
    assert found.enumerators["lws_callback_reasons"] == {
        "LWS_CALLBACK_A": 0,
        "LWS_CALLBACK_B": 17,
        "LWS_CALLBACK_C": 18,
    }
    assert found.macros["LWS_SERVER_OPTION_X"] == "(1 << 5)"
    assert found.calls == {"lws_call": "(x)"}


@pytest.mark.parametrize(
    "text", ["", "{", "}", ";;", "struct {", "enum { A = B = , }", "#define", "((((", "a(b"]
)
def test_no_text_is_too_odd(text: str) -> None:
    scan(text * 50)


def _checkout(folder: Path, releases: dict[str, str]) -> Path:
    """A git checkout whose header says something else at each tag."""

    def git(*arguments: str) -> None:
        name = ["-c", "user.name=x", "-c", "user.email=x@example.org"]
        subprocess.run(["git", "-C", str(folder), *name, *arguments], check=True, capture_output=True)

    (folder / "include").mkdir(parents=True)
    git("init", "-q")
    for tag, text in releases.items():
        (folder / "include/libwebsockets.h").write_text(text)
        git("add", ".")
        git("commit", "-qm", tag, "--allow-empty")
        git("tag", tag)
    return folder


def test_a_history_is_made_of_the_release_tags_of_a_checkout(tmp_path: Path) -> None:
    old = (
        "LWS_EXTERN int lws_a(int x);\nstruct lws_protocols { int id; };\n#define CONTEXT_PORT_NO_LISTEN 0\n"
    )
    new = "LWS_EXTERN int lws_a(long x);\nLWS_EXTERN int lws_b(void);\nLWS_EXTERN int stranger(void);\n"
    new += "struct lws_protocols { unsigned int id; void *user; };\n#define CONTEXT_PORT_NO_LISTEN -1\n"
    checkout = _checkout(tmp_path, {"v1.0": old, "v1.10.0": new, "v1.9.0": new, "v2.0-rc1": "", "mine": ""})
    tags = release_tags(checkout)
    assert tags == ["v1.0", "v1.9.0", "v1.10.0"]
    found = json.loads(history(checkout, tags))
    assert found["releases"] == ["1.0.0", "1.9.0", "1.10.0"]
    assert found["functions"] == {
        "lws_a": {
            "spans": [[0, 2]],
            "prototypes": [["int lws_a(int x)", [0, 0]], ["int lws_a(long x)", [1, 2]]],
        },
        "lws_b": {"spans": [[1, 2]], "prototypes": [["int lws_b(void)", [1, 2]]]},
    }
    assert found["structs"]["lws_protocols"]["user"] == {"spans": [[1, 2]], "types": [["void *", [1, 2]]]}
    assert found["constants"]["CONTEXT_PORT_NO_LISTEN"]["values"] == [[0, [0, 0]], [-1, [1, 2]]]


def test_a_checkout_that_is_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "nowhere")]) == 2
    assert main([str(_checkout(tmp_path, {"mine": ""}))]) == 2
    errors = capsys.readouterr().err.splitlines()
    assert len(errors) == 2 and "no tag of a release" in errors[1]


def test_release_tags() -> None:
    assert release_text("v4.0.08") == "4.0.8"
    assert release_text("v1.23-chrome32-firefox24") == "1.2.3"
    assert release_text("v1.4-chrome43-firefox-36") == "1.4.0"


@pytest.mark.parametrize(
    ("body", "value"),
    [
        ("(1 << 3)", "8"),
        ("(1ull << 33)", "8589934592ull"),
        ("(BIT | 1)", "4097"),
        ("-1", "(-1)"),
        ("0x10", "16"),
        ('"a" "b"', '"a" "b"'),
        ("some_function(1)", ""),
        ("1 << 999999999999", ""),
        ("9 ** 9 ** 9 ** 9", ""),
        ("LOOP", ""),
        ("__import__", ""),
        ("", ""),
    ],
)
def test_values_of_macros(body: str, value: str) -> None:
    assert constant_text(body, {"BIT": "(1 << 12)", "LOOP": "LOOP"}) == value


def test_declarations_are_printed_afresh() -> None:
    member = {"kind": "FieldDecl", "name": "cb", "type": {"qualType": "void (*)(int)"}}
    table = {"kind": "FieldDecl", "name": "t", "type": {"qualType": "const char *const [4]"}}
    record = {"kind": "RecordDecl", "tagUsed": "struct", "name": "s", "completeDefinition": True}
    function = {
        "kind": "FunctionDecl",
        "name": "f",
        "type": {"qualType": "struct s *(int, const char *, ...)"},
    }
    printed = list(Printer().declarations([record | {"inner": [member, table]}, function]))
    assert printed == [
        ("struct s", "struct s {\n\tvoid (*cb)(int);\n\tconst char *const t[4];\n};"),
        ("f", "struct s *f(int, const char *, ...);"),
    ]
