"""The configuration: where it is found, what it may say, and what comes of it."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import jsonschema
import pytest

from lwslint import configuration
from lwslint.configuration import Configuration, as_toml, find, load, schema
from lwslint.errors import LwslintError

SCHEMA = Path(configuration.__file__).with_name("configuration.schema.json")

FULL = """
sources = ["src"]
build-dir = "build"
extra-args = ["-DX=1"]
lws-version = "4.3"
select = ["LWS1"]
ignore = ["LWS101"]
fail-on = "error"
strict = true
baseline = "known.json"
allocators = ["my_alloc", { name = "my_calloc", zeroed = true }]
deallocators = ["my_free"]
zeroing-functions = ["wipe", { name = "wipe_at", argument = 2, size = 3 }]
event-loops = ["run"]
loss-reasons = ["USER", "LWS_CALLBACK_RECEIVE_PONG"]
[levels]
LWS103 = "warning"
[per-path-ignores]
"vendor/" = ["LWS1"]
"""


def test_the_nearest_file_counts_up_to_the_top_of_the_repository(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (tmp_path / "a" / ".git").mkdir()
    (tmp_path / "lwslint.toml").write_text('ignore = ["LWS1"]')
    assert find(inner).file is None
    (tmp_path / "a" / "pyproject.toml").write_text('[tool.lwslint]\nignore = ["LWS2"]')
    assert find(inner).values.ignore == ("LWS2",)
    (tmp_path / "a" / ".lwslint.toml").write_text('ignore = ["LWS3"]')
    assert find(inner).values.ignore == ("LWS3",)
    (inner / "lwslint.toml").write_text("")
    assert (find(inner).folder, find(inner).values) == (inner, Configuration())


@pytest.mark.parametrize("text", ["[tool.black]", "not toml", "[tool]\nlwslint-like = 1"])
def test_a_pyproject_of_others_is_none_of_ours(tmp_path: Path, text: str) -> None:
    (tmp_path / "pyproject.toml").write_text(text)
    assert find(tmp_path).file is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("ignroe = []", "unknown key ignroe; did you mean ignore?"),
        ("x = 1", "unknown key x; there are sources, build-dir"),
        ('allocators = [{ name = "f", zerod = true }]', "zerod in allocators[0]; did you mean zeroed?"),
        ('zeroing-functions = [{ name = "f", siz = 2 }]', "siz in zeroing-functions[0]; did you mean size?"),
        ('zeroing-functions = [{ name = "f", argument = 0 }]', "zeroing-functions[0].argument: "),
        ('event-loops = ["a-b"]', "event-loops[0]: "),
        ("strict = 1", "strict: Expected `bool`"),
        ('levels = { LWS101 = "bad" }', "levels: bad is no level; there are note, warning, error"),
        ("[[[", "not good TOML"),
        ("x = " + "[" * 100_000, "not good TOML"),
        ("\udc80", "not good TOML"),
        ("#" * (1 << 21), "no configuration"),
    ],
)
def test_what_it_may_not_say_is_one_line(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "lwslint.toml").write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(LwslintError) as raised:
        find(tmp_path)
    assert str(raised.value).startswith("lwslint.toml: ") and "\n" not in str(raised.value)
    assert message in str(raised.value)


def test_a_reason_that_is_unknown(tmp_path: Path) -> None:
    (tmp_path / "lwslint.toml").write_text('loss-reasons = ["CLIENT_CLOSD"]')
    with pytest.raises(LwslintError, match="did you mean LWS_CALLBACK_CLIENT_CLOSED"):
        find(tmp_path).values.additions()


def test_a_named_file_must_be_there_and_speak_of_lwslint(tmp_path: Path) -> None:
    with pytest.raises(LwslintError, match="cannot be read"):
        load(tmp_path / "x.toml", tmp_path)
    (tmp_path / "pyproject.toml").write_text("")
    with pytest.raises(LwslintError, match=r"has no \[tool.lwslint\]"):
        load(tmp_path / "pyproject.toml", tmp_path)


def test_settings_are_shown_as_they_are_read(tmp_path: Path) -> None:
    (tmp_path / "lwslint.toml").write_text(FULL)
    values = find(tmp_path).values
    (tmp_path / "lwslint.toml").write_text("\n".join(as_toml(values)))
    assert find(tmp_path).values == values


def test_the_schema_is_that_of_what_is_read() -> None:
    assert json.loads(SCHEMA.read_text("utf-8")) == json.loads(json.dumps(schema())), "write it anew"
    validator = jsonschema.Draft202012Validator(schema())
    validator.check_schema(schema())
    validator.validate(tomllib.loads(FULL))
    for wrong in ("ignroe = []", "levels.LWS1 = 'bad'", "allocators = [{ zeroed = true }]", "strict = 1"):
        assert not validator.is_valid(tomllib.loads(wrong))
