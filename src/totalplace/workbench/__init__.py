"""The workbench: people of several bodies load files, settle what the software cannot, publish.

It is served beside the public pages by a process of its own, since it opens all of a place while
they open the public zone alone. One Django app for each of its areas; what may be done is decided
by :func:`totalplace.access.decide` alone.
"""
