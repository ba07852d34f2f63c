"""Tests of let flats."""
