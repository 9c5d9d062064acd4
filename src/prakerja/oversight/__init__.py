"""Looking at the whole: figures with the rows behind them, the promises as checks, findings that people decide.

It reads every room above it. Owns: findings, and nothing else.

Words: a *figure* is one number with its method and its parts, a *trail* the events of one row.
A *finding* is something that breaks no promise and that somebody should look at: open → dismissed, or proposed by one
person and upheld by another, with a sanction's notice where that follows; escalated when nobody acts in time, gone when
it is no longer there.
"""
