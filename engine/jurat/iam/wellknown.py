"""AWS's own managed policies that decide about administration, by what they mean."""

from collections.abc import Mapping
from typing import Any, Final

WELL_KNOWN: Final[Mapping[str, Any]] = {
    "AdministratorAccess": {
        "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
    },
    "IAMFullAccess": {
        "Statement": [{"Effect": "Allow", "Action": "iam:*", "Resource": "*"}],
    },
    "PowerUserAccess": {
        "Statement": [
            {
                "Effect": "Allow",
                "NotAction": ["account:*", "iam:*", "organizations:*"],
                "Resource": "*",
            },
            {
                "Effect": "Allow",
                "Action": [
                    "iam:CreateServiceLinkedRole",
                    "iam:DeleteServiceLinkedRole",
                    "iam:ListRoles",
                ],
                "Resource": "*",
            },
        ],
    },
}
"""Documents by name; actions that raise nobody's rights are left out."""
