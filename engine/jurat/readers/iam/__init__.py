"""readers/iam"""
