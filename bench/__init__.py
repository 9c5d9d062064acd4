"""The benchmarks, each one command: `./run bench NAME`. Each works on a server of its own and removes it."""
