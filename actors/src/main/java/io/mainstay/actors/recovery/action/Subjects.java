package io.mainstay.actors.recovery.action;

import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.model.ModelView;
import io.mainstay.persistence.identity.Ulid;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** What the place of a fault names, such as {@code device/cpu-0} or a path of an actor. Pure. */
public final class Subjects {
  private Subjects() {}

  /** The devices that it is about: the one that it names, or all. */
  public static List<DeviceView> devices(String subject, List<DeviceView> all) {
    List<String> parts = Arrays.asList(subject.split("/"));
    List<DeviceView> named = all.stream().filter(device -> parts.contains(device.id())).toList();
    return named.isEmpty() ? List.copyOf(all) : named;
  }

  /** The model that it names, of those that there are. */
  public static Optional<String> model(String subject, Collection<String> ids) {
    return Arrays.stream(subject.split("/")).filter(ids::contains).findFirst();
  }

  /** The same, of the models as they are listed. */
  public static Optional<ModelView> named(String subject, List<ModelView> views) {
    return model(subject, views.stream().map(ModelView::id).toList())
        .flatMap(id -> views.stream().filter(view -> view.id().equals(id)).findFirst());
  }

  /** The session whose id is a part of a name, such as of {@code .../runner-01JD...#12}. */
  public static Optional<String> sessionIn(String name) {
    return Arrays.stream(name.split("[^0-9A-Za-z]")).filter(Ulid::isValid).findFirst();
  }

  /** The session that it names. */
  public static Optional<String> session(String subject) {
    return Arrays.stream(subject.split("/")).filter(Ulid::isValid).findFirst();
  }
}
