"""The hands: the only modules that touch disk, processes, sockets, clock and environment.

Comes in: paths, settings, values of the model. Goes out: values of the model. Must not: decide anything about a program,
or import a verb.
"""
