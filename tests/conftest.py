"""Tests of the product as a whole; fixtures come from the plugin of libs/devstack."""
