"""Policy-as-code compliance: infrastructure in, evidenced control status out."""
