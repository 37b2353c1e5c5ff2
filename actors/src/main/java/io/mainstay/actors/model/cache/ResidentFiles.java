package io.mainstay.actors.model.cache;

import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.agrona.IoUtil;

/**
 * Files of a model, mapped and touched once, which reads them ahead into the system's page cache:
 * who opens them next, such as a worker, usually reads no disk. The mapping keeps the pages in use
 * but does not lock them: the kernel may evict them under memory pressure. Owned by one {@link
 * ModelCache}; its bytes are never looked at again, so a file that is cut short meanwhile harms
 * nobody.
 */
@Owned(side = Side.ORCHESTRATOR, domain = StateDomain.MODEL, group = "ram_cache", fields = "files")
final class ResidentFiles implements AutoCloseable {
  /** One mapping cannot be longer. */
  private static final long MAPPING_BYTES_MAX = 1 << 30;

  private final List<MappedByteBuffer> mappings;
  private final long bytes;

  private ResidentFiles(List<MappedByteBuffer> mappings, long bytes) {
    this.mappings = mappings;
    this.bytes = bytes;
  }

  /** Blocking: reads every byte that is not in memory yet. */
  static ResidentFiles read(List<Path> files) throws IOException {
    List<MappedByteBuffer> mappings = new ArrayList<>();
    long bytes = 0;
    boolean done = false;
    try {
      for (Path file : files) {
        try (FileChannel channel = FileChannel.open(file)) {
          long size = channel.size();
          for (long at = 0; at < size; at += MAPPING_BYTES_MAX) {
            mappings.add(
                channel
                    .map(FileChannel.MapMode.READ_ONLY, at, Math.min(MAPPING_BYTES_MAX, size - at))
                    .load());
          }
          bytes += size;
        }
      }
      done = true;
      return new ResidentFiles(mappings, bytes);
    } finally {
      if (!done) {
        mappings.forEach(IoUtil::unmap);
      }
    }
  }

  long bytes() {
    return bytes;
  }

  @Override
  public void close() {
    mappings.forEach(IoUtil::unmap);
    mappings.clear();
  }
}
