"""Clears a list of plain lines by OR-tools' SimpleMinCostFlow: usage compare.py FILE. Prints cleared= and cpu_s= of the solver's call."""
import sys
import time

import numpy
from ortools.graph.python import min_cost_flow

debts = numpy.loadtxt(sys.argv[1], dtype=numpy.int64, comments="#")
solver = min_cost_flow.SimpleMinCostFlow()
arcs = solver.add_arcs_with_capacity_and_unit_cost(
    debts[:, 0].astype(numpy.int32), debts[:, 1].astype(numpy.int32), debts[:, 2], numpy.full(len(debts), -1, numpy.int64)
)
nodes = numpy.arange(debts[:, :2].max() + 1, dtype=numpy.int32)
solver.set_nodes_supplies(nodes, numpy.zeros(len(nodes), numpy.int64))
began = time.process_time()
status = solver.solve()
used = time.process_time() - began
if status != solver.OPTIMAL:
    sys.exit(f"not solved: {status}")
print(f"cleared={int(solver.flows(arcs).sum())} cpu_s={used:.3f}")
