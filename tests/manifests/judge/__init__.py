"""What is looked for in rendered objects. A check takes them and gives back its findings."""
