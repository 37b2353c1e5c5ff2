package io.mainstay.protocol.arena;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.agrona.IoUtil;

/**
 * Shared memory of one worker incarnation, in segments. Thread-safe. Life: {@link #create} makes
 * and maps the files, {@link #unlink} takes their names away once the worker has mapped them,
 * {@link #retire} ends it: no lease is given out any more, and the memory is unmapped as soon as
 * the last one is back.
 */
public final class TensorArena implements AutoCloseable {
  /** Largest segment, in bytes. */
  public static final long SEGMENT_BYTES_MAX = 1L << 30;

  private final List<Path> paths;
  private final List<MappedByteBuffer> segments;
  private final List<FreeList> freeLists = new ArrayList<>();
  private final long capacity;
  private final Set<ArenaLease> leases = Collections.newSetFromMap(new IdentityHashMap<>());
  private int outstanding;
  private long taken;
  private long outstandingBytes;
  private boolean retired;
  private boolean unmapped;

  private TensorArena(List<Path> paths, List<MappedByteBuffer> segments) {
    this.paths = List.copyOf(paths);
    this.segments = List.copyOf(segments);
    long sum = 0;
    for (MappedByteBuffer segment : segments) {
      freeLists.add(new FreeList(segment.capacity()));
      sum += segment.capacity();
    }
    this.capacity = sum;
  }

  /**
   * Makes an arena.
   *
   * @param directory in memory, usually /dev/shm
   * @param name part of the file names, unique among the living arenas of this process
   * @param segmentBytes size of each segment, multiples of 64 up to 1 GiB
   * @throws ArenaUnavailable with cause and remedy; no file is left then
   */
  public static TensorArena create(Path directory, String name, List<Long> segmentBytes)
      throws ArenaUnavailable {
    List<Path> paths = new ArrayList<>();
    List<MappedByteBuffer> segments = new ArrayList<>();
    segmentBytes.forEach(TensorArena::checkSegment);
    try {
      for (long bytes : segmentBytes) {
        Path path = ArenaFiles.path(directory, name, paths.size());
        segments.add(ArenaFiles.create(path, bytes));
        paths.add(path);
      }
    } catch (IOException e) {
      segments.forEach(IoUtil::unmap);
      paths.forEach(TensorArena::delete);
      throw new ArenaUnavailable(explain(directory, segmentBytes, e), e);
    }
    return new TensorArena(paths, segments);
  }

  /** Deletes the arena files of hosts that no longer live; answers what was deleted. */
  public static List<Path> sweep(Path directory) throws IOException {
    return ArenaFiles.sweep(directory);
  }

  /** The files, in segment order; gone after {@link #unlink}. */
  public List<Path> paths() {
    return paths;
  }

  /** Sum of the segments in bytes. */
  public long capacity() {
    return capacity;
  }

  /** Size of the largest segment in bytes: the longest lease there can be. */
  public long segmentBytesMax() {
    return segments.stream().mapToLong(MappedByteBuffer::capacity).max().orElse(0);
  }

  /**
   * A span of that many bytes, zero or more.
   *
   * @return empty when no segment has a free span that long, or the arena is retired
   */
  public synchronized Optional<ArenaLease> lease(long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("A lease of " + bytes + " bytes was asked for");
    }
    long length = FreeList.rounded(bytes);
    for (int i = 0; i < freeLists.size() && !retired; i++) {
      long offset = freeLists.get(i).take(length);
      if (offset != FreeList.NONE) {
        outstanding++;
        outstandingBytes += length;
        taken++;
        ArenaLease lease = new ArenaLease(this, segments.get(i), i, offset, bytes);
        leases.add(lease);
        return Optional.of(lease);
      }
    }
    return Optional.empty();
  }

  synchronized void release(ArenaLease lease) {
    long length = FreeList.rounded(lease.length());
    leases.remove(lease);
    freeLists.get(lease.segment()).give(lease.offset(), length);
    outstanding--;
    outstandingBytes -= length;
    unmapIfIdle();
  }

  /** Leases that are not back; 0 when nobody works. */
  public synchronized int outstanding() {
    return outstanding;
  }

  /** Leases given out since the arena was made: the version of what is out. */
  public synchronized long taken() {
    return taken;
  }

  /**
   * Takes back all leases that are out, whoever holds them, if none was given out since. For leases
   * that nobody closes any more; the caller answers for it that the worker writes to none of them.
   *
   * @param expectedTaken what {@link #taken} said when it was found that nobody uses them
   * @return how many were taken back
   */
  public synchronized int reclaim(long expectedTaken) {
    if (taken != expectedTaken) {
      return 0;
    }
    List<ArenaLease> lost = List.copyOf(leases);
    lost.forEach(ArenaLease::close);
    return lost.size();
  }

  /** Bytes that no lease holds. */
  public synchronized long freeBytes() {
    return capacity - outstandingBytes;
  }

  /** Whether every segment is one free span again: the leak check of tests. */
  public synchronized boolean isWhole() {
    return freeLists.stream().allMatch(FreeList::isWhole);
  }

  /** Takes the files' names away; memory and mappings stay. May be called again. */
  public void unlink() {
    paths.forEach(TensorArena::delete);
  }

  /**
   * Gives out nothing any more and unmaps once all leases are back, which may be now. The worker
   * must have been reaped. Files that are still there are deleted.
   *
   * @return leases still out
   */
  public synchronized int retire() {
    retired = true;
    unlink();
    unmapIfIdle();
    return outstanding;
  }

  /** Whether the memory has been given up. */
  public synchronized boolean isUnmapped() {
    return unmapped;
  }

  /**
   * Retires an arena that must be idle.
   *
   * @throws IllegalStateException if leases are out; they may still come back, the last one unmaps
   */
  @Override
  public synchronized void close() {
    if (retire() > 0) {
      throw new IllegalStateException(
          "Arena was closed with "
              + outstanding
              + " leases of "
              + outstandingBytes
              + " bytes still out; it is unmapped when the last one is back");
    }
  }

  private void unmapIfIdle() {
    if (retired && outstanding == 0 && !unmapped) {
      unmapped = true;
      segments.forEach(IoUtil::unmap);
    }
  }

  private static void checkSegment(long bytes) {
    if (bytes < FreeList.ALIGNMENT
        || bytes > SEGMENT_BYTES_MAX
        || bytes % FreeList.ALIGNMENT != 0) {
      throw new IllegalArgumentException(
          "Arena segment of "
              + bytes
              + " bytes; it must be a multiple of "
              + FreeList.ALIGNMENT
              + " up to "
              + SEGMENT_BYTES_MAX);
    }
  }

  private static void delete(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      // The next start's sweep takes it; nothing here can do more.
      path.toFile().deleteOnExit();
    }
  }

  private static String explain(Path directory, List<Long> segmentBytes, IOException cause) {
    long usable = directory.toFile().getUsableSpace();
    return "Arena of "
        + segmentBytes.stream().mapToLong(Long::longValue).sum()
        + " bytes could not be made in "
        + directory
        + " ("
        + usable
        + " bytes free): "
        + reason(cause)
        + "; make room there, make the arena's segments smaller, or set another arena directory";
  }

  /** The messages of these two are only the path. */
  private static String reason(IOException cause) {
    if (cause instanceof NoSuchFileException) {
      return "there is no such directory";
    }
    if (cause instanceof AccessDeniedException) {
      return "this user may not write there";
    }
    return cause.getMessage();
  }
}
