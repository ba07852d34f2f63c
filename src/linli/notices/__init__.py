"""Floor 2: notices. An outbox in the same transaction as the change, a worker that sends it, an acknowledgement by name."""
