/**
 * The native worker process behind {@link io.mainstay.actors.device.worker.WorkerControl}. Entry
 * type: {@link io.mainstay.actors.device.worker.process.WorkerSpawner}, one per node. Each process
 * has four threads: one lives its life from launch to report, one reads stdout, one writes stdin,
 * one forwards stderr. No Akka in here.
 */
package io.mainstay.actors.device.worker.process;
