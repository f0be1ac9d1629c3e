"""The digest letter: what goes into it, how it reads, and how it is sent."""
