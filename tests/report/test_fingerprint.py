from __future__ import annotations

import msgspec
import pytest

from lwslint.model.outcome import Outcome
from lwslint.model.place import Place
from lwslint.report.fingerprint import LineHashes, content_keys
from lwslint.report.sources import Sources

GREETING = [
    "e9496ae3ebfced30:1",
    "fb7c023a8b9ccb3f:1",
    "ce8ba1a563dcdaca:1",
    "e20e36e16fcb0cc8:1",
    "b3edc88f2938467e:1",
    "c8e28b0b4002a3a0:1",
    "c129715d7a2bc9a3:1",
]


@pytest.mark.parametrize(
    ("text", "hashes"),
    [
        ("", ["c129715d7a2bc9a3:1"]),
        (
            " a\nb\n  \t\tc\n d",
            ["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"],
        ),
        (
            " hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End",
            [
                "8b7cf3e952e7aeb2:1",
                "b1ae1287ec4718d9:1",
                "bff680108adb0fcc:1",
                "c6805c5e1288b612:1",
                "b86d3392aea1be30:1",
                "e6ceba753e1a442:1",
            ],
        ),
        (" hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End\n", GREETING),
        (" hello; \t\nworld!!!\r\r\r  \t\tGreetings\r End\r", GREETING),
        (" hello; \t\r\nworld!!!\r\n\r\n\r\n  \t\tGreetings\r\n End\r\n", GREETING),
        (" hello; \t\nworld!!!\r\n\n\r  \t\tGreetings\r End\r\n", GREETING),
        (
            "Lorem ipsum dolor sit amet.\n" * 10,
            [
                *(f"a7f2ff13bc495cf2:{number}" for number in range(1, 7)),
                "a7f2ff1481e87703:1",
                "a9cf91f7bbf1862b:1",
                "55ec222b86bcae53:1",
                "cc97dc7b1d7d8f7b:1",
                "c129715d7a2bc9a3:1",
            ],
        ),
        (
            "x = 2\nx = 1\nprint(x)\nx = 3\nprint(x)\nx = 4\nprint(x)\n",
            [
                "e54938cc54b302f1:1",
                "bb609acbe9138d60:1",
                "1131fd5871777f34:1",
                "5c482a0f8b35ea28:1",
                "54517377da7028d2:1",
                "2c644846cb18d53e:1",
                "f1b89f20de0d133:1",
                "c129715d7a2bc9a3:1",
            ],
        ),
    ],
)
def test_line_hashes_are_github_s(text: str, hashes: list[str]) -> None:
    assert list(LineHashes(text)) == hashes


def test_bytes_that_are_no_text_hash_as_the_replacement_character() -> None:
    assert list(LineHashes("a\udcffb\n")) == list(LineHashes("a\ufffdb\n"))


def test_our_key_survives_a_move_and_a_rename_but_not_another_statement(story: Outcome) -> None:
    finding = story.findings[1]
    source = story.sources["src/net.c"]
    (key,) = content_keys([finding], Sources(story.sources))
    place = finding.place
    moved = Place("lib/new.c", place.line + 2, place.column, place.end_line + 2, place.end_column)
    there = msgspec.structs.replace(finding, place=moved)
    assert content_keys([there], Sources({"lib/new.c": "\n\n" + source})) == [key]
    spaced = {"lib/new.c": "\n\n" + source.replace("_context(&info)", "_context(&inf2)")}
    assert content_keys([there], Sources(spaced)) != [key]


def test_equal_statements_in_a_function_have_keys_of_their_own(story: Outcome) -> None:
    finding = story.findings[1]
    first, second = content_keys([finding, finding], Sources(story.sources))
    assert first != second
