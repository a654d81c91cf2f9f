"""Mistakes that anybody reports in what is public, and what is answered."""
