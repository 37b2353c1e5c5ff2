package io.mainstay.actors.gateway;

import akka.actor.typed.ActorRef;
import akka.japi.function.Function;
import akka.pattern.StatusReply;
import io.mainstay.actors.degradation.ModeCommand;
import io.mainstay.actors.degradation.ModeKey;
import io.mainstay.actors.degradation.ModeRules;
import io.mainstay.actors.degradation.ModeSettings;
import io.mainstay.actors.degradation.ModeView;
import io.mainstay.actors.degradation.Restrictions;
import io.mainstay.actors.degradation.restoration.ReturnInForce;
import io.mainstay.actors.degradation.restoration.ReturnView;
import io.mainstay.actors.recovery.catalog.CatalogName;
import io.mainstay.actors.recovery.catalog.DegradationMode;
import io.mainstay.actors.recovery.catalog.DegradationSubState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Degradation modes: shown, set and cleared by people. */
final class ModeDesk implements Desk {
  private static final String PERSON = "client";
  private static final String NORMAL = "normal";
  private static final int REASON_MAX = 1_000;

  private final Asking asking;
  private final ActorRef<ModeCommand> modes;
  private final ModeSettings settings;

  ModeDesk(Asking asking, ActorRef<ModeCommand> modes, ModeSettings settings) {
    this.asking = asking;
    this.modes = modes;
    this.settings = settings;
  }

  /** The mode line of the node's status: what holds, and devices that are given up. */
  static String statusText(Restrictions inForce, String outage) {
    if (inForce.none()) {
      return outage;
    }
    return outage.equals(NORMAL) ? inForce.modesText() : outage + "; " + inForce.modesText();
  }

  @Override
  public void open(Desks desks) {
    desks.on(
        GatewayRequest.GetModes.class,
        ask ->
            asking.<ModeCommand, ModeView>ask(modes, ModeCommand.Get::new).thenApply(this::reply));
    desks.on(GatewayRequest.SetMode.class, this::set);
    desks.on(GatewayRequest.ClearMode.class, this::clear);
  }

  private CompletionStage<GatewayReply> set(GatewayRequest.SetMode ask) {
    ModeKey key = key(ask.mode(), ask.subject());
    String reason = reason(ask.reason());
    return change(replyTo -> new ModeCommand.SetOverride(key, ask.on(), PERSON, reason, replyTo));
  }

  private CompletionStage<GatewayReply> clear(GatewayRequest.ClearMode ask) {
    ModeKey key = key(ask.mode(), ask.subject());
    String reason = reason(ask.reason());
    return change(replyTo -> new ModeCommand.ClearOverride(key, PERSON, reason, replyTo));
  }

  private CompletionStage<GatewayReply> change(
      Function<ActorRef<StatusReply<ModeView>>, ModeCommand> command) {
    return asking.<ModeCommand, ModeView>askStatus(modes, command).thenApply(this::reply);
  }

  private ModeKey key(String mode, String subject) {
    String about = subject == null ? "" : subject.strip();
    ModeKey key =
        settings
            .named(mode == null ? "" : mode, about)
            .orElseThrow(
                () ->
                    Refusal.of(
                        "unknown_mode", "there is no mode '" + mode + "'", "one of: " + names()));
    boolean isolation =
        key.part().isEmpty()
            && (key.mode() == DegradationMode.DEVICE_ISOLATION
                || key.mode() == DegradationMode.MODEL_DOMAIN_ISOLATION);
    if (isolation && about.isEmpty()) {
      throw Refusal.of(
          "invalid_parameter",
          "mode '" + mode + "' is about one device or one model; none is named",
          "name it with --subject");
    }
    boolean takesSubject =
        key.mode() == DegradationMode.DEVICE_ISOLATION
            || key.mode() == DegradationMode.MODEL_DOMAIN_ISOLATION;
    if (!takesSubject && !about.isEmpty()) {
      throw Refusal.of(
          "invalid_parameter",
          "mode '" + mode + "' is about the whole node, not about '" + about + "'",
          "leave --subject out");
    }
    return key;
  }

  private static String names() {
    return Stream.<CatalogName>concat(
            Stream.of(DegradationMode.values()), Stream.of(DegradationSubState.values()))
        .map(CatalogName::code)
        .collect(Collectors.joining(", "));
  }

  private static String reason(String given) {
    String text = given == null ? "" : given.strip();
    if (text.isEmpty() || text.length() > REASON_MAX) {
      throw Refusal.of(
          "invalid_parameter",
          "the reason has " + text.length() + " characters; allowed are 1 to " + REASON_MAX,
          "say in a few words why: it stands in the journal");
    }
    return text;
  }

  private GatewayReply reply(ModeView view) {
    List<GatewayReply.ModeLine> lines = new ArrayList<>();
    view.active().forEach(active -> lines.add(active(active, view)));
    view.overrides().stream()
        .filter(decided -> !decided.on())
        .forEach(decided -> lines.add(idle(decided.key(), view)));
    Stream.of(DegradationMode.values())
        .map(ModeKey::of)
        .filter(key -> lines.stream().noneMatch(line -> line.mode().equals(key.code())))
        .forEach(key -> lines.add(idle(key, view)));
    for (DegradationSubState part : DegradationSubState.values()) {
      if (lines.stream().noneMatch(line -> line.mode().equals(part.code()))) {
        lines.add(idle(ModeKey.of(settings.partOf().get(part), part, ""), view));
      }
    }
    return new GatewayReply.Modes(
        List.copyOf(lines),
        ModeRules.phrases(view.restrictions()),
        wayBack(ReturnInForce.of(asking.system()).view()));
  }

  private static GatewayReply.RestorationLine wayBack(ReturnView view) {
    return view.underWay()
        ? new GatewayReply.RestorationLine(
            view.restorationId(),
            view.modes(),
            view.stage(),
            view.passed(),
            view.attempt(),
            view.failure(),
            view.againAt(),
            view.intakePercent(),
            view.watchUntil(),
            view.tests())
        : null;
  }

  private GatewayReply.ModeLine active(ModeView.Active active, ModeView view) {
    Optional<ModeView.ManualOverride> decided = decision(active.key(), view);
    List<String> grounds =
        active.grounds().stream()
            .map(
                ground ->
                    ground.trigger().code() + " (" + ground.source() + "): " + ground.reason())
            .toList();
    return new GatewayReply.ModeLine(
        active.key().code(),
        partOf(active.key()),
        active.key().subject(),
        true,
        active.since(),
        grounds,
        decided.isPresent() ? "on" : "",
        decided.map(ModeView.ManualOverride::reason).orElse(""),
        active.leavesAt(),
        demands(active.key()));
  }

  private GatewayReply.ModeLine idle(ModeKey key, ModeView view) {
    Optional<ModeView.ManualOverride> decided = decision(key, view);
    return new GatewayReply.ModeLine(
        key.code(),
        partOf(key),
        key.subject(),
        false,
        null,
        List.of(),
        decided.isPresent() ? "off" : "",
        decided.map(ModeView.ManualOverride::reason).orElse(""),
        null,
        demands(key));
  }

  private static Optional<ModeView.ManualOverride> decision(ModeKey key, ModeView view) {
    return view.overrides().stream().filter(decided -> decided.key().equals(key)).findFirst();
  }

  private static String partOf(ModeKey key) {
    return key.part().isPresent() ? key.mode().code() : "";
  }

  private List<String> demands(ModeKey key) {
    Restrictions own = settings.definition(key).demands();
    return ModeRules.phrases(own);
  }
}
