"""Measurements that no test may assert, since they depend on the machine: `make bench`.
`speed` times the library; `timing` and `report` know nothing of what is measured."""
