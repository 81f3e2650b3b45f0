"""Settings and policy → wired services. The one place that knows all of them."""

import os
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, time
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal
from uuid import uuid4

from callqa.audio import LONGEST_HOURS
from callqa.compliance import as_heard, embedder_hash
from callqa.domain import (
    Failed,
    IncomingCall,
    LabelledCall,
    Measure,
    ModelRef,
    PolicyError,
    Processed,
    ReviewEvent,
    Run,
    Scorecard,
)
from callqa.engine.artefacts import SHAPES, decode
from callqa.engine.batch import Order, Tally, batch_size, run_batches
from callqa.engine.dry import DryLedger
from callqa.engine.keys import listening_keys, reading_keys
from callqa.engine.local import InlineExecutor, LocalExecutor
from callqa.engine.masking import unmasked
from callqa.engine.ports import Executor
from callqa.engine.ports import Ledger as LedgerPort
from callqa.engine.process import read_transcript
from callqa.engine.spill import bring_in, pending
from callqa.engine.tools import Openable, RecogniserChoice, Tools, vocabulary_of
from callqa.engine.work import CallWork, Done
from callqa.policy import Policy, placed_policies, policy_for
from callqa.policy.vocabulary import Vocabulary
from callqa.settings import Settings, shipped
from callqa.store import Database, Ledger, StoredResult, UnitOfWork, open_database, ready
from callqa.store.runs import RunProgress
from callqa.store.secret import kept_secret
from callqa.techniques import in_use
from callqa.techniques import read_card as read_technique_card
from callqa.transcript import ModelCard, find_model, read_card

Report = Callable[[Tally, Done | None], None]


class Centre:
    """Everything a verb needs, built when first asked for.

    Args:
        settings: What the machine decides.
        policy_folder: Overrides the settings' policy.
        resident: True: work happens in this process and models stay loaded between runs (``callqa worker``).
    """

    def __init__(
        self, settings: Settings, *, policy_folder: Path | None = None, resident: bool = False
    ) -> None:
        self.settings = settings
        self.resident = resident
        self._tools: dict[tuple[bool, tuple[str, ...]], Tools] = {}
        self.policy_folder = policy_folder or settings.policy or shipped("samples") / "policy"
        self.published = settings.data / "policies" if policy_folder is None else None
        self._placed: tuple[tuple[str, ...], tuple[tuple[Policy, Path], ...]] | None = None

    @property
    def policies(self) -> tuple[Policy, ...]:
        """All policies of the folder and those published since, oldest first; raises `PolicyError` with every fault."""
        return tuple(policy for policy, _ in self.placed)

    @property
    def placed(self) -> tuple[tuple[Policy, Path], ...]:
        """As `policies`, each with its folder; read again once another version has been published."""
        folder = self.published
        seen = tuple(sorted(one.name for one in folder.iterdir())) if folder and folder.is_dir() else ()
        if self._placed is None or self._placed[0] != seen:
            self._placed = (seen, placed_policies(self.policy_folder, published=folder))
        return self._placed[1]

    @cached_property
    def database(self) -> Database:
        """The database, with tables of this program's version."""
        database = open_database(self.settings.database)
        ready(database)
        return database

    @cached_property
    def ledger(self) -> Ledger:
        """Where results are kept."""
        return Ledger(self.database)

    @property
    def spill_folder(self) -> Path:
        """Where finished calls wait while the database refuses."""
        return self.settings.data / "spill"

    def spilled(self) -> int:
        """How many wait."""
        return len(pending(self.spill_folder))

    def bring_in(self) -> int:
        """Store those that wait; how many."""
        return bring_in(self.spill_folder, self.ledger, at=datetime.now(UTC))

    @cached_property
    def recogniser_card(self) -> ModelCard:
        """Card of the recogniser in force; raises `RecogniserError` where it is missing."""
        return read_card(find_model(self.settings.recogniser, models=self.settings.models))

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """Hot words and prompt, where the recogniser takes any."""
        return vocabulary_of(self.policies) if self.recogniser_card.prompting else Vocabulary()

    @cached_property
    def techniques_folder(self) -> Path:
        """Folder of the technique model in force; raises `ModelError` where there is none."""
        name = self.settings.techniques
        return self.settings.models / name if name else in_use(self.settings.models)

    @cached_property
    def techniques_model(self) -> ModelRef:
        """The technique model in force, by its card."""
        card = read_technique_card(self.techniques_folder)
        return ModelRef(name=str(card["name"]), version=str(card["version"]), sha256=str(card["sha256"]))

    @cached_property
    def embedder_hash(self) -> str | None:
        """What the sentence-embedding model is, for the keys of what was judged with it; None without one."""
        return embedder_hash(self.settings.embedder) if self.settings.embedder is not None else None

    @cached_property
    def customer_key(self) -> bytes:
        """Key of the customers' numbers; of its own, so that a changed secret key loses nobody."""
        return kept_secret(self.settings.data / "customer.key").encode()

    def tools(self, *, listening: bool, threads: int = 1) -> Tools:
        """What workers work with; samples of very long recordings go to the data folder, not to the system's /tmp."""
        policies = self.policies
        key = (listening, tuple(one.ref.sha256 for one in policies))
        if self.resident and key in self._tools:
            return self._tools[key]
        scratch = self.settings.data / "scratch"
        if listening:
            scratch.mkdir(parents=True, exist_ok=True)
        tools = Tools(
            policies=policies,
            techniques_folder=self.techniques_folder,
            embedder_folder=self.settings.embedder,
            recogniser_choice=self._recogniser_choice(threads) if listening else None,
            scratch=scratch if listening else None,
            # what a worker hears was handed in by somebody: a header without a length must not let in more than one with
            longest_hours=self.settings.upload_hours if self.resident else LONGEST_HOURS,
        )
        # what was loaded for versions before is let go
        self._tools = {one: known for one, known in self._tools.items() if one[1] == key[1]}
        self._tools[key] = tools
        return tools

    def _recogniser_choice(self, threads: int) -> Openable:
        return RecogniserChoice(
            name=str(find_model(self.settings.recogniser, models=self.settings.models)),
            models=self.settings.models,
            vocabulary=self.vocabulary,
            device=self.settings.device,
            compute_type=self.settings.compute_type,
            threads=threads,
        )

    def executor(self, *, workers: int, threads: int) -> Executor:
        """Where work happens: processes on this machine, or this one."""
        if self.resident:
            return InlineExecutor()
        return LocalExecutor(workers=workers, threads=threads)

    def run(self, kind: Literal["score", "rescore"], *, source: str, problems: Sequence[str] = ()) -> Run:
        """A new run, beginning now."""
        now = datetime.now(UTC)
        return Run(
            id=f"{now:%Y%m%d-%H%M%S}-{uuid4().hex[:6]}",
            kind=kind,
            started_at=now,
            policy=self.policies[-1].ref,
            recogniser=self.recogniser_card.ref if kind == "score" else None,
            techniques=self.techniques_model,
            source=source,
            problems=tuple(problems),
        )

    def score(
        self,
        calls: Sequence[IncomingCall],
        *,
        run: Run,
        refused: Sequence[Failed] = (),
        workers: int | None = None,
        again: bool = False,
        stop: Callable[[], bool] = lambda: False,
        report: Report = lambda _tally, _done: None,
    ) -> Tally:
        """Listen to calls and score them; what is stored under the same keys is skipped.

        Args:
            calls: From intake.
            run: From `run`.
            refused: Calls that intake could not even open; noted as failures.
            workers: Worker processes; None = as the settings say.
            again: Compute everything anew.
            stop: See `run_batches`.
            report: See `run_batches`.
        """

        def heard(incoming: IncomingCall) -> dict[str, str]:
            return listening_keys(incoming, recogniser=self.recogniser_card.ref, vocabulary=self.vocabulary)

        anew = frozenset(SHAPES) if again else frozenset[str]()
        return self._run(
            calls, heard, refused=refused, run=run, workers=workers, anew=anew, stop=stop, report=report
        )

    def rescore(
        self,
        calls: Sequence[IncomingCall],
        *,
        run: Run,
        workers: int | None = None,
        again: bool = False,
        stop: Callable[[], bool] = lambda: False,
        report: Report = lambda _tally, _done: None,
    ) -> Tally:
        """Score stored calls again from their stored transcripts; opens no audio and loads no recogniser.

        Args:
            calls: From the ledger; those without a stored result are left out.
            run: From `run`.
            workers: As in `score`.
            again: Compute all but the transcripts anew.
            stop: See `run_batches`.
            report: See `run_batches`.
        """
        stored = self.ledger.latest_keys([one.facts.id for one in calls])
        known = [one for one in calls if one.facts.id in stored]

        def heard(incoming: IncomingCall) -> dict[str, str]:
            return stored[incoming.facts.id]

        anew = frozenset(SHAPES) - {"audio", "transcript"} if again else frozenset[str]()
        return self._run(known, heard, run=run, workers=workers, anew=anew, stop=stop, report=report)

    def trial(
        self,
        calls: Sequence[IncomingCall],
        *,
        take: Callable[[Processed], None],
        failed: Callable[[Failed], None],
        workers: int | None = None,
        stop: Callable[[], bool] = lambda: False,
        report: Report = lambda _tally, _done: None,
    ) -> Tally:
        """Judge stored calls by these policies and store nothing; opens no audio and loads no recogniser.

        A call from before a policy came into force is judged as if made on its first day, so that a version can be
        tried before it goes live.

        Args:
            calls: From the ledger; those without a stored result are left out.
            take: Gets every result, masked.
            failed: Gets every call that failed, among them those no policy covers by product and campaign.
            workers: As in `score`.
            stop: See `run_batches`.
            report: See `run_batches`.
        """
        stored = self.ledger.latest_keys([one.facts.id for one in calls])
        known = [in_force(one, self.policies) for one in calls if one.facts.id in stored]

        def heard(incoming: IncomingCall) -> dict[str, str]:
            return stored[incoming.facts.id]

        # a folder of its own: the waiting results of real runs must not be brought into a ledger that stores nothing
        with TemporaryDirectory() as spill:
            return self._run(
                known,
                heard,
                run=self.run("rescore", source=str(self.policy_folder)),
                workers=workers,
                anew=frozenset(),
                stop=stop,
                report=report,
                ledger=DryLedger(self.ledger, take=take, failed=failed),
                spill_folder=Path(spill),
            )

    def try_out(self, asked: LabelledCall, *, now: datetime) -> tuple[Policy, Processed]:
        """Judge a written dialogue as if it had been heard; nothing is stored.

        A dialogue that names no day is judged as of today, or of the policy's first day where it is not in force
        today: a version is tried before it goes live.

        Raises:
            PolicyError: None of the folder's policies covers the call.
        """
        call, _ = as_heard(asked, at=now)
        if len(self.policies) == 1:
            policy = self.policies[0]
            if not policy.covers(call) and "started_at" not in asked.header:
                now = datetime.combine(policy.valid_from, time(12), tzinfo=now.tzinfo)
        else:
            policy = policy_for(self.policies, call)
        call, transcript = as_heard(asked, at=now)
        incoming = IncomingCall.model_validate(
            {
                "path": Path("dialogue"),
                "sha256": call.recording.sha256,
                "facts": call.model_dump(exclude={"recording"}),
            }
        )
        tools = Tools(
            policies=(policy,),
            techniques_folder=self.techniques_folder,
            embedder_folder=self.settings.embedder,
        )
        return policy, read_transcript(incoming, transcript, tools, duration=call.recording.duration, at=now)

    def reviews(self, call_ids: Sequence[str]) -> dict[str, tuple[list[ReviewEvent], dict[str, Scorecard]]]:
        """Review events of calls that have any, each with the scorecards they speak about."""
        found: dict[str, tuple[list[ReviewEvent], dict[str, Scorecard]]] = {}
        with UnitOfWork(self.database) as work:
            for call_id in call_ids:
                events = work.reviews.of(call_id)
                if events:
                    cards = {event.scorecard for event in events}
                    found[call_id] = (events, {card: work.scorecards.get(card) for card in cards})
        return found

    def result(self, call_id: str) -> StoredResult | None:
        """The result in force for a call, masked."""
        with UnitOfWork(self.database) as work:
            return work.results.latest(call_id)

    def raw(self, stored: StoredResult) -> Processed:
        """The same result with its raw text.

        Raises:
            StoreError: ``store.raw`` where the raw text was taken away.
        """
        return unmasked(stored.masked, stored.keys, self.ledger.bodies(list(stored.keys.values())))

    def sound(self, stored: StoredResult) -> tuple[Measure, ...]:
        """Measures of a stored call's recording alone; none where they were taken away."""
        key = stored.keys["audio"]
        body = self.ledger.bodies([key]).get(key)
        if body is None:
            return ()
        _recording, _parties, measures = decode("audio", body)
        return tuple(measures)

    def runs(self, *, limit: int) -> list[RunProgress]:
        """The newest runs first, each with how far it is."""
        with UnitOfWork(self.database) as work:
            return work.runs.latest(limit)

    def run_results(self, run_id: str) -> tuple[list[StoredResult], list[Failed]]:
        """What a run concluded, masked, and what failed in it."""
        with UnitOfWork(self.database) as work:
            return work.results.of_run(run_id), work.failures.of(run_id)

    def _run(
        self,
        calls: Sequence[IncomingCall],
        heard: Callable[[IncomingCall], Mapping[str, str]],
        *,
        run: Run,
        workers: int | None,
        anew: frozenset[str],
        stop: Callable[[], bool],
        report: Report,
        refused: Sequence[Failed] = (),
        ledger: LedgerPort | None = None,
        spill_folder: Path | None = None,
    ) -> Tally:
        keyed: list[tuple[IncomingCall, Mapping[str, str]]] = []
        failures: list[tuple[Failed, str | None]] = [(one, None) for one in refused]
        for one in calls:
            try:
                policy = policy_for(self.policies, one.facts)
            except PolicyError as error:
                failures.append((_not_covered(one, error), one.facts.day))
                continue
            keys = reading_keys(
                one,
                heard(one),
                policy=policy,
                techniques_model=self.techniques_model,
                embedder=self.embedder_hash,
            )
            keyed.append((one, keys))
        workers = workers or self.settings.workers
        threads = max(1, (os.cpu_count() or 1) // workers)
        order = Order(
            calls=keyed,
            refused=failures,
            batch_calls=batch_size(len(keyed), workers=workers, at_most=self.settings.batch_calls),
            spill_folder=spill_folder or self.spill_folder,
            anew=anew,
        )
        return run_batches(
            order,
            run=run,
            work=CallWork(
                tools=self.tools(listening=run.kind == "score", threads=threads),
                at=run.started_at,
                # a worker's log goes where its own goes, not into the file of the batches
                log=None if self.resident else self.settings.data.absolute() / "callqa.log",
            ),
            ledger=ledger or self.ledger,
            executor=self.executor(workers=workers, threads=threads),
            stop=stop,
            report=report,
        )


def in_force(one: IncomingCall, policies: Sequence[Policy]) -> IncomingCall:
    """The call, moved to the first day of the newest policy that is for it, where none is in force on its own day."""
    if one.facts.started_at is None or any(policy.covers(one.facts) for policy in policies):
        return one
    undated = one.facts.replace(started_at=None)
    for policy in reversed(policies):
        if policy.covers(undated):
            start = one.facts.started_at
            day = policy.valid_from
            moved = start.replace(year=day.year, month=day.month, day=day.day)
            return one.replace(facts=one.facts.replace(started_at=moved))
    return one


def _not_covered(one: IncomingCall, error: PolicyError) -> Failed:
    return Failed(
        call_id=one.facts.id,
        path=str(one.path),
        stage="policy",
        code=error.code,
        message=error.message,
        hint=error.hint,
    )
