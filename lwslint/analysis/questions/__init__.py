"""What rules ask of a program: one module a subject, and `Program` with a method for each question."""
