"""Evidence mapping: which records speak to which criteria. It judges nothing."""
