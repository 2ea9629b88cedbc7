"""Words that name a role in the code, not a domain; a service is never called by one.

Comes in: nothing. Goes out: singular words. Must not: hold a word that a business would use for a part of itself, but
for ``DOUBTFUL`` and ``WEAK``, which say so.
"""

_ROLES = """
access adapter api apis app apps asgi async backend base based blueprint bootstrap bp build builtin class classes cli
command common compat component conf config configuration const constant context contrib controller core create crud
custom dao data database db debug decorator def default delete detail dev domain dto entity entrypoint enum env
error example exception ext extra factory filter fixture func function general generator generic global handler
handling health helper hook http https impl implementation info infra infrastructure init inner instance interface
internal job kernel layer lib library loader local logger logging logic loop main manage manager mapper metaclass
method middleware migration mixin mock mod model module monkey namespace obj object old operation orm param parser
patch persistence post prefetch private proc process program proto public py pydantic query queryset receiver renderer
repo resolver rest route router routing rpc runtime schema schemas script seed selector serialiser serializer service
setup shared signal singleton source spec src stage state store strategy stub suite tab tasks template templatetag
templatetags test testing tests tool toolkit type types typing ui unit update url urlconf urls usecase user-agent util
utilities utility utils validation validator var vendor vendored version view views viewset web webapp widget wrapper
wsgi

ajax celery channels-layer css csv django drf fastapi flask graphene graphql html javascript jinja jinja2 json legacy
mongo mysql ninja postgres redis sqlalchemy sqlite starlette swagger v1 v2 xml yaml

bar baz conftest demo deploy deployment development docker dummy foo production staging temp testapp testdata
testproject tmp todo unittest wip
"""
ROLES = frozenset(_ROLES.split())

GLUED = tuple(
    "endpoint endpoints manager managers handler handlers service services controller controllers serializer serializers "
    "repository repositories viewset viewsets mixin mixins factory factories provider providers middleware models "
    "schema schemas settings".split()
)
"""Roles that are written onto the end of a word: ``postingendpoint``."""

DOUBTFUL = frozenset(
    """
abstract agent application client command edit extension feature file filter form index integration job layout package
page panel plugin post process processor program proxy registry repository request resource response role route rule
runner schedule scheduler script server session shell site source stage state static storage store subscriber support
system tab table tag task template test thread token tool type unit variable version widget worker
""".split()
)
"""Roles in one program, the business in another: they count where a table or a whole package is called so."""

WEAK = frozenset(
    """
action active activity add admin administration all anonymize any archive asset association attribute auth background
bulk button category change child choice code color column condition content copy count current dashboard data date
datum day delete description detail display document download draft edit email end entry external extra field file
first flag get goto group header history home host icon id image import input item key kind label language last layer
level limit line link list location log login logout mail management many map mark max media member menu message meta
min minute mode month more move my name navigation new node note number one online option output own owner page pair
parameter parent part password path people permission person picture position profile property range read record
reference region related relation remove result role root row rule run save section self send sender set setting short
show simple size slug software sort standard start stat statistic status step stop string style sub subject table tag
task term text theme time timestamp title token total track tree two update upload url use user value web website week
welcome word write year
""".split()
)
"""Words that hardly tell one service from another; a better word, or a second one beside it, goes before them."""

VERBS = frozenset(
    """
accept activate add allow append apply approve archive assert assign attach begin bind build bulk calculate call can
cancel change check clean cleanup clear clone close collect compare compute confirm connect convert copy count create
deactivate decode decrypt delete deserialize destroy detach detect disable discard disconnect dispatch display do does
download drop dump edit emit enable encode encrypt end enqueue ensure escape evaluate exclude execute exists expand
export extract fetch fill filter find finish fix flush force format gather generate get give grant group guess handle
has have hide import include increment initialize insert install invalidate invoke is iterate join keep list load lock
log lookup make map mark match merge migrate modify move must normalize notify open order overwrite pack parse perform
persist pick pop populate post predict preload prepare prevent print process provide publish pull purge push put query
raise read rebuild receive record recreate redirect reduce refresh register reject reload remove rename render reorder
replace request require reset resize resolve restart restore resume retrieve retry return revert revoke run save scan
schedule search select send serialize set setup should show sort split start stop store strip submit switch sync take
test toggle track transform translate trigger truncate unlock unpack unregister unset update upgrade upload use
validate verify visit wait walk warn was will wrap write
""".split()
)
"""What functions begin with: what is done says nothing of what it is done to."""

NOUNS = frozenset(
    """
approve archive call change check copy count discount display download dump edit end export filter grant group import
index label load lock log map mark match order post print process range record release report request return run
sample save scan schedule search set show sort split start stop store switch sync test track transform trigger update
upload use visit walk
""".split()
)
"""Verbs that are as often a thing: an order, a search, a schedule."""
