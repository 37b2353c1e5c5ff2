package io.mainstay.actors.device.worker.process;

import io.mainstay.actors.device.worker.DeathReport.NoticedBy;

/** The first sign of a worker's end: what told us, and when ({@link System#nanoTime()}). */
record FirstSign(NoticedBy noticedBy, long atNanos) {}
