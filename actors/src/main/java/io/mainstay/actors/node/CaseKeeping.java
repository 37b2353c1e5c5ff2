package io.mainstay.actors.node;

import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.ActorContext;
import io.mainstay.actors.degradation.protection.ComponentCensus;
import io.mainstay.actors.device.DeviceSettings;
import io.mainstay.actors.recovery.ErrorCatalog;
import io.mainstay.actors.recovery.RestartSettings;
import io.mainstay.actors.recovery.casebook.CaseBook;
import io.mainstay.actors.recovery.casebook.CaseCommand;
import io.mainstay.actors.recovery.casebook.CaseSettings;
import io.mainstay.actors.recovery.engine.RecoveryBook;
import io.mainstay.actors.recovery.engine.RecoveryDefinition;
import io.mainstay.actors.recovery.escalation.EscalationPolicy;
import io.mainstay.actors.recovery.escalation.FrequencySettings;
import io.mainstay.actors.recovery.escalation.FrequencyWatch;
import io.mainstay.actors.recovery.escalation.LedgerCommand;
import io.mainstay.persistence.casebook.CaseBookSettings;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Starts a node's case book, and who watches how often errors come. */
final class CaseKeeping {
  private CaseKeeping() {}

  /**
   * Once per node, before the domains.
   *
   * @param components those that live now; null before they do
   */
  static ActorRef<CaseCommand> spawn(
      ActorContext<NodeCommand> ctx,
      NodeParts parts,
      NodeLogs logs,
      ErrorCatalog catalog,
      RecoveryBook book,
      ActorRef<LedgerCommand> ledger,
      AtomicReference<NodeComponents> components) {
    Set<String> recoveries =
        Stream.concat(book.cascades().stream(), book.strategies().stream())
            .map(RecoveryDefinition::name)
            .collect(Collectors.toUnmodifiableSet());
    ctx.spawn(
        NodeLogs.lasting(
            FrequencyWatch.create(FrequencySettings.of(parts.config()), ledger, logs.modes()),
            RestartSettings.of(parts.config())),
        "frequency-watch");
    return ctx.spawn(
        LastingChild.of(
            CaseBook.create(
                parts.settings().name(),
                CaseSettings.of(parts.config()),
                CaseBookSettings.of(parts.config()),
                new CaseBook.Collaborators(
                    catalog,
                    EscalationPolicy.of(parts.config()),
                    Set.copyOf(devices(parts)),
                    recoveries::contains,
                    () -> census(components.get()),
                    ledger,
                    logs.modes(),
                    logs.alerts(),
                    logs.notifications(),
                    parts.stamper(),
                    Clock.systemUTC())),
            RestartSettings.of(parts.config())),
        "cases");
  }

  private static CompletionStage<ComponentCensus> census(NodeComponents components) {
    return components == null
        ? CompletableFuture.failedFuture(new IllegalStateException("the domains are not there yet"))
        : components.look();
  }

  static List<String> devices(NodeParts parts) {
    return DeviceSettings.of(parts.config()).deviceIds();
  }
}
