"""Floor 3: fictional places written as published files, with the truth kept beside them."""

from totalplace.synth._dirt import DEFAULT_DIRT
from totalplace.synth._generate import LICENCE, SynthFile, SynthPlace, generate
from totalplace.synth._world import PLACE_AREA

__all__ = ["DEFAULT_DIRT", "LICENCE", "PLACE_AREA", "SynthFile", "SynthPlace", "generate"]
