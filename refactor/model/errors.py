"""Misuse of the tool, told with a hint. The user's broken code is never one of these: it becomes a finding."""


class RefactorError(Exception):
    """Something the user can put right: bad input, bad configuration, a place that can't be written.

    ``where`` is ``path:line:column`` (any tail may be missing); ``hint`` says what to do next. Shown by the CLI only.
    """

    exit_code = 2

    def __init__(self, message: str, *, where: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.hint = hint


class ConfigError(RefactorError):
    """A setting, a rule file or a plan file that can't be understood."""


class VerifyError(RefactorError):
    """The monolith or the split could not be started or reached."""
