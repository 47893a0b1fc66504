"""The libclang front end: everything that knows of libclang is in this package."""
