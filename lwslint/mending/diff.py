"""What became of a file, as a unified diff."""

from __future__ import annotations

_NO_END = b"\n\\ No newline at end of file\n"


def unified(path: str, old: bytes, new: bytes) -> bytes:
    """A diff that `git apply` and `patch -p1` take, empty if nothing changed; lines keep their ends."""
    import difflib  # only who wants a diff waits for it

    names = _name(f"a/{path.lstrip('/')}"), _name(f"b/{path.lstrip('/')}")
    lines = difflib.diff_bytes(difflib.unified_diff, _lines(old), _lines(new), *names, lineterm=b"\n")
    return b"".join(line if line.endswith(b"\n") else line + _NO_END for line in lines)


def _name(path: str) -> bytes:
    """A file name as git writes it: quoted where it holds what would end or disguise the line."""
    name = path.encode("utf-8", "surrogateescape")
    if not any(byte < 0x20 or byte in b'"\\\x7f' for byte in name):
        return name
    return b'"' + b"".join(b"\\%03o" % b if b < 0x20 or b in b'"\\\x7f' else bytes([b]) for b in name) + b'"'


def _lines(data: bytes) -> list[bytes]:
    """Lines, ended by LF alone, as `patch` sees them."""
    lines = data.split(b"\n")
    return [line + b"\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])
