"""From a split to something that runs: pipelines, smoke requests, the order of the steps, what was decided and why.

Comes in: everything a split is made of. Goes out: files below the split's folder. Must not: say how a resource is made;
that is the templates' business.
"""
