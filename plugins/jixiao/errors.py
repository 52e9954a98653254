"""What a person hears about in one line. A command that only asks another process loads these, not the records."""


class JixiaoError(Exception):
    """Something a person must hear about in one line; the message names the file or address and the reason."""


class TransientError(JixiaoError):
    """Something that may have passed by the next try: a site that does not answer, a warehouse that is held."""


class UnreadableDocument(JixiaoError):  # noqa: N818 - the word the field and the docs use
    """A document that cannot be read: encrypted, truncated, empty, not a document, or over a limit."""
