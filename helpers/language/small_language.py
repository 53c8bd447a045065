"""The small language that the models of Parts III to V learn: one page of grammar, of known entropy.

It has agreement across other words, order that decides who hides, rare and frequent words, topics, facts
about eight people, and an association of known strength. It leaves out real prose; that is in `prose`.
"""

from functools import cache

from .grammar import grammar

GRAMMAR = """
text: 9 plain.T.N | 5 chase.T | 4 fact | 3 saying
plain.T.N: 4 subject.T.N act.T.N . | 1 subject.T.N act.T.N adverb .
subject.T.N: 4 the noun.T.N | 2 the adjective noun.T.N | 3 the noun.T.N place.T
place.T: 5 near the site.T.N | 1 near the site.T.N place.T
chase.T: 1 the noun.T.N.A chase.N the noun.T.M.B , so the noun.T.M.B hide.M .
 | 1 the noun.T.N.A fear.N the noun.T.M.B , so the noun.T.N.A hide.N .
fact: 2 name.P lives in home.P . | 2 name.P likes food.P . | 1 name.P from home.P likes food.P .
saying: 1 said.her | 1 said.his | 1 said.any
said.her: {strong} the job.her says that she wish . | {weak} the job.her says that he wish .
said.his: {weak} the job.his says that she wish . | {strong} the job.his says that he wish .
said.any: 1 the job.any says that she wish . | 1 the job.any says that he wish .
wish = agrees waits pays helps

noun.farm.one = dog cow horse goat hen
noun.farm.many = dogs cows horses goats hens
noun.sea.one = sailor seal gull whale crab
noun.sea.many = sailors seals gulls whales crabs
noun.town.one = cat driver baker clerk tourist
noun.town.many = cats drivers bakers clerks tourists
noun.stage.one = singer clown dancer drummer actor
noun.stage.many = singers clowns dancers drummers actors
act.farm.one = runs eats grazes rests
act.farm.many = run eat graze rest
act.sea.one = swims dives drifts sinks
act.sea.many = swim dive drift sink
act.town.one = shops walks works hurries
act.town.many = shop walk work hurry
act.stage.one = sings bows dances plays
act.stage.many = sing bow dance play
site.farm.one = barn gate field
site.farm.many = barns gates fields
site.sea.one = harbour island reef
site.sea.many = harbours islands reefs
site.town.one = market bridge station
site.town.many = markets bridges stations
site.stage.one = piano curtain theatre
site.stage.many = pianos curtains theatres
chase.one = chases calls
chase.many = chase call
fear.one = fears avoids
fear.many = fear avoid
hide.one = hides stops
hide.many = hide stop
adjective = old small quiet happy
adverb = often slowly today alone

name = Ada Ben Carla Dev Eva Finn Gita Hugo
home = Paris Oslo Cairo Lima Delhi Quito Rome Tokyo
food = bread rice soup plums cheese figs nuts cake
job.her = nurse librarian
job.his = pilot plumber
job.any = doctor writer
"""
# T topic, N and M number, A and B a noun of the topic, P a person
VALUES = {"T": ["farm", "sea", "town", "stage"], "A": range(5), "B": range(5), "P": range(8)}
VALUES |= dict.fromkeys("NM", ["one", "many"])
ODDS = {"N": [2, 1], "M": [2, 1]} | {name: [1 / (k + 1) for k in VALUES[name]] for name in "ABP"}


@cache
def small_language(association=0.9):
    """Return the Grammar of the small language; each sentence ends with a full stop, a word of its own.

    association: how often "the nurse says that" goes on with "she", and "the pilot says that" with "he";
    0.5 is no association. What is no share from 0 to 1 raises a ValueError.

    >>> language = small_language()
    >>> language.decode(language.encode("the dog runs ."))
    'the dog runs .'
    """
    if not 0 <= association <= 1:
        raise ValueError(f"An association is a share from 0 to 1, and {association} is none.")
    return grammar(GRAMMAR.format(strong=association, weak=1 - association), VALUES, ODDS, "text")
