package io.mainstay.persistence.notification;

import io.mainstay.persistence.serialization.JournalEvent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A node's notifications in memory. Immutable. Written as a snapshot; names and fields only grow.
 *
 * @param notifications by their issuing: all that wait for something, and the last settled ones
 */
public record NotificationState(List<Notification> notifications) implements JournalEvent {
  public NotificationState {
    notifications = List.copyOf(notifications);
  }

  /** First part of the persistence id of each node's notifications; fixed for ever. */
  public static final String TYPE = "Notification";

  /** Channels with a server behind them, by the names they have in events; fixed for ever. */
  public static final List<String> SERVED = List.of("email", "webhook");

  /** Before the first notification. */
  public static NotificationState empty() {
    return new NotificationState(List.of());
  }

  /** One that waits for something, or was among the last settled ones. */
  public Optional<Notification> find(String notificationId) {
    return notifications.stream()
        .filter(each -> each.notificationId().equals(notificationId))
        .findFirst();
  }

  /** Whether one of that kind and title was issued because of that event. */
  public boolean tells(String kind, String causeId, String title) {
    return notifications.stream()
        .anyMatch(
            each ->
                each.kind().equals(kind)
                    && each.title().equals(title)
                    && each.issued().causeId().equals(causeId)
                    && !each.issued().causeId().equals(each.issued().eventId()));
  }

  /** Those that a person must still see, oldest first. */
  public List<Notification> awaitingAcknowledgement() {
    return notifications.stream().filter(Notification::awaitsAcknowledgement).toList();
  }

  /** How many wait for a delivery or a person. */
  public int unsettled() {
    return (int) notifications.stream().filter(each -> !each.isSettled()).count();
  }

  /**
   * The one that makes room for another: the oldest that waits for a person alone, so that no
   * delivery is lost; else the oldest that waits for anything.
   */
  public Optional<Notification> toMakeRoom() {
    return notifications.stream()
        .filter(Notification::awaitsAcknowledgement)
        .filter(each -> each.deliveries().stream().noneMatch(Notification.Delivery::pending))
        .findFirst()
        .or(() -> notifications.stream().filter(each -> !each.isSettled()).findFirst());
  }

  /** What the event makes of this; keeps at most {@code kept} settled ones. */
  public NotificationState after(NotificationEvent event, int kept) {
    if (event instanceof NotificationEvent.NotificationIssued issued) {
      List<Notification> next = new ArrayList<>(notifications);
      next.add(Notification.of(issued, SERVED));
      return trimmed(next, kept);
    }
    if (event instanceof NotificationEvent.NotificationRepeated again) {
      return each(List.of(again.notificationId()), one -> one.repeated(again.times()), kept);
    }
    if (event instanceof NotificationEvent.NotificationsDelivered done) {
      return each(
          done.notificationIds(), one -> one.delivered(done.channel(), done.attempts()), kept);
    }
    if (event instanceof NotificationEvent.DeliveryAbandoned gone) {
      return each(
          gone.notificationIds(),
          one -> one.abandoned(gone.channel(), gone.attempts(), gone.cause()),
          kept);
    }
    if (event instanceof NotificationEvent.NotificationAcknowledged seen) {
      return each(
          List.of(seen.notificationId()),
          one -> one.acknowledged(new Notification.Word(seen.by(), seen.note(), seen.meta().at())),
          kept);
    }
    if (event instanceof NotificationEvent.NotificationWentOn on) {
      return each(List.of(on.notificationId()), one -> one.wentOn(on), kept);
    }
    if (event instanceof NotificationEvent.NotificationDisplaced gone) {
      return each(List.of(gone.notificationId()), Notification::displaced, kept);
    }
    NotificationEvent.NotificationEscalated escalated =
        (NotificationEvent.NotificationEscalated) event;
    return each(List.of(escalated.notificationId()), one -> one.escalated(escalated), kept);
  }

  private NotificationState each(
      Collection<String> ids, UnaryOperator<Notification> change, int kept) {
    return trimmed(
        notifications.stream()
            .map(each -> ids.contains(each.notificationId()) ? change.apply(each) : each)
            .toList(),
        kept);
  }

  private static NotificationState trimmed(List<Notification> all, int kept) {
    long superfluous = all.stream().filter(Notification::isSettled).count() - kept;
    if (superfluous <= 0) {
      return new NotificationState(all);
    }
    List<Notification> left = new ArrayList<>(all.size());
    for (Notification each : all) {
      if (superfluous > 0 && each.isSettled()) {
        superfluous--;
      } else {
        left.add(each);
      }
    }
    return new NotificationState(left);
  }
}
