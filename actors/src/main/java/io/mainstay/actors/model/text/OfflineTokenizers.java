package io.mainstay.actors.model.text;

import java.nio.file.Path;

/**
 * Keeps the tokenizers library off the network and its files in our cache. It reads these
 * properties when it is first used, so this must come before.
 */
final class OfflineTokenizers {
  private static boolean confined;

  private OfflineTokenizers() {}

  /** Sets them once in a process; what the user has set by hand is left alone. */
  static synchronized void confine(Path libraryCache) {
    if (confined) {
      return;
    }
    setIfAbsent("OPT_OUT_TRACKING", "true");
    setIfAbsent("ai.djl.offline", "true");
    setIfAbsent("DJL_CACHE_DIR", libraryCache.toAbsolutePath().toString());
    setIfAbsent("ENGINE_CACHE_DIR", libraryCache.toAbsolutePath().toString());
    confined = true;
  }

  private static void setIfAbsent(String name, String value) {
    if (System.getProperty(name) == null) {
      System.setProperty(name, value);
    }
  }
}
