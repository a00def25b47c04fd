"""Beginnings of policies: the file, its fixtures and the tables for its links."""

from jurat.scaffold.files import Draft, write
from jurat.scaffold.form import Form
from jurat.scaffold.new_policy import VERDICTS, NewPolicy, Order, Source, new_policy

__all__ = ["VERDICTS", "Draft", "Form", "NewPolicy", "Order", "Source", "new_policy", "write"]
