"""Rules on Python policies, by their syntax tree: nothing of them is run."""

from jurat.lint.python.judgement import python_faults
from jurat.lint.python.lookups import looked_up
from jurat.lint.python.module import PythonModule, read_python

__all__ = ["PythonModule", "looked_up", "python_faults", "read_python"]
