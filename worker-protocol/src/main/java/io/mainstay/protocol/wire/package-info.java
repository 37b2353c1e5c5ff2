/**
 * Messages: one role per direction. {@link io.mainstay.protocol.wire.WorkerProxy} encodes what the
 * host says, {@link io.mainstay.protocol.wire.WorkerMessageAdapter} decodes what a worker says into
 * the records of {@link io.mainstay.protocol.wire.WorkerMessages}. The generated codecs stay behind
 * these two.
 */
package io.mainstay.protocol.wire;
