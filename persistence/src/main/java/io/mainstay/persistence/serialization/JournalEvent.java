package io.mainstay.persistence.serialization;

/**
 * What reaches the journal or a snapshot. Written as uncompressed JSON, so that a row reads as text
 * with SQL.
 */
public interface JournalEvent {}
