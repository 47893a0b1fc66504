"""The front end in pure Python: a preprocessor of its own, pycparser, and the lowering that libclang's has.

A unit is read against the model headers (`lwslint.lws.headers`), so no header of the system is needed.
The tree that pycparser gives is told in the terms of libclang's cursors; from there on, one lowering
(`lwslint.frontend.clang`) serves both front ends.
"""
