"""A new password for the database while the service runs: two valid ones during the change.

PostgreSQL keeps one password a role, so two roles sign in by turns. Both are members of the
application's role and have its rights and no other.
"""
