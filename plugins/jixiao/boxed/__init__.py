"""Where strangers' bytes are opened: a child process in a box; archives are unpacked there, files are read."""
