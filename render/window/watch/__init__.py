"""The watch window: foragers at work, and one that the person drives."""
