"""Views of public pages that an account has saved, under names of its own."""
