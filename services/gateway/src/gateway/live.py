"""Live updates: services hint at what changed; while the broker is away, a look every two seconds finds it."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager

from nats.aio.client import Client
from nats.aio.msg import Msg

LOOK_ALONE = 2.0
LOOK_ANYWAY = 10.0
Topic = tuple[str, str, str]


class Watcher:
    """One stream's ear for its topics."""

    def __init__(self, hints: "Hints") -> None:
        self._hints = hints
        self._heard: set[Topic] = set()
        self._woken = asyncio.Event()

    def tell(self, topic: Topic) -> None:
        """Note that the topic's object changed."""
        self._heard.add(topic)
        self._woken.set()

    async def rounds(self) -> AsyncIterator[frozenset[Topic]]:
        """Yield the topics hinted at since the last round; an empty set is a round because time has passed."""
        while True:
            try:
                await asyncio.wait_for(self._woken.wait(), LOOK_ANYWAY if self._hints.connected else LOOK_ALONE)
            except TimeoutError:
                yield frozenset()
                continue
            heard, self._heard = frozenset(self._heard), set()
            self._woken.clear()
            yield heard


class Hints:
    """Hints heard on core NATS, handed to whoever watches the topic: (tenant, kind, object id)."""

    def __init__(self) -> None:
        self._watchers: dict[Topic, set[Watcher]] = defaultdict(set)
        self._broker: Client | None = None
        self.on_standing: Callable[[str, str], None] = _nothing

    @property
    def connected(self) -> bool:
        """Tell whether hints can be heard at this moment."""
        return self._broker is not None and self._broker.is_connected

    async def listen(self, broker: Client) -> None:
        """Hear the hints of all services."""
        self._broker = broker
        await broker.subscribe("hint.>", cb=self._hear)

    @contextmanager
    def watch(self, *topics: Topic) -> Iterator[Watcher]:
        """Give an ear for these topics."""
        watcher = Watcher(self)
        for topic in topics:
            self._watchers[topic].add(watcher)
        try:
            yield watcher
        finally:
            for topic in topics:
                self._watchers[topic].discard(watcher)
                if not self._watchers[topic]:
                    del self._watchers[topic]

    def tell(self, topic: Topic) -> None:
        """Wake whoever watches the topic."""
        for watcher in self._watchers.get(topic, ()):
            watcher.tell(topic)

    def wake(self) -> None:
        """Wake every watcher."""
        for topic, watchers in list(self._watchers.items()):
            for watcher in watchers:
                watcher.tell(topic)

    async def close(self) -> None:
        """Hear no more."""
        if self._broker is not None:
            await self._broker.close()

    async def _hear(self, message: Msg) -> None:
        match message.subject.split("."):
            case ["hint", "directory", tenant_id, "standing", person_id]:
                self.on_standing(tenant_id, person_id)
            case [_, _, tenant_id, kind, object_id]:
                self.tell((tenant_id, kind, object_id))


def _nothing(tenant_id: str, person_id: str) -> None:
    """Nobody keeps what directory said."""
