"""Programs of a machine that only say that they were called."""

from collections.abc import Sequence

from passepartout.agent.commands import Failed


class FakeRun:
    """Keeps every command; answers by the first of `answers` that a command begins with."""

    def __init__(self, **answers: str) -> None:
        self.answers = {name.replace("_", " "): text for name, text in answers.items()}
        self.said: list[str] = []
        self.failing: str = ""

    def __call__(
        self, *command: str, seconds: float = 60, ok: Sequence[int] = (0,)
    ) -> str:
        line = " ".join(command)
        self.said.append(line)
        if self.failing and self.failing in line:
            raise Failed(line)
        for start, text in self.answers.items():
            if line.startswith(start):
                return text
        return ""
