package io.mainstay.actors.recovery.action.model;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What the reconciliation of a device came to. Immutable.
 *
 * @param device its id
 * @param left differences that are not put right, one sentence each
 * @param refused why there was none, or empty
 */
record DeviceAccount(String device, List<String> left, String refused) {
  DeviceAccount {
    left = List.copyOf(left);
  }

  private boolean agrees() {
    return left.isEmpty() && refused.isEmpty();
  }

  /** Whether there is a worker that said what it has, and each agrees. */
  static boolean agree(List<DeviceAccount> all) {
    return !all.isEmpty() && all.stream().allMatch(DeviceAccount::agrees);
  }

  /** One line for people. */
  static String text(List<DeviceAccount> all) {
    return all.isEmpty()
        ? "no worker serves that could say what it has"
        : all.stream().map(DeviceAccount::text).collect(Collectors.joining("; "));
  }

  private String text() {
    if (!refused.isEmpty()) {
      return device + ": " + refused;
    }
    return device + (left.isEmpty() ? " agrees" : " differs: " + left);
  }
}
