"""What is wrong with a policy: every fault with file, line and key path."""

from pydantic import Field

from callqa.domain import Noun, PolicyError


class Fault(Noun):
    """One thing to mend."""

    file: str
    """File as the user named it."""
    line: int = Field(ge=1)
    """Line in the file, from 1."""
    path: str
    """Key path, e.g. ``sections[0].items[2].points``; empty where it concerns the whole file."""
    message: str
    """Chinese sentence: what is wrong, with the nearest valid name where there is one."""

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}"
        return f"{where} {self.path} {self.message}" if self.path else f"{where} {self.message}"


class PolicyFaults(PolicyError):
    """All faults found in a policy folder.

    Attributes:
        faults: In file and line order, at least one.
    """

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        lines = "\n".join(f"  {fault}" for fault in faults)
        super().__init__(
            f"质检方案有 {len(faults)} 处错误：\n{lines}",
            code="policy.faults",
            hint="请按上面的文件和行号逐处改好，再运行 callqa policy check。",
        )
        self.faults = faults

    def __str__(self) -> str:
        return f"{self.message}\n{self.hint}"

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle with the faults."""
        return (PolicyFaults, (self.faults,))
