"""What a gate check is compared with: one SELECT by unique code and one INSERT, in the same server and middleware."""
