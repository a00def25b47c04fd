"""All rules on the code of one Python policy."""

from jurat.lint.fault import Faults
from jurat.lint.python.module import PythonModule
from jurat.lint.python.purity import purity_faults
from jurat.lint.python.results import result_faults


def python_faults(module: PythonModule) -> Faults:
    """Yield what is wrong with the code of a policy."""
    yield from purity_faults(module)
    yield from result_faults(module)
