"""Many machines: the daemon says what is to be done, workers do it; nothing here is loaded on one machine."""
