"""What programs ask for: Meta's webhooks and callbacks, operators' health checks."""
