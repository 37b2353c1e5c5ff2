/**
 * Reads the journal: lists, entries, tail, explanations and checks, beside a live node or without
 * one, and keeps the index of causes. Needs no actor system.
 */
package io.mainstay.persistence.journal;
