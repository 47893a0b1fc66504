"""Servers on the loopback, on a free port each, which are gone when their block is left."""

from __future__ import annotations

import base64
import hashlib
import socket
import ssl
import struct
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

LOOPBACK = "127.0.0.1"
MOST_BYTES = 65536
WEBSOCKET_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
"""What a server appends to the client's key (RFC 6455, 1.3)."""


@dataclass
class Connection:
    """One connection as the server sees it: when it came, the head of its request, and what followed."""

    at: float
    socket: socket.socket
    head: bytes = b""
    received: bytearray = field(default_factory=bytearray)

    def receive(self) -> bytes:
        """What comes next; nothing once the peer has closed."""
        data = self.socket.recv(4096) if len(self.received) < MOST_BYTES else b""
        self.received += data
        return data

    def request(self) -> bytes:
        """The head of an HTTP request; what there is of it if the peer closes."""
        while b"\r\n\r\n" not in self.received and self.receive():
            pass
        self.head = bytes(self.received)
        self.received.clear()
        return self.head

    def reset(self) -> None:
        """Breaks the connection off: the peer gets a RST (SO_LINGER of 0 seconds, socket(7))."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def drain(self) -> None:
        """Receives until the peer closes."""
        while self.receive():
            pass


Handler = Callable[[Connection], None]


@dataclass
class Server:
    """A server that listens: its port, and the connections that it has had."""

    port: int
    connections: list[Connection] = field(default_factory=list)


@contextmanager
def serving(handler: Handler, tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    """A server that gives each connection to the handler, in a thread of its own."""
    with socket.create_server((LOOPBACK, 0)) as listener:
        server = Server(listener.getsockname()[1])
        accepting = threading.Thread(target=_accept, args=(listener, server, handler, tls), daemon=True)
        accepting.start()
        try:
            yield server
        finally:
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            accepting.join()
            for connection in server.connections:
                _shut(connection.socket)


@contextmanager
def occupied_port() -> Iterator[int]:
    """A port on which somebody else listens."""
    with socket.create_server((LOOPBACK, 0)) as listener:
        yield listener.getsockname()[1]


def closed_port() -> int:
    """A port on which nobody listens."""
    with socket.create_server((LOOPBACK, 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def hold(connection: Connection) -> None:
    """Answers nothing, and keeps the connection open for as long as the peer does."""
    connection.drain()


def drop(connection: Connection) -> None:
    """Closes at once."""


def answer(connection: Connection) -> None:
    """Answers one HTTP request with `hello`."""
    if connection.request():
        connection.socket.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello")


def greet(connection: Connection) -> None:
    """Opens a WebSocket, sends the text `hello`, and keeps it open for as long as the peer does."""
    upgrade(connection)
    connection.socket.sendall(b"\x81\x05hello")
    connection.drain()


def reply(connection: Connection) -> None:
    """Opens a WebSocket, and sends the text `hello` once something came."""
    upgrade(connection)
    if connection.receive():
        connection.socket.sendall(b"\x81\x05hello")
    connection.drain()


def greet_and_close(connection: Connection) -> None:
    """Opens a WebSocket, sends the text `hello`, and closes it (status 1001, going away)."""
    upgrade(connection)
    connection.socket.sendall(b"\x81\x05hello\x88\x02\x03\xe9")
    connection.drain()


def upgrade(connection: Connection) -> None:
    """Answers the request that opens a WebSocket (RFC 6455, 4.2.2), with the first protocol that it names."""
    request = connection.head or connection.request()
    head = dict(line.split(b": ", 1) for line in request.split(b"\r\n") if b": " in line)
    names = {name.lower(): value for name, value in head.items()}
    digest = hashlib.sha1(names[b"sec-websocket-key"] + WEBSOCKET_GUID, usedforsecurity=False).digest()
    lines = [
        b"HTTP/1.1 101 Switching Protocols",
        b"Upgrade: websocket",
        b"Connection: Upgrade",
        b"Sec-WebSocket-Accept: " + base64.b64encode(digest),
    ]
    if asked := names.get(b"sec-websocket-protocol"):
        lines.append(b"Sec-WebSocket-Protocol: " + asked.split(b",")[0].strip())
    connection.socket.sendall(b"\r\n".join(lines) + b"\r\n\r\n")


def text_frames(received: bytes) -> list[str]:
    """The texts of the masked frames that a client sent (RFC 6455, 5.2), each shorter than 126 bytes."""
    texts = []
    while len(received) >= 6 and (size := received[1] & 0x7F) < 126 and len(received) >= 6 + size:
        mask, payload = received[2:6], received[6 : 6 + size]
        if received[0] & 0x0F == 1:
            texts.append(bytes(each ^ mask[at % 4] for at, each in enumerate(payload)).decode())
        received = received[6 + size :]
    return texts


@dataclass(frozen=True)
class Certificate:
    """A certificate that signs itself, its key, both as PEM files."""

    certificate: Path
    key: Path

    def context(self) -> ssl.SSLContext:
        """What a server needs to speak TLS with it."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.key)
        return context


def self_signed(folder: Path, host: str) -> Certificate:
    """Makes a certificate for a host with the `openssl` command."""
    made = Certificate(folder / f"{host}.crt", folder / f"{host}.key")
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc", "-keyout", str(made.key)]
    names = ["-subj", f"/CN={host}", "-addext", f"subjectAltName=DNS:{host}"]
    command = ["openssl", "req", "-x509", "-days", "2", *key, *names, "-out", str(made.certificate)]
    subprocess.run(command, check=True, capture_output=True)
    return made


def _accept(listener: socket.socket, server: Server, handler: Handler, tls: ssl.SSLContext | None) -> None:
    with suppress(OSError):
        while True:
            accepted, _ = listener.accept()
            connection = Connection(time.monotonic(), accepted)
            server.connections.append(connection)
            threading.Thread(target=_serve, args=(connection, handler, tls), daemon=True).start()


def _serve(connection: Connection, handler: Handler, tls: ssl.SSLContext | None) -> None:
    with suppress(OSError, KeyError):
        if tls:
            connection.socket = tls.wrap_socket(connection.socket, server_side=True)
        handler(connection)
    _shut(connection.socket)


def _shut(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()
