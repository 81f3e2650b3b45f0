"""Everything callqa raises on purpose: one sentence what, one sentence what to do."""


class CallQAError(Exception):
    """Base of the errors a user can act on.

    Attributes:
        code: Stable machine-readable name, e.g. ``recording.empty``; never reused for another meaning.
        message: One sentence: what is wrong.
        hint: One sentence: what to do next; may be empty.
    """

    def __init__(self, message: str, *, code: str = "error", hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle with code and hint, so that a worker's error reaches the driver whole."""
        return (_rebuild, (type(self), self.message, self.code, self.hint))


def _rebuild(kind: type[CallQAError], message: str, code: str, hint: str) -> CallQAError:
    return kind(message, code=code, hint=hint)


class PolicyError(CallQAError):
    """A policy that cannot be used; carries every fault found, each with file, line and key path."""


class IntakeError(CallQAError):
    """A manifest or folder that cannot be read at all (single bad rows are reported, not raised)."""


class RecordingError(CallQAError):
    """An audio file that cannot be decoded or holds nothing to listen to."""


class RecogniserError(CallQAError):
    """A speech recogniser that is missing, damaged or failed."""


class ModelError(CallQAError):
    """A trained model that is missing, damaged, untrusted or from another version."""


class StoreError(CallQAError):
    """The database or a file store refused: locked, full, wrong schema version."""


class ReviewError(CallQAError):
    """A review step that the ledger does not allow."""
