"""Tests of the registration of arrivals."""
