"""The committed data is what the build makes of its committed inputs."""

from __future__ import annotations

from pathlib import Path

import pytest

from lwslint.errors import LwslintError
from lwslint.lws.build import DATA, main
from lwslint.lws.build_history import reduced, release_text
from lwslint.lws.build_knowledge import compiled
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


def test_a_file_that_is_no_history(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "history.json"
    path.write_text("[]")
    assert main(["--history", str(path)]) == 2
    assert "no API history" in capsys.readouterr().err
    with pytest.raises(LwslintError):
        reduced(b"{")


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
