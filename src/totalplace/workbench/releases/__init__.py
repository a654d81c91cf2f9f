"""Publishing with two persons: one proposes a frozen state, another looks at what changes and
publishes it; what turns out to be wrong is withdrawn, or corrected by a later one.
"""
