"""How a host is spoken to: as usual, or by a fallback that its contract documents."""

from typing import Final

VERIFIED: Final = "verified"
FALLBACK: Final = r"tls12_p256|legacy|http(:\d{1,5})?"
