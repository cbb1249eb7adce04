"""One transaction under one role, with the scope of the person it serves."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import asyncpg

from grc.errors import Raced, Unavailable

if TYPE_CHECKING:
    from grc.files import Store

# The database cannot be reached, is starting, stopping or full: the same transaction may succeed later.
AWAY = (
    ConnectionError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.InsufficientResourcesError,
    asyncpg.PostgresSystemError,
)
RACED = (asyncpg.UniqueViolationError, asyncpg.SerializationError, asyncpg.DeadlockDetectedError)
ACQUIRE_SECONDS = 10.0
ROLLBACK_SECONDS = 10.0

Role = Literal["grc_web", "grc_citizen", "grc_member", "grc_intake", "grc_gate", "grc_operator", "grc_registrar", "grc_worker"]


@dataclass(frozen=True, slots=True)
class Site:
    """What actions must know of the installation: where links lead, how many automatic mails an address may get in a day, whether files
    are held back until an antivirus has looked at them, and the key that signs the codes on our letters."""

    public_url: str = ""
    daily_cap: int = 40
    scans: bool = False
    paper_key: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Scope:
    """Under which role a transaction runs, and how far it may reach. Row-level security reads it in the database."""

    role: Role
    collectivities: tuple[int, ...] = ()
    services: tuple[int, ...] = ()
    ticket: int | None = None
    lock: int | None = None  # a number on which transactions that must not overlap wait for one another
    repeatable: bool = False  # a crash of the server may undo it within half a second, since what it does will be done again (decision 4)

    def sql(self) -> str:
        """The statements that open such a transaction, sent as one round trip. Only numbers and a closed set of names are spliced in."""
        text = f"begin; set local role {self.role}"
        if self.collectivities:
            text += f"; set local grc.cols = '{{{','.join(str(int(c)) for c in self.collectivities)}}}'"
        if self.services:
            text += f"; set local grc.services = '{{{','.join(str(int(s)) for s in self.services)}}}'"
        if self.ticket is not None:
            text += f"; set local grc.ticket = '{int(self.ticket)}'"
        if self.repeatable:
            # What arrives is looked up by keys alone: a plan made while tables are small must not read them whole once they are large.
            text += "; set local synchronous_commit = off; set local enable_seqscan = off; set local enable_hashjoin = off"
            text += "; set local enable_mergejoin = off"
        if self.lock is not None:
            text += f"; select pg_advisory_xact_lock({int(self.lock)})"
        return text


WORKER = Scope("grc_worker")
INTAKE = Scope("grc_intake")
GATE = Scope("grc_gate")
OPERATOR = Scope("grc_operator")


class Transaction:
    """An open transaction: the connection for queries, and what must happen once it is committed."""

    __slots__ = ("conn", "known", "site", "store", "wakes")

    def __init__(self, conn: Any, store: Store, site: Site, known: dict[Any, Any]) -> None:
        self.conn = conn
        self.known = known
        self.store = store
        self.site = site
        self.wakes: list[tuple[str, str]] = []

    def wake(self, channel: str, payload: str = "") -> None:
        """Says, after the commit and never before, that there is news on a channel (`received`, `outgoing`, `ticket`)."""
        self.wakes.append((channel, payload))


class Database:
    """The pool of connections and the only way to a transaction."""

    def __init__(self, pool: Any, announce: Callable[[list[tuple[str, str]]], None], store: Store, site: Site = Site()) -> None:
        self.pool = pool
        self.store = store
        self.site = site
        self.known: dict[Any, Any] = {}  # what was read of this database and never changes: versions of types
        self._announce = announce

    @asynccontextmanager
    async def transaction(self, scope: Scope) -> AsyncIterator[Transaction]:
        """Begins under the scope's role, commits at the end, rolls back on any exception; then wakes who waits.

        Raises Unavailable where the database is away, Raced where another transaction was faster: the caller may do all again.
        """
        try:
            conn = await self._connection()
            try:
                await conn.execute(scope.sql())
                transaction = Transaction(conn, self.store, self.site, self.known)
                yield transaction
                await conn.execute("commit")
            except BaseException as error:
                # a misuse of the driver is a bug, and seen as one; on a connection that is lost it only says that it is lost
                if not await _rolled_back(conn) and isinstance(error, asyncpg.InterfaceError | asyncpg.InternalClientError):
                    raise Unavailable("the connection to the database was lost") from error
                raise
            finally:
                await self.pool.release(conn)
        except AWAY as error:
            raise Unavailable(f"the database is away: {error or type(error).__name__}") from error
        except RACED as error:
            raise Raced(str(error)) from error
        if transaction.wakes:
            self._announce(transaction.wakes)

    async def _connection(self) -> Any:
        try:
            return await self.pool.acquire(timeout=ACQUIRE_SECONDS)
        except TimeoutError as error:
            raise Unavailable(f"no connection to the database within {ACQUIRE_SECONDS:.0f} s") from error
        except OSError as error:  # no socket while the server is down, no route, no name
            raise Unavailable(f"the database does not answer: {error}") from error


async def _rolled_back(conn: Any) -> bool:
    """Whether the connection could be told to forget the transaction; one that could not is lost, and not used again."""
    try:
        await conn.execute("rollback", timeout=ROLLBACK_SECONDS)
        return True
    except (asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, TimeoutError, *AWAY):
        try:
            conn.terminate()
        except asyncpg.InterfaceError:  # it died under us: the pool has already taken it back
            pass
        return False
