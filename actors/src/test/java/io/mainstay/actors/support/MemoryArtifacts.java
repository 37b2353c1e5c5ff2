package io.mainstay.actors.support;

import io.mainstay.actors.postprocessing.ArtifactStore;
import io.mainstay.persistence.session.BlobRef;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** Artifacts in memory; fails as often as a test asks for. */
public final class MemoryArtifacts implements ArtifactStore {
  private final Map<String, byte[]> blobs = new ConcurrentHashMap<>();
  private final Map<String, Set<String>> owners = new ConcurrentHashMap<>();
  private final List<String> late = new ArrayList<>();
  private boolean releasesHeld;
  private final AtomicReference<CountDownLatch> puts = new AtomicReference<>(new CountDownLatch(0));
  private final AtomicInteger putsHeld = new AtomicInteger();
  private final AtomicInteger failures = new AtomicInteger();
  private final AtomicBoolean broken = new AtomicBoolean();
  private final AtomicInteger openings = new AtomicInteger();

  /** Puts are as slow as can be: they take effect with {@link #letPutsGo}. */
  public void holdPuts() {
    puts.set(new CountDownLatch(1));
  }

  /** Whether one is under way that {@link #holdPuts} keeps. */
  public boolean isPutHeld() {
    return putsHeld.get() > 0;
  }

  /** Those that were held, and all from now on. */
  public void letPutsGo() {
    puts.get().countDown();
  }

  private void awaitPuts() throws IOException {
    putsHeld.incrementAndGet();
    try {
      if (!puts.get().await(30, TimeUnit.SECONDS)) {
        throw new IOException("nobody let the puts go");
      }
    } catch (InterruptedException end) {
      Thread.currentThread().interrupt();
      throw new IOException(end);
    } finally {
      putsHeld.decrementAndGet();
    }
  }

  /** The next puts fail, as on a full disk. */
  public void failNextPuts(int count) {
    failures.set(count);
  }

  /** Every put from now on fails in a way that trying again does not help. */
  public void breakPuts() {
    broken.set(true);
  }

  /** The n-th open from now on fails, counted from 1. */
  public void failOpen(int nth) {
    openings.set(nth);
  }

  /** One of the blob's bytes is another from now on. */
  public void damage(String sha256) {
    byte[] bytes = blobs.get(sha256).clone();
    bytes[bytes.length / 2] ^= 1;
    blobs.put(sha256, bytes);
  }

  public Set<String> ownedBy(String owner) {
    return Set.copyOf(owners.getOrDefault(owner, Set.of()));
  }

  public BlobRef input(String text) throws IOException {
    return put("upload", "in.txt", text.getBytes(StandardCharsets.UTF_8));
  }

  public String text(String sha256) {
    return new String(blobs.get(sha256), StandardCharsets.UTF_8);
  }

  @Override
  public BlobRef put(String owner, String name, byte[] bytes) throws IOException {
    awaitPuts();
    if (broken.get()) {
      throw new IllegalStateException("the store is used wrongly");
    }
    if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      throw new IOException("No space left on device");
    }
    String sha256 = sha256(bytes);
    blobs.put(sha256, bytes.clone());
    keep(owner, Set.of(sha256));
    return new BlobRef(name, sha256, bytes.length);
  }

  @Override
  public BlobRef put(String owner, String name, Path file) throws IOException {
    return put(owner, name, Files.readAllBytes(file));
  }

  @Override
  public void keep(String owner, Collection<String> sha256s) {
    owners.computeIfAbsent(owner, absent -> ConcurrentHashMap.newKeySet()).addAll(sha256s);
  }

  @Override
  public void release(String owner) {
    synchronized (late) {
      if (releasesHeld) {
        late.add(owner);
        return;
      }
    }
    owners.remove(owner);
  }

  /** Releases are as slow as can be: they take effect with {@link #letReleasesGo}. */
  public void holdReleases() {
    synchronized (late) {
      releasesHeld = true;
    }
  }

  /** Answers the owners that are released now. */
  public List<String> letReleasesGo() {
    synchronized (late) {
      releasesHeld = false;
      late.forEach(owners::remove);
      return List.copyOf(late);
    }
  }

  @Override
  public InputStream open(String sha256) throws IOException {
    if (openings.getAndUpdate(left -> Math.max(0, left - 1)) == 1) {
      throw new IOException("Input/output error");
    }
    byte[] bytes = blobs.get(sha256);
    if (bytes == null) {
      throw new IOException("There is no blob " + sha256);
    }
    return new ByteArrayInputStream(bytes);
  }

  /** Blobs that no owner needs. */
  public Set<String> orphans() {
    Set<String> orphans = new HashSet<>(blobs.keySet());
    owners.values().forEach(orphans::removeAll);
    return orphans;
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
