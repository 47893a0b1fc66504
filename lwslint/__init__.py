"""lwslint: a static analyzer for C programs that use libwebsockets."""

__version__ = "0.1.0"
