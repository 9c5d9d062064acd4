"""Looking at the whole: figures with the rows behind them, the promises as checks, findings.

It reads every room above it and writes to none. Words: a *figure* is one number with its method and its parts, a
*trail* the events of one row.
"""
