package io.mainstay.actors.processing;

import akka.Done;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.PostStop;
import akka.actor.typed.PreRestart;
import akka.actor.typed.Terminated;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.pattern.StatusReply;
import io.mainstay.actors.degradation.InForce;
import io.mainstay.actors.degradation.ModeChanged;
import io.mainstay.actors.degradation.RestrictionsLifted;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.processing.ProcessingCommand.CancelSession;
import io.mainstay.actors.processing.ProcessingCommand.GetProgress;
import io.mainstay.actors.processing.ProcessingCommand.GetSession;
import io.mainstay.actors.processing.ProcessingCommand.SubmitReply;
import io.mainstay.actors.processing.checkpoint.CheckpointMeter;
import io.mainstay.actors.state.source.SessionTelling;
import io.mainstay.persistence.session.SessionIds;
import io.mainstay.persistence.session.SessionProtocol;
import io.mainstay.persistence.session.SessionView;
import io.mainstay.persistence.session.SessionWork;
import io.mainstay.persistence.session.WorkClass;
import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * The processing domain: admits submissions up to a bound, answers for sessions, and runs those
 * whose entities live on this node. A runner that ends early is replaced after a pause by one that
 * goes on from the journal.
 */
@Owned(
    side = Side.ORCHESTRATOR,
    domain = StateDomain.PROCESSING,
    group = "resources",
    fields = "usage")
public final class ProcessingSupervisor {
  /** What the supervisor tells itself. */
  sealed interface Own extends ProcessingCommand
      permits Indexed,
          SubmissionOver,
          SubmissionEnded,
          Listed,
          SavedBeforeCancel,
          Resume,
          ModesTold,
          ProgressTold,
          SessionHolds.Notice,
          TurnSharing.Notice {}

  /** The failure is null when the journal was read. */
  private record Indexed(List<String> sessionIds, List<ProcessingCommand> asked, Throwable failure)
      implements Own {}

  private record SubmissionOver(Submission.Over over) implements Own {}

  private record SubmissionEnded(String sessionId) implements Own {}

  private record Listed(SessionLister.Finished finished) implements Own {}

  /** What is cancelled is written, as far as there was time. */
  private record SavedBeforeCancel(CancelSession cancel) implements Own {}

  private record Resume(String sessionId) implements Own {}

  /** Modes were entered or left, or what they demand is lifted. */
  private record ModesTold() implements Own {}

  private record ProgressTold(ProgressDesk.Told told) implements Own {}

  private final ActorContext<ProcessingCommand> ctx;
  private final TimerScheduler<ProcessingCommand> timers;
  private final ProcessingSettings settings;
  private final ProcessingCollaborators others;
  private final ActorRef<Submission.Over> submissions;
  private final ActorRef<SessionLister.Finished> listings;
  private final SessionDirectory directory = new SessionDirectory();
  private final RunnerQueue queue = new RunnerQueue();
  private final ProgressDesk progress;
  private final Map<String, ActorRef<RunnerMessage>> runners = new HashMap<>();
  private final Set<String> stopping = new HashSet<>();
  private final Set<String> submitting = new HashSet<>();
  private final Set<String> resuming = new HashSet<>();
  private final ModeRoom modes;
  private final CheckpointSaves saves;
  private final SessionHolds holds;
  private final TurnSharing sharing;
  private final HeapBudget heap;
  private final HeapRights heapRights;
  private final CheckpointMeter meter = new CheckpointMeter();

  private ProcessingSupervisor(
      ActorContext<ProcessingCommand> ctx,
      TimerScheduler<ProcessingCommand> timers,
      ProcessingSettings settings,
      ProcessingCollaborators others) {
    this.ctx = ctx;
    this.timers = timers;
    this.settings = settings;
    this.others = others;
    this.heap = new HeapBudget(settings.pictureHeap());
    this.heapRights = new HeapRights(heap, settings.pictureHeap());
    this.submissions = ctx.messageAdapter(Submission.Over.class, SubmissionOver::new);
    this.progress =
        new ProgressDesk(
            ctx.messageAdapter(ProgressDesk.Told.class, ProgressTold::new),
            settings.progress(),
            System::nanoTime);
    this.modes = new ModeRoom(ctx.getSystem(), settings, Clock.systemUTC());
    this.saves =
        new CheckpointSaves(
            ctx.getSystem(), runners, settings.runner().checkpoints().saveBeforeAbort());
    this.holds =
        new SessionHolds(
            ctx,
            timers,
            runners,
            saves,
            others.sessions(),
            settings.runner().recordTimeout(),
            this::startRunners);
    this.sharing =
        new TurnSharing(
            ctx,
            timers,
            runners,
            queue,
            modes,
            saves,
            this::mayRun,
            others.sessionIds(),
            settings.runner().yieldAfter());
    InForce.subscribe(
        ctx.getSystem(), ctx.messageAdapter(ModeChanged.class, changed -> new ModesTold()));
    InForce.subscribeLifted(
        ctx.getSystem(), ctx.messageAdapter(RestrictionsLifted.class, lifted -> new ModesTold()));
    this.listings = ctx.messageAdapter(SessionLister.Finished.class, Listed::new);
  }

  /** The domain. Session entities reach it through {@link SessionWorkIntake}. */
  public static Behavior<ProcessingCommand> create(
      ProcessingSettings settings, ProcessingCollaborators others) {
    return Behaviors.setup(
        ctx ->
            Behaviors.withTimers(
                timers -> new ProcessingSupervisor(ctx, timers, settings, others).serving()));
  }

  private Behavior<ProcessingCommand> serving() {
    lookIntoJournal(List.of());
    return Behaviors.receive(ProcessingCommand.class)
        .onMessage(ProcessingCommand.Submit.class, this::onSubmit)
        .onMessage(ProcessingCommand.RestoreCheckpoint.class, this::onRestore)
        .onMessage(ProcessingCommand.RestartSession.class, this::onRestart)
        .onMessage(ProcessingCommand.GetCheckpointFigures.class, this::onGetCheckpointFigures)
        .onMessage(SubmissionOver.class, this::onSubmissionOver)
        .onMessage(SubmissionEnded.class, this::onSubmissionEnded)
        .onMessage(ProcessingCommand.CarryOut.class, this::onCarryOut)
        .onMessage(ProcessingCommand.ListSessions.class, this::onList)
        .onMessage(GetSession.class, this::onGet)
        .onMessage(GetProgress.class, this::onGetProgress)
        .onMessage(CancelSession.class, this::onCancel)
        .onMessage(ProcessingCommand.GetLoad.class, this::onGetLoad)
        .onMessage(ProcessingCommand.ReserveHeap.class, this::onReserveHeap)
        .onMessage(ProcessingCommand.FreeHeap.class, this::onFreeHeap)
        .onMessage(ProcessingCommand.GetFacts.class, this::onGetFacts)
        .onMessage(ProcessingCommand.PutRight.class, this::onPutRight)
        .onMessage(HoldCommand.class, asked -> told(() -> holds.on(asked)))
        .onMessage(SessionHolds.Notice.class, notice -> told(() -> holds.on(notice)))
        .onMessage(TurnSharing.Notice.class, notice -> told(() -> sharing.on(notice)))
        .onMessage(Indexed.class, this::onIndexed)
        .onMessage(Listed.class, this::onListed)
        .onMessage(SavedBeforeCancel.class, this::onSavedBeforeCancel)
        .onMessage(ProcessingCommand.SaveCheckpoints.class, this::onSaveCheckpoints)
        .onMessage(Resume.class, this::onResume)
        .onMessage(ProgressTold.class, this::onProgressTold)
        .onMessage(ModesTold.class, this::onModes)
        .onSignal(Terminated.class, this::onRunnerEnded)
        .onSignal(PreRestart.class, signal -> sayUnattended())
        .onSignal(PostStop.class, signal -> sayUnattended())
        .build();
  }

  /** Nobody works on them from here on: they ask for a runner until there is one again. */
  private Behavior<ProcessingCommand> sayUnattended() {
    Set<String> unattended = new HashSet<>(directory.open());
    unattended.addAll(resuming);
    unattended.forEach(id -> others.sessions().apply(id).tell(new SessionProtocol.Continue()));
    return Behaviors.same();
  }

  private static Behavior<ProcessingCommand> told(Runnable taken) {
    taken.run();
    return Behaviors.same();
  }

  // ---- submissions

  private Behavior<ProcessingCommand> onSubmit(ProcessingCommand.Submit submit) {
    Optional<Refusal> unwanted =
        modes.refusal(submit.submittedBy(), submit.workClass(), directory.openCount());
    if (unwanted.isPresent()) {
      submit.replyTo().tell(SubmitReply.of(unwanted.get()));
      return Behaviors.same();
    }
    String sessionId = others.sessionIds().get();
    directory.opened(sessionId);
    ActorRef<Submission.Step> submission =
        ctx.spawn(
            others
                .guard()
                .guard(
                    Submission.Step.class,
                    Submission.create(sessionId, submit, settings, others, submissions)),
            "submission-" + sessionId);
    submitting.add(sessionId);
    ctx.watchWith(submission, new SubmissionEnded(sessionId));
    return Behaviors.same();
  }

  private Behavior<ProcessingCommand> onSubmissionOver(SubmissionOver told) {
    submitting.remove(told.over().sessionId());
    if (!told.over().accepted()) {
      directory.forget(told.over().sessionId());
    }
    return Behaviors.same();
  }

  /** One that failed said nothing: if its session was accepted, the entity asks for a runner. */
  private Behavior<ProcessingCommand> onSubmissionEnded(SubmissionEnded ended) {
    if (submitting.remove(ended.sessionId())) {
      directory.closed(ended.sessionId());
    }
    return Behaviors.same();
  }

  private Behavior<ProcessingCommand> onRestart(ProcessingCommand.RestartSession restart) {
    if (!directory.knows(restart.sessionId())) {
      restart.replyTo().tell(StatusReply.error(SessionRefusals.unknown(restart.sessionId())));
      return Behaviors.same();
    }
    Optional<Refusal> unwanted =
        modes.refusal(restart.submittedBy(), WorkClass.STANDARD, directory.openCount());
    if (unwanted.isPresent()) {
      restart.replyTo().tell(StatusReply.error(unwanted.get()));
      return Behaviors.same();
    }
    String sessionId = others.sessionIds().get();
    directory.opened(sessionId);
    ActorRef<SessionRestart.Step> attempt =
        ctx.spawn(
            others
                .guard()
                .guard(
                    SessionRestart.Step.class,
                    SessionRestart.create(
                        sessionId,
                        restart,
                        settings,
                        others,
                        saves.of(restart.sessionId()),
                        submissions)),
            "restart-" + sessionId);
    submitting.add(sessionId);
    ctx.watchWith(attempt, new SubmissionEnded(sessionId));
    return Behaviors.same();
  }

  private Behavior<ProcessingCommand> onRestore(ProcessingCommand.RestoreCheckpoint restore) {
    String sessionId = restore.checkpoint().sessionId();
    if (!directory.knows(sessionId)) {
      restore.replyTo().tell(StatusReply.error(SessionRefusals.unknown(sessionId)));
      return Behaviors.same();
    }
    others
        .sessions()
        .apply(sessionId)
        .tell(
            new SessionProtocol.RecordRestoration(
                restore.checkpoint().range(),
                restore.checkpoint().step(),
                restore.sha256(),
                List.of(),
                restore.reason(),
                true,
                restore.journaled(),
                restore.replyTo()));
    return Behaviors.same();
  }

  private Behavior<ProcessingCommand> onGetCheckpointFigures(
      ProcessingCommand.GetCheckpointFigures get) {
    get.replyTo().tell(meter.figures());
    return Behaviors.same();
  }

  // ---- work

  private Behavior<ProcessingCommand> onCarryOut(ProcessingCommand.CarryOut carryOut) {
    if (carryOut.work() instanceof SessionWork.Run run) {
      onRun(run);
    } else if (carryOut.work() instanceof SessionWork.Rewind rewind) {
      ActorRef<RunnerMessage> runner = runners.get(rewind.run().sessionId());
      if (runner == null) {
        onRun(rewind.run());
      } else {
        runner.tell(new RunnerMessage.Rewound(rewind.run(), rewind.range()));
      }
    } else if (carryOut.work() instanceof SessionWork.Stop stop) {
      queue.remove(stop.sessionId());
      directory.closed(stop.sessionId());
      ActorRef<RunnerMessage> runner = runners.get(stop.sessionId());
      if (runner != null) {
        // Workers know only of sessions that a runner told them of.
        SessionTelling.cancelled(ctx.getSystem(), stop.sessionId(), stop.reason());
        stopping.add(stop.sessionId());
        runner.tell(new RunnerMessage.Stop(stop.reason()));
      }
    }
    return Behaviors.same();
  }

  private void onRun(SessionWork.Run run) {
    if (run.remaining().finished()) {
      directory.closed(run.sessionId());
      return;
    }
    directory.opened(run.sessionId());
    ActorRef<RunnerMessage> runner = runners.get(run.sessionId());
    if (runner != null) {
      runner.tell(new RunnerMessage.Begin(run));
      return;
    }
    queue.add(run);
    run.session().tell(new SessionProtocol.RunnerStarted(ctx.getSystem().ignoreRef()));
    startRunners();
  }

  private void startRunners() {
    ActorRef<ProcessingCommand> self = ctx.getSelf();
    while (modes.room(runners.size())) {
      SessionWork.Run run = queue.next(this::mayRun).orElse(null);
      if (run == null) {
        modes
            .untilDeadline(queue.waiting())
            .ifPresent(left -> timers.startSingleTimer("put-off", new ModesTold(), left));
        return;
      }
      ActorRef<RunnerMessage> runner =
          ctx.spawn(
              others
                  .guard()
                  .guard(
                      RunnerMessage.class,
                      SessionRunner.create(
                          run.sessionId(),
                          settings,
                          others,
                          heap,
                          meter,
                          () -> self.tell(new TurnSharing.Stuck(run.sessionId())))),
              "runner-" + run.sessionId());
      ctx.watch(runner);
      runners.put(run.sessionId(), runner);
      modes.started(run);
      sharing.started(run);
      runner.tell(new RunnerMessage.Begin(run));
    }
  }

  private boolean mayRun(SessionWork.Run waits) {
    return modes.mayRun(waits) && !holds.isHeld(waits.sessionId());
  }

  /** Over, or given up: the session itself knows, and asks for a runner if it is not over. */
  private Behavior<ProcessingCommand> onRunnerEnded(Terminated ended) {
    runners.entrySet().stream()
        .filter(entry -> entry.getValue().equals(ended.getRef()))
        .map(Map.Entry::getKey)
        .findFirst()
        .ifPresent(this::runnerEnded);
    startRunners();
    return Behaviors.same();
  }

  private void runnerEnded(String sessionId) {
    runners.remove(sessionId);
    modes.ended(sessionId);
    sharing.ended(sessionId);
    progress.ended(sessionId);
    if (stopping.remove(sessionId)) {
      return;
    }
    directory.closed(sessionId);
    resuming.add(sessionId);
    timers.startSingleTimer(sessionId, new Resume(sessionId), settings.runner().resumePause());
  }

  private Behavior<ProcessingCommand> onModes(ModesTold told) {
    sharing.modesChanged();
    startRunners();
    return Behaviors.same();
  }

  private Behavior<ProcessingCommand> onResume(Resume resume) {
    resuming.remove(resume.sessionId());
    if (!runners.containsKey(resume.sessionId())) {
      others.sessions().apply(resume.sessionId()).tell(new SessionProtocol.Continue());
    }
    return Behaviors.same();
  }

  // ---- questions

  private Behavior<ProcessingCommand> onList(ProcessingCommand.ListSessions list) {
    List<SessionView> known = new ArrayList<>();
    List<String> unknown = new ArrayList<>();
    for (String sessionId : directory.newest(Math.min(list.limit(), settings.listMax()))) {
      SessionView view = directory.finishedView(sessionId);
      if (view != null) {
        known.add(view);
      } else {
        unknown.add(sessionId);
      }
    }
    ctx.spawnAnonymous(SessionLister.create(known, unknown, others, list.replyTo(), listings));
    return Behaviors.same();
  }

  private Behavior<ProcessingCommand> onListed(Listed listed) {
    listed.finished().views().forEach(directory::finished);
    return Behaviors.same();
  }

  private Behavior<ProcessingCommand> onGet(GetSession get) {
    if (!known(get.sessionId(), get)) {
      return Behaviors.same();
    }
    others.sessions().apply(get.sessionId()).tell(new SessionProtocol.Get(get.replyTo()));
    return Behaviors.same();
  }

  private Behavior<ProcessingCommand> onGetProgress(GetProgress get) {
    if (!known(get.sessionId(), get)) {
      return Behaviors.same();
    }
    progress.ask(get.sessionId(), runners.get(get.sessionId()), get.replyTo());
    return Behaviors.same();
  }

  private Behavior<ProcessingCommand> onProgressTold(ProgressTold told) {
    progress.told(told.told());
    return Behaviors.same();
  }

  private Behavior<ProcessingCommand> onCancel(CancelSession cancel) {
    if (!known(cancel.sessionId(), cancel)) {
      return Behaviors.same();
    }
    // The device need not wait for the disk; the end of the session does, for a while.
    ctx.pipeToSelf(saves.of(cancel.sessionId()), (done, failure) -> new SavedBeforeCancel(cancel));
    return Behaviors.same();
  }

  private Behavior<ProcessingCommand> onSaveCheckpoints(ProcessingCommand.SaveCheckpoints save) {
    saves.of(runners.keySet()).thenAccept(save.replyTo()::tell);
    return Behaviors.same();
  }

  private Behavior<ProcessingCommand> onSavedBeforeCancel(SavedBeforeCancel saved) {
    CancelSession cancel = saved.cancel();
    others
        .sessions()
        .apply(cancel.sessionId())
        .tell(new SessionProtocol.Cancel(cancel.reason(), cancel.replyTo()));
    return Behaviors.same();
  }

  /** An entity is started for each id asked for, so only ids that exist may reach one. */
  private boolean known(String sessionId, ProcessingCommand asking) {
    if (directory.knows(sessionId)) {
      return true;
    }
    if (SessionIds.isValid(sessionId)) {
      lookIntoJournal(List.of(asking));
    } else {
      refuseUnknown(asking);
    }
    return false;
  }

  private void lookIntoJournal(List<ProcessingCommand> asking) {
    Executor blocking = ctx.getSystem().dispatchers().lookup(DispatcherSelector.blocking());
    ctx.pipeToSelf(
        CompletableFuture.supplyAsync(() -> others.index().sessionIds(), blocking),
        (ids, failure) -> new Indexed(failure == null ? ids : List.of(), asking, failure));
  }

  private Behavior<ProcessingCommand> onIndexed(Indexed indexed) {
    directory.found(indexed.sessionIds());
    if (indexed.failure() != null) {
      ctx.getLog().warn("Journal not read for sessions cause={}", indexed.failure().toString());
    }
    for (ProcessingCommand asked : indexed.asked()) {
      if (asked instanceof GetSession get && directory.knows(get.sessionId())) {
        onGet(get);
      } else if (asked instanceof GetProgress get && directory.knows(get.sessionId())) {
        onGetProgress(get);
      } else if (asked instanceof CancelSession cancel && directory.knows(cancel.sessionId())) {
        onCancel(cancel);
      } else if (indexed.failure() != null) {
        refuse(asked, SessionRefusals.unreadable(indexed.failure()));
      } else {
        refuseUnknown(asked);
      }
    }
    return Behaviors.same();
  }

  private static void refuseUnknown(ProcessingCommand asked) {
    if (asked instanceof GetSession get) {
      refuse(get, SessionRefusals.unknown(get.sessionId()));
    } else if (asked instanceof GetProgress get) {
      refuse(get, SessionRefusals.unknown(get.sessionId()));
    } else if (asked instanceof CancelSession cancel) {
      refuse(cancel, SessionRefusals.unknown(cancel.sessionId()));
    }
  }

  private static void refuse(ProcessingCommand asked, Refusal why) {
    if (asked instanceof GetSession get) {
      get.replyTo().tell(StatusReply.error(why));
    } else if (asked instanceof GetProgress get) {
      get.replyTo().tell(StatusReply.error(why));
    } else if (asked instanceof CancelSession cancel) {
      cancel.replyTo().tell(StatusReply.error(why));
    }
  }

  private Behavior<ProcessingCommand> onReserveHeap(ProcessingCommand.ReserveHeap reserve) {
    reserve
        .replyTo()
        .tell(
            heapRights.reserve(reserve.key(), reserve.workClass(), reserve.bytes())
                ? StatusReply.success(Done.getInstance())
                : StatusReply.error(heapRights.refusal(reserve.bytes())));
    return Behaviors.same();
  }

  private Behavior<ProcessingCommand> onFreeHeap(ProcessingCommand.FreeHeap free) {
    heapRights.free(free.key());
    free.replyTo().tell(Done.getInstance());
    return Behaviors.same();
  }

  private Behavior<ProcessingCommand> onGetFacts(ProcessingCommand.GetFacts get) {
    Set<String> settling = new HashSet<>(submitting);
    settling.addAll(stopping);
    settling.addAll(queue.sessions());
    settling.addAll(resuming);
    Set<String> kept = new HashSet<>(holds.held());
    kept.addAll(queue.kept(modes::mayRun));
    Map<HeapOwner, Long> claims = heap.claims();
    get.replyTo()
        .tell(
            new ProcessingCommand.Facts(
                runners.keySet(),
                directory.open(),
                settling,
                HeapRights.ofSessions(claims),
                HeapRights.ofTransactions(claims),
                kept));
    return Behaviors.same();
  }

  private Behavior<ProcessingCommand> onPutRight(ProcessingCommand.PutRight put) {
    String sessionId = put.sessionId();
    switch (put.right()) {
      case GOES_ON -> {
        if (!runners.containsKey(sessionId)) {
          others.sessions().apply(sessionId).tell(new SessionProtocol.Continue());
        }
      }
      case OVER, FORGOTTEN -> directory.closed(sessionId);
      case NO_HEAP -> {
        if (!runners.containsKey(sessionId)) {
          heap.release(new HeapOwner.OfSession(sessionId));
        }
      }
      case COUNTED_OPEN -> directory.opened(sessionId);
      case HEAP_LOST ->
          heap.share(new HeapOwner.OfSession(sessionId), WorkClass.BATCH)
              .acquire(new HeapClaim.Lost(sessionId), 1);
    }
    return Behaviors.same();
  }

  private Behavior<ProcessingCommand> onGetLoad(ProcessingCommand.GetLoad get) {
    get.replyTo()
        .tell(
            new ProcessingCommand.Load(
                directory.openCount(), runners.size(), directory.knownCount()));
    return Behaviors.same();
  }
}
