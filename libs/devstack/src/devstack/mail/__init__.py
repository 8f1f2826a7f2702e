"""The mail catcher: takes every mail, sends none on, and shows them on a page and as JSON."""
