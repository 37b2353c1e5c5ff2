package io.mainstay.persistence.checkpoint;

import io.mainstay.persistence.blob.BlobStore;
import io.mainstay.persistence.session.DocumentRange;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The checkpoints that a node has: what they are, whether somebody can go on from them, which are
 * let go. Thread-safe; blocks, so keep it off actor threads.
 */
public final class CheckpointArchive {
  private static final int BLOB_BYTES_MAX = 1 << 30;

  private final BlobStore blobs;
  private final NamedCheckpoints named = new NamedCheckpoints();
  private final CheckpointHolds holds;

  /** In that store; the journal lies beside it. What is held there is not pruned. */
  public CheckpointArchive(BlobStore blobs, CheckpointHolds holds) {
    this.blobs = blobs;
    this.holds = holds;
  }

  /** What was let go. */
  public record Pruned(int checkpoints, long bytes) {}

  /** Ids of all, by session, then by their documents, then by their steps. */
  public List<CheckpointId> ids() {
    return blobs.owners(CheckpointId.SUFFIX).stream()
        .flatMap(owner -> CheckpointId.ofOwner(owner).stream())
        .sorted(
            Comparator.comparing(CheckpointId::sessionId)
                .thenComparing(id -> id.range().from())
                .thenComparing(id -> id.range().to())
                .thenComparing(CheckpointId::step))
        .toList();
  }

  /** Those of one session, in the same order. */
  public List<CheckpointId> idsOf(String sessionId) {
    return ids().stream().filter(id -> id.sessionId().equals(sessionId)).toList();
  }

  /** Somebody is about to be told of these. */
  public void hold(Collection<CheckpointId> told) {
    holds.hold(told);
  }

  /** One of them, read and checked with its whole chain; empty if there is none. */
  public Optional<StoredCheckpoint> find(CheckpointId id) {
    List<BlobStore.Referred> blobsOfIt = blobs.references(id.owner());
    return blobsOfIt.isEmpty() ? Optional.empty() : Optional.of(checked(id, blobsOfIt));
  }

  /** The bytes of a blob, for a chain. */
  public byte[] read(String sha256) {
    return blobs.bytes(sha256, BLOB_BYTES_MAX);
  }

  /** True if the journal says that its batch goes on from it. */
  public boolean isNamed(StoredCheckpoint checkpoint) {
    return checkpoint
        .sha256()
        .equals(named(checkpoint.id().sessionId()).get(checkpoint.id().range()));
  }

  /** Hashes under which the journal has, or had, that one; empty if it never did. */
  public Set<String> journaled(CheckpointId id) {
    return blobs.database().read(connection -> named.journaled(connection, id));
  }

  /** Lets go of what the retention does not keep; at most so many at once. */
  public Pruned prune(CheckpointRetention retention, Instant now, int most) {
    List<CheckpointRetention.Kept> kept = new ArrayList<>();
    Map<String, Map<DocumentRange, String>> namedBySession = new HashMap<>();
    for (CheckpointId id : ids()) {
      List<BlobStore.Referred> referred = blobs.references(id.owner());
      Map<DocumentRange, String> ofSession =
          namedBySession.computeIfAbsent(id.sessionId(), this::named);
      String name = ofSession.get(id.range());
      // One that the journal does not know yet is about to be named.
      boolean needed =
          name == null || referred.stream().anyMatch(blob -> blob.sha256().equals(name));
      kept.add(
          new CheckpointRetention.Kept(
              id,
              referred.stream().mapToLong(BlobStore.Referred::bytes).max().orElse(0),
              referred.stream()
                  .map(BlobStore.Referred::storedAt)
                  .max(Comparator.naturalOrder())
                  .orElse(now),
              needed,
              holds.isHeld(id)));
    }
    int count = 0;
    long bytes = 0;
    for (CheckpointId id : retention.surplus(kept, now).stream().limit(most).toList()) {
      bytes += kept.stream().filter(one -> one.id().equals(id)).findFirst().orElseThrow().bytes();
      blobs.releaseReferences(id.owner());
      count++;
    }
    return new Pruned(count, bytes);
  }

  private Map<DocumentRange, String> named(String sessionId) {
    return blobs.database().read(connection -> named.of(connection, sessionId));
  }

  // An owner refers to its checkpoint and to all that this is based on.
  private StoredCheckpoint checked(CheckpointId id, List<BlobStore.Referred> blobsOfIt) {
    String problem = "none of its blobs is of its step";
    for (BlobStore.Referred blob : blobsOfIt) {
      try {
        CheckpointBlob header = CheckpointBlob.of(read(blob.sha256()));
        if (header.version() == 1 || header.step() == id.step()) {
          return described(id, blob, header);
        }
      } catch (UnusableCheckpointException | RuntimeException damaged) {
        problem = damaged.getMessage();
      }
    }
    BlobStore.Referred any = blobsOfIt.get(0);
    return new StoredCheckpoint(
        id,
        "",
        blobsOfIt.size() == 1 ? any.sha256() : "",
        any.bytes(),
        0,
        any.storedAt(),
        "",
        0,
        problem);
  }

  private StoredCheckpoint described(
      CheckpointId id, BlobStore.Referred blob, CheckpointBlob header) {
    int chain = 0;
    String problem = "";
    try {
      chain = CheckpointChain.read(this::read, blob.sha256()).sha256s().size();
    } catch (UnusableCheckpointException unusable) {
      problem = unusable.getMessage();
    }
    return new StoredCheckpoint(
        id,
        header.component(),
        blob.sha256(),
        blob.bytes(),
        header.version(),
        header.version() == 1 ? blob.storedAt() : header.takenAt(),
        header.baseSha256(),
        chain,
        problem);
  }
}
