"""What a reading pays, in named steps: its own clause is free, what is borrowed from further away is dearer.

Steps, not weights: their order carries the result. `make ablate` says what each is worth on the blind sets.
"""

# A subject that stands elsewhere: in the segment, sentence, lead, heading, sentence before; each other between.
SEGMENT, SENTENCE, LEAD, HEADING, BEFORE, OTHER = 0.15, 0.3, 0.4, 0.4, 0.6, 0.25
# Against it: words that are no term, an item's own name between, a longer name, a term that may mean the one before.
FREE, LABELLED, GLUED, WEAK, FLOW = 0.5, 0.6, 0.6, 0.6, 0.1
PART_AS_WHOLE, TWICE = 0.8, 0.5
# The department's total for a bare stage word; behind another subject, with free words, without a stage.
BARE_TOTAL, TOTAL_AFTER, TOTAL_FREE, UNTOLD = 0.25, 0.3, 0.4, 0.6
# A name as a project: in a list, known from one, an item's with the ending of a name, anywhere.
LISTED, KNOWN, NAMED_ITEM, NAMED = 0.15, 0.2, 0.45, 0.9
# A stage: 预算 and its like, of the whole, of the sentence, of the lead, of the heading, none said; the other budget.
PLANNED, OF_WHOLE, CARRIED, LED, HEADED, DEFAULT, RIVAL = 0.08, 0.15, 0.2, 0.3, 0.4, 0.45, 0.45
BARE_STAGE = 0.05
# Not ours: without a ground, of no class, words of a story, an owner's word, one further away, a change or limit.
NOT_OURS, NO_CLASS, STORY, OWNED, OWNED_SOFT, CERTAIN = 1.2, 0.1, 0.4, 0.1, 0.6, 0.0
# What an owner's word, one inside a name, and a change cost a reading as ours.
AGAINST_OWNER, AGAINST_OWNER_OWN, AGAINST_CERTAIN = 0.8, 0.3, 2.0
