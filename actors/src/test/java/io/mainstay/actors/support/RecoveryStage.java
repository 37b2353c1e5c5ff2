package io.mainstay.actors.support;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.alert.AlertCommand;
import io.mainstay.actors.consistency.ConsistencyMonitor;
import io.mainstay.actors.degradation.ModeCommand;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.inference.InferenceCommand;
import io.mainstay.actors.memory.MemoryCommand;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.notification.NotificationCommand;
import io.mainstay.actors.outage.OutageCommand;
import io.mainstay.actors.postprocessing.PostprocessingCommand;
import io.mainstay.actors.processing.ProcessingCommand;
import io.mainstay.actors.processing.pause.PauseCommand;
import io.mainstay.actors.recovery.Intake;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.NodePorts;
import io.mainstay.actors.recovery.engine.CoordinatorSettings;
import io.mainstay.actors.recovery.engine.RecoveryAction;
import io.mainstay.actors.recovery.engine.RecoveryActions;
import io.mainstay.actors.transaction.TransactionCommand;
import io.mainstay.persistence.database.Database;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.recovery.RecoveryPlan;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import io.mainstay.persistence.review.ReviewQueue;
import io.mainstay.persistence.serialization.EventMeta;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** The actions of recoveries among domains that answer what a test has them answer. */
public final class RecoveryStage implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(500);

  /** What a domain does with its messages; nothing at first. */
  public volatile Consumer<DeviceCommand> device = told -> {};

  public volatile Consumer<MemoryCommand> memory = told -> {};
  public volatile Consumer<ModelCommand> model = told -> {};
  public volatile Consumer<OutageCommand> outages = told -> {};
  public volatile Consumer<ProcessingCommand> processing = told -> {};
  public volatile Consumer<InferenceCommand> inference = told -> {};
  public volatile Consumer<ConsistencyMonitor.Command> consistency = told -> {};
  public volatile Consumer<ModeCommand> modes = told -> {};
  public volatile Consumer<TransactionCommand> transaction = told -> {};
  public volatile Consumer<NotificationCommand> notifications = told -> {};
  public volatile Consumer<AlertCommand> alerts = told -> {};
  public volatile Consumer<ReviewQueue.Command> reviews = told -> {};

  /** Devices, as {@link #devices()} answers them. */
  private final List<DeviceView> views = new CopyOnWriteArrayList<>();

  private final List<ActorRef<Object>> domains = new ArrayList<>();
  private final ActorTestKit kit;
  private final Intake intake = new Intake();

  /** That each step was asked for, as the journal would have it. */
  private final EventMeta cause = EventStamper.system().root();

  private final RecoveryActions actions;

  /**
   * @param mine adds the actions of the test
   */
  public RecoveryStage(BiConsumer<RecoveryActions.Builder, ActionFloor> mine) {
    this(mine, ActorTestKit.create(config("")), null, null);
  }

  /**
   * On a kit of the test's own; closing this ends it.
   *
   * @param mine adds the actions of the test
   * @param database of the journal, or null
   * @param postprocessing a real domain, or null for one that is silent
   */
  public RecoveryStage(
      BiConsumer<RecoveryActions.Builder, ActionFloor> mine,
      ActorTestKit kit,
      Database database,
      ActorRef<PostprocessingCommand> postprocessing) {
    this.kit = kit;
    Config config = kit.system().settings().config();
    NodePorts ports =
        new NodePorts(
            spawn(DeviceCommand.class, told -> device.accept(told)),
            spawn(MemoryCommand.class, told -> memory.accept(told)),
            spawn(ModelCommand.class, told -> model.accept(told)),
            spawn(OutageCommand.class, told -> outages.accept(told)),
            spawn(ProcessingCommand.class, told -> processing.accept(told)),
            spawn(PauseCommand.class, told -> {}),
            spawn(InferenceCommand.class, told -> inference.accept(told)),
            postprocessing == null
                ? spawn(PostprocessingCommand.class, told -> {})
                : postprocessing,
            spawn(TransactionCommand.class, told -> transaction.accept(told)),
            spawn(ConsistencyMonitor.Command.class, told -> consistency.accept(told)));
    RecoveryActions.Builder builder = new RecoveryActions.Builder();
    mine.accept(
        builder,
        new ActionFloor(
            kit.system(),
            CoordinatorSettings.of(config),
            () -> ports,
            new ActionFloor.Surroundings(
                config,
                database,
                null,
                EventStamper.system(),
                spawn(ModeCommand.class, told -> modes.accept(told)),
                spawn(AlertCommand.class, told -> alerts.accept(told)),
                spawn(NotificationCommand.class, told -> notifications.accept(told)),
                spawn(ReviewQueue.Command.class, told -> reviews.accept(told)),
                intake)));
    this.actions = builder.build();
  }

  /** Settings under which looks are frequent and silent domains are noticed soon. */
  public static Config config(String more) {
    return ConfigFactory.parseString(
            "akka.loglevel = WARNING\n"
                + "mainstay.recovery.engine { look-interval = 10ms, answer-within = 300ms }\n"
                + more)
        .withFallback(ConfigFactory.load());
  }

  private <T> ActorRef<T> spawn(Class<T> type, Consumer<T> domain) {
    ActorRef<Object> ref =
        kit.spawn(
            Behaviors.receive(Object.class)
                .onMessage(
                    CountDownLatch.class,
                    reached -> {
                      reached.countDown();
                      return Behaviors.same();
                    })
                .onAnyMessage(
                    told -> {
                      domain.accept(type.cast(told));
                      return Behaviors.same();
                    })
                .build());
    domains.add(ref);
    return ref.narrow();
  }

  /** Until each domain has done what it had been told by now. */
  private void settle() throws InterruptedException {
    CountDownLatch reached = new CountDownLatch(domains.size());
    domains.forEach(domain -> domain.tell(reached));
    if (!reached.await(60, TimeUnit.SECONDS)) {
      throw new AssertionError(reached.getCount() + " domains do not come to their messages");
    }
  }

  /** What whatever a step does is caused by. */
  public EventMeta cause() {
    return cause;
  }

  public ActorTestKit kit() {
    return kit;
  }

  public Intake intake() {
    return intake;
  }

  /** The device domain answers these from now on, and nothing else. */
  public void devices(DeviceView... all) {
    nowDevices(all);
    device = this::listDevices;
  }

  /** What {@link #listDevices} answers from now on. */
  public void nowDevices(DeviceView... all) {
    views.clear();
    views.addAll(List.of(all));
  }

  /** Answers who asks for the devices. */
  public void listDevices(DeviceCommand told) {
    if (told instanceof DeviceCommand.ListDevices list) {
      list.replyTo().tell(new DeviceCommand.DeviceList(new ArrayList<>(views)));
    }
  }

  /** A CPU device whose worker is an hour old. */
  public static DeviceView view(String id, String state, long epoch, String... models) {
    return view(id, state, epoch, 3_600_000, models);
  }

  /** A CPU device. */
  public static DeviceView view(
      String id, String state, long epoch, long uptimeMillis, String... models) {
    return new DeviceView(
        id,
        "cpu",
        "cpu",
        state,
        1,
        epoch,
        1_000 + epoch,
        "none",
        0,
        0,
        1_000,
        100,
        List.of(models),
        0,
        uptimeMillis,
        "");
  }

  /** Performs a step of a strategy. */
  public RecoveryStepOutcome perform(
      String action, String error, String subject, Map<String, String> parameters)
      throws Exception {
    return perform(RecoveryPlan.Kind.STRATEGY, action, error, subject, parameters, LIMIT);
  }

  /** The same with a limit that is over soon, for what is not to come. */
  public RecoveryStepOutcome performShortly(
      String action, String error, String subject, Map<String, String> parameters)
      throws Exception {
    return perform(RecoveryPlan.Kind.STRATEGY, action, error, subject, parameters, SHORT);
  }

  /** Performs a step. */
  public RecoveryStepOutcome perform(
      RecoveryPlan.Kind kind,
      String action,
      String error,
      String subject,
      Map<String, String> parameters,
      Duration limit)
      throws Exception {
    return new Recovery(kind, error, subject, parameters).perform(action, limit);
  }

  /** One strategy of which several steps are performed. */
  public Recovery recovery(String error, String subject, Map<String, String> parameters) {
    return new Recovery(RecoveryPlan.Kind.STRATEGY, error, subject, parameters);
  }

  /** One recovery: its steps have its id. */
  public final class Recovery {
    private final String id = EventStamper.system().nextId();
    private final RecoveryPlan.Kind kind;
    private final String error;
    private final String subject;
    private final Map<String, String> parameters;

    private Recovery(
        RecoveryPlan.Kind kind, String error, String subject, Map<String, String> parameters) {
      this.kind = kind;
      this.error = error;
      this.subject = subject;
      this.parameters = parameters;
    }

    public String id() {
      return id;
    }

    public RecoveryStepOutcome perform(String action) throws Exception {
      return perform(action, LIMIT);
    }

    public RecoveryStepOutcome perform(String action, Duration limit) throws Exception {
      RecoveryPlan.Step step =
          new RecoveryPlan.Step(
              1,
              "platform",
              action,
              limit.toMillis(),
              1,
              RecoveryPlan.OnFailure.ROLL_BACK,
              "",
              parameters);
      RecoveryPlan plan =
          new RecoveryPlan(
              kind,
              "test",
              "node",
              error,
              subject,
              1,
              RecoveryPlan.Flow.ALL,
              limit.toMillis(),
              List.of(step));
      return RecoveryStage.this.perform(id, plan, step);
    }
  }

  /** Performs a step of that recovery; the domains have done what it told them. */
  public RecoveryStepOutcome perform(String recoveryId, RecoveryPlan plan, RecoveryPlan.Step step)
      throws Exception {
    RecoveryStepOutcome outcome =
        actions
            .find(step.action())
            .orElseThrow()
            .perform(new RecoveryAction.Task(recoveryId, plan, step, cause))
            .toCompletableFuture()
            .get(60, TimeUnit.SECONDS);
    settle();
    return outcome;
  }

  @Override
  public void close() {
    kit.shutdownTestKit();
  }
}
