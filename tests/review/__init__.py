"""Tests of slides, decks and pictures."""
