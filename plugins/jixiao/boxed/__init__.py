"""Where strangers' bytes are opened: a child process in a box; archives are unpacked there, files are read."""

from typing import Final

FOLDER: Final = "JIXIAO_BOX_FOLDER"
LINE: Final = "JIXIAO_BOX_LINE"
"""The variables by which a process knows its box, and the line that ties it to its parent."""
MADE: Final = "made"
"""What a process calls the file that it hands out."""
