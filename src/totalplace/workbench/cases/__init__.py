"""Cases and portfolios from a first draft to what a second person has approved: written by forms
or as a file, run as a job, read, taken away, handed in.
"""
