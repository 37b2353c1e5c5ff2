package io.mainstay.actors.model.load;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which saga has the lease of loading onto which device, for all to read. Each loader writes its
 * own device. Thread-safe.
 */
public final class LeaseBoard {
  private final Map<String, String> holders = new ConcurrentHashMap<>();

  void granted(String deviceId, String sagaId) {
    holders.put(deviceId, sagaId);
  }

  void freed(String deviceId) {
    holders.remove(deviceId);
  }

  /** Sagas by device; a device whose lease is free is not there. */
  public Map<String, String> holders() {
    return Map.copyOf(holders);
  }
}
