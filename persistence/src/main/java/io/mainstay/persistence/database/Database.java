package io.mainstay.persistence.database;

import com.typesafe.config.Config;
import io.mainstay.persistence.database.DataDirectoryProblem.Kind;
import io.mainstay.persistence.database.DatabaseSettings.Dialect;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The node's database: created at first start, checked afterwards. Akka's journal uses its own
 * connection, see {@link #akkaConfig}; the tables that are ours are written through {@link #write},
 * one transaction at a time. Thread-safe; calls block, so keep them off actor threads.
 */
public final class Database implements AutoCloseable {
  // A reader waits only while another connection recovers the log after a crash.
  private static final int READ_BUSY_MILLIS = 5_000;

  private final DataDirectory directory;
  private final DatabaseSettings settings;
  private final Connections connections;
  private final Writer durable;
  private final Writer derived;

  private Database(
      DataDirectory directory,
      DatabaseSettings settings,
      Connections connections,
      Writer durable,
      Writer derived) {
    this.directory = directory;
    this.settings = settings;
    this.connections = connections;
    this.durable = durable;
    this.derived = derived;
  }

  /**
   * Opens the database of a data directory, and creates its schema if it is new.
   *
   * @throws DataDirectoryProblem if it cannot be opened, or is not ours, corrupt or too new
   */
  public static Database open(DataDirectory directory, DatabaseSettings settings)
      throws DataDirectoryProblem {
    String name =
        settings.dialect() == Dialect.SQLITE ? directory.databaseFile().toString() : settings.url();
    Connections connections = Connections.of(directory.databaseFile(), settings);
    Connection durable = null;
    Connection derived = null;
    boolean opened = false;
    try {
      if (settings.dialect() == Dialect.SQLITE) {
        restrict(directory.databaseFile());
      }
      durable = connections.writer();
      new Schema(settings.dialect(), name).prepare(durable);
      derived = connections.derivedWriter();
      opened = true;
      return new Database(
          directory, settings, connections, new Writer(durable), new Writer(derived));
    } catch (SQLException e) {
      throw SqlProblems.opening(name, e);
    } catch (IOException e) {
      throw DataDirectory.problem(directory.path(), "create the database in", e);
    } finally {
      if (!opened) {
        close(durable);
        close(derived);
      }
    }
  }

  /**
   * A read-only connection to the SQLite file of a data directory, beside a node that may be using
   * it. The caller closes it.
   *
   * @throws DataDirectoryProblem if there is none, or it cannot be read
   */
  public static Connection openReadOnly(Path directory) throws DataDirectoryProblem {
    Path file = DataDirectory.databaseFile(directory.toAbsolutePath().normalize());
    if (!Files.isRegularFile(file)) {
      throw new DataDirectoryProblem(
          Kind.MISSING,
          "There is no database " + file,
          "Name the data directory of a node that was started before (--data).",
          null);
    }
    Connection connection = null;
    boolean opened = false;
    try {
      connection = Connections.readOnly(file, READ_BUSY_MILLIS);
      Schema.requireOurs(connection, file.toString());
      opened = true;
      return connection;
    } catch (SQLException e) {
      throw SqlProblems.opening(file.toString(), e);
    } finally {
      if (!opened) {
        close(connection);
      }
    }
  }

  /** Settings of Akka's plugins for this database; to be layered over the node's configuration. */
  public Config akkaConfig() {
    return AkkaPersistenceConfig.of(directory.databaseFile(), settings);
  }

  /** The directory that holds it. */
  public DataDirectory directory() {
    return directory;
  }

  /** Runs statements in one transaction, durable when this returns; rolled back on failure. */
  public <T> T write(SqlWork<T> work) {
    return durable.transaction(work);
  }

  /**
   * As {@link #write}, for what can be derived again: the last of these transactions may be lost
   * with a power failure, whole and in order, and none waits for the disk.
   */
  public <T> T writeDerived(SqlWork<T> work) {
    return derived.transaction(work);
  }

  /** Runs queries on a connection of their own, which sees everything committed before. */
  public <T> T read(SqlWork<T> work) {
    try (Connection connection = connections.reader()) {
      return work.run(connection);
    } catch (SQLException e) {
      throw SqlProblems.running(e);
    }
  }

  /** A connection for reading that the caller closes. */
  public Connection reader() {
    try {
      return connections.reader();
    } catch (SQLException e) {
      throw SqlProblems.running(e);
    }
  }

  /**
   * Writes and removes a little, in the directory and in the database: true writes, so that a disk
   * that was full is known to have room again.
   *
   * @throws StorageException if it still cannot be written
   */
  public void probeWrite() {
    Path file = directory.path().resolve("probe");
    try {
      try (FileChannel channel =
          FileChannel.open(
              file,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        ByteBuffer bytes = ByteBuffer.allocate(settings.probeBytes());
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      } finally {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      DataDirectoryProblem problem = DataDirectory.problem(directory.path(), "write to", e);
      throw new StorageException(problem.kind(), problem.getMessage(), problem.remedy(), e);
    }
    write(
        connection -> {
          try (Statement delete = connection.createStatement();
              PreparedStatement insert =
                  connection.prepareStatement(
                      "INSERT INTO projection_offset(name, ordering) VALUES ('probe', ?)")) {
            delete.executeUpdate("DELETE FROM projection_offset WHERE name = 'probe'");
            insert.setLong(1, System.nanoTime());
            insert.executeUpdate();
          }
          return null;
        });
  }

  @Override
  public void close() {
    durable.close();
    derived.close();
  }

  /** Names what the database said, for those who hold a connection of their own. */
  public static StorageException failed(SQLException e) {
    return SqlProblems.running(e);
  }

  // The file is created before SQLite does, so that nobody else can read it for a moment.
  private static void restrict(Path file) throws IOException {
    if (!Files.exists(file)) {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }
  }

  private static void close(Connection connection) {
    try {
      if (connection != null) {
        connection.close();
      }
    } catch (SQLException e) {
      throw new StorageException(
          Kind.FAILED, "Cannot close the database: " + e.getMessage(), "See the cause.", e);
    }
  }

  /** One connection, one transaction at a time. Thread-safe. */
  private static final class Writer {
    private final ReentrantLock lock = new ReentrantLock();
    private final Connection connection;

    Writer(Connection connection) {
      this.connection = connection;
    }

    <T> T transaction(SqlWork<T> work) {
      lock.lock();
      try {
        connection.setAutoCommit(false);
        T result = work.run(connection);
        connection.commit();
        connection.setAutoCommit(true);
        return result;
      } catch (SQLException e) {
        undo(e);
        throw SqlProblems.running(e);
      } catch (RuntimeException e) {
        undo(e);
        throw e;
      } finally {
        lock.unlock();
      }
    }

    // A database that ran out of space has rolled back by itself: then these two find no
    // transaction.
    private void undo(Exception cause) {
      try {
        connection.rollback();
      } catch (SQLException e) {
        cause.addSuppressed(e);
      }
      try {
        connection.setAutoCommit(true);
      } catch (SQLException e) {
        cause.addSuppressed(e);
      }
    }

    void close() {
      lock.lock();
      try {
        Database.close(connection);
      } finally {
        lock.unlock();
      }
    }
  }
}
