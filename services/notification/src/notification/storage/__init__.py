"""The rows of notification."""
