package io.mainstay.actors.node;

import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.ActorContext;
import io.mainstay.actors.degradation.ModeKey;
import io.mainstay.actors.degradation.ModeSettings;
import io.mainstay.actors.degradation.ModeTrigger;
import io.mainstay.actors.degradation.protection.ProtectionSettings;
import io.mainstay.actors.degradation.protection.ProtectionWatch;
import io.mainstay.actors.degradation.restoration.Restoration;
import io.mainstay.actors.degradation.restoration.RestorationSettings;
import io.mainstay.actors.device.DeviceSettings;
import io.mainstay.actors.recovery.RecoveryCommand;
import io.mainstay.actors.recovery.RestartSettings;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Who watches over a node's domains for its modes, for as long as these domains live; and who
 * steers the way back, for as long as the node lives.
 *
 * @param actors that end with the domains
 * @param domains those that live now, as the way back sees them
 */
record NodeCare(List<ActorRef<?>> actors, AtomicReference<Domains> domains) {
  /**
   * Over these domains.
   *
   * @param before over the domains before, which may be null; it ends
   */
  static NodeCare follow(
      ActorContext<NodeCommand> ctx,
      NodeParts parts,
      NodeLogs logs,
      Domains domains,
      ActorRef<RecoveryCommand> recovery,
      NodeCare before) {
    if (before != null) {
      before.actors().forEach(ctx::stop);
    }
    AtomicReference<Domains> current =
        before == null ? new AtomicReference<>(domains) : before.domains();
    current.set(domains);
    if (before == null) {
      restoration(ctx, parts, logs, current);
      ctx.spawn(
          NodeLogs.lasting(DegradedTeller.create(recovery), RestartSettings.of(parts.config())),
          "degraded-teller");
    }
    ModeSettings modes = ModeSettings.of(parts.config());
    List<String> devices = DeviceSettings.of(parts.config()).deviceIds();
    return new NodeCare(
        List.of(
            ModeWatch.follow(ctx, modes.watch(), devices, logs.modes(), domains),
            protection(ctx, parts, logs, domains, modes, devices)),
        current);
  }

  private static void restoration(
      ActorContext<NodeCommand> ctx,
      NodeParts parts,
      NodeLogs logs,
      AtomicReference<Domains> domains) {
    RestorationSettings settings = RestorationSettings.of(parts.config());
    ProbeFloor floor = ProbeFloor.of(ctx.getSystem(), parts, domains::get, settings.probe());
    ctx.spawn(
        LastingChild.of(
            Restoration.create(
                parts.settings().name(),
                ModeSettings.of(parts.config()),
                settings,
                new Restoration.Collaborators(
                    logs.modes(),
                    new NodeProbes(floor),
                    logs.notifications(),
                    parts.stamper(),
                    Clock.systemUTC())),
            RestartSettings.of(parts.config())),
        "restoration");
  }

  private static ActorRef<ProtectionWatch.Command> protection(
      ActorContext<NodeCommand> ctx,
      NodeParts parts,
      NodeLogs logs,
      Domains domains,
      ModeSettings modes,
      List<String> devices) {
    ProtectionSettings settings = ProtectionSettings.of(parts.config());
    ModeKey mode = modes.keyOf(ModeTrigger.CASCADE_FAILURE, "").orElseThrow();
    NodeComponents components =
        new NodeComponents(ctx.getSystem(), domains, devices, settings.answerWithin());
    return ctx.spawnAnonymous(
        NodeLogs.lasting(
            ProtectionWatch.create(settings, mode, components::look, logs.modes()),
            RestartSettings.of(parts.config())));
  }
}
