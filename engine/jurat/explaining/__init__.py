"""Why a verdict or a status is what it is: values, relatives, traces, doubts, chains."""

from jurat.explaining.explain import Question, explain
from jurat.explaining.explanation import Explanation
from jurat.explaining.rendering import FORMATS, render

__all__ = ["FORMATS", "Explanation", "Question", "explain", "render"]
