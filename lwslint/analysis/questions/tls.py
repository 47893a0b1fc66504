"""Whether a context sets up TLS, and what asks for it."""

from __future__ import annotations

from collections.abc import Iterator

from lwslint.analysis import spelling
from lwslint.analysis.questions.creations import Create, Occasion
from lwslint.analysis.questions.explored import Explored
from lwslint.analysis.questions.settings import Setting, connections_of, options, settings, siblings
from lwslint.lws.knowledge import CONNECT, INFO, Release

_OWN_CONTEXT = "provided_client_ssl_ctx"
_HONOURED_ALWAYS = Release(4, 3, 0)
"""From here on a given SSL_CTX is used whatever the options (`v4.3.10:lib/tls/tls-client.c:144`)."""


def may_init_tls(program: Explored, create: Create) -> bool:
    """Whether `options` that reach the context, or any vhost, may have the flag that sets up TLS."""
    found = [options(program, occasion) for made in siblings(program, create) for occasion in made.occasions]
    if any(effects.creates == "vhost" for _, effects in program.index.library):
        found += _options_anywhere(program)
    return any(bits is None or program.knowledge.implies_global_init(bits, program.target) for bits in found)


def _options_anywhere(program: Explored) -> Iterator[int | None]:
    """What any statement writes to `options`: the info of a vhost is not followed by itself."""
    if any(
        variable.initialiser and program.linked.contains(variable.type, spelling.CREATION_INFO)
        for variable in program.linked.variables.values()
    ):
        yield None
    for site in program.index.writers.get(("f", spelling.CREATION_INFO, "options"), ()):
        for value in program.possible.written(site):
            yield value if isinstance(value, int) else None


def asks_for_tls(program: Explored, create: Create, occasion: Occasion) -> Iterator[Setting]:
    """The statements that ask for TLS of a context: they fill its info, or that of a connect in it."""
    filled = settings(program, occasion)
    own = program.target >= _HONOURED_ALWAYS and any(s.field == _OWN_CONTEXT and s.sets for s in filled)
    for setting in filled:
        asks = program.knowledge.asks_for_tls(INFO, setting.field, program.target) is not None
        if asks and setting.sets and not (own and setting.field == _OWN_CONTEXT):
            yield setting
    for _, connecting in () if own else connections_of(program, create):
        for setting in settings(program, connecting):
            asks = program.knowledge.asks_for_tls(CONNECT, setting.field, program.target) is not None
            if asks and any(
                program.knowledge.connects_with_tls(number, program.target) for number in setting.numbers
            ):
                yield setting
