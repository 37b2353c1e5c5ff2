/**
 * The data directory, which belongs to one node, and the database in it: opening, schema, the
 * settings of Akka's plugins for it, and connections for the tables that are ours.
 */
package io.mainstay.persistence.database;
