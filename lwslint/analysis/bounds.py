"""Every bound of the analysis. All are counts: the same input gives the same result on any machine."""

STATES_PER_POINT = 128
"""States kept apart at one point of one function instance; half as many once a quarter of the nodes has been
explored, a quarter as many once half of them has. Beyond that states are merged by property state.

From half of that on counters are widened, from three quarters on also the scalar that differs most, from
all of it on every scalar. Where that still leaves half as many again, pointers go too, and the state accuses
no more.
"""

NODES_PER_CLUSTER = 15_000
NODES_PER_BLOCK = 8
"""Explored nodes for one cluster: so many, and so many more for each block of its slice. Beyond that the
exploration of the cluster ends, and that is said."""

NODES_PER_PROGRAM = 150_000
"""Explored nodes for all clusters of one subject (contexts, connections). What is left unexplored is said."""

CELLS_PER_NODE = 50
"""So many objects in the states that are kept of creates count as one explored node."""

STATEMENTS_PER_NODE = 50
"""So many statements that are looked at to slice a program for one cluster count as one explored node."""

OBJECTS_PER_FOOTPRINT = 500
"""Objects that a call may touch, by name; one that may touch more is taken to touch everything."""

WRITERS_PER_FIELD = 4
"""Writing statements remembered for one field of one object."""

FUNCTIONS_PER_POINTER = 64
"""Targets of one indirect call."""

ARMED_PER_STATE = 8
"""Pieces of work that wait to be run later, in one state."""

STEPS_PER_WITNESS = 15
"""Steps shown of one path."""

PATH_DEPTH = 6
"""Fields, indexes and dereferences in the name of a memory cell."""

COUNTER = 3
"""Counters are followed up to this value, beyond which they are only known to be higher, and down to -1,
below which they are only known to be negative: nothing is tried a negative number of times."""

CALL_DEPTH = 12
"""Calls followed upwards by questions that walk the call graph."""

SCALARS_PER_CLUSTER = 16
"""Scalars that one cluster follows, the nearest to its events first; of others every value is possible."""

LOOPS_IN_LOOPS = 200
"""Loops in each other that are told apart; what loops further inside belongs to the innermost of these."""

POSSIBLE_VALUES = 16
"""Values remembered of an expression by questions that look at no order of statements."""

KEPT_PER_STATE = 32
"""Pointers that the library keeps, in one state."""

STEPS_PER_TIMELINE = 60_000
"""Statements carried out in the walk through one thread; beyond that nothing is said of that thread."""

VALUE_STEPS = 4_000
"""Steps taken to tell what one value may be; beyond that it is unknown."""

VALUE_DEPTH = 48
"""Definitions, one made from the other, that are followed back from one value."""

ORIGINS_PER_VALUE = 32
"""Things that one value may be; of more than these, the first are kept."""
