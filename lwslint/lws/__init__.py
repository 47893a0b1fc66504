"""What each release of libwebsockets promises, as data, and what the C library around it does."""
