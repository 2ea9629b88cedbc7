"""Start a command and end it: the exit code, and the only place where an error is shown.

0 done; 1 a gate failed or the systems diverge; 2 usage, configuration or input that can't be read; 3 a bug of ours;
130 interrupted. A closed pipe ends quietly.
"""

import sys
import traceback
from collections.abc import Sequence

import typer

from refactor.cli import terminal
from refactor.model.errors import RefactorError

ISSUES = "report it with the command that you ran"
_USAGE: type[Exception] = next(kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException")


def run(arguments: Sequence[str]) -> int:
    """Run one command line; gives the exit code."""
    from refactor.cli.app import app

    terminal.prepare()
    try:
        code = app(list(arguments), prog_name="refactor", standalone_mode=False)
    except RefactorError as error:
        _show(error.message, error.where, error.hint)
        return error.exit_code
    except terminal.ClosedPipeError:
        return 0
    except (KeyboardInterrupt, typer.Abort):
        return 130
    except _USAGE as error:
        _show(*_usage(error))
        return 2
    except Exception as error:  # the last resort: whatever is left is a bug of ours
        frame = traceback.extract_tb(error.__traceback__)[-1]
        if "--verbose" in arguments or "-v" in arguments:
            traceback.print_exc()
        _show(f"a bug in refactor: {type(error).__name__}: {error}", f"{frame.filename}:{frame.lineno}", ISSUES)
        return 3
    return code if isinstance(code, int) else 0


def _usage(error: BaseException) -> tuple[str, str, str]:
    """What a wrong command line should have been."""
    message = str(getattr(error, "format_message", lambda: error)()).rstrip(".")
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "refactor"
    return message[:1].lower() + message[1:], "", f"{command} --help"


def _show(message: str, where: str, hint: str) -> None:
    lines = [f"error: {message}"]
    if where:
        lines.append(f"  --> {where}")
    if hint:
        lines += [f"help: {line}" if number == 0 else f"      {line}" for number, line in enumerate(hint.splitlines())]
    print("\n".join(lines), file=sys.stderr)
