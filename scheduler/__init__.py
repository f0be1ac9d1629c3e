"""What happens when, and what goes out: crawls, the daemon, digests and alerts; knows nothing of the desk."""
