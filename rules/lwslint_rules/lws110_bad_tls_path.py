"""LWS110: certificates, keys and authorities that nobody can load."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lwslint.api import Create, Finding, Level, Occasion, Precision, Program, Rule, Setting, Step, StepKind

_IN_MEMORY = {
    "ssl_cert_filepath": "server_ssl_cert_mem",
    "ssl_private_key_filepath": "server_ssl_private_key_mem",
    "ssl_ca_filepath": "server_ssl_ca_mem",
    "client_ssl_cert_filepath": "client_ssl_cert_mem",
    "client_ssl_private_key_filepath": "client_ssl_key_mem",
    "client_ssl_ca_filepath": "client_ssl_ca_mem",
}
_URL = ("http:", "https:", "ws:", "wss:")
_LATER = (
    "LWS_CALLBACK_OPENSSL_LOAD_EXTRA_SERVER_VERIFY_CERTS",
    "LWS_CALLBACK_OPENSSL_LOAD_EXTRA_CLIENT_VERIFY_CERTS",
    "LWS_CALLBACK_OPENSSL_CONTEXT_REQUIRES_PRIVATE_KEY",
)


class Pair(NamedTuple):
    """A certificate and its key: the fields that name the one, and those that name the other."""

    certificate: tuple[str, ...]
    key: tuple[str, ...]
    instead_of_certificate: tuple[str, ...] = ()
    instead_of_key: tuple[str, ...] = ()


_SERVER = Pair(
    ("ssl_cert_filepath", "server_ssl_cert_mem"), ("ssl_private_key_filepath", "server_ssl_private_key_mem")
)
_CLIENT = Pair(
    ("client_ssl_cert_filepath", "client_ssl_cert_mem"),
    ("client_ssl_private_key_filepath", "client_ssl_key_mem"),
    ("ssl_cert_filepath",),
    ("ssl_private_key_filepath",),
)


class BadTlsPath(Rule):
    """A path is a path, and a certificate needs its key."""

    code = "LWS110"
    name = "bad-tls-path"
    summary = "A certificate, key or CA field holds what is no path, comes twice, or lacks its other half."
    level = Level.ERROR
    precision = Precision.HIGH
    cwe = (295, 628)
    tags = ("creation-info", "tls", "security")

    def check(self, program: Program) -> Iterator[Finding]:
        """Each field once for each object."""
        addresses = {
            text
            for connect in program.connections()
            for occasion in connect.occasions
            for setting in program.settings(occasion)
            if setting.field == "address"
            for text in setting.texts
        }
        named: set[tuple[object, str]] = set()
        for create in (*program.creations(), *program.vhosts()):
            for occasion in create.filled():
                for setting, what, mend in self._wrong(program, occasion, addresses):
                    key = (occasion.cell, setting.field)
                    if key not in named:
                        named.add(key)
                        yield self._judge(create, occasion, setting, what, mend)

    def _wrong(
        self, program: Program, occasion: Occasion, addresses: set[str]
    ) -> Iterator[tuple[Setting, str, str]]:
        ignored = {setting.field for setting in program.ignored(occasion)}
        filled = [s for s in program.settings(occasion) if s.sets and s.field not in ignored]
        for setting in filled:
            if setting.field in _IN_MEMORY:
                for text in setting.texts:
                    what = _no_path(text, addresses)
                    if what:
                        yield setting, f"holds {what}", "give it the path of a PEM file"
        for setting in filled:
            memory = _IN_MEMORY.get(setting.field)
            for other in filled:
                if other.field == memory and program.together(setting, other):
                    what = f"and `{memory}` are both set, and only one of them may be"
                    yield setting, what, "set one of the two"
        options = program.options(occasion)
        if (
            options is not None
            and not program.handles(_LATER)
            and not program.gets_certificate_later(options)
        ):
            yield from _halves(filled)

    def _judge(self, create: Create, occasion: Occasion, setting: Setting, what: str, mend: str) -> Finding:
        info = create.info_of(occasion)
        assert info is not None
        steps = (
            Step(setting.place, f"sets `{setting.field}`", StepKind.FILL, setting.function),
            Step(create.place, f"`{create.callee}()` reads it", StepKind.USE, create.function),
        )
        return self.finding(
            setting.place,
            f"`{setting.field}` {what}",
            help=mend,
            steps=steps,
            function=setting.function,
            object=info.name,
        )


def _no_path(text: str, addresses: set[str]) -> str:
    if "-----BEGIN" in text:
        return "PEM text, where the library expects the path of a file"
    if text.lower().startswith(_URL):
        return f"the URL `{text}`, where the library expects the path of a file"
    if text and text in addresses:
        return f"the host name `{text}`, where the library expects the path of a file"
    return ""


def _halves(filled: list[Setting]) -> Iterator[tuple[Setting, str, str]]:
    """Certificates without a key, and keys without a certificate."""
    fields = {setting.field for setting in filled}
    if "pvo" in fields:
        return
    for pair in (_SERVER, _CLIENT):
        sides = (
            (pair.certificate, (*pair.key, *pair.instead_of_key), "key", pair.key[0]),
            (pair.key, (*pair.certificate, *pair.instead_of_certificate), "certificate", pair.certificate[0]),
        )
        for have, need, word, wanted in sides:
            if fields.isdisjoint(need):
                for setting in filled:
                    if setting.field in have:
                        yield (
                            setting,
                            f"is set, but no {word} that belongs to it is",
                            f"set `{wanted}` as well",
                        )
