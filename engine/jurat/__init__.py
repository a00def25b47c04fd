"""Policy-as-code compliance: infrastructure in, evidenced control status out."""

__version__ = "0.1.0"
