"""One side of the border as a process of its own: it does what the harness says on standard input, one JSON object a
line, and answers each with one. It keeps the truth about its own users, and what they were shown of the others."""

import asyncio
import collections
import json
import random
import sys
import time

import trail


class Court:
    """A subclass has `do_NAME(**words)` for each command, `users` (address -> user) and `act(user)`: one change."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.users, self.counts, self.ages, self.trails = {}, collections.Counter(), [], trail.Trails()
        self.faults = []  # what must not happen: (pair, what)
        self.still = self.returning = False
        self._changing, self._hands = None, set()

    def count(self, what, number=1):
        self.counts[what] += number

    def refused(self, pair, what):
        """An authorisation that nobody withdrew was denied."""
        self.count("FAULT: " + what.partition(" (")[0])
        self._blame(pair, what)

    def given_up(self, pair, what, dialog):
        """A dialog that was alive was ended by the other side."""
        if dialog.troubled:
            return self.count(f"dialog ended after trouble: {what}")
        self.count(f"FAULT: dialog given up without cause: {what}")
        self._blame(pair, what)

    def _blame(self, pair, what):
        self.trails.note(pair, what)
        if len(self.faults) < 1000:
            self.faults.append((time.time(), pair, what, self.trails.of(pair)))

    def start(self, work):
        """Runs the coroutine beside everything else."""
        task = asyncio.create_task(work)
        self._hands.add(task)
        task.add_done_callback(self._done)

    def _done(self, task):
        self._hands.discard(task)
        if not task.cancelled() and task.exception():
            self.count(f"HARNESS: {task.exception()!r}")

    async def do_change(self, rate):
        """`rate` users a second change from now on; 0: none, and whoever is away stays away until `return`."""
        self.still = not rate
        if self._changing:
            self._changing.cancel()
        self._changing = asyncio.create_task(self._change(rate)) if rate else None

    async def pause(self, least, most):
        """Some time away; for those who are away when all stand still it lasts until `return`."""
        until = time.time() + self.random.uniform(least, most)
        while self.still or time.time() < until:
            if self.returning:
                return
            await asyncio.sleep(0.2)

    async def do_return(self):
        """Whoever is away comes back."""
        self.returning = True

    async def _change(self, rate):
        addresses = list(self.users)
        due = time.monotonic()
        while True:
            due += 1 / rate
            self.start(self.act(self.users[self.random.choice(addresses)]))
            await asyncio.sleep(max(0.0, due - time.monotonic()))

    async def do_trails(self, pairs):
        return [self.trails.of(tuple(pair)) for pair in pairs]

    async def do_counts(self):
        ages, self.ages = self.ages, []
        faults, self.faults = self.faults, []
        return {"counts": dict(self.counts), "ages": ages, "faults": faults}

    async def ask(self, do, **words):
        """As of a CourtProcess, where the harness has the court in its own process."""
        return await getattr(self, "do_" + do)(**words)

    async def serve(self):
        """Until standard input ends."""
        loop = asyncio.get_running_loop()
        stdin = asyncio.StreamReader(limit=1 << 26)
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(stdin), sys.stdin)
        while line := await stdin.readline():
            answer = await self.ask(**json.loads(line))
            sys.stdout.write(json.dumps(answer) + "\n")
            sys.stdout.flush()


class CourtProcess:
    """The harness's end."""

    def __init__(self, name, process):
        self.name, self.process = name, process
        self._busy = asyncio.Lock()

    @classmethod
    async def start(cls, name, program, settings, log):
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-B", str(program), json.dumps(settings), stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE, stderr=log, limit=1 << 26)
        return cls(name, process)

    async def ask(self, do, **words):
        async with self._busy:
            self.process.stdin.write(json.dumps({"do": do, **words}).encode() + b"\n")
            answer = await self.process.stdout.readline()
        if not answer:
            raise RuntimeError(f"the process of the {self.name} side ended")
        return json.loads(answer)

    async def stop(self):
        if self.process.returncode is None:
            self.process.stdin.close()
            try:
                await asyncio.wait_for(self.process.wait(), 10)
            except asyncio.TimeoutError:
                self.process.kill()
                await self.process.wait()
