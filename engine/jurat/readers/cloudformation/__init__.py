"""readers/cloudformation"""
