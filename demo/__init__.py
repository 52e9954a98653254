"""A stand-in for the outside world: sample reports and a publication site that serves them on loopback."""
