"""How a private PostgreSQL is set up."""

import os


def server_settings(*, durable: bool) -> str:
    """The text of a configuration file: for the machine's memory, durable or, for tests, without any fsync."""
    memory_mb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 1024 // 1024
    shared_mb = max(64, min(2048, memory_mb // 8))
    lines = {
        "shared_buffers": f"{shared_mb}MB",
        "effective_cache_size": f"{max(256, memory_mb // 2)}MB",
        "work_mem": "32MB",
        "maintenance_work_mem": f"{max(64, min(256, memory_mb // 16))}MB",
        "max_connections": "200",
        # As many locks of a transaction pass without the shared table of locks: a purchase takes about 70.
        "max_locks_per_transaction": "256",
        "max_wal_size": "4GB",
        "min_wal_size": "512MB",
        # Bulk work fills 16 MB faster than one flush takes; then every connection waits for the log (bench/cards.py).
        "wal_buffers": f"{max(4, min(64, shared_mb // 32))}MB",
        # Full pages go to the log as they are: compressing them by pglz, the only way that the wheel knows, costs a
        # sixth of the server's time in bulk work and saves a tenth of the log (bench/cards.py).
        "wal_compression": "off",
        "checkpoint_timeout": "15min",
        "checkpoint_completion_target": "0.9",
        "random_page_cost": "1.1",
        # A young nation grows from nothing to millions of rows in minutes: plans must hear of it. Every 3 s, statistics
        # of growing tables cost a sixth of the time in which two million cards are issued.
        "autovacuum_naptime": "15s",
        "jit": "off",
        "max_parallel_workers_per_gather": "1",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_min_messages": "warning",
        # A row that is refused and a statement that fails hold what people trusted us with; a log names neither.
        "log_error_verbosity": "terse",
        "log_min_error_statement": "panic",
        "unix_socket_permissions": "0700",
        "listen_addresses": "",
    }
    if durable:
        lines["fsync"] = lines["synchronous_commit"] = "on"
    else:
        lines |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": "128MB"}
    return "".join(f"{name} = '{value}'\n" for name, value in lines.items())
