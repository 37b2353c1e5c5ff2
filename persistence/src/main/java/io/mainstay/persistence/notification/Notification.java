package io.mainstay.persistence.notification;

import io.mainstay.persistence.serialization.EventMeta;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * One notification as it stands. Immutable.
 *
 * @param issued the event that issued it
 * @param deliveries one for each channel with a server behind it, email and webhook
 * @param repeated how often the same happened again meanwhile
 * @param escalations how often it was told again because nobody had seen it
 * @param acknowledgeBy when it escalates; null if it does not
 * @param acknowledged null until a person has seen it
 * @param wentOn what happened of the same since it was issued, the last ones
 */
public record Notification(
    String notificationId,
    String kind,
    String severity,
    String subject,
    String title,
    String text,
    String detail,
    String presentation,
    List<String> channels,
    EventMeta issued,
    List<Delivery> deliveries,
    int repeated,
    int escalations,
    Instant acknowledgeBy,
    boolean acknowledgementNeeded,
    Word acknowledged,
    List<Step> wentOn) {
  private static final int STEPS_MAX = 32;

  public Notification {
    channels = List.copyOf(channels);
    deliveries = List.copyOf(deliveries);
    // Of a snapshot before there were any.
    wentOn = wentOn == null ? List.of() : List.copyOf(wentOn);
  }

  /** How far a delivery is. */
  public enum DeliveryState {
    PENDING,
    DELIVERED,
    ABANDONED
  }

  /**
   * The latest delivery by one channel.
   *
   * @param level escalation that it belongs to; 0 for the first telling
   * @param attempts that were made, once it is settled
   * @param cause why it was abandoned, or empty
   */
  public record Delivery(
      String channel, int level, DeliveryState state, int attempts, String cause) {
    boolean pending() {
      return state == DeliveryState.PENDING;
    }
  }

  /** Who said what of it. */
  public record Word(String by, String text, Instant at) {}

  /**
   * What happened since.
   *
   * @param kind as that of a notification
   */
  public record Step(String kind, String title, String text, Instant at) {}

  /** True while a person must still see it. */
  public boolean awaitsAcknowledgement() {
    return acknowledgementNeeded && acknowledged == null;
  }

  /** True when nothing of it waits: no delivery, no person. */
  public boolean isSettled() {
    return !awaitsAcknowledgement() && deliveries.stream().noneMatch(Delivery::pending);
  }

  static Notification of(NotificationEvent.NotificationIssued event, List<String> served) {
    return new Notification(
        event.notificationId(),
        event.kind(),
        event.severity(),
        event.subject(),
        event.title(),
        event.text(),
        event.detail(),
        event.presentation(),
        event.channels(),
        event.meta(),
        pending(event.channels().stream().filter(served::contains).toList(), 0),
        0,
        0,
        event.acknowledgeBy(),
        event.acknowledgeBy() != null,
        null,
        List.of());
  }

  private static List<Delivery> pending(List<String> channels, int level) {
    return channels.stream()
        .map(channel -> new Delivery(channel, level, DeliveryState.PENDING, 0, ""))
        .toList();
  }

  Notification delivered(String channel, int attempts) {
    return settled(
        channel, old -> new Delivery(channel, old.level(), DeliveryState.DELIVERED, attempts, ""));
  }

  Notification abandoned(String channel, int attempts, String cause) {
    return settled(
        channel,
        old -> new Delivery(channel, old.level(), DeliveryState.ABANDONED, attempts, cause));
  }

  private Notification settled(String channel, UnaryOperator<Delivery> outcome) {
    return with(
        deliveries.stream()
            .map(each -> each.channel().equals(channel) ? outcome.apply(each) : each)
            .toList(),
        repeated,
        escalations,
        acknowledgeBy,
        acknowledged);
  }

  Notification repeated(int times) {
    return with(deliveries, repeated + times, escalations, acknowledgeBy, acknowledged);
  }

  Notification acknowledged(Word word) {
    return with(deliveries, repeated, escalations, null, word);
  }

  Notification escalated(NotificationEvent.NotificationEscalated event) {
    List<Delivery> next =
        new ArrayList<>(
            deliveries.stream()
                .filter(each -> !event.channels().contains(each.channel()))
                .toList());
    next.addAll(pending(event.channels(), event.level()));
    return with(next, repeated, event.level(), event.acknowledgeBy(), acknowledged);
  }

  private Notification with(
      List<Delivery> nextDeliveries,
      int nextRepeated,
      int nextEscalations,
      Instant nextBy,
      Word nextWord) {
    return copy(
        nextDeliveries,
        nextRepeated,
        nextEscalations,
        nextBy,
        acknowledgementNeeded,
        nextWord,
        wentOn);
  }

  Notification wentOn(NotificationEvent.NotificationWentOn event) {
    List<Step> steps = new ArrayList<>(wentOn);
    steps.add(new Step(event.kind(), event.title(), event.text(), event.meta().at()));
    return copy(
        deliveries,
        repeated,
        escalations,
        acknowledgeBy,
        acknowledgementNeeded,
        acknowledged,
        steps.subList(Math.max(0, steps.size() - STEPS_MAX), steps.size()));
  }

  /** Nobody has to see it any more, and nothing of it waits. */
  Notification displaced() {
    return copy(
        deliveries.stream()
            .map(
                each ->
                    each.state() == DeliveryState.PENDING
                        ? new Delivery(
                            each.channel(),
                            each.level(),
                            DeliveryState.ABANDONED,
                            each.attempts(),
                            "it made room for newer ones")
                        : each)
            .toList(),
        repeated,
        escalations,
        null,
        false,
        acknowledged,
        wentOn);
  }

  private Notification copy(
      List<Delivery> nextDeliveries,
      int nextRepeated,
      int nextEscalations,
      Instant nextBy,
      boolean nextNeeded,
      Word nextWord,
      List<Step> nextSteps) {
    return new Notification(
        notificationId,
        kind,
        severity,
        subject,
        title,
        text,
        detail,
        presentation,
        channels,
        issued,
        nextDeliveries,
        nextRepeated,
        nextEscalations,
        nextBy,
        nextNeeded,
        nextWord,
        nextSteps);
  }
}
