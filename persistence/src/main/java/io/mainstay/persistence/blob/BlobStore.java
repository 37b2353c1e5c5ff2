package io.mainstay.persistence.blob;

import io.mainstay.persistence.database.Database;
import io.mainstay.persistence.database.StorageException;
import io.mainstay.persistence.session.BlobRef;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Bytes under their SHA-256. What a method has answered is on the disk. A blob lives as long as an
 * owner refers to it, and for a grace period without. Thread-safe; blocks, so keep it off actor
 * threads.
 */
public final class BlobStore {
  private final Database database;
  private final BlobSettings settings;
  private final Clock clock;
  private final BlobChunks chunks;

  /** A store in the node's database. */
  public BlobStore(Database database, BlobSettings settings, Clock clock) {
    this.database = database;
    this.settings = settings;
    this.clock = clock;
    this.chunks = new BlobChunks(settings.chunkBytes());
  }

  /** The database that it is in; the journal beside it. */
  public Database database() {
    return database;
  }

  /**
   * Begins an upload, or tells how far it is when it was begun before: the caller goes on with
   * {@code nextChunk}.
   *
   * @param uploadId chosen by the caller, unique, such as a ULID
   * @param name for people
   */
  public UploadStatus begin(String uploadId, String name) {
    return database.write(
        connection -> {
          Optional<Upload> known = Upload.find(connection, uploadId);
          if (known.isPresent()) {
            return known.get().status();
          }
          Upload.insert(connection, uploadId, name, clock.millis());
          return new UploadStatus(uploadId, 0, 0);
        });
  }

  /**
   * Stores a chunk; it is on the disk when this returns. One that is there already is not stored
   * again.
   *
   * @param index counted from 0, without gaps
   * @param data at most the chunk size of the settings
   * @throws BlobRefusedException if the upload is unknown, a chunk was left out, or it is too big
   */
  public UploadStatus append(String uploadId, int index, byte[] data) {
    if (data.length == 0 || data.length > settings.chunkBytes()) {
      throw new BlobRefusedException(
          "Chunk "
              + index
              + " of upload "
              + uploadId
              + " has "
              + data.length
              + " bytes; allowed are"
              + " 1 to "
              + settings.chunkBytes()
              + " ("
              + BlobSettings.PATH
              + ".chunk-size)");
    }
    return database.write(
        connection -> {
          Upload upload = require(connection, uploadId);
          if (upload.sha256() != null || index < upload.nextChunk()) {
            return upload.status();
          }
          if (index > upload.nextChunk()) {
            throw new BlobRefusedException(
                "Chunk "
                    + index
                    + " of upload "
                    + uploadId
                    + " came before chunk "
                    + upload.nextChunk()
                    + "; go on with that one");
          }
          checkSize(upload.name(), upload.bytes() + data.length);
          chunks.insert(connection, upload.contentId(), index, data, 0, data.length);
          Upload next = upload.grown(data.length);
          next.update(connection, clock.millis());
          return next.status();
        });
  }

  /**
   * Ends an upload: hashes it and makes it a blob. Asked again it answers the same.
   *
   * @throws BlobRefusedException if the upload is unknown
   */
  public BlobRef finish(String uploadId) {
    Upload before = database.read(connection -> require(connection, uploadId));
    if (before.sha256() != null) {
      return before.ref();
    }
    // Hashed outside of the transaction: nobody but this upload writes to its content.
    String sha256 = database.read(connection -> BlobChunks.hash(connection, before.contentId()));
    return database.write(
        connection -> {
          Upload upload = require(connection, uploadId);
          if (upload.sha256() != null) {
            return upload.ref();
          }
          if (upload.nextChunk() != before.nextChunk()) {
            throw new BlobRefusedException(
                "Upload " + uploadId + " grew while it was finished; send all chunks first");
          }
          Upload finished = upload.finished(sha256);
          adopt(connection, finished);
          finished.update(connection, clock.millis());
          return finished.ref();
        });
  }

  /** Gives an upload up; unknown ones are ignored. */
  public void abort(String uploadId) {
    database.write(
        connection -> {
          Optional<Upload> upload = Upload.find(connection, uploadId);
          if (upload.isPresent()) {
            if (upload.get().sha256() == null) {
              chunks.delete(connection, upload.get().contentId());
            }
            Upload.delete(connection, uploadId);
          }
          return null;
        });
  }

  /** Stores bytes in one go. */
  public BlobRef put(String name, byte[] bytes) {
    checkSize(name, bytes.length);
    String sha256 = HexFormat.of().formatHex(BlobChunks.sha256().digest(bytes));
    return database.write(
        connection -> {
          if (!touch(connection, sha256)) {
            String uploadId = "put-" + sha256;
            Upload.insert(connection, uploadId, name, clock.millis());
            Upload upload = require(connection, uploadId);
            chunks.insertAll(connection, upload.contentId(), bytes);
            adopt(connection, upload.grown(bytes.length).finished(sha256));
            Upload.delete(connection, uploadId);
          }
          return new BlobRef(name, sha256, bytes.length);
        });
  }

  /**
   * Streams a blob. The caller closes the stream, which holds a connection. Its bytes are checked
   * against the hash: a wrong one fails the last read.
   *
   * @throws BlobRefusedException if there is no such blob
   * @throws StorageException if the database cannot be read
   */
  public InputStream open(String sha256) {
    Connection connection = database.reader();
    boolean opened = false;
    try {
      BlobRow row = BlobRow.require(connection, sha256);
      InputStream stream = new BlobInputStream(connection, row);
      opened = true;
      return stream;
    } catch (SQLException e) {
      throw Database.failed(e);
    } finally {
      if (!opened) {
        BlobInputStream.closeQuietly(connection);
      }
    }
  }

  /**
   * All bytes of a blob.
   *
   * @param maxBytes refused above this
   * @throws BlobRefusedException if there is no such blob, or it is larger, or corrupt
   * @throws StorageException if the database cannot be read
   */
  public byte[] bytes(String sha256, int maxBytes) {
    BlobRow row = database.read(connection -> BlobRow.require(connection, sha256));
    if (row.bytes() > maxBytes) {
      throw new BlobRefusedException(
          "Blob "
              + sha256
              + " has "
              + row.bytes()
              + " bytes, more than the "
              + maxBytes
              + " asked for");
    }
    try (InputStream in = open(sha256)) {
      return in.readAllBytes();
    } catch (IOException e) {
      if (e.getCause() instanceof SQLException failed) {
        throw Database.failed(failed);
      }
      throw new BlobRefusedException("Blob " + sha256 + " cannot be read: " + e.getMessage());
    }
  }

  /** Size of a blob, if it exists. */
  public Optional<Long> size(String sha256) {
    return database.read(connection -> BlobRow.find(connection, sha256)).map(BlobRow::bytes);
  }

  /**
   * An owner needs these blobs. Repeating it changes nothing.
   *
   * @throws BlobRefusedException if one does not exist; then none is referred to
   */
  public void addReferences(String owner, Collection<String> sha256s) {
    database.write(
        connection -> {
          BlobReferences.add(connection, owner, sha256s);
          return null;
        });
  }

  /** An owner needs this blob; see {@link #addReferences}. */
  public void addReference(String owner, String sha256) {
    addReferences(owner, List.of(sha256));
  }

  /**
   * From here on an owner needs these blobs and none of its others, in one transaction. Repeating
   * it changes nothing.
   *
   * @throws BlobRefusedException if one does not exist; then the owner keeps what it had
   */
  public void replaceReferences(String owner, Collection<String> sha256s) {
    database.write(
        connection -> {
          BlobReferences.release(connection, owner);
          BlobReferences.add(connection, owner, sha256s);
          return null;
        });
  }

  /** An owner needs none of its blobs any more. */
  public void releaseReferences(String owner) {
    database.write(connection -> BlobReferences.release(connection, owner));
  }

  /** Owners that refer to that blob, in alphabetical order; none for one that does not exist. */
  public List<String> ownersOf(String sha256) {
    return database.read(
        connection -> {
          try (PreparedStatement select =
              connection.prepareStatement(
                  "SELECT owner FROM blob_reference WHERE sha256 = ? ORDER BY owner")) {
            select.setString(1, sha256);
            try (ResultSet found = select.executeQuery()) {
              return rows(found, row -> row.getString(1));
            }
          }
        });
  }

  /** A blob that an owner refers to. */
  public record Referred(String sha256, long bytes, Instant storedAt) {}

  /** Blobs that an owner refers to, the one stored last first. */
  public List<Referred> references(String owner) {
    return database.read(
        connection -> {
          try (PreparedStatement select =
              connection.prepareStatement(
                  "SELECT b.sha256, b.bytes, b.touched_at FROM blob_reference r"
                      + " JOIN blob b ON b.sha256 = r.sha256 WHERE r.owner = ?"
                      + " ORDER BY b.touched_at DESC, b.sha256")) {
            select.setString(1, owner);
            try (ResultSet found = select.executeQuery()) {
              return rows(
                  found,
                  row ->
                      new Referred(
                          row.getString(1), row.getLong(2), Instant.ofEpochMilli(row.getLong(3))));
            }
          }
        });
  }

  /** Owners that refer to any blob and whose name ends so, by name. */
  public List<String> owners(String suffix) {
    return database.read(BlobReferences::owners).stream()
        .filter(owner -> owner.endsWith(suffix))
        .toList();
  }

  /** Removes blobs without references and idle uploads, with the grace period of the settings. */
  public Collected collect() {
    return collect(settings.grace());
  }

  /** Removes blobs that nobody refers to and uploads that nobody goes on with, if older. */
  public Collected collect(Duration grace) {
    long before = clock.millis() - grace.toMillis();
    return database.write(
        connection -> {
          List<BlobRow> dead = BlobRow.unreferenced(connection, before);
          long bytes = 0;
          for (BlobRow row : dead) {
            chunks.delete(connection, row.contentId());
            row.delete(connection);
            bytes += row.bytes();
          }
          List<Upload> idle = Upload.idle(connection, before);
          for (Upload upload : idle) {
            if (upload.sha256() == null) {
              chunks.delete(connection, upload.contentId());
              bytes += upload.bytes();
            }
            Upload.delete(connection, upload.uploadId());
          }
          return new Collected(dead.size(), idle.size(), bytes);
        });
  }

  /** Reads a blob and hashes it. */
  public BlobCheck verify(String sha256) {
    return database.read(connection -> BlobVerifier.check(connection, sha256));
  }

  // The same content may be there already: then these chunks are not needed.
  private void adopt(Connection connection, Upload finished) throws SQLException {
    if (touch(connection, finished.sha256())) {
      chunks.delete(connection, finished.contentId());
      return;
    }
    new BlobRow(finished.sha256(), finished.contentId(), finished.bytes())
        .insert(connection, clock.millis());
  }

  private boolean touch(Connection connection, String sha256) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement("UPDATE blob SET touched_at = ? WHERE sha256 = ?")) {
      update.setLong(1, clock.millis());
      update.setString(2, sha256);
      return update.executeUpdate() == 1;
    }
  }

  private void checkSize(String name, long bytes) {
    if (bytes > settings.maxBytes()) {
      throw new BlobRefusedException(
          "'"
              + name
              + "' has more than "
              + settings.maxBytes()
              + " bytes, the most that "
              + BlobSettings.PATH
              + ".max-size allows; split it, or raise the limit");
    }
  }

  private static Upload require(Connection connection, String uploadId) throws SQLException {
    return Upload.find(connection, uploadId)
        .orElseThrow(
            () ->
                new BlobRefusedException(
                    "Upload "
                        + uploadId
                        + " is unknown; it may have been idle for too long."
                        + " Begin again"));
  }

  static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }

  static <T> List<T> rows(ResultSet rows, RowReader<T> reader) throws SQLException {
    List<T> all = new ArrayList<>();
    while (rows.next()) {
      all.add(reader.read(rows));
    }
    return all;
  }

  /** Reads the row under the cursor. */
  @FunctionalInterface
  interface RowReader<T> {
    T read(ResultSet row) throws SQLException;
  }
}
