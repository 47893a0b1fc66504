"""lwslint: a static analyzer for C programs that use libwebsockets."""

__version__ = "0.1.0"

COLLECTIONS = (2_000_000, 20, 100)
"""How seldom the garbage collector looks for cycles by itself. What an analysis builds is millions of
states and nodes that all live to its end; looking through them costs a fifth of the analysis and finds
nothing. It is done between programs (`engine`), and by itself only where one alone leaves so much."""
