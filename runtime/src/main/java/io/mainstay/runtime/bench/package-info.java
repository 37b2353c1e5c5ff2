/**
 * {@code mainstay bench}: figures of a real node on this machine. Each benchmark starts its own
 * temporary node or database, runs on the thread that calls it, and answers one {@link
 * io.mainstay.runtime.bench.BenchDocument}.
 */
package io.mainstay.runtime.bench;
