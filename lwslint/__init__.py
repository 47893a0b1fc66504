"""lwslint: a static analyzer for C programs that use libwebsockets."""

__version__ = "0.1.0"

COLLECTIONS = (50_000, 20, 100)
"""How seldom the garbage collector looks for cycles. States and nodes are millions and hold hardly any:
at Python's own pace the collector takes half of the time of an analysis, and finds nothing."""
