package io.mainstay.runtime.demo;

import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.gateway.GatewayReply;
import io.mainstay.client.MainstayClient;
import io.mainstay.client.Submission;
import io.mainstay.persistence.session.SessionView;
import io.mainstay.runtime.cli.CliFailure;
import io.mainstay.runtime.cli.ProgressLine;
import io.mainstay.runtime.cli.Terminal;
import io.mainstay.runtime.journal.JournalWalk;
import io.mainstay.runtime.journal.LiveJournal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/** One demo against a node that is ready: disturb a session, then check all it promised. */
public final class DemoRun {
  private static final String EMBEDDINGS = "embeddings.jsonl";

  /** Each takes a few milliseconds, about as long as a batch is on a worker. */
  private static final int LOOKS_FOR_WORK = 10;

  private final Terminal terminal;
  private final DemoSettings settings;
  private final MainstayClient client;
  private WorkerKill kill;

  public DemoRun(Terminal terminal, DemoSettings settings, MainstayClient client) {
    this.terminal = terminal;
    this.settings = settings;
    this.client = client;
  }

  /**
   * What the demo found.
   *
   * @param document for {@code -o json}
   * @param kept whether every promise was kept
   */
  public record Result(DemoDocument document, boolean kept) {}

  /** Runs it all; what people shall see goes to the narrator. */
  public Result run(DemoStage stage, DemoNarrator narrator) throws IOException {
    narrator.begins(client.devices(), Corpus.lines(stage.input()).size());
    SessionView session = disturbedRun(stage);
    CrashStory story = awaitStory(session.sessionId());
    narrator.crashed(kill, story, client.explain(story.deathEventId()));

    SessionView reference = undisturbedRun(stage);
    checkSamePlan(session, reference);
    Path file = stage.output().resolve(EMBEDDINGS);
    Embeddings output = Embeddings.read(file);
    Embeddings undisturbed = Embeddings.read(stage.undisturbed().resolve(EMBEDDINGS));
    OutputCheck check = OutputCheck.of(session.documents(), output, undisturbed);
    narrator.checked(check, session, file);
    if (check.kept()) {
      narrator.neighbours(
          new Neighbours(output),
          Corpus.lines(stage.input()),
          settings.neighbourQueries(),
          settings.neighbours());
    }
    return new Result(document(check, story, session.sessionId(), file), check.kept());
  }

  private SessionView disturbedRun(DemoStage stage) throws IOException {
    List<DeviceView> devices = client.devices();
    String sessionId = client.submit(submission(stage.input(), stage.output()));
    try (ProgressLine progress = new ProgressLine(terminal, "embedding");
        LiveJournal journal = LiveJournal.borrowed(client)) {
      Dispatches dispatches = new Dispatches(new JournalWalk(journal), sessionId);
      if (awaitHalfWay(dispatches, progress)) {
        killWorker(dispatches, devices);
      }
    }
    SessionView session = await(sessionId, "embedding");
    if (kill == null) {
      throw CliFailure.failed(
          "the session was finished before a worker could be killed",
          "give a longer --input, or a smaller mainstay.runtime.demo.kill-after");
    }
    return session;
  }

  /** False when the session ended before. */
  private boolean awaitHalfWay(Dispatches dispatches, ProgressLine progress) {
    long end = System.nanoTime() + settings.sessionBound().toNanos();
    while (!dispatches.look().ended() && System.nanoTime() < end) {
      progress.show(dispatches.embedded(), dispatches.documents(), "documents");
      if (dispatches.documents() > 0
          && dispatches.embedded() >= settings.killAfter() * dispatches.documents()) {
        return true;
      }
    }
    return false;
  }

  private SessionView undisturbedRun(DemoStage stage) throws IOException {
    String sessionId = client.submit(submission(stage.input(), stage.undisturbed()));
    SessionView session = await(sessionId, "comparing");
    if (session.interruptions() > 0) {
      throw CliFailure.failed(
          "a worker died by itself during the undisturbed run",
          "nothing was compared; look at the journal and run the demo again");
    }
    return session;
  }

  private Submission submission(Path input, Path output) {
    return Submission.of("text-embedding", input)
        .with("batch-size", String.valueOf(settings.batchDocuments()))
        .writingTo(output);
  }

  private SessionView await(String sessionId, String what) {
    try (ProgressLine progress = new ProgressLine(terminal, what)) {
      SessionView session =
          client.awaitSession(
              sessionId,
              settings.sessionBound(),
              settings.lookInterval(),
              view -> progress.show(view.embedded(), view.documents(), "documents"));
      if (!session.state().equals("completed")) {
        throw CliFailure.failed(
            "the session is " + session.state() + ": " + session.message(), session.remedy());
      }
      return session;
    } catch (TimeoutException e) {
      throw CliFailure.failed(e.getMessage(), "raise mainstay.runtime.wait.session", e);
    }
  }

  /** Kills the worker that got the latest batch; any that serves if none is seen at work. */
  private void killWorker(Dispatches dispatches, List<DeviceView> devices) {
    for (int look = 0; look < LOOKS_FOR_WORK && kill == null; look++) {
      Optional<Long> busy = dispatches.look().latestOpenEpoch();
      kill =
          devices.stream()
              .filter(device -> busy.isPresent() && device.epoch() == busy.get())
              .findFirst()
              .flatMap(WorkerKill::of)
              .orElse(null);
    }
    if (kill == null) {
      kill = WorkerKill.victim(client.devices()).flatMap(WorkerKill::of).orElse(null);
    }
  }

  private CrashStory awaitStory(String sessionId) {
    try (LiveJournal journal = LiveJournal.borrowed(client)) {
      JournalWalk walk = new JournalWalk(journal);
      long end = System.nanoTime() + settings.recoveryBound().toNanos();
      while (System.nanoTime() < end) {
        String device = deviceHistory(journal);
        Optional<CrashStory> story =
            CrashStory.of(kill, walk.all(device), walk.all("Session|" + sessionId));
        if (story.isPresent()) {
          return story.get();
        }
        LockSupport.parkNanos(settings.lookInterval().toNanos());
      }
    }
    throw CliFailure.failed(
        "device "
            + kill.deviceId()
            + " did not serve again within "
            + settings.recoveryBound().toSeconds()
            + " s after its worker "
            + kill.pid()
            + " was killed",
        "look at the node's log, and run `mainstay doctor`");
  }

  private String deviceHistory(LiveJournal journal) {
    return journal.persistenceIds().stream()
        .map(GatewayReply.PersistenceIdView::persistenceId)
        .filter(id -> id.startsWith("Device|") && id.endsWith(":" + kill.deviceId()))
        .findFirst()
        .orElse("Device|" + kill.deviceId());
  }

  private static void checkSamePlan(SessionView session, SessionView reference) {
    if (session.documents() != reference.documents() || session.replanned() > 0) {
      throw CliFailure.failed(
          "the two runs had different batch plans, so their bits cannot be compared",
          "run the demo again; a worker died three times with one batch");
    }
  }

  private DemoDocument document(OutputCheck check, CrashStory story, String sessionId, Path file) {
    return new DemoDocument(
        check.documents(),
        check.embedded(),
        check.lost(),
        check.duplicated(),
        check.mismatched(),
        1,
        story.detectionMillis(),
        story.recoveryMillis(),
        sessionId,
        file.toString());
  }
}
