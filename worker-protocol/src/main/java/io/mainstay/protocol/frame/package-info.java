/**
 * Frames: cutting a byte stream into messages and back, by the FIX Simple Open Framing Header.
 * {@link io.mainstay.protocol.frame.FrameReader} belongs to the thread that reads, {@link
 * io.mainstay.protocol.frame.FrameWriter} to the one that writes.
 */
package io.mainstay.protocol.frame;
