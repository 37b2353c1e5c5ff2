package io.mainstay.persistence.database;

import java.sql.Connection;
import java.sql.SQLException;

/** What is done with a connection. It must not close it, nor keep it. */
@FunctionalInterface
public interface SqlWork<T> {
  /** Statements, and what they give. */
  T run(Connection connection) throws SQLException;
}
