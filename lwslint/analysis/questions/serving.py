"""Whether a program serves: what only a server does."""

from __future__ import annotations

from lwslint import ir
from lwslint.analysis import spelling, walk
from lwslint.analysis.library import callee_name
from lwslint.analysis.questions.creations import Create, creates
from lwslint.analysis.questions.explored import Explored
from lwslint.analysis.questions.settings import Setting, options, settings
from lwslint.lws.knowledge import Side

_SERVING_FIELDS = frozenset(
    {
        "iface", "mounts", "ssl_cert_filepath", "server_ssl_cert_mem", "listen_accept_role",
        "listen_accept_protocol", "vh_listen_sockfd", "error_document_404", "server_string",
        "unix_socket_perms", "headers",
    }
)  # fmt: skip
_SERVING_CALLS = frozenset(
    {
        "lws_get_vhost_listen_port", "lws_get_vhost_port", "lws_adopt_socket", "lws_adopt_socket_readbuf",
        "lws_adopt_socket_vhost", "lws_adopt_descriptor_vhost", "lws_adopt_descriptor_vhost_via_info",
        "lws_serve_http_file", "lws_serve_http_file_fragment", "lws_return_http_status",
        "lws_add_http_header_status","lws_systemd_inherited_fd",
    }
)  # fmt: skip


def serves(program: Explored) -> bool:
    """Whether anything in the program is done by servers alone, or asks for the port that one listens on."""
    return (
        bool(creates(program, "vhost"))
        or any(
            program.knowledge.reason_side(name, program.target) is Side.SERVER
            for name in program.roles.names()
        )
        or any(
            callee_name(site.statement) in _SERVING_CALLS
            for site in program.linked.sites()
            if isinstance(site.statement, ir.Call)
        )
        or _reads_port(program)
    )


def _reads_port(program: Explored) -> bool:
    port = ("f", spelling.CREATION_INFO, "port")
    for site in program.linked.sites():
        for value in walk.values(site.statement):
            for location in walk.named(value):
                if program.linked.classify(site.function, location.root, location.path) == port:
                    return True
    return any(
        program.linked.classify(function, location.root, location.path) == port
        for function in program.linked.functions
        for block in function.ir.blocks
        for value in walk.values(block.terminator)
        for location in walk.named(value)
    )


def port_left(program: Explored, create: Create) -> bool:
    """Whether no statement gives `port` a value, or leaves the default vhost out, on any way to a create."""
    for occasion in create.occasions:
        bits = options(program, occasion)
        if bits is None or program.knowledge.has_explicit_vhosts(bits, program.target):
            return False
        if any(setting.field == "port" or _is_for_server(setting) for setting in settings(program, occasion)):
            return False
    return True


def _is_for_server(setting: Setting) -> bool:
    return setting.field in _SERVING_FIELDS and setting.sets
