"""Text to figures: numbers, what they measure, whose they are; pure, and linear in the text's length."""
