/**
 * The domains as participants of transactions: what each holds for one, durably, and how it gives
 * it back. Entry: {@code TransactionSupervisor}, one on each node. The coordinator is the entity
 * {@code io.mainstay.persistence.transaction.Transaction}.
 */
package io.mainstay.actors.transaction;
