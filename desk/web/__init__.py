"""The review desk: pages, the API for programs and the outgoing feeds."""
