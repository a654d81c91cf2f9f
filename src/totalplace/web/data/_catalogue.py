"""A publication described for catalogues: schema.org and DCAT, as JSON-LD."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from totalplace.disclosure import Publication
from totalplace.web.data._files import MEDIA_TYPES, file_href, published_files

__all__ = ["catalogue", "embedded"]

_CONTEXT = {
    "@vocab": "https://schema.org/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "spdx": "http://spdx.org/rdf/terms#",
    "url": {"@type": "@id"},
    "contentUrl": {"@type": "@id"},
    "license": {"@type": "@id"},
    "dcat:accessURL": {"@type": "@id"},
    "dcat:downloadURL": {"@type": "@id"},
    "dct:license": {"@type": "@id"},
}


def catalogue(one: Publication, *, site: str) -> dict[str, Any]:
    """A publication as a data set with a distribution for each of its files.

    Args:
        one: the publication.
        site: the address of the site without a last slash; where it is not known "", and then
            addresses begin with a slash.
    """
    manifest = one.manifest
    place = manifest["place"]["name"]
    address = f"{site}/data/?at={one.n}"
    licence = manifest["licence"]["url"]
    return {
        "@context": _CONTEXT,
        "@id": address,
        "@type": ["Dataset", "dcat:Dataset"],
        "name": f"Public money in {place}, publication {one.n}",
        "description": (
            f"All public money in {place} in {', '.join(manifest['years'])}: counted by body,"
            " function, stream and area, with nothing counted twice, with grades, ranges and the"
            " way back to the published lines."
        ),
        "url": address,
        "identifier": manifest["content_hash"],
        "version": str(one.n),
        "datePublished": manifest["published"],
        "dateCreated": manifest["snapshot_created"],
        "inLanguage": "en-GB",
        "isAccessibleForFree": True,
        "license": licence,
        "dct:license": licence,
        "creditText": " ".join(manifest["attributions"]),
        "publisher": _publisher(place),
        "keywords": ["public money", "public expenditure", place],
        "spatialCoverage": [
            {"@type": "Place", "name": area["name"], "identifier": area["code"]}
            for area in manifest["place"]["areas"]
        ],
        "temporalCoverage": _period(manifest["years"]),
        "variableMeasured": ["net", "gross", "eliminated", "low", "high", "coverage"],
        "distribution": [_distribution(one, file, site, licence) for file in published_files(one)],
    }


def embedded(document: Mapping[str, Any]) -> SafeString:
    """JSON for a data block of a page: nothing in it can end the block."""
    text = json.dumps(document, ensure_ascii=False)
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return mark_safe(text)  # noqa: S308 - every sign that HTML would read is written as a code


def _publisher(place: str) -> dict[str, str]:
    return {"@type": "Organization", "name": settings.TOTALPLACE_ORGANISATION or place}


def _period(years: list[str]) -> str:
    """Financial years as days: from the first of April to the last of March."""
    first, last = min(years), max(years)
    return f"{first[:4]}-04-01/{int(last[:4]) + 1}-03-31"


def _distribution(one: Publication, file: Any, site: str, licence: str) -> dict[str, Any]:
    address = f"{site}{file_href(one, file.path)}"
    kind = MEDIA_TYPES.get(file.suffix, "application/octet-stream")
    return {
        "@type": ["DataDownload", "dcat:Distribution"],
        "@id": address,
        "name": file.title,
        "encodingFormat": kind,
        "dcat:mediaType": kind,
        "contentUrl": address,
        "dcat:accessURL": address,
        "dcat:downloadURL": address,
        "contentSize": f"{file.bytes} B",
        "dcat:byteSize": file.bytes,
        "sha256": file.sha256,
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": "spdx:checksumAlgorithm_sha256",
            "spdx:checksumValue": file.sha256,
        },
        "license": licence,
    }
