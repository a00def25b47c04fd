"""Judge resources by policies: read sets, completions, joins, workers."""

from jurat.judge.run import Settings, judge
from jurat.judge.whole import judge_whole
from jurat.judge.worker import Limits

__all__ = ["Limits", "Settings", "judge", "judge_whole"]
