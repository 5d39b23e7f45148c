"""How examples become batches, and who makes them."""
from . import collate, fetch, worker
