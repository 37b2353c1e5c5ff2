package io.mainstay.actors.node;

import akka.actor.typed.Behavior;
import com.typesafe.config.Config;
import io.mainstay.actors.notification.Channel;
import io.mainstay.actors.notification.NotificationCommand;
import io.mainstay.actors.notification.NotificationPost;
import io.mainstay.actors.notification.NotificationSettings;
import io.mainstay.actors.notification.NotificationTemplates;
import io.mainstay.actors.notification.delivery.DeliveryMethod;
import io.mainstay.actors.notification.delivery.EmailSettings;
import io.mainstay.actors.notification.delivery.Envelope;
import io.mainstay.actors.notification.delivery.SmtpDelivery;
import io.mainstay.actors.notification.delivery.WebhookDelivery;
import io.mainstay.actors.notification.delivery.WebhookSettings;
import io.mainstay.actors.recovery.RestartSettings;
import io.mainstay.persistence.notification.NotificationBounds;
import java.time.Clock;
import java.util.EnumMap;
import java.util.Map;

/** A node's notifications, made of its configuration. */
final class NodeNotifications {
  private NodeNotifications() {}

  /**
   * Refuses a start with texts, bounds or credentials that are not right.
   *
   * @throws com.typesafe.config.ConfigException with file and line, if a text is wrong
   * @throws IllegalArgumentException with the setting's name, if a setting is
   */
  static void check(Config config) {
    NotificationTemplates.load(config);
    NotificationBounds.of(config);
    methods(config, NotificationSettings.of(config));
  }

  static Behavior<NotificationCommand> post(NodeParts parts) {
    Config config = parts.config();
    NotificationSettings settings = NotificationSettings.of(config);
    return NotificationPost.create(
        new NotificationPost.Parts(
            parts.settings().name(),
            settings,
            NotificationBounds.of(config),
            NotificationTemplates.load(config),
            methods(config, settings),
            RestartSettings.of(config),
            parts.stamper(),
            Clock.systemUTC()));
  }

  private static Map<Channel, DeliveryMethod> methods(
      Config config, NotificationSettings settings) {
    Map<Channel, DeliveryMethod> methods = new EnumMap<>(Channel.class);
    Envelope envelope = Envelope.load(config);
    settings
        .email()
        .ifPresent(
            email ->
                methods.put(
                    Channel.EMAIL,
                    new SmtpDelivery(
                        email,
                        () -> EmailSettings.of(config, System::getenv),
                        envelope,
                        settings.delivery().timeout())));
    settings
        .webhook()
        .ifPresent(
            webhook ->
                methods.put(
                    Channel.WEBHOOK,
                    new WebhookDelivery(
                        webhook,
                        () -> WebhookSettings.of(config, System::getenv),
                        settings.delivery().timeout(),
                        Clock.systemUTC())));
    return methods;
  }
}
