"""The append-only event log: who did what, when, to which row.

Every operation writes its events in its own transaction; the log is also the outbox that reactions read. An event is a
plain row, so that no writer waits for another; `operations.seal_events` puts what is committed into a hash chain a
moment later. Words: *event* (one fact), *actor* (plain text), *seal* (a stretch of events under one hash).
"""
