"""The outside world: what runs beside the product or beyond it."""
