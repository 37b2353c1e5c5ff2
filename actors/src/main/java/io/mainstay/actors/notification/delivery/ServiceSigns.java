package io.mainstay.actors.notification.delivery;

import io.mainstay.actors.recovery.ErrorNames;
import io.mainstay.actors.recovery.recognition.Recognised;
import java.util.List;

/** The error that a trouble of a service is. Pure. */
final class ServiceSigns {
  private ServiceSigns() {}

  /**
   * Its sign; the evidence has no secret and no words of the server.
   *
   * @param parcels what was to be delivered, at least one
   * @param waiting notifications that are not delivered yet, those included
   */
  static Recognised of(ServiceTrouble trouble, List<Parcel> parcels, int waiting) {
    ErrorNames error =
        switch (trouble.kind()) {
          case LIMITED -> ErrorNames.RATE_LIMIT;
          case REFUSED -> ErrorNames.AUTHENTICATION_FAILURE;
          case BROKEN -> ErrorNames.API_FAILURE;
        };
    Parcel first = parcels.get(0);
    return Recognised.of(
        error,
        "%s; to be delivered: %d notifications, the first is %s about %s (%s); %d wait"
            .formatted(
                trouble.text(),
                parcels.size(),
                first.kind(),
                first.subject(),
                first.notificationId(),
                waiting));
  }
}
