"""readers/terraform"""
