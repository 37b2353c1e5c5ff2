package io.mainstay.persistence.notification;

import com.typesafe.config.Config;
import io.mainstay.persistence.serialization.EntityFold;
import io.mainstay.persistence.serialization.EventFamily;
import io.mainstay.persistence.serialization.JournalEvent;
import io.mainstay.persistence.serialization.ManifestTableBuilder;
import java.util.List;
import java.util.Map;

/** Manifests of notifications. */
public final class NotificationFamily implements EventFamily {
  @Override
  public Map<String, Class<? extends JournalEvent>> manifests() {
    return new ManifestTableBuilder()
        .add("notification.NotificationIssued.v1", NotificationEvent.NotificationIssued.class)
        .add("notification.NotificationRepeated.v1", NotificationEvent.NotificationRepeated.class)
        .add(
            "notification.NotificationsDelivered.v1",
            NotificationEvent.NotificationsDelivered.class)
        .add("notification.DeliveryAbandoned.v1", NotificationEvent.DeliveryAbandoned.class)
        .add(
            "notification.NotificationAcknowledged.v1",
            NotificationEvent.NotificationAcknowledged.class)
        .add("notification.NotificationEscalated.v1", NotificationEvent.NotificationEscalated.class)
        .add("notification.NotificationWentOn.v1", NotificationEvent.NotificationWentOn.class)
        .add("notification.NotificationDisplaced.v1", NotificationEvent.NotificationDisplaced.class)
        .add("notification.state.NotificationState.v1", NotificationState.class)
        .build();
  }

  @Override
  public List<EntityFold<?>> folds(Config root) {
    int kept = NotificationBounds.of(root).settledKept();
    return List.of(
        EntityFold.of(
            NotificationState.TYPE,
            NotificationState.empty(),
            NotificationEvent.class,
            (state, event) -> state.after(event, kept),
            false));
  }
}
