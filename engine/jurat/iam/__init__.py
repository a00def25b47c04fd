"""Permission reasoning on plain policy documents, by what they mean and not by how they look."""

from jurat.iam.account import Account
from jurat.iam.breadth import (
    administers,
    grants_all_actions,
    is_wide,
    on_all_resources,
    on_everything,
    service_wide,
)
from jurat.iam.conditions import Clause
from jurat.iam.document import Statement, statements
from jurat.iam.environments import Crossing, Vocabulary, crossings, environment
from jurat.iam.escalation import Escalation, escalations, is_administrator, may_assume
from jurat.iam.grants import allows, covers_actions, covers_resources, selects_action, subsumes
from jurat.iam.identities import Identity
from jurat.iam.outsiders import public, public_statements, restricts_access
from jurat.iam.perimeter import (
    denies_insecure_transport,
    insecure_transport_denied,
    required_endpoints,
)
from jurat.iam.principals import Kind, Principal, Principals
from jurat.iam.trust import trusting, unguarded

__all__ = [
    "Account",
    "Clause",
    "Crossing",
    "Escalation",
    "Identity",
    "Kind",
    "Principal",
    "Principals",
    "Statement",
    "Vocabulary",
    "administers",
    "allows",
    "covers_actions",
    "covers_resources",
    "crossings",
    "denies_insecure_transport",
    "environment",
    "escalations",
    "grants_all_actions",
    "insecure_transport_denied",
    "is_administrator",
    "is_wide",
    "may_assume",
    "on_all_resources",
    "on_everything",
    "public",
    "public_statements",
    "required_endpoints",
    "restricts_access",
    "selects_action",
    "service_wide",
    "statements",
    "subsumes",
    "trusting",
    "unguarded",
]
