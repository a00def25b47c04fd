"""Privilege escalation: the ways by which an identity can raise its own rights."""

from jurat.iam.escalation.assume import may_assume
from jurat.iam.escalation.direct import Escalation
from jurat.iam.escalation.search import escalations, is_administrator

__all__ = ["Escalation", "escalations", "is_administrator", "may_assume"]
