package io.mainstay.actors.node;

import io.mainstay.actors.degradation.LimitedFeatures;
import io.mainstay.actors.degradation.ModeChanged;
import io.mainstay.actors.degradation.ModeDefinition;
import io.mainstay.actors.degradation.ModeKey;
import io.mainstay.actors.degradation.ModeRules;
import io.mainstay.actors.degradation.ModeSettings;
import io.mainstay.actors.degradation.ModeTrigger;
import io.mainstay.actors.degradation.ModeView;
import io.mainstay.actors.degradation.Restrictions;
import io.mainstay.actors.degradation.restoration.RestorationSettings;
import io.mainstay.actors.notification.Estimate;
import io.mainstay.actors.notification.ModeNotices;
import io.mainstay.actors.notification.NotificationCommand;
import io.mainstay.actors.recovery.Severity;
import io.mainstay.actors.recovery.casebook.CaseWords;
import io.mainstay.actors.recovery.catalog.DegradationMode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What people are told of a mode: that it is on, what is limited and what to use instead, and when
 * it ends by itself, or by which command. Minimal mode and its parts have texts of their own. Pure.
 *
 * @param restoration bounds of the way back, which the estimate has in it
 */
record ModeTexts(ModeSettings settings, ModeRules rules, RestorationSettings restoration) {
  /**
   * What a change tells.
   *
   * @param began when the mode was entered
   */
  List<NotificationCommand> of(ModeChanged changed, Instant began) {
    ModeKey key = changed.key();
    if (!changed.entered()) {
      return List.of(
          ModeNotices.ended(
              key.text(), Duration.between(began, changed.cause().at()), changed.cause()));
    }
    return key.mode() == DegradationMode.MINIMAL_OPERATION_MODE ? minimal(changed) : other(changed);
  }

  private List<NotificationCommand> minimal(ModeChanged changed) {
    String name = changed.key().text();
    NotificationCommand end =
        remedy(changed)
            .map(remedy -> ModeNotices.minimalHeld(name, remedy, changed.cause()))
            .orElseGet(() -> ModeNotices.minimalRecovery(name, estimate(changed), changed.cause()));
    return List.of(
        ModeNotices.minimalActivated(name, Severity.HIGH, changed.reason(), changed.cause()),
        ModeNotices.minimalLimited(
            name, LimitedFeatures.of(demands(changed)).affectedWithLimits(), changed.cause()),
        end);
  }

  private List<NotificationCommand> other(ModeChanged changed) {
    ModeKey key = changed.key();
    Severity severity =
        key.mode() == DegradationMode.PERFORMANCE_CONSERVATION_MODE
            ? Severity.MEDIUM
            : Severity.HIGH;
    LimitedFeatures features = LimitedFeatures.of(demands(changed));
    return List.of(
        ModeNotices.activated(
            key.text(), severity, changed.reason(), estimate(changed), changed.cause()),
        ModeNotices.limited(
            key.text(),
            features.affected(),
            features.alternatives(),
            features.impact(),
            changed.cause()));
  }

  /** What that mode alone demands, for the reasons that there are. */
  private Restrictions demands(ModeChanged changed) {
    Set<ModeTrigger> triggers =
        active(changed).stream()
            .flatMap(active -> active.grounds().stream())
            .map(ModeView.Ground::trigger)
            .collect(Collectors.toSet());
    return rules.of(changed.key(), triggers.isEmpty() ? Set.of(ModeTrigger.OPERATOR) : triggers);
  }

  private static Optional<ModeView.Active> active(ModeChanged changed) {
    return changed.now().active().stream()
        .filter(active -> active.key().equals(changed.key()))
        .findFirst();
  }

  /** What a person must do before it ends; empty where it ends by itself. */
  private Optional<String> remedy(ModeChanged changed) {
    ModeKey key = changed.key();
    boolean demanded =
        changed.now().overrides().stream().anyMatch(one -> one.on() && one.key().equals(key));
    if (demanded || settings.definition(key).gated()) {
      String subject = key.subject().isEmpty() ? "" : " --subject " + key.subject();
      return Optional.of("a person ends it, 'mainstay mode clear " + key.code() + subject + "'");
    }
    List<String> commands =
        active(changed).stream()
            .flatMap(active -> active.grounds().stream())
            .map(CaseWords::awaited)
            .flatMap(Optional::stream)
            .distinct()
            .toList();
    return commands.isEmpty()
        ? Optional.empty()
        : Optional.of("it waits for a person, '" + String.join("' and '", commands) + "'");
  }

  /** The longest that it takes by itself, if all tests of the way back pass at once. */
  private Estimate estimate(ModeChanged changed) {
    ModeDefinition mode = settings.definition(changed.key());
    Optional<String> remedy = remedy(changed);
    if (remedy.isPresent()) {
      return Estimate.unknown(remedy.get());
    }
    Duration wayBack = restoration.longest(mode.wayBack());
    Instant leavesAt = active(changed).map(ModeView.Active::leavesAt).orElse(null);
    if (leavesAt != null) {
      Duration left = Duration.between(changed.cause().at(), leavesAt);
      return Estimate.within(left.isNegative() ? wayBack : left.plus(wayBack));
    }
    Duration stay = mode.leastStay().compareTo(mode.quiet()) > 0 ? mode.leastStay() : mode.quiet();
    return Estimate.afterCause(stay.plus(wayBack));
  }
}
