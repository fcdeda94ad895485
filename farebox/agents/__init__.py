"""What a coding agent may ask of Farebox: documents priced, without writes or network.

`asked` has the questions, `answers` what comes back, `tools` goes from one to the other
through the library, `server` speaks the Model Context Protocol.
"""
