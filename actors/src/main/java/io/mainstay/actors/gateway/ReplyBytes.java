package io.mainstay.actors.gateway;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;

/** Keeps lists below what the transport carries in one frame, 256 KiB. */
final class ReplyBytes {
  /** Bytes of all entries of one list. */
  static final int MAX = 200 * 1024;

  private static final ObjectMapper MAPPER = new ObjectMapper().findAndRegisterModules();

  private ReplyBytes() {}

  /** As many of the first entries as fit. */
  static <T> List<T> fitting(List<T> entries) {
    List<T> fit = new ArrayList<>();
    int bytes = 0;
    for (T entry : entries) {
      bytes += bytes(entry);
      if (bytes > MAX) {
        break;
      }
      fit.add(entry);
    }
    return fit;
  }

  static int bytes(Object entry) {
    try {
      return MAPPER.writeValueAsBytes(entry).length;
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(entry.getClass() + " has no JSON form", e);
    }
  }
}
