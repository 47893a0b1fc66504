"""Reads the public headers at each release tag of a checkout: which release declares which name, and how.

No git object but headers is read, and of them only names, types, numbers and prototypes are kept.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from lwslint.errors import LwslintError
from lwslint.lws.build_merge import spans
from lwslint.lws.build_scan import Scan, number, scan

_TAG = re.compile(r"v(\d+)\.(\d+)(?:\.(\d+))?(?:-chrome.*)?")
_HEADERS = ("include", "lib/libwebsockets.h")
_OURS = re.compile(r"_*(?:lws[a-z0-9]*|libwebsockets?|lejp|lecp|lhp)_\w+")
_OLD = "libwebsocket_"
_REASONS = ("lws_callback_reasons", "libwebsocket_callback_reasons")
_CONSTANTS = re.compile(
    r"(?:LWS_(?:SERVER_OPTION|WRITE|CLOSE_STATUS|TO_KILL|SEND_BUFFER)|LCCSCF|PENDING|CONTEXT_PORT)_\w+"
    r"|NO_PENDING_TIMEOUT|LWS_PRE|LWS_PROTOCOL_LIST_TERM|LWS_RETRY_CONCEAL_ALWAYS|LWS_SET_TIMER_USEC_CANCEL"
)
STRUCTS = (
    "lws_context_creation_info",
    "lws_client_connect_info",
    "lws_protocols",
    "lws_retry_bo",
    "lws_http_mount",
    "lws_protocol_vhost_options",
    "lws_extension",
    "lws_sorted_usec_list",
)
"""The structs whose members are tracked; those of before 1.6 under the names that they have since."""


def release_text(tag: str) -> str:
    """The release of a tag: `v4.0.08` is `4.0.8`, `v1.23-chrome32-firefox24` is `1.2.3`.

    Raises:
        LwslintError: it is no tag of a release.
    """
    match = _TAG.fullmatch(tag)
    if match is None:
        raise LwslintError(f"{tag!r} is no release tag")
    major, minor, patch = (int(part) if part else 0 for part in match.groups())
    if major == 1 and minor > 20:
        minor, patch = 2, minor - 20
    return f"{major}.{minor}.{patch}"


def history(checkout: Path, tags: Sequence[str]) -> bytes:
    """What the headers at each of `tags` declare, as JSON; its layout is `build_inputs.History`.

    Raises:
        LwslintError: git fails, or a tag is none of a release.
    """
    scans: dict[str, Scan] = {}
    found = [_at_tag(checkout, tag, scans) for tag in tags]
    content = {
        "tags": list(tags),
        "releases": [release_text(tag) for tag in tags],
        "functions": _dated((one["functions"] for one in found), "prototypes"),
        "structs": {
            struct: _dated((one["structs"].get(struct, {}) for one in found), "types") for struct in STRUCTS
        },
        "constants": _dated((one["constants"] for one in found), "values"),
        "reasons": _dated((one["reasons"] for one in found), "values"),
    }
    return msgspec.json.encode(content) + b"\n"


def release_tags(checkout: Path) -> list[str]:
    """The tags of releases, oldest release first.

    Raises:
        LwslintError: git fails, or there is none.
    """
    tags = [tag for tag in git(checkout, "tag").decode().split() if _TAG.fullmatch(tag)]
    if not tags:
        raise LwslintError(f"{checkout}: no tag of a release of libwebsockets (v4.3.10)")
    return sorted(tags, key=lambda tag: [int(part) for part in release_text(tag).split(".")])


def git(checkout: Path, *arguments: str) -> bytes:
    """What git says.

    Raises:
        LwslintError: it fails.
    """
    done = subprocess.run(["git", "-C", str(checkout), *arguments], capture_output=True, check=False)
    if done.returncode:
        reason = done.stderr.decode(errors="replace").strip().splitlines()
        raise LwslintError(f"git {arguments[0]}: {reason[0] if reason else 'failed'}")
    return done.stdout


def _at_tag(checkout: Path, tag: str, scans: dict[str, Scan]) -> dict[str, dict[str, Any]]:
    """What a release declares; `scans` remembers each version of each header."""
    headers = [_scanned(checkout, blob, scans) for blob in _blobs(checkout, tag)]
    functions: dict[str, str] = {}
    structs: dict[str, dict[str, str]] = {}
    for header in headers:
        functions = dict(_functions(header)) | functions
        for name, members in header.structs.items():
            structs.setdefault(name.replace(_OLD, "lws_"), {}).update(members)
    return {
        "functions": functions,
        "structs": structs,
        "constants": _constants(headers),
        "reasons": {
            name: value
            for header in headers
            for enumeration in _REASONS
            for name, value in header.enumerators.get(enumeration, {}).items()
            if name.startswith("LWS_CALLBACK_")
        },
    }


def _constants(headers: Iterable[Scan]) -> dict[str, int | str | None]:
    """The constants that are tracked: enumerators, and macros that may be made of them."""
    bodies = {name: body for header in headers for name, body in header.macros.items()}
    found: dict[str, int | str | None] = {
        name: value
        for header in headers
        for values in header.enumerators.values()
        for name, value in values.items()
        if _CONSTANTS.fullmatch(name)
    }
    known = bodies | {name: str(value) for name, value in found.items() if value is not None}
    for name, body in bodies.items():
        if _CONSTANTS.fullmatch(name) and name not in found:
            value = number(body, known)
            found[name] = body if value is None else value
    return found


def _blobs(checkout: Path, tag: str) -> Iterator[str]:
    for line in git(checkout, "ls-tree", "-r", tag, "--", *_HEADERS).decode().splitlines():
        meta, _, path = line.partition("\t")
        if path.endswith(".h"):
            yield meta.split()[2]


def _scanned(checkout: Path, blob: str, scans: dict[str, Scan]) -> Scan:
    if blob not in scans:
        scans[blob] = scan(git(checkout, "cat-file", "blob", blob).decode("utf-8", "replace"))
    return scans[blob]


def _functions(header: Scan) -> Iterator[tuple[str, str]]:
    """Functions of the library, and macros that are called like functions."""
    yield from (one for one in header.functions.items() if _OURS.fullmatch(one[0]))
    yield from (
        (name, f"#define {name}{parameters}")
        for name, parameters in header.calls.items()
        if _OURS.fullmatch(name)
    )


def _dated(releases: Iterable[dict[str, Any]], key: str) -> dict[str, dict[str, Any]]:
    """By name: when it was there, and under `key` its values with the releases that each held for."""
    positions: dict[str, dict[Any, list[int]]] = {}
    for at, declared in enumerate(releases):
        for name, value in declared.items():
            positions.setdefault(name, {}).setdefault(value, []).append(at)
    dated = {}
    for name, values in positions.items():
        stated = [(value, held) for value, held in values.items() if value is not None]
        own = [(value, span) for value, held in stated for span in spans(held)]
        own.sort(key=lambda one: one[1].first)
        dated[name] = {"spans": spans(at for held in values.values() for at in held), key: own}
    return dict(sorted(dated.items())) if key == "prototypes" else dated
