package io.mainstay.actors.postprocessing;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.pattern.StatusReply;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.postprocessing.image.safety.PolicySource;
import io.mainstay.actors.postprocessing.image.safety.SafetyPolicy;
import io.mainstay.actors.recovery.ErrorNames;
import io.mainstay.actors.recovery.FaultVoice;
import io.mainstay.actors.recovery.recognition.Recognised;
import io.mainstay.actors.state.source.NodeTelling;
import io.mainstay.persistence.history.HistoryLog;
import io.mainstay.persistence.history.SafetyPolicyEvent;
import io.mainstay.persistence.identity.EventStamper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Journals at the node's start which safety policy judges pictures from now on, if it is another
 * one than before. Lives until it has done so; a policy that cannot be read is said in the log, and
 * each session of pictures is refused with the cause. States: resolving, reading, comparing.
 */
public final class PolicyAdoption {
  /** What the actor tells itself. */
  public sealed interface Message {}

  private record Resolved(ModelDescriptor model) implements Message {}

  private record Read(PolicySource.Adopted policy, Throwable failure) implements Message {}

  private record Compared(HistoryLog.Recorded<SafetyPolicyEvent> last, Throwable failure)
      implements Message {}

  private static final Duration ASK_TIMEOUT = Duration.ofSeconds(30);

  private final ActorContext<Message> ctx;
  private final PolicySource source;
  private final ActorRef<HistoryLog.Command<SafetyPolicyEvent>> log;
  private final EventStamper stamper;
  private PolicySource.Adopted policy;

  private PolicyAdoption(
      ActorContext<Message> ctx,
      PolicySource source,
      ActorRef<HistoryLog.Command<SafetyPolicyEvent>> log,
      EventStamper stamper) {
    this.ctx = ctx;
    this.source = source;
    this.log = log;
    this.stamper = stamper;
  }

  /**
   * Adopts once.
   *
   * @param safetyModel id of the model whose policy counts, where the node has it
   */
  public static Behavior<Message> create(
      PolicySource source,
      String safetyModel,
      ActorRef<ModelCommand> models,
      ActorRef<HistoryLog.Command<SafetyPolicyEvent>> log,
      EventStamper stamper) {
    return Behaviors.setup(
        ctx -> {
          ctx.askWithStatus(
              ModelDescriptor.class,
              models,
              ASK_TIMEOUT,
              (ActorRef<StatusReply<ModelDescriptor>> replyTo) ->
                  new ModelCommand.Resolve(safetyModel, replyTo),
              // Without the model our own policy counts.
              (model, failure) -> new Resolved(model));
          return new PolicyAdoption(ctx, source, log, stamper).adopting();
        });
  }

  private Behavior<Message> adopting() {
    return Behaviors.receive(Message.class)
        .onMessage(Resolved.class, this::onResolved)
        .onMessage(Read.class, this::onRead)
        .onMessage(Compared.class, this::onCompared)
        .build();
  }

  private Behavior<Message> onResolved(Resolved resolved) {
    Path shipped =
        resolved.model() == null || resolved.model().safety() == null
            ? null
            : resolved.model().safety().policy();
    ctx.pipeToSelf(
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return source.policy(shipped);
              } catch (IOException unreadable) {
                throw new UncheckedIOException(unreadable);
              }
            },
            ctx.getSystem().dispatchers().lookup(DispatcherSelector.blocking())),
        Read::new);
    return Behaviors.same();
  }

  private Behavior<Message> onRead(Read read) {
    if (read.failure() != null) {
      ctx.getLog()
          .error("Safety policy cannot be used, pictures are refused cause={}", cause(read));
      FaultVoice.of(ctx.getSystem())
          .raise(
              "postprocessing/safety",
              Recognised.of(
                  ErrorNames.SAFETY_VALIDATION_SYSTEM_FAILURE,
                  "the safety policy cannot be used: " + cause(read)),
              null);
      return Behaviors.stopped();
    }
    policy = read.policy();
    SafetyPolicy adopted = policy.policy();
    NodeTelling.of(ctx.getSystem())
        .safetyPolicy(
            adopted.version(),
            adopted.contentSafetyMinimum(),
            adopted.qualityMinimum(),
            adopted.technicalCompliance().wireName(),
            adopted.belowSafety().wireName(),
            adopted.belowQuality().wireName());
    ctx.ask(
        recorded(),
        log,
        ASK_TIMEOUT,
        (ActorRef<HistoryLog.Recorded<SafetyPolicyEvent>> replyTo) ->
            new HistoryLog.Recent<>(1, replyTo),
        Compared::new);
    return Behaviors.same();
  }

  private static String cause(Read read) {
    Throwable failure = read.failure();
    return String.valueOf(
        failure.getCause() == null ? failure.getMessage() : failure.getCause().getMessage());
  }

  @SuppressWarnings("unchecked")
  private static Class<HistoryLog.Recorded<SafetyPolicyEvent>> recorded() {
    // The class of a generic type cannot be written down.
    return (Class<HistoryLog.Recorded<SafetyPolicyEvent>>) (Class<?>) HistoryLog.Recorded.class;
  }

  private Behavior<Message> onCompared(Compared compared) {
    if (compared.failure() != null) {
      ctx.getLog().warn("Safety policy not journaled cause={}", compared.failure().toString());
      return Behaviors.stopped();
    }
    boolean known =
        compared.last().events().stream()
            .anyMatch(
                event ->
                    event instanceof SafetyPolicyEvent.SafetyPolicyAdopted adopted
                        && adopted.sha256().equals(policy.sha256()));
    if (!known) {
      SafetyPolicy now = policy.policy();
      log.tell(
          HistoryLog.Record.of(
              new SafetyPolicyEvent.SafetyPolicyAdopted(
                  stamper.root(),
                  now.version(),
                  policy.sha256(),
                  now.contentSafetyMinimum(),
                  now.qualityMinimum(),
                  now.technicalCompliance().wireName(),
                  now.belowSafety().wireName(),
                  now.belowQuality().wireName())));
      ctx.getLog().info("Safety policy adopted version={}", now.version());
    }
    return Behaviors.stopped();
  }
}
