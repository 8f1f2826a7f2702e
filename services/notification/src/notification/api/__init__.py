"""RPCs of notification."""
