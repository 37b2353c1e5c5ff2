/**
 * One class for each command: its options, what it asks of a node through {@link
 * io.mainstay.client.MainstayClient}, and its table. The JSON shapes are in the neighbouring
 * package {@code document}.
 */
package io.mainstay.runtime.cli.command;
