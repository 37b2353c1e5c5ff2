package io.mainstay.actors.postprocessing;

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
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.postprocessing.output.EmbeddingsWriter;
import io.mainstay.actors.postprocessing.picture.PictureStore;
import io.mainstay.actors.postprocessing.picture.PicturesWriter;
import io.mainstay.actors.postprocessing.picture.Reviews;
import io.mainstay.actors.recovery.ChildGuard;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The postprocessing domain: hands jobs to its pipelines in order, refuses what does not fit in the
 * queue, and starts a pipeline clean when supervision stopped it; jobs wait meanwhile. Where it
 * leaves, every job that is not done is refused, to be sent again.
 */
public final class PostprocessingSupervisor {
  /** What the supervisor tells itself. */
  sealed interface Own extends PostprocessingCommand {}

  private record PipelineFreed(ActorRef<Pipeline.Job> pipeline) implements Own {}

  private record Respawn(int number) implements Own {}

  private final ActorContext<PostprocessingCommand> ctx;
  private final TimerScheduler<PostprocessingCommand> timers;
  private final PostprocessingSettings settings;
  private final Supplier<Behavior<Pipeline.Job>> pipeline;
  private final ActorRef<Pipeline.Freed> freed;
  private final Map<ActorRef<Pipeline.Job>, Integer> pipelines = new HashMap<>();
  private final Deque<ActorRef<Pipeline.Job>> idle = new ArrayDeque<>();
  private final Map<ActorRef<Pipeline.Job>, PostprocessingCommand> assigned = new HashMap<>();
  private final Deque<PostprocessingCommand> waiting = new ArrayDeque<>();
  private final PipelineRestart restart = new PipelineRestart();

  private PostprocessingSupervisor(
      ActorContext<PostprocessingCommand> ctx,
      TimerScheduler<PostprocessingCommand> timers,
      PostprocessingSettings settings,
      Supplier<Behavior<Pipeline.Job>> pipeline) {
    this.ctx = ctx;
    this.timers = timers;
    this.settings = settings;
    this.pipeline = pipeline;
    this.freed =
        ctx.messageAdapter(Pipeline.Freed.class, done -> new PipelineFreed(done.pipeline()));
  }

  /**
   * The domain.
   *
   * @param store where results and outputs lie
   * @param reviews where pictures are queued that need a person
   * @param spool directory for outputs while they grow, on the data directory's disk
   * @param guard wraps each pipeline
   */
  public static Behavior<PostprocessingCommand> create(
      PostprocessingSettings settings,
      ArtifactStore store,
      Reviews reviews,
      Path spool,
      ChildGuard guard) {
    return Behaviors.setup(
        ctx -> {
          Pipeline.Tools tools =
              new Pipeline.Tools(
                  store,
                  new EmbeddingsWriter(store, spool, Clock.systemUTC()),
                  new PictureStore(store),
                  new PicturesWriter(store, reviews, spool, Clock.systemUTC()),
                  VerdictWatch.of(ctx.getSystem()));
          Supplier<Behavior<Pipeline.Job>> pipeline =
              () -> guard.guard(Pipeline.Job.class, Pipeline.create(tools));
          return Behaviors.withTimers(
              timers -> new PostprocessingSupervisor(ctx, timers, settings, pipeline).serving());
        });
  }

  private Behavior<PostprocessingCommand> serving() {
    for (int number = 0; number < settings.pipelines(); number++) {
      spawn(number);
    }
    return Behaviors.receive(PostprocessingCommand.class)
        .onMessage(PipelineFreed.class, this::onFreed)
        .onMessage(Respawn.class, this::onRespawn)
        .onMessage(PostprocessingCommand.Restart.class, this::onRestart)
        .onMessage(PostprocessingCommand.GetLoad.class, this::onGetLoad)
        // Everything else is a job.
        .onMessage(PostprocessingCommand.class, this::onJob)
        .onSignal(Terminated.class, this::onStopped)
        .onSignal(PreRestart.class, restarting -> leave())
        .onSignal(PostStop.class, stopping -> leave())
        .build();
  }

  private void spawn(int number) {
    ActorRef<Pipeline.Job> child =
        ctx.spawn(
            pipeline.get(),
            "pipeline-" + number,
            DispatcherSelector.fromConfig(PostprocessingSettings.DISPATCHER));
    ctx.watch(child);
    pipelines.put(child, number);
    idle.add(child);
  }

  private Behavior<PostprocessingCommand> onJob(PostprocessingCommand job) {
    if (waiting.size() >= settings.queueMax()) {
      refuse(job, full());
    } else {
      waiting.add(job);
      handOut();
    }
    return Behaviors.same();
  }

  private Behavior<PostprocessingCommand> onFreed(PipelineFreed done) {
    boolean alive =
        assigned.remove(done.pipeline()) != null && pipelines.containsKey(done.pipeline());
    if (alive && restart.leaves(done.pipeline())) {
      ctx.stop(done.pipeline());
    } else if (alive) {
      idle.add(done.pipeline());
      handOut();
    }
    return Behaviors.same();
  }

  /** One that works ends after its job. */
  private Behavior<PostprocessingCommand> onRestart(PostprocessingCommand.Restart ask) {
    restart.ask(pipelines.keySet(), ask.replyTo());
    idle.forEach(ctx::stop);
    idle.clear();
    restart.now(pipelines.size(), settings.pipelines(), waiting.size());
    return Behaviors.same();
  }

  private Behavior<PostprocessingCommand> onStopped(Terminated stopped) {
    Integer number = pipelines.remove(stopped.getRef().unsafeUpcast());
    idle.removeIf(ref -> ref.equals(stopped.getRef()));
    restart.gone(stopped.getRef().unsafeUpcast());
    // A pipeline says that it is free before its fault stops it: what it was handed since comes
    // back.
    PostprocessingCommand unstarted = assigned.remove(stopped.getRef());
    if (unstarted != null) {
      waiting.addFirst(unstarted);
    }
    if (number != null) {
      ctx.getLog().warn("Pipeline stopped, starting it clean pipeline={}", number);
      timers.startSingleTimer(number, new Respawn(number), settings.respawnDelay());
    }
    return Behaviors.same();
  }

  private Behavior<PostprocessingCommand> onRespawn(Respawn respawn) {
    spawn(respawn.number());
    restart.now(pipelines.size(), settings.pipelines(), waiting.size());
    handOut();
    return Behaviors.same();
  }

  private Behavior<PostprocessingCommand> onGetLoad(PostprocessingCommand.GetLoad get) {
    get.replyTo()
        .tell(new PostprocessingCommand.Load(pipelines.size(), idle.size(), waiting.size()));
    return Behaviors.same();
  }

  private void handOut() {
    while (!waiting.isEmpty() && !idle.isEmpty()) {
      ActorRef<Pipeline.Job> next = idle.poll();
      PostprocessingCommand job = waiting.poll();
      assigned.put(next, job);
      next.tell(new Pipeline.Job(job, freed));
    }
  }

  /**
   * Nobody knows of the jobs after this. One that a pipeline still ends answers twice; the first
   * answer counts.
   */
  private Behavior<PostprocessingCommand> leave() {
    Refusal gone =
        Refusal.busy("Postprocessing begins anew or stops", settings.retryAfter().toMillis());
    assigned.values().forEach(job -> refuse(job, gone));
    assigned.clear();
    waiting.forEach(job -> refuse(job, gone));
    waiting.clear();
    return Behaviors.same();
  }

  private Refusal full() {
    return Refusal.busy(
        "Postprocessing has "
            + waiting.size()
            + " jobs waiting; its limit is "
            + PostprocessingSettings.PATH
            + ".queue-max = "
            + settings.queueMax(),
        settings.retryAfter().toMillis());
  }

  private static void refuse(PostprocessingCommand job, Refusal busy) {
    if (job instanceof PostprocessingCommand.StoreEmbeddings store) {
      store.replyTo().tell(StatusReply.error(busy));
    } else if (job instanceof PostprocessingCommand.WriteOutputs outputs) {
      outputs.replyTo().tell(StatusReply.error(busy));
    } else if (job instanceof PostprocessingCommand.StorePictures pictures) {
      pictures.replyTo().tell(StatusReply.error(busy));
    } else if (job instanceof PostprocessingCommand.WritePictures pictures) {
      pictures.replyTo().tell(StatusReply.error(busy));
    } else if (job instanceof PostprocessingCommand.Prove prove) {
      prove.replyTo().tell(StatusReply.error(busy));
    }
  }
}
