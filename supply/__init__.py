"""What the product is made of: its lock files, and what is checked of the parts in them.

For development and releases; no part of the product, and not in its image.
"""
