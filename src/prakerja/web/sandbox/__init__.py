"""Pages that exist in a sandbox only: its messages, and new worlds to try the partner API in."""
