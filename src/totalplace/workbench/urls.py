"""The addresses of the workbench, all made from its map of routes."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from totalplace.web.urls import colour
from totalplace.workbench import _views  # noqa: F401 - hangs every route on the map
from totalplace.workbench._problems import not_found
from totalplace.workbench._route import urls

urlpatterns: list[URLPattern | URLResolver] = [path("colour.css", colour, name="colour"), *urls()]
handler404 = not_found
