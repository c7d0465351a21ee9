"""Durable sequences, the only room that imports dbos: each body is an order of steps, each step is safe to repeat."""
