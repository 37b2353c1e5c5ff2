package io.mainstay.actors.model.report;

import io.mainstay.persistence.serialization.WireMessage;
import java.util.List;

/**
 * A model is off these devices: their workers hold it no more, and its memory is given back.
 *
 * @param devices none if no device held it
 */
public record Unloaded(String modelId, List<Freed> devices) implements WireMessage {
  public Unloaded {
    devices = List.copyOf(devices);
  }

  /**
   * One device.
   *
   * @param bytes that its worker freed
   */
  public record Freed(String deviceId, long bytes) {}
}
