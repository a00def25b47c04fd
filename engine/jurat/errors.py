"""Errors a user can mend; each message starts with the file it is about.

JuratError
├── UsageError    the command line or configuration asks for something that does not exist
├── InputError    a plan, template or document cannot be read
├── PackError     a policy, mapping or shape of the pack is not valid
└── PolicyError   a policy broke while it judged one resource
"""


class JuratError(Exception):
    """Anything that stops jurat with a one-line message instead of a result."""


class UsageError(JuratError):
    """The command line names something that does not exist or cannot be combined."""


class InputError(JuratError):
    """An input cannot be read: not found, malformed, unsupported or hostile."""


class PackError(JuratError):
    """A pack's policy, mapping or table is not valid."""


class PolicyError(JuratError):
    """A policy broke on a document; the verdict for that document is ``error``."""
