"""What one document may cost."""

from typing import NamedTuple


class Limits(NamedTuple):
    """Limits of one document: pages, pixels of one page picture, cells of a sheet, bytes, seconds, memory.

    A process that only asks loads them, too: no dataclass, whose module takes long to import.
    """

    pages: int = 1000
    pixels: int = 30_000_000
    cells: int = 200_000
    file_bytes: int = 200 * 1024 * 1024
    seconds: int = 600
    memory_bytes: int = 3 * 1024**3

    @classmethod
    def configured(cls) -> "Limits":
        """Return the limits as the operator set them."""
        from jixiao.settings import Settings

        settings = Settings.load()
        return cls(
            pages=settings.document_pages,
            seconds=settings.document_seconds,
            memory_bytes=settings.document_memory_mib * 1024**2,
        )
