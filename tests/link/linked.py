"""Programs from sources, for tests of single stages."""

from refactor.adapters.rulepacks import load_frameworks, rules_folder
from refactor.link.flow.knowledge import Knowledge
from refactor.link.flow.machine import Machine
from refactor.link.flow.modules import Index
from refactor.link.frameworks import libraries
from refactor.link.linking import build
from refactor.model.facts import ModuleFacts
from refactor.model.program import Program
from refactor.model.sources import SourceFile
from refactor.read import read

FRAMEWORKS = load_frameworks(rules_folder() / "frameworks")


def facts_of(files: dict[str, str]) -> list[ModuleFacts]:
    """The facts of sources by path."""
    found = [read(SourceFile(path, source.encode())) for path, source in files.items()]
    return [one for one in found if isinstance(one, ModuleFacts)]


def program_of(files: dict[str, str]) -> Program:
    """The linked program."""
    return build("test", facts_of(files), FRAMEWORKS, ())


def machine_of(files: dict[str, str]) -> Machine:
    """The value flow, run to its end."""
    machine = Machine(Index(facts_of(files)), Knowledge(FRAMEWORKS), libraries(Knowledge(FRAMEWORKS)))
    machine.run()
    return machine
