package io.mainstay.persistence.blob;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Reads a blob chunk by chunk and checks its hash at the end. Owns its connection. */
final class BlobInputStream extends InputStream {
  private final Connection connection;
  private final BlobRow row;
  private final PreparedStatement select;
  private final MessageDigest digest = BlobChunks.sha256();
  private byte[] chunk = new byte[0];
  private int position;
  private int nextIndex;
  private boolean ended;
  private boolean skipped;

  BlobInputStream(Connection connection, BlobRow row) throws SQLException {
    this.connection = connection;
    this.row = row;
    this.select =
        connection.prepareStatement(
            "SELECT data FROM blob_chunk WHERE content_id = ? AND chunk_index = ?");
  }

  @Override
  public int read() throws IOException {
    return fill() ? chunk[position++] & 0xff : -1;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (!fill()) {
      return -1;
    }
    int count = Math.min(length, chunk.length - position);
    System.arraycopy(chunk, position, target, offset, count);
    position += count;
    return count;
  }

  /**
   * Whole chunks are passed over unread, which is quick; then the bytes are not checked against the
   * hash at the end.
   */
  @Override
  public long skip(long count) throws IOException {
    long left = count;
    while (left > 0 && !ended) {
      if (position < chunk.length) {
        int here = (int) Math.min(left, chunk.length - position);
        position += here;
        left -= here;
        continue;
      }
      long next = lengthOfNext();
      if (next > 0 && next <= left) {
        nextIndex++;
        left -= next;
        skipped = true;
      } else if (!fill()) {
        break;
      }
    }
    return Math.max(0, count - left);
  }

  /** 0 if there is no other chunk. */
  private long lengthOfNext() throws IOException {
    try (PreparedStatement length =
        connection.prepareStatement(
            "SELECT length(data) FROM blob_chunk WHERE content_id = ? AND chunk_index = ?")) {
      length.setLong(1, row.contentId());
      length.setInt(2, nextIndex);
      try (ResultSet found = length.executeQuery()) {
        return found.next() ? found.getLong(1) : 0;
      }
    } catch (SQLException e) {
      throw new IOException("Cannot read blob " + row.sha256(), e);
    }
  }

  @Override
  public void close() throws IOException {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new IOException("Cannot close the reader of blob " + row.sha256(), e);
    }
  }

  static void closeQuietly(Connection connection) {
    try {
      connection.close();
    } catch (SQLException ignored) {
      // The failure that led here is the one to report.
    }
  }

  private boolean fill() throws IOException {
    if (position < chunk.length) {
      return true;
    }
    if (ended) {
      return false;
    }
    try {
      select.setLong(1, row.contentId());
      select.setInt(2, nextIndex);
      try (ResultSet found = select.executeQuery()) {
        if (found.next()) {
          chunk = found.getBytes(1);
          position = 0;
          nextIndex++;
          digest.update(chunk);
          return chunk.length > 0;
        }
      }
    } catch (SQLException e) {
      throw new IOException("Cannot read blob " + row.sha256(), e);
    }
    ended = true;
    if (skipped) {
      return false;
    }
    String actual = BlobStore.hex(digest);
    if (!actual.equals(row.sha256())) {
      String corrupt =
          "Blob "
              + row.sha256()
              + " is corrupt: its bytes hash to "
              + actual
              + "; run 'mainstay journal verify'";
      // Reading again gives the same: a refusal, not a disk that may recover.
      throw new IOException(corrupt, new BlobRefusedException(corrupt));
    }
    return false;
  }
}
