package io.mainstay.actors.node;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.javadsl.AskPattern;
import akka.japi.function.Function;
import akka.pattern.StatusReply;
import io.mainstay.actors.degradation.DeviceUse;
import io.mainstay.actors.degradation.InForce;
import io.mainstay.actors.degradation.ModeKey;
import io.mainstay.actors.degradation.restoration.RestorationSettings;
import io.mainstay.actors.degradation.restoration.RestorationTests.Conditions;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.model.registry.ModelFaultCode;
import io.mainstay.actors.recovery.catalog.DegradationMode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * What the probes of a node stand on: its domains as they are now, and how they are asked.
 *
 * @param domains those that live now
 */
record ProbeFloor(
    ActorSystem<?> system,
    NodeParts parts,
    Supplier<Domains> domains,
    RestorationSettings.Probe probe,
    Executor blocking) {
  /**
   * What a probe found.
   *
   * @param skipped there was nothing to try it with
   */
  record Finding(boolean passed, String evidence, boolean skipped) {
    Finding(boolean passed, String evidence) {
      this(passed, evidence, false);
    }

    static Finding passed(String evidence) {
      return new Finding(true, evidence);
    }

    static Finding failed(String evidence) {
      return new Finding(false, evidence);
    }

    static CompletionStage<Finding> skippedNow(String evidence) {
      return CompletableFuture.completedStage(new Finding(false, "skipped: " + evidence, true));
    }
  }

  static ProbeFloor of(
      ActorSystem<?> system,
      NodeParts parts,
      Supplier<Domains> domains,
      RestorationSettings.Probe probe) {
    return new ProbeFloor(
        system, parts, domains, probe, system.dispatchers().lookup(DispatcherSelector.blocking()));
  }

  <C, R> CompletionStage<R> ask(
      ActorRef<C> whom, Duration within, Function<ActorRef<R>, C> question) {
    return AskPattern.ask(whom, question, within, system.scheduler());
  }

  <C, R> CompletionStage<R> askStatus(
      ActorRef<C> whom, Duration within, Function<ActorRef<StatusReply<R>>, C> question) {
    return AskPattern.askWithStatus(whom, question, within, system.scheduler());
  }

  CompletionStage<List<DeviceView>> devices(Duration within) {
    return this.<DeviceCommand, DeviceCommand.DeviceList>ask(
            domains.get().device(), within, DeviceCommand.ListDevices::new)
        .thenApply(DeviceCommand.DeviceList::devices);
  }

  /** Whether work goes to it, or is to go to it again once the modes are left. */
  boolean isUsed(String deviceId, Conditions conditions) {
    return DeviceUse.INFERENCE.may(InForce.on(system), deviceId)
        || conditions.modes().stream().anyMatch(mode -> mode.subject().equals(deviceId));
  }

  /** Models that the modes are about, which are on their way out. */
  static List<String> subjects(Conditions conditions) {
    return conditions.modes().stream()
        .filter(mode -> mode.mode() == DegradationMode.MODEL_DOMAIN_ISOLATION)
        .map(ModeKey::subject)
        .filter(subject -> !subject.isEmpty())
        .distinct()
        .toList();
  }

  /** The model that computes; empty if the node has no such model. */
  CompletionStage<Optional<String>> model(Duration within) {
    String id = probe.model();
    if (id.isEmpty()) {
      return CompletableFuture.completedStage(Optional.empty());
    }
    CompletionStage<ModelDescriptor> resolved =
        askStatus(domains.get().model(), within, replyTo -> new ModelCommand.Resolve(id, replyTo));
    return resolved.handle(
        (model, failure) -> {
          if (failure == null) {
            return Optional.of(id);
          }
          if (cause(failure) instanceof Refusal refusal
              && refusal.code().equals(ModelFaultCode.MODEL_UNKNOWN.code())) {
            return Optional.empty();
          }
          throw new CompletionException(cause(failure));
        });
  }

  static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }
}
