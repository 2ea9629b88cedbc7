"""Words that name a role in the code, not a domain; a service is never called by one.

Comes in: nothing. Goes out: singular words. Must not: hold a word that a business would use for a part of itself.
"""

_WORDS = """
abstract access adapter api app application async backend base blueprint bp build
cli client command common component conf
config configuration const constant context contrib controller core crud custom dao database decorator def default
domain dto entity entry enum error event exception ext extension factory feature filter form function general generic
get handler health helper hook http impl implementation index infra infrastructure init integration interface internal
job layer lib library list logic main manager mapper middleware migration mixin misc mod model module new object
operation orm package page panel persistence post private process program project provider public query
registry repo repository resource rest route router rpc runner schema script selector serializer server service
setting setup shared signal site source src state static storage strategy subscriber support system tab table tag task
template templatetag test tool type url usecase util utility validation validator version view viewset web worker
wsgi
"""
ROLES = frozenset(_WORDS.split())
