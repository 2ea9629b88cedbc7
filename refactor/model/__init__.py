"""The nouns: frozen values that the verbs pass to each other.

Comes in: nothing. Goes out: types. Must not: do I/O, import a verb, or need more than the standard library and msgspec.
"""
