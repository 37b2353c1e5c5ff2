package io.mainstay.actors.degradation.restoration;

import io.mainstay.actors.degradation.ModeKey;
import io.mainstay.actors.degradation.ModeView;
import java.util.List;

/** Whether modes are left that were to be. Pure. */
final class LeftModes {
  private LeftModes() {}

  /**
   * Why not, or empty. A mode that a person demands meanwhile holds for that.
   *
   * @param view after they were to be left, or null
   * @param failure if it is not known
   */
  static String problem(List<ModeKey> keys, ModeView view, Throwable failure) {
    if (failure != null) {
      return "the modes could not be left: " + failure.getMessage();
    }
    List<String> held =
        view.active().stream()
            .map(ModeView.Active::key)
            .filter(keys::contains)
            .filter(key -> !demanded(view, key))
            .map(ModeKey::text)
            .toList();
    return held.isEmpty() ? "" : "a ground came back for " + String.join(", ", held);
  }

  private static boolean demanded(ModeView view, ModeKey key) {
    return view.overrides().stream().anyMatch(one -> one.on() && one.key().equals(key));
  }
}
